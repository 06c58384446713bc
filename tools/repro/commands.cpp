// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "command.hpp"

namespace tool {

std::vector<command> all_commands() {
    return {
        show_command(),
        verify_command(),
        explain_command(),
        selftest_command(),
    };
}

} // namespace tool
