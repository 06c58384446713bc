# SPDX-License-Identifier: MIT
# Configures the project SOURCE in BUILD with ARGS, builds it, and runs its programs. With FAILS, configuring has to
# fail with an error that matches.

file(REMOVE_RECURSE "${BUILD}")
execute_process(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE}" -B "${BUILD}" ${ARGS}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(FAILS)
    string(REGEX REPLACE "[ \n]+" " " one_line "${output}")
    if(status EQUAL 0 OR NOT one_line MATCHES "${FAILS}")
        message(FATAL_ERROR "Configuring ended with ${status} and did not say '${FAILS}':\n${output}")
    endif()
    return()
endif()
if(NOT status EQUAL 0)
    message(FATAL_ERROR "Configuring failed:\n${output}")
endif()

execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" COMMAND_ERROR_IS_FATAL ANY)
file(GLOB programs "${BUILD}/run_*")
foreach(program IN LISTS programs)
    execute_process(COMMAND "${program}" WORKING_DIRECTORY "${BUILD}" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
if(NOT programs)
    message(FATAL_ERROR "No program was built")
endif()
