# SPDX-License-Identifier: MIT
# Runs PROGRAM with ARGS in the empty folder FOLDER and compares what it prints with the file OUTPUT, line by line.
# "..." in a line of OUTPUT stands for anything.

file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" ${ARGS} WORKING_DIRECTORY "${FOLDER}"
    OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ended with ${status}\n${printed}${errors}")
endif()

file(READ "${OUTPUT}" expected)
string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" pattern "${expected}")
string(REPLACE "\\.\\.\\." "[^\n]*" pattern "${pattern}")
if(NOT printed MATCHES "^${pattern}$")
    message(FATAL_ERROR "${PROGRAM} printed\n${printed}\ninstead of ${OUTPUT}\n${expected}")
endif()
