# SPDX-License-Identifier: MIT
# Finds LibTorch. Sets repro_libtorch_missing to what is missing and how to get it; empty when nothing is.

set(repro_libtorch_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(Torch QUIET)
if(NOT TARGET torch)
    set(repro_libtorch_missing "it needs LibTorch (Debian: libtorch-dev; else its folder in CMAKE_PREFIX_PATH)")
endif()
