# SPDX-License-Identifier: MIT
# Finds what repro::judge links. Sets repro_judge_missing to what is missing and how to get it; empty when nothing is.

set(repro_judge_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(Boost 1.74 QUIET)
if(NOT TARGET repro::repro)
    set(repro_judge_missing "it needs repro::repro")
elseif(NOT TARGET Boost::headers)
    set(repro_judge_missing "it needs Boost.Math 1.74 or newer (Debian: libboost-math-dev)")
endif()
