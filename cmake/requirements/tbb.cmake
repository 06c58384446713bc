# SPDX-License-Identifier: MIT
# Finds oneTBB. Sets repro_tbb_missing to what is missing and how to get it; empty when nothing is.

set(repro_tbb_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(TBB QUIET)
if(NOT TARGET TBB::tbb)
    set(repro_tbb_missing "it needs oneTBB (Debian: libtbb-dev)")
endif()
