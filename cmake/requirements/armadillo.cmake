# SPDX-License-Identifier: MIT
# Finds Armadillo. Sets repro_armadillo_missing to what is missing and how to get it; empty when nothing is.

set(repro_armadillo_missing "")
if(NOT TARGET armadillo)
    find_package(Armadillo QUIET)
    if(ARMADILLO_FOUND AND NOT TARGET armadillo)
        add_library(armadillo INTERFACE IMPORTED GLOBAL)
        set_target_properties(armadillo PROPERTIES INTERFACE_LINK_LIBRARIES "${ARMADILLO_LIBRARIES}"
            INTERFACE_INCLUDE_DIRECTORIES "${ARMADILLO_INCLUDE_DIRS}")
    endif()
endif()
if(NOT TARGET armadillo)
    set(repro_armadillo_missing "it needs Armadillo (Debian: libarmadillo-dev)")
endif()
