// SPDX-License-Identifier: MIT
#include "explain_runs.hpp"

#include <repro/judge/compare.hpp>
#include <repro/judge/diff.hpp>
#include <repro/judge/manifest_reader.hpp>

#include "comparison.hpp"
#include "difference_json.hpp"
#include "difference_words.hpp"
#include "judgement_output.hpp"
#include "run_argument.hpp"
#include "shell_word.hpp"
#include "table.hpp"
#include "trace_diff.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace judge = repro::judge;

constexpr std::size_t causes_printed = 5;

/// All that is known of two runs.
struct run_pair_facts {
    std::string named_a, named_b; ///< as the command line has them, for commands to type
    repro::recorded_manifest a, b;
    std::vector<judge::judgement> levels;
    std::optional<repro::level> decides;
    repro::manifest_diff found;
    std::optional<trace_pair> traces; ///< where both runs have one that can be read

    [[nodiscard]] const judge::judgement& at(repro::level which) const {
        return *std::ranges::find(levels, which, &judge::judgement::level);
    }
    [[nodiscard]] bool same_bits() const {
        return at(repro::level::bit_exact).verdict() == judge::verdict::accepted;
    }
};

bool has_trace(const repro::recorded_manifest& run) {
    std::error_code failed;
    return std::filesystem::exists(run.path.parent_path() / "trace.bin", failed);
}

std::optional<trace_pair> traces_of(const repro::recorded_manifest& a, const repro::recorded_manifest& b,
                                    console& out) {
    if (!has_trace(a) || !has_trace(b)) return std::nullopt;
    try {
        return read_traces((a.path.parent_path() / "trace.bin").native(),
                           (b.path.parent_path() / "trace.bin").native(), out);
    } catch (const repro::error& problem) {
        out.warn(problem);
        return std::nullopt;
    }
}

run_pair_facts pair_facts_of(const std::string& a, const std::string& b, console& out) {
    run_pair_facts facts{
        a, b, repro::read_manifest(find_run(a, out)), repro::read_manifest(find_run(b, out)), {}, {}, {}, {}};
    const judge::run_batch left{facts.a}, right{facts.b};
    for (const repro::level_description& each : repro::levels)
        facts.levels.push_back(judge::compare(left, right, each.level));
    facts.decides = declared_level(left, right);
    facts.found = repro::diff(facts.a, facts.b);
    facts.traces = traces_of(facts.a, facts.b, out);
    return facts;
}

/// Returns the finding that tells most, with the number of those like it: one that rejects, else one that
/// leaves open, else one that accepts.
std::string telling_finding(const judge::judgement& result) {
    for (const judge::verdict each :
         {judge::verdict::rejected, judge::verdict::undecided, judge::verdict::accepted}) {
        const auto is_such = [each](const judge::finding& f) { return f.verdict == each; };
        const auto found = std::ranges::find_if(result.findings, is_such);
        if (found == result.findings.end()) continue;
        const auto others = std::ranges::count_if(result.findings, is_such) - 1;
        return fmt::format("{}: {}{}", clipped(found->subject, 60), found->evidence,
                           others > 0 ? fmt::format("; and {} more", others) : "");
    }
    return "nothing was recorded that could be compared";
}

void print_levels_of(const run_pair_facts& facts, console& out) {
    table rows;
    for (const judge::judgement& each : facts.levels) {
        const bool comparable = each.incomparable.empty();
        rows.row({{to_string(each.level), tone::heading},
                  {comparable ? to_string(each.verdict()) : "incomparable", tone_of_verdict(each.verdict())},
                  facts.decides == each.level ? "declared" : "",
                  telling_finding(each)});
    }
    rows.print(out);
    for (const std::string& reason : facts.levels.front().incomparable)
        out.print(fmt::format("not runs of one thing: {}\n", printable(reason)));
}

void print_causes(const run_pair_facts& facts, console& out) {
    const auto is_cause = [](const repro::difference& each) {
        return each.likelihood <= repro::likelihood::unlikely;
    };
    table rows;
    std::size_t causes = 0;
    for (const repro::difference& each : facts.found.differences)
        if (is_cause(each) && ++causes <= causes_printed)
            rows.row({{to_string(each.likelihood), tone_of_likelihood(each.likelihood)},
                      each.name,
                      side_words(each.a),
                      side_words(each.b),
                      each.why});
    rows.print(out, 2);
    if (causes == 0) out.print("  nothing that was recorded and can change numbers differs\n");
    if (causes > causes_printed)
        out.print(fmt::format("  and {} more: repro diff {} {}\n", causes - causes_printed,
                              printable(shell_word(facts.named_a)), printable(shell_word(facts.named_b))));
    for (const std::string& each : facts.found.doubts)
        out.print(fmt::format("  {}: {}\n", out.paint(tone::doubtful, "doubtful"), each));
}

/// What to do where the likeliest cause is of a group. {a} and {b} are the runs as words of a shell.
struct group_cure {
    repro::difference_group group;
    const char* text;
};

constexpr const char* one_program =
    "bring both to one program: repro rerun {a} rebuilds the sources of the first and runs its command again";
