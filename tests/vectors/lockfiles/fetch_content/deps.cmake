# SPDX-License-Identifier: MIT
FetchContent_Declare(fmt GIT_REPOSITORY https://git.example/fmt.git GIT_TAG 10.2.1)
ExternalProject_Add(tools SOURCE_DIR "${CMAKE_CURRENT_SOURCE_DIR}/tools")
