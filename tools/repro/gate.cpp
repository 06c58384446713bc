// SPDX-License-Identifier: MIT
#include "gate.hpp"

#include <repro/judge/gate.hpp>
#include <repro/judge/verify.hpp>

#include "lockfiles.hpp"
#include "run_argument.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

repro::gate_kind kind_of(const std::string& name) {
    if (name == "run") return repro::gate_kind::run;
    if (name == "publication") return repro::gate_kind::publication;
    throw repro::error(repro::errc::argument_invalid, "--gate '" + excerpt(name, 80) + "'", "is no gate",
                       "use run or publication, and name the runs before it");
}

/// Returns the grade of a lockfile that still is what the run recorded.
repro::lock_grade grade_of(const repro::recorded_manifest& manifest, const repro::recorded_file& file) {
    const repro::verify_options options;
    repro::verified_item item;
    repro::detail::file_verifier(manifest, options).other(file, item);
    const graded_lockfile graded = grade_lockfile(manifest, file, item, options);
    if (!graded.report) return {{}, graded.problem->what_failed()};
    if (!graded.as_recorded) return {{}, "it has changed since the run"};
    const auto& warnings = graded.report->warnings;
    return {to_string(graded.report->grade).front(),
            warnings.empty() ? "see repro explain " + file.path : warnings.front().text};
}

/// A manifest that was edited after it was written passes no gate, whatever it says.
void refuse_edited(const repro::recorded_manifest& manifest, std::vector<repro::gate_reason>& reasons) {
    repro::verification itself;
    repro::detail::verify_itself(manifest, itself);
    if (itself.verdict() == repro::verify_verdict::differs)
        reasons.push_back({"edited", manifest.id, "the manifest does not have the digest beside it",
                           "take it from its source again"});
}

json as_json(const std::vector<repro::recorded_manifest>& runs, const std::string& kind,
             const std::vector<repro::gate_reason>& reasons) {
    json list = json::array(), paths = json::array();
    for (const repro::gate_reason& each : reasons)
        list.push_back({{"id", each.id},
                        {"run", each.run.empty() ? json(nullptr) : json(each.run)},
                        {"text", each.text},
                        {"fix", each.fix}});
    for (const repro::recorded_manifest& each : runs)
        paths.push_back(each.path.native());
    return {{"gate", kind},
            {"verdict", reasons.empty() ? "passes" : "refused"},
            {"manifests", std::move(paths)},
            {"reasons", std::move(list)}};
}

void print_reasons(const std::vector<repro::recorded_manifest>& runs, const std::string& kind,
                   const std::vector<repro::gate_reason>& reasons, console& out) {
    table rows;
    for (const repro::gate_reason& each : reasons)
        rows.row({{each.id, tone::bad}, each.run.empty() ? "all runs" : each.run, each.text, each.fix});
    rows.print(out);
    const std::string_view verdict = reasons.empty() ? "passes" : "refused";
    out.print(fmt::format("{}gate {}: {} ({} run{}, {} reason{})\n", reasons.empty() ? "" : "\n", kind,
                          out.paint(reasons.empty() ? tone::good : tone::bad, verdict), runs.size(),
                          runs.size() == 1 ? "" : "s", reasons.size(), reasons.size() == 1 ? "" : "s"));
}

} // namespace

exit_code pass_gate(const std::string& kind, const std::vector<std::string>& runs, console& out) {
    repro::gate_options options;
    options.kind = kind_of(kind);
    options.grade = grade_of;
    std::vector<repro::recorded_manifest> manifests;
    for (const std::filesystem::path& each : find_runs(runs, out))
        manifests.push_back(repro::read_manifest(each));
    std::vector<repro::gate_reason> reasons = repro::gate(manifests, options);
    for (const repro::recorded_manifest& each : manifests)
        refuse_edited(each, reasons);
    if (out.json())
        out.answer(as_json(manifests, kind, reasons));
    else
        print_reasons(manifests, kind, reasons, out);
    return reasons.empty() ? exit_code::holds : exit_code::differs;
}

} // namespace tool
