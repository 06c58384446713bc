// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include "command.hpp"

namespace tool {

std::vector<command> all_commands() {
    return {
        run_command(),     rerun_command(),   show_command(), verify_command(),
        compare_command(), explain_command(), env_command(),  selftest_command(),
    };
}

} // namespace tool