constexpr const char* one_lockfile =
    "install from one lockfile on both sides: repro verify --lock {b} says what is installed here otherwise "
    "than locked";

constexpr group_cure group_cures[] = {
    {repro::difference_group::code, one_program},
    {repro::difference_group::executable, one_program},
    {repro::difference_group::lockfiles, one_lockfile},
    {repro::difference_group::libraries, one_lockfile},
    {repro::difference_group::build,
     "compile both with one compiler and the same flags; repro selftest says how a build rounds"},
    {repro::difference_group::launch,
     "start both in one environment: repro run --level bit-exact -- COMMAND sets it, repro explain knobs "
     "lists it"},
    {repro::difference_group::floating_point,
     "let both round and flush alike: repro show {b} says who changed the floating-point environment"},
    {repro::difference_group::config,
     "give both one config; where the config is the question, run five seeds a side and repro compare A B "
     "--across config"},
    {repro::difference_group::streams,
     "seed each stream alike in both: repro show {b} says which were seeded, and how"},
    {repro::difference_group::inputs,
     "give both the same data: repro verify {a} and repro verify {b} say which of it changed since"},
    {repro::difference_group::environment,
     "start both by one command line and in one environment, then compare again"},
    {repro::difference_group::hardware,
     "run both on one machine, or ask for seed-stable: bits depend on the processor"}};

std::string cure_of(const repro::difference& cause, const run_pair_facts& facts) {
    if (cause.name == "seed")
        return "other seeds give other numbers: run both under the same seed, or five seeds a side and repro "
               "compare A B --level distribution-stable";
    for (const group_cure& each : group_cures)
        if (each.group == cause.group)
            return fmt::format(fmt::runtime(each.text), fmt::arg("a", shell_word(facts.named_a)),
                               fmt::arg("b", shell_word(facts.named_b)));
    return {};
}

/// Returns what to do about the place at which the traces part.
std::string trace_cure(const run_pair_facts& facts) {
    if (!facts.traces)
        return "let the program call run.trace at every step and run both again: this command then names the "
               "first tensor that differs";
    if (!facts.traces->parted) return {};
    const auto& streams = facts.traces->parted->streams;
    const auto parted = std::ranges::find_if(streams, &repro::stream_standing::differs);
    if (parted != streams.end())
        return fmt::format("look for who draws from stream '{}' between the last equal tensor and the first "
                           "that differs: an extra call, a worker, a hidden rand()",
                           clipped(parted->name));
    if (facts.found.likeliest() != nullptr) return {}; // it explains the place as well
    return "look at the order of sums, at threads and at inputs there: repro shake -- COMMAND varies one at "
           "a "
           "time";
}

/// Returns what to do next, most useful first.
std::vector<std::string> next_steps(const run_pair_facts& facts) {
    std::vector<std::string> steps;
    if (facts.same_bits()) return {"nothing: the two have the same bits"};
    const auto add = [&steps](std::string step) {
        if (!step.empty()) steps.push_back(std::move(step));
    };
    for (const auto* const run : {&facts.a, &facts.b})
        if (run->status && *run->status != repro::run_status::completed)
            add(fmt::format("let {} run to its end: it is {}", run->id, to_string(*run->status)));
    if (const repro::difference* const cause = facts.found.likeliest())
        add(cure_of(*cause, facts));
    else
        add("nothing recorded explains it: repro audit -- COMMAND names who takes entropy, repro shake -- "
            "COMMAND what changes the results");
    add(trace_cure(facts));
    const repro::level asked = facts.decides.value_or(repro::level::bit_exact);
    for (const std::string& each : facts.at(asked).would_decide)
        add(each);
    if (!facts.decides) add("name the level that is wanted, in the program or by repro compare --level");
    return steps;
}

void print_explanation(const run_pair_facts& facts, const std::vector<std::string>& steps, console& out) {
    const auto heading = [&out](std::string_view text) {
        out.print(fmt::format("\n{}\n", out.paint(tone::heading, text)));
    };
    print_runs(facts.a, facts.b, out);
    print_levels_of(facts, out);
    heading("What most likely made the difference");
    print_causes(facts, out);
    heading("Where they part");
    if (facts.traces)
        print_parting(*facts.traces, out);
    else
        out.print("  no trace on both sides\n");
    heading("What to do next");
    for (std::size_t i = 0; i < steps.size(); ++i)
        out.print(fmt::format("  {}. {}\n", i + 1, printable(steps[i])));
}

} // namespace

exit_code explain_runs(const std::string& a, const std::string& b, console& out) {
    const run_pair_facts facts = pair_facts_of(a, b, out);
    const std::vector<std::string> steps = next_steps(facts);
    if (out.json())
        out.answer({{"compare", comparison_json(facts.levels, facts.decides)},
                    {"diff", diff_json(facts.a, facts.b, facts.found)},
                    {"trace", facts.traces ? trace_pair_json(*facts.traces) : nullptr},
                    {"next", steps}});
    else
        print_explanation(facts, steps, out);
    return exit_code_of(verdict_at(facts.decides, facts.levels));
}

} // namespace tool
