# SPDX-License-Identifier: MIT
# Helpers for what is built here and never exported: programs, examples, tests.

# repro_add_program(<name> SOURCES <file>... [LINKS <target>...])
#
# A program in bin/ of the build folder.
function(repro_add_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
    repro_reject_unknown(repro_add_program ${name} "${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE repro::repro ${arg_LINKS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
endfunction()

# repro_add_example(<name> [SOURCES <file>...] [LINKS <target>...] [OUTPUT <file>] [LABELS <label>...] [ARGS <arg>...])
#
# A program in bin/ from <name>.cpp, and with OUTPUT a test that it prints that file ("..." stands for anything
# within a line).
function(repro_add_example name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "SOURCES;LINKS;LABELS;ARGS")
    repro_reject_unknown(repro_add_example ${name} "${arg_UNPARSED_ARGUMENTS}")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    repro_is_wanted(wanted ${arg_LABELS})
    if(NOT wanted)
        return()
    endif()
    repro_add_program(${name} SOURCES ${arg_SOURCES} LINKS ${arg_LINKS})
    if(arg_OUTPUT AND REPRO_BUILD_TESTS)
        repro_add_output_test(example_${name} PROGRAM ${name} OUTPUT "${CMAKE_CURRENT_SOURCE_DIR}/${arg_OUTPUT}"
            LABELS example ${arg_LABELS} ARGS ${arg_ARGS})
    endif()
endfunction()

# repro_add_output_test(<name> PROGRAM <target> OUTPUT <file> [LABELS <label>...] [ARGS <arg>...])
#
# A test that <target>, run in an empty folder, succeeds and prints what stands in OUTPUT.
function(repro_add_output_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROGRAM;OUTPUT" "LABELS;ARGS")
    repro_reject_unknown(repro_add_output_test ${name} "${arg_UNPARSED_ARGUMENTS}")
    add_test(NAME ${name} COMMAND "${CMAKE_COMMAND}"
        "-DPROGRAM=$<TARGET_FILE:${arg_PROGRAM}>" "-DARGS=${arg_ARGS}" "-DOUTPUT=${arg_OUTPUT}"
        "-DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/${name}.run"
        -P "${PROJECT_SOURCE_DIR}/tests/support/compare_output.cmake")
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
endfunction()

# repro_add_tests(<name> SOURCES <file>... [LABELS <label>...] [LINKS <target>...])
#
# A Catch2 program and one test for each of its cases, run in the root of the repository.
function(repro_add_tests name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LABELS;LINKS")
    repro_reject_unknown(repro_add_tests ${name} "${arg_UNPARSED_ARGUMENTS}")
    repro_is_wanted(wanted ${arg_LABELS})
    if(NOT wanted)
        return()
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE repro::repro Catch2::Catch2WithMain ${arg_LINKS})
    if("exact" IN_LIST arg_LABELS)
        target_compile_options(${name} PRIVATE ${REPRO_EXACT_OPTIONS})
    else()
        target_compile_options(${name} PRIVATE ${REPRO_TEST_OPTIONS})
    endif()
    target_precompile_headers(${name} PRIVATE <catch2/catch_test_macros.hpp>)
    list(JOIN arg_LABELS " " label) # catch_discover_tests takes no list here; ctest -L looks for a part
    catch_discover_tests(${name} TEST_PREFIX "${name}." WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
        PROPERTIES LABELS "${label}" SKIP_RETURN_CODE 4)
endfunction()

# Whether something with these labels is built and tested: always, unless REPRO_ONLY_LABELS asks for some labels alone
# or REPRO_NO_LABELS leaves one of them out.
function(repro_is_wanted result)
    set(wanted TRUE)
    if(REPRO_ONLY_LABELS)
        set(wanted FALSE)
        foreach(label IN LISTS ARGN)
            if(label IN_LIST REPRO_ONLY_LABELS)
                set(wanted TRUE)
            endif()
        endforeach()
    endif()
    foreach(label IN LISTS ARGN)
        if(label IN_LIST REPRO_NO_LABELS)
            set(wanted FALSE)
        endif()
    endforeach()
    set(${result} ${wanted} PARENT_SCOPE)
endfunction()

function(repro_reject_unknown function name unknown)
    if(NOT unknown STREQUAL "")
        message(FATAL_ERROR "${function}(${name}): unknown arguments: ${unknown}")
    endif()
endfunction()
