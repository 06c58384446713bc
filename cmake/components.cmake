# SPDX-License-Identifier: MIT
# One component is one INTERFACE target, one export set, and at most one file in requirements/ that finds what it
# links. The installation is the same on every machine: requirements are looked for where the component is used.

# repro_add_component(<name> [ADAPTER] [HEADERS <file>...] [LINKS <target>...] [OPTIONS <compile option>...])
#
# Makes repro::<name>, unless something it links is missing here: then it says what, and how to get it. An ADAPTER is
# looked for in an installation only where it is asked for by name.
function(repro_add_component name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "ADAPTER" "" "HEADERS;LINKS;OPTIONS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "repro_add_component(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()

    set(target repro_${name})
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_LINKS})
    target_compile_options(${target} INTERFACE ${arg_OPTIONS})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    set(file_set "")
    if(arg_HEADERS)
        target_compile_features(${target} INTERFACE cxx_std_20)
        target_sources(${target} INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include"
            FILES ${arg_HEADERS})
        set(file_set FILE_SET HEADERS)
    endif()

    if(arg_ADAPTER AND NOT REPRO_ADAPTERS)
        set(repro_${name}_missing "REPRO_ADAPTERS is off")
    else()
        include("${PROJECT_SOURCE_DIR}/cmake/requirements/${name}.cmake" OPTIONAL)
    endif()
    if(repro_${name}_missing)
        if(name IN_LIST REPRO_REQUIRE_ADAPTERS)
            message(FATAL_ERROR "repro::${name}: ${repro_${name}_missing}")
        endif()
        message(STATUS "repro::${name} is left out: ${repro_${name}_missing}")
        set(repro_${name}_missing "${repro_${name}_missing}" PARENT_SCOPE)
    else()
        add_library(repro::${name} ALIAS ${target})
        set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
    endif()

    if(REPRO_INSTALL)
        install(TARGETS ${target} EXPORT repro-${name} ${file_set})
        install(EXPORT repro-${name} NAMESPACE repro:: DESTINATION share/cmake/repro FILE repro-${name}-targets.cmake)
        set_property(GLOBAL APPEND PROPERTY repro_components ${name})
        if(arg_ADAPTER)
            set_property(GLOBAL APPEND PROPERTY repro_adapters ${name})
        endif()
    endif()
endfunction()
