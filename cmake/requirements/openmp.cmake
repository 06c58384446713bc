# SPDX-License-Identifier: MIT
# Finds OpenMP. Sets repro_openmp_missing to what is missing and how to get it; empty when nothing is.

set(repro_openmp_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(OpenMP QUIET COMPONENTS CXX)
if(NOT TARGET OpenMP::OpenMP_CXX)
    set(repro_openmp_missing "it needs a compiler with OpenMP (GCC; Debian for Clang: libomp-dev)")
endif()
