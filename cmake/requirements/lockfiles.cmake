# SPDX-License-Identifier: MIT
# Finds what repro::lockfiles links. Read by this project's build and by the installed package alike.
# Sets repro_lockfiles_missing to what is missing and how to get it; empty when nothing is.

include("${CMAKE_CURRENT_LIST_DIR}/repro.cmake")
set(repro_lockfiles_missing ${repro_repro_missing})
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_package(tomlplusplus 3.3 QUIET)
find_package(yaml-cpp 0.7 QUIET)
if(TARGET yaml-cpp AND NOT TARGET yaml-cpp::yaml-cpp) # its name before 0.8
    add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED GLOBAL)
    target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()

if(NOT TARGET tomlplusplus::tomlplusplus)
    list(APPEND repro_lockfiles_missing "it needs toml++ 3.3 or newer (Debian: libtomlplusplus-dev)")
endif()
if(NOT TARGET yaml-cpp::yaml-cpp)
    list(APPEND repro_lockfiles_missing "it needs yaml-cpp 0.7 or newer (Debian: libyaml-cpp-dev)")
endif()
if(repro_lockfiles_missing)
    list(JOIN repro_lockfiles_missing ", " repro_lockfiles_missing)
endif()
