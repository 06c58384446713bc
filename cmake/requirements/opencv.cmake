# SPDX-License-Identifier: MIT
# Finds the core module of OpenCV: by its package, or where Debian's libopencv-core-dev puts it, which has none. Sets
# repro_opencv_missing to what is missing and how to get it; empty when nothing is.

set(repro_opencv_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
if(NOT TARGET opencv_core)
    find_package(OpenCV QUIET COMPONENTS core)
endif()
if(NOT TARGET opencv_core)
    find_path(repro_opencv_include opencv2/core.hpp PATH_SUFFIXES opencv4)
    find_library(repro_opencv_core opencv_core)
    mark_as_advanced(repro_opencv_include repro_opencv_core)
    if(repro_opencv_include AND repro_opencv_core)
        add_library(opencv_core UNKNOWN IMPORTED GLOBAL)
        set_target_properties(opencv_core PROPERTIES IMPORTED_LOCATION "${repro_opencv_core}"
            INTERFACE_INCLUDE_DIRECTORIES "${repro_opencv_include}")
    endif()
endif()
if(NOT TARGET opencv_core)
    set(repro_opencv_missing "it needs the core module of OpenCV (Debian: libopencv-core-dev)")
endif()
