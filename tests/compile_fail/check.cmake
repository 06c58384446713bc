# SPDX-License-Identifier: MIT
# SOURCE compiles as it stands, and is refused in its own words with its flags and -DREFUSED.

file(STRINGS "${SOURCE}" refused REGEX "^// refused: ")
file(STRINGS "${SOURCE}" flags REGEX "^// flags: ")
string(REPLACE "// refused: " "" refused "${refused}")
string(REPLACE "// flags: " "" flags "${flags}")
separate_arguments(flags)

set(compile "${COMPILER}" -std=c++20 -fsyntax-only "-I${INCLUDE}")
execute_process(COMMAND ${compile} "${SOURCE}" ERROR_VARIABLE said RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The control does not compile:\n${said}")
endif()
execute_process(COMMAND ${compile} -DREFUSED ${flags} "${SOURCE}" ERROR_VARIABLE said RESULT_VARIABLE status)
if(status EQUAL 0 OR NOT said MATCHES "${refused}")
    message(FATAL_ERROR "Compiling ended with ${status} and did not say '${refused}':\n${said}")
endif()
