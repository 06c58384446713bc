// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "command.hpp"

namespace tool {

std::vector<command> all_commands() {
    return {
        run_command(),     show_command(),    ls_command(),  verify_command(),   diff_command(),
        compare_command(), explain_command(), env_command(), selftest_command(),
    };
}

} // namespace tool
