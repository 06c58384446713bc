# SPDX-License-Identifier: MIT
# repro_embed_build_info(<target> [SOURCE_DIR <folder>])
#
# Embeds in a program, shared library or module how it is built: CMake, generator, build type, flags, options and
# definitions of the target, and, as they are at each build, the commit and state of the repository around SOURCE_DIR
# (the target's own folder without it) and the commits of what FetchContent and CPM fetched. A manifest of a run holds
# it, and says when the program is older than the tree it runs in.
#
# At each build Git is asked; one file is compiled anew where the answer is another one, and nothing else.
# The folders of source and build stand as <source> and <build>. Flags and definitions are recorded as they are: keep
# secrets out of them.

function(repro_embed_build_info target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE_DIR" "")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "repro_embed_build_info(${target}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT TARGET ${target})
        message(FATAL_ERROR "repro_embed_build_info(${target}): there is no such target (call it after add_executable)")
    endif()
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(EXECUTABLE|SHARED_LIBRARY|MODULE_LIBRARY)$")
        message(FATAL_ERROR "repro_embed_build_info(${target}): ${target} is a ${type}, which the linker takes apart "
            "(name the program or shared library that it ends up in)")
    endif()
    get_target_property(imported ${target} IMPORTED)
    if(imported)
        message(FATAL_ERROR "repro_embed_build_info(${target}): ${target} is imported, so it is not built here")
    endif()
    if(NOT arg_SOURCE_DIR)
        get_target_property(arg_SOURCE_DIR ${target} SOURCE_DIR)
    endif()
    cmake_path(ABSOLUTE_PATH arg_SOURCE_DIR NORMALIZE)
    find_package(Git QUIET)
    repro_fetched_folders(dependencies)

    set(folder "${CMAKE_CURRENT_BINARY_DIR}/repro-build-info/${target}/$<CONFIG>")
    set(config_flags "")
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES CMAKE_BUILD_TYPE)
        string(TOUPPER "${config}" upper)
        string(APPEND config_flags "$<$<CONFIG:${config}>:${CMAKE_CXX_FLAGS_${upper}}>")
    endforeach()
    file(GENERATE OUTPUT "${folder}/facts.txt" CONTENT "target ${target}
cmake ${CMAKE_VERSION}
generator ${CMAKE_GENERATOR}
build_type $<CONFIG>
flags ${CMAKE_CXX_FLAGS} ${config_flags}
options $<JOIN:$<TARGET_PROPERTY:${target},COMPILE_OPTIONS>, >
definitions $<JOIN:$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>, >
interprocedural_optimization $<BOOL:$<TARGET_PROPERTY:${target},INTERPROCEDURAL_OPTIMIZATION>>
" TARGET ${target})
    string(REPLACE ";" "|" dependencies "${dependencies}") # a list within a command line
    add_custom_target(${target}_repro_build_info
        COMMAND "${CMAKE_COMMAND}" "-DFACTS=${folder}/facts.txt" "-DOUTPUT=${folder}/build_info.cpp"
            "-DSOURCE=${arg_SOURCE_DIR}" "-DPROJECT=${CMAKE_SOURCE_DIR}" "-DBUILD=${CMAKE_BINARY_DIR}"
            "-DGIT=${GIT_EXECUTABLE}" "-DDEPENDENCIES=${dependencies}" 
            -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/repro-write-build-info.cmake"
        BYPRODUCTS "${folder}/build_info.cpp"
        COMMENT "Asking Git what ${target} is built from" VERBATIM)
    target_sources(${target} PRIVATE "${folder}/build_info.cpp")
    add_dependencies(${target} ${target}_repro_build_info)
endfunction()

# The folders that FetchContent or CPM filled, as far as this scope knows them: a list of <name>=<folder>.
function(repro_fetched_folders result)
    get_cmake_property(variables VARIABLES)
    set(names ${CPM_PACKAGES})
    foreach(variable IN LISTS variables)
        if(variable MATCHES "^(.+)_POPULATED$" AND ${variable})
            list(APPEND names "${CMAKE_MATCH_1}")
        endif()
    endforeach()
    set(found "")
    set(folders "")
    foreach(name IN LISTS names)
        set(folder "${${name}_SOURCE_DIR}")
        if(folder AND NOT folder IN_LIST folders AND NOT folder STREQUAL CMAKE_SOURCE_DIR)
            list(APPEND folders "${folder}")
            list(APPEND found "${name}=${folder}")
        endif()
    endforeach()
    list(SORT found)
    set(${result} "${found}" PARENT_SCOPE)
endfunction()
