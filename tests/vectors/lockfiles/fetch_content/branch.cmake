# SPDX-License-Identifier: MIT
FetchContent_Declare(fmt GIT_REPOSITORY https://git.example/fmt.git GIT_TAG master)
CPMAddPackage("gh:nlohmann/json@3.11.3")
