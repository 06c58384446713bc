// SPDX-License-Identifier: MIT
#pragma once
// Runs a program again and again, one thing varied at a time, and compares what it leaves behind.

#include "console.hpp"
#include "shake/observation.hpp"
#include "shake/variations.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tool {

/// What to run, and how often.
struct shake_plan {
    std::vector<std::string> command;
    std::vector<std::string_view> variations; ///< names
    std::vector<std::string> files;           ///< compared beside what manifests name
    std::size_t runs = 1;                     ///< of each setting
    std::chrono::milliseconds timeout{};      ///< of each run
};

/// The program run with nothing varied.
struct control_result {
    std::vector<observation> runs;
    std::vector<change> unsteady; ///< what differs between them, one entry a result

    /// Returns whether the program ended well each time, and left the same results.
    [[nodiscard]] bool steady() const noexcept { return unsteady.empty() && runs.front().end.success(); }
};

/// One setting of a variation, and what it changed; of a result that varies by itself, what left its spread.
struct setting_result {
    std::string text;
    std::vector<change> changes;
};

struct variation_result {
    tool::variation variation;
    std::vector<setting_result> settings;

    /// Returns the first setting that changed a result, or null.
    [[nodiscard]] const setting_result* first_change() const noexcept;
};

struct shake_result {
    control_result control;
    std::vector<variation_result> variations;
};

/// A folder that is removed at the end, unless it is kept. Interrupts wait until then.
class shake_folder {
public:
    /// Errors: errc::unwritable.
    explicit shake_folder(bool keep);
    shake_folder(const shake_folder&) = delete;
    shake_folder& operator=(const shake_folder&) = delete;
    ~shake_folder() { remove(); }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const held_interrupts& held() const noexcept { return held_; }
    void remove() const noexcept;

private:
    held_interrupts held_; // first, and so the last to end
    std::filesystem::path path_;
    bool keep_;
};

/// Runs the plan below `folder`. Where the program fails without any variation, nothing is varied.
///
/// Errors: those of run_child and observe.
[[nodiscard]] shake_result shake(const shake_plan& plan, const shake_folder& folder, console& out);

} // namespace tool
