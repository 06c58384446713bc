// SPDX-License-Identifier: MIT
#include "shake/shaking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace tool {
namespace {

constexpr std::size_t controls_at_least = 2, controls_where_unsteady = 5;

/// Starts the program, each time in a folder of its own whose name has the same length.
class starter {
public:
    starter(const shake_plan& plan, const shake_folder& folder, console& out)
        : plan_(plan), folder_(folder), out_(out) {}

    [[nodiscard]] observation start(const std::string& what, const conditions& under) {
        out_.progress(what);
        const std::filesystem::path own = folder_.path() / fmt::format("{:04}", ++count_);
        std::filesystem::create_directory(own);
        conditions all = under;
        all.variables.emplace_back("REPRO_RUN_DIR", (own / "run").native());
        all.variables.emplace_back("REPRO_EXPERIMENTS", (own / "experiments").native());
        const std::vector<std::string> before = stamps(plan_.files);
        const child_end end = run_child(plan_.command, all, {own / "out", own / "err"}, plan_.timeout,
                                        folder_.held(), [this] { folder_.remove(); });
        return observe(end, own, plan_.files, before);
    }

private:
    const shake_plan& plan_;
    const shake_folder& folder_;
    console& out_;
    std::size_t count_ = 0;
};

bool contains(const std::vector<change>& all, const change& one) {
    return std::ranges::any_of(all, [&one](const change& each) { return each.same_result(one); });
}

/// Hands a seed on that the first run had to draw: without it, every run would differ. Returns whether it had
/// to.
bool keep_drawn_seed(const observation& first, conditions& control) {
    if (first.runs.empty() || first.runs.front().document.value("seed_source", "") != "drawn") return false;
    control.variables.emplace_back("REPRO_SEED", first.runs.front().document.value("seed_text", "0"));
    return true;
}

control_result run_control(const shake_plan& plan, starter& program, conditions& control) {
    control_result result;
    result.runs.push_back(program.start("control", control));
    if (!result.runs.front().end.success()) return result;
    // A program that draws does more than one that is given a seed: its heap is another one.
    if (keep_drawn_seed(result.runs.front(), control))
        result.runs.front() = program.start("control", control);
    for (std::size_t wanted = std::max(controls_at_least, plan.runs); result.runs.size() < wanted;) {
        result.runs.push_back(program.start("control", control));
        for (change& each : compare(result.runs.front(), result.runs.back()))
            if (!contains(result.unsteady, each)) result.unsteady.push_back(std::move(each));
        if (!result.unsteady.empty()) wanted = std::max(wanted, controls_where_unsteady);
    }
    return result;
}

/// Returns what a variation changed, beyond what varies by itself.
std::vector<change> changes_from(const control_result& control, const observation& varied) {
    std::vector<change> changes = compare(control.runs.front(), varied);
    std::erase_if(changes, [&](const change& each) {
        const bool varies_by_itself = contains(control.unsteady, each);
        return varies_by_itself && !(each.kind == "metric" && leaves_the_spread(each, control.runs, varied));
    });
    return changes;
}

variation_facts facts_of(const control_result& control) {
    variation_facts facts;
    for (const observed_run& run : control.runs.front().runs) {
        const auto libraries = run.document.find("libraries");
        if (libraries == run.document.end() || !libraries->is_array()) continue;
        facts.libraries_known = true;
        for (const nlohmann::json& each : *libraries)
            if (each.value("name", "").find("openblas") != std::string::npos) facts.openblas_mapped = true;
    }
    return facts;
}

variation_result run_variation(const shake_plan& plan, starter& program, variation chosen,
                               const control_result& control) {
    variation_result result{std::move(chosen), {}};
    for (const variation_setting& setting : result.variation.settings) {
        setting_result& found = result.settings.emplace_back(setting_result{setting.text, {}});
        for (std::size_t i = 0; i < plan.runs && found.changes.empty(); ++i)
            found.changes = changes_from(
                control, program.start(result.variation.name + ": " + setting.text, setting.under));
    }
    return result;
}

} // namespace

const setting_result* variation_result::first_change() const noexcept {
    const auto changed = [](const setting_result& each) { return !each.changes.empty(); };
    const auto found = std::ranges::find_if(settings, changed);
    return found == settings.end() ? nullptr : &*found;
}

shake_folder::shake_folder(bool keep) : keep_(keep) {
    std::error_code failed;
    std::string name = (std::filesystem::temp_directory_path(failed) / "repro-shake-XXXXXX").native();
    if (failed || ::mkdtemp(name.data()) == nullptr)
        throw repro::error(repro::errc::unwritable, name, "cannot be made",
                           "set TMPDIR to a folder that can be written");
    path_ = name;
}

void shake_folder::remove() const noexcept {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
}

shake_result shake(const shake_plan& plan, const shake_folder& folder, console& out) {
    starter program(plan, folder, out);
    conditions control = control_conditions();
    shake_result result{run_control(plan, program, control), {}};
    if (!result.control.runs.front().end.success()) return result;
    const variation_facts facts = facts_of(result.control);
    for (const std::string_view name : plan.variations)
        result.variations.push_back(
            run_variation(plan, program, make_variation(name, control, facts), result.control));
    return result;
}

} // namespace tool
