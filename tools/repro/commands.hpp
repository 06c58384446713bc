// SPDX-License-Identifier: MIT
#pragma once
// One function a command, each in the file of its name.

namespace tool {

struct command;

[[nodiscard]] command audit_command();
[[nodiscard]] command baseline_command();
[[nodiscard]] command compare_command();
[[nodiscard]] command completion_command();
[[nodiscard]] command diff_command();
[[nodiscard]] command doctor_command();
[[nodiscard]] command env_command();
[[nodiscard]] command explain_command();
[[nodiscard]] command export_command();
[[nodiscard]] command ls_command();
[[nodiscard]] command rank_command();
[[nodiscard]] command recover_command();
[[nodiscard]] command report_command();
[[nodiscard]] command rerun_command();
[[nodiscard]] command run_command();
[[nodiscard]] command schema_command();
[[nodiscard]] command seeds_command();
[[nodiscard]] command selftest_command();
[[nodiscard]] command shake_command();
[[nodiscard]] command show_command();
[[nodiscard]] command sign_command();
[[nodiscard]] command verify_command();

} // namespace tool
