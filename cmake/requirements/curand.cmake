# SPDX-License-Identifier: MIT
# Finds cuRAND. Sets repro_curand_missing to what is missing and how to get it; empty when nothing is.

set(repro_curand_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(CUDAToolkit QUIET)
if(NOT TARGET CUDA::curand)
    set(repro_curand_missing "it needs the CUDA toolkit (its bin folder in PATH, or CUDAToolkit_ROOT)")
endif()
