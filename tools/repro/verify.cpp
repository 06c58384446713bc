// SPDX-License-Identifier: MIT
// repro verify: compares what a run recorded with what there is.

#include <repro/judge/run_state.hpp>
#include <repro/judge/verify.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "gate.hpp"
#include "lockfiles.hpp"
#include "run_argument.hpp"
#include "signature.hpp"
#include "system_lists.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

struct verify_arguments {
    std::vector<std::string> runs;
    std::string gate, timeout, signature;
    signer who;
    bool environment = false;
    bool allow_outside = false;
    bool lock = false;
};

/// Returns the time that a comparison may take.
std::chrono::milliseconds timeout_of(const std::string& seconds) {
    constexpr std::uint64_t most = 1'000'000'000;
    std::uint64_t count = 0;
    if (repro::detail::from_decimal(seconds, count) && count <= most)
        return std::chrono::seconds(static_cast<std::int64_t>(count));
    throw repro::error(repro::errc::argument_invalid, "--timeout '" + excerpt(seconds, 80) + "'",
                       "is no number of seconds", "give a whole number up to " + std::to_string(most));
}

/// Returns the one run that is compared with what there is; a gate takes several.
const std::string& only_run(const verify_arguments& arguments) {
    if (arguments.runs.size() == 1) return arguments.runs.front();
    throw repro::error(repro::errc::argument_invalid, "RUN", "is given several times",
                       "compare one run at a time; --gate takes several");
}

exit_code code_of(repro::verify_verdict verdict) {
    switch (verdict) {
    case repro::verify_verdict::holds:
        return exit_code::holds;
    case repro::verify_verdict::differs:
        return exit_code::differs;
    case repro::verify_verdict::undecided:
        break;
    }
    return exit_code::undecided;
}

tone tone_of(repro::verify_outcome outcome) {
    switch (outcome) {
    case repro::verify_outcome::match:
        return tone::good;
    case repro::verify_outcome::changed:
    case repro::verify_outcome::missing:
        return tone::bad;
    case repro::verify_outcome::unreadable:
    case repro::verify_outcome::not_recorded:
    case repro::verify_outcome::not_checked:
    case repro::verify_outcome::outside:
        break;
    }
    return tone::doubtful;
}

/// Returns what the lockfiles of a run fix. It decides nothing.
std::vector<graded_lockfile> grade_lockfiles(const repro::recorded_manifest& manifest,
                                             const repro::verification& result,
                                             const repro::verify_options& options) {
    std::vector<graded_lockfile> graded;
    auto file = manifest.lockfiles.begin();
    for (const repro::verified_item& item : result.items)
        if (item.kind == repro::item_kind::lockfile)
            graded.push_back(grade_lockfile(manifest, *file++, item, options));
    return graded;
}

std::string variable_or(const char* name, const std::string& otherwise) {
    const char* const value = std::getenv(name);
    return value && *value ? value : otherwise;
}

/// Adds where vcpkg keeps its registries, as its variables say.
void add_registries(repro::lockfiles::install_places& to) {
    if (const std::string root = variable_or("VCPKG_ROOT", ""); !root.empty())
        to.registries.emplace_back(root);
    const std::string cache = variable_or("XDG_CACHE_HOME", variable_or("HOME", "") + "/.cache");
    to.registries.emplace_back(variable_or("X_VCPKG_REGISTRIES_CACHE", cache + "/vcpkg/registries") + "/git");
}

/// Holds what is installed now against the lockfiles.
std::vector<graded_lockfile> hold_lockfiles(std::vector<graded_lockfile> graded,
                                            const repro::recorded_manifest& manifest,
                                            const repro::verify_options& options, console& out) {
    auto places = repro::lockfiles::find_places(options.folder, variable_or("VIRTUAL_ENV", ""));
    repro::lockfiles::add_mapped_places(places, mapped_libraries(manifest));
    add_registries(places);
    for (graded_lockfile& each : graded) {
        if (!each.report) continue;
        out.progress("holding " + each.path + " against what is installed");
        each.held = repro::lockfiles::hold_installed(*each.report, places);
    }
    std::ranges::move(system_lists(manifest), std::back_inserter(graded));
    return graded;
}

/// What --lock makes of a run without lockfiles: it cannot be decided.
repro::verified_item no_lockfile() {
    repro::verified_item item{repro::item_kind::lockfile, "lockfiles"};
    item.outcome = repro::verify_outcome::not_recorded;
    item.reason = "no lockfile was recorded: nothing to hold against what is installed";
    return item;
}

/// What --lock makes of packages that are installed and that a lockfile does not tell apart from others:
/// whether they were swapped is not known.
void add_undecided(std::vector<repro::verified_item>& items, const graded_lockfile& lockfile) {
    if (!lockfile.held) return;
    std::string names;
    for (const repro::lockfiles::held_package& each : *lockfile.held)
        if (each.undecided) names += (names.empty() ? "" : ", ") + each.locked.name;
    if (names.empty()) return;
    repro::verified_item& item =
        items.emplace_back(repro::verified_item{repro::item_kind::lockfile, lockfile.path});
    item.reason = "nothing to hold these installed packages against: " + names;
}

/// Checks an envelope by the program that the command line names.
repro::verified_item check_signature(const repro::recorded_manifest& manifest,
                                     const verify_arguments& given) {
    repro::verified_item item{repro::item_kind::signature, given.signature};
    const std::string envelope = repro::detail::read_document(given.signature);
    const std::string bytes = repro::detail::read_document(manifest.path);
    try {
        const signature_finding finding = check_envelope(envelope, bytes, given.who);
        const bool good = finding == signature_finding::good;
        item.outcome = good ? repro::verify_outcome::match : repro::verify_outcome::changed;
        if (!good) item.reason = word(finding);
    } catch (const repro::error& problem) {
        if (problem.code() != repro::errc::signing_failed) throw;
        item.outcome =
            repro::verify_outcome::unreadable; // whose program is missing knows nothing of the signature
        item.reason = problem.what();
    }
    return item;
}

