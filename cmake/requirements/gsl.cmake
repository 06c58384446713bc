# SPDX-License-Identifier: MIT
# Finds the GNU Scientific Library. Sets repro_gsl_missing to what is missing and how to get it; empty when nothing is.

set(repro_gsl_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(GSL QUIET)
if(NOT TARGET GSL::gsl)
    set(repro_gsl_missing "it needs the GNU Scientific Library (Debian: libgsl-dev)")
endif()
