// SPDX-License-Identifier: MIT
#include "commands.hpp"

#include <repro/core/level.hpp>

#include "command.hpp"

namespace tool {

std::vector<std::string> level_names() {
    std::vector<std::string> names;
    for (const repro::level_description& each : repro::levels)
        names.emplace_back(each.name);
    return names;
}

std::vector<command> all_commands() {
    return {
        run_command(),      audit_command(),      shake_command(),    rerun_command(),   seeds_command(),
        show_command(),     ls_command(),         verify_command(),   diff_command(),    compare_command(),
        report_command(),   rank_command(),       baseline_command(), recover_command(), export_command(),
        sign_command(),     schema_command(),     explain_command(),  doctor_command(),  env_command(),
        selftest_command(), completion_command(),
    };
}

} // namespace tool