json as_json(const repro::recorded_manifest& manifest, const repro::verification& result,
             repro::verify_verdict verdict, const std::vector<graded_lockfile>& lockfiles) {
    json items = json::array();
    for (const repro::verified_item& item : result.items)
        items.push_back({{"kind", to_string(item.kind)},
                         {"path", item.path},
                         {"outcome", to_string(item.outcome)},
                         {"recorded", text_or_null(item.recorded)},
                         {"found", text_or_null(item.found)},
                         {"reason", text_or_null(item.reason)}});
    return {{"id", manifest.id},
            {"manifest", manifest.path.native()},
            {"status", to_string(repro::state_of(manifest).state)},
            {"verdict", to_string(verdict)},
            {"items", std::move(items)},
            {"lockfiles", lockfiles_json(lockfiles)}};
}

std::string remark(const repro::verified_item& item) {
    if (!item.reason.empty()) return item.reason;
    if (item.outcome != repro::verify_outcome::changed) return {};
    return fmt::format("recorded {}, found {}", shortened(item.recorded), shortened(item.found));
}

std::string summary(const repro::verification& result) {
    std::string text;
    using enum repro::verify_outcome;
    for (const repro::verify_outcome each :
         {match, changed, missing, unreadable, not_recorded, not_checked, outside})
        if (const std::size_t count = result.count(each))
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(each));
    return text;
}

exit_code verify(const verify_arguments& arguments, console& out) {
    if (!arguments.gate.empty()) return pass_gate(arguments.gate, arguments.runs, out);
    const repro::recorded_manifest manifest = repro::read_manifest(find_run(only_run(arguments), out));
    repro::verify_options options;
    if (arguments.environment) options.environment = repro::check_environment::yes;
    if (arguments.allow_outside) options.outside = repro::outside_files::read;
    if (!arguments.timeout.empty()) options.timeout = timeout_of(arguments.timeout);
    options.progress = [&out](const std::string& path) { out.progress("hashing " + path); };
    repro::verification result = repro::verify(manifest, options);
    if (!arguments.signature.empty()) result.items.push_back(check_signature(manifest, arguments));
    std::vector<graded_lockfile> lockfiles = grade_lockfiles(manifest, result, options);
    if (arguments.lock) lockfiles = hold_lockfiles(std::move(lockfiles), manifest, options, out);
    if (arguments.lock && manifest.lockfiles.empty()) result.items.push_back(no_lockfile());
    for (const graded_lockfile& each : lockfiles)
        add_undecided(result.items, each);
    const bool swapped = std::ranges::any_of(lockfiles, &graded_lockfile::swapped);
    const repro::verify_verdict verdict = swapped ? repro::verify_verdict::differs : result.verdict();
    if (out.json()) {
        out.answer(as_json(manifest, result, verdict, lockfiles));
        return code_of(verdict);
    }
    table rows;
    for (const repro::verified_item& item : result.items)
        rows.row({{to_string(item.outcome), tone_of(item.outcome)},
                  to_string(item.kind),
                  item.path,
                  remark(item)});
    rows.print(out);
    for (const graded_lockfile& each : lockfiles) {
        out.print("\n");
        print_lockfile(each, out);
    }
    const tone shade = verdict == repro::verify_verdict::holds     ? tone::good
                       : verdict == repro::verify_verdict::differs ? tone::bad
                                                                   : tone::doubtful;
    out.print(fmt::format("\n{}: {} ({})\n", clipped(manifest.id), out.paint(shade, to_string(verdict)),
                          summary(result)));
    if (const repro::derived_state derived = repro::state_of(manifest); !derived.reason.empty())
        out.print(fmt::format("the run is {}: {}\n", to_string(derived.state), clipped(derived.reason)));
    return code_of(verdict);
}

} // namespace

command verify_command() {
    const auto arguments = std::make_shared<verify_arguments>();
    return {
        "verify",
        "Compare what a run recorded with what there is; nothing is written, and nothing but --sig's program "
        "run",
        {{"RUN", "The run; with --gate several, or folders of runs", &arguments->runs, presence::required},
         {"--gate",
          "Whether the runs are evidence: run (where nothing follows) or publication",
          optional_text{&arguments->gate, "run"},
          presence::optional,
          {"run", "publication"}},
         {"--environment", "Compare code and machine, too, as far as the run's level controls them",
          &arguments->environment},
         {"--lock", "Hold what is installed against the run's lockfiles, too", &arguments->lock},
         {"--allow-outside", "Read files that stand neither in the run's folder nor below this one",
          &arguments->allow_outside},
         {"--sig", "The envelope of a signature, which is checked, too; see repro sign",
          &arguments->signature},
         {"--with",
          "What checks it: ssh-keygen (where absent) or openssl",
          &arguments->who.program,
          presence::optional,
          {"ssh-keygen", "openssl"}},
         {"--key", "For --sig: ssh-keygen's allowed signers or openssl's public key", &arguments->who.key},
         {"--identity", "For --sig with ssh-keygen: who must have signed", &arguments->who.identity},
         {"--timeout", "Seconds after which what is left stays unchecked (3600 where absent)",
          &arguments->timeout}},
        [arguments](console& out) { return verify(*arguments, out); }};
}

} // namespace tool
