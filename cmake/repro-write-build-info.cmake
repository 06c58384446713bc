# SPDX-License-Identifier: MIT
# Run at each build by repro_embed_build_info: writes OUTPUT from FACTS and from what Git says of SOURCE and of
# DEPENDENCIES (<name>=<folder>, by |). An OUTPUT that would be the same is left alone, with its time.

cmake_minimum_required(VERSION 3.25)

# Asks Git about a folder. No hook, file-system monitor or lock of the repository takes part.
function(ask result folder)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env GIT_OPTIONAL_LOCKS=0 --unset=GIT_DIR --unset=GIT_WORK_TREE
            "${GIT}" -c core.fsmonitor=false -c core.hooksPath=/dev/null -C "${folder}" ${ARGN}
        OUTPUT_VARIABLE output ERROR_QUIET RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT status EQUAL 0)
        set(output "unknown")
    endif()
    set(${result} "${output}" PARENT_SCOPE)
endfunction()

# Says what a folder is at: a commit, or why there is none. Only its own repository counts with `own`.
function(commit_of sha dirty folder own)
    set(${sha} "none" PARENT_SCOPE)
    set(${dirty} "unknown" PARENT_SCOPE)
    if(NOT GIT)
        set(${sha} "unknown: Git was not found" PARENT_SCOPE)
        return()
    endif()
    ask(top "${folder}" rev-parse --show-toplevel)
    file(REAL_PATH "${folder}" real)
    if(top STREQUAL "unknown" OR (own AND NOT top STREQUAL real))
        return()
    endif()
    ask(commit "${folder}" rev-parse --verify HEAD)
    set(${sha} "${commit}" PARENT_SCOPE)
    ask(changes "${folder}" status --porcelain --untracked-files=no)
    if(changes STREQUAL "")
        set(${dirty} "no" PARENT_SCOPE)
    elseif(NOT changes STREQUAL "unknown")
        set(${dirty} "yes" PARENT_SCOPE)
    endif()
endfunction()

file(READ "${FACTS}" text)
commit_of(sha dirty "${SOURCE}" FALSE)
string(APPEND text "git_sha ${sha}\ngit_dirty ${dirty}\n")
string(REPLACE "|" ";" DEPENDENCIES "${DEPENDENCIES}")
foreach(dependency IN LISTS DEPENDENCIES)
    string(REGEX MATCH "^([^=]+)=(.*)$" matched "${dependency}")
    set(name "${CMAKE_MATCH_1}")
    commit_of(sha dirty "${CMAKE_MATCH_2}" TRUE)
    string(APPEND text "dependency ${name} ${sha} ${dirty}\n")
endforeach()
string(REPLACE "${BUILD}" "<build>" text "${text}")
string(REPLACE "${PROJECT}" "<source>" text "${text}")

# The text as an ELF note of type 16 of the owner "repro", which capture/embedded_build.hpp finds in memory and
# `readelf --notes` in the file. Bytes as numbers: nothing has to be quoted.
file(WRITE "${OUTPUT}.text" "${text}")
file(READ "${OUTPUT}.text" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
string(REGEX REPLACE ",(\n|$)" "\\1" hex "${hex}")
string(REGEX REPLACE "\n$" "" hex "${hex}")
string(REPLACE "\n" "\\n\"\n        \".byte " hex "${hex}")
file(CONFIGURE OUTPUT "${OUTPUT}.new" @ONLY CONTENT [[
// Written by repro_embed_build_info at each build.
__asm__(".pushsection .note.repro,\"a\",%note\n"
        ".balign 4\n"
        ".long 6, @size@, 16\n"
        ".asciz \"repro\"\n"
        ".balign 4\n"
        ".byte @hex@\n"
        ".balign 4\n"
        ".popsection\n");
]])
execute_process(COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${OUTPUT}.new" "${OUTPUT}" COMMAND_ERROR_IS_FATAL ANY)
