// SPDX-License-Identifier: MIT
// repro show: what a run recorded, for people.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/ranks.hpp>
#include <repro/judge/run_state.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {
namespace {

/// Returns a value as a person reads it; "-" where there is none.
std::string words(const nlohmann::json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string words(const nlohmann::json& document, const char* pointer) {
    return words(field(document, pointer));
}

tone tone_of(std::string_view status) {
    if (status == "completed") return tone::good;
    return status == "unknown" || status == "running" ? tone::doubtful : tone::bad;
}

std::string repository_words(const nlohmann::json& document) {
    if (field(document, "/git_sha").is_null()) return "unknown: " + words(document, "/git/state");
    std::string text = words(document, "/git_sha");
    if (const nlohmann::json& branch = field(document, "/git/branch"); branch.is_string())
        text += ", branch " + words(branch);
    const nlohmann::json& dirty = field(document, "/git_dirty");
    text += dirty.is_null() ? ", changes unknown" : dirty == true ? ", with changes" : ", no changes";
    if (const nlohmann::json& count = field(document, "/git/untracked"); count.is_number() && count != 0)
        text += ", " + words(count) + " untracked";
    return text;
}

std::string time_words(const nlohmann::json& document) {
    std::string text = words(document, "/started_at");
    if (!field(document, "/finished_at").is_null()) text += " to " + words(document, "/finished_at");
    if (const nlohmann::json& seconds = field(document, "/wall_seconds"); seconds.is_number())
        text += fmt::format(" ({:.3f} s)", seconds.get<double>());
    return text;
}

std::string hardware_words(const nlohmann::json& document) {
    return fmt::format("{}, {} GB, {}", words(document, "/hardware/cpu"), words(document, "/hardware/ram_gb"),
                       words(document, "/hardware/os"));
}

std::string fp_words(const nlohmann::json& state) {
    std::string text = "rounding " + words(state, "/rounding");
    if (field(state, "/flush_to_zero") == true) text += ", denormal results flushed to zero";
    if (field(state, "/denormals_are_zero") == true) text += ", denormal operands taken as zero";
    return text;
}

/// Adds the runs that this one goes on from, the latest first.
void add_chain(const nlohmann::json& document, table& facts) {
    const nlohmann::json& parent = field(document, "/parent");
    if (!parent.is_object()) return;
    facts.row({{"goes on from", tone::faint},
               fmt::format("step {} of {}, run id {}, by {}", words(parent, "/step"), words(parent, "/id"),
                           words(parent, "/run_id"), words(parent, "/checkpoint"))});
    const nlohmann::json& earlier = field(parent, "/earlier");
    for (std::size_t i = earlier.is_array() ? earlier.size() : 0; i > 0; --i)
        facts.row({{"before it", tone::faint},
                   fmt::format("run id {} up to step {}", words(earlier[i - 1], "/run_id"),
                               words(earlier[i - 1], "/step"))});
}

void print_facts(const repro::recorded_manifest& manifest, const repro::derived_state& derived,
                 console& out) {
    const nlohmann::json& document = manifest.document;
    const std::string_view status = to_string(derived.state);
    out.print(fmt::format("{}  {}\n", out.paint(tone::heading, clipped(manifest.id)),
                          out.paint(tone_of(status), status)));
    if (!derived.reason.empty()) out.print(fmt::format("  {}\n", clipped(derived.reason)));
    if (derived.state == repro::run_state::interrupted)
        out.print("  repro recover completes its manifest with what it left\n");
    table facts;
    const auto fact = [&facts](std::string_view name, const std::string& value) {
        facts.row({{name, tone::faint}, value});
    };
    if (const nlohmann::json& problem = field(document, "/error/message"); problem.is_string())
        fact("error", words(problem));
    fact("manifest", manifest.path.native());
    fact("run id", manifest.run_id.value_or("-"));
    add_chain(document, facts);
    fact("seed", words(document, "/seed") + " (" + words(document, "/seed_source") + ")");
    fact("level", manifest.level ? std::string(to_string(*manifest.level)) : "-");
    fact("time", time_words(document));
    fact("git", repository_words(document));
    fact("program", manifest.executable ? manifest.executable->absolute : "-");
    fact("hardware", hardware_words(document));
    fact("gpu", words(document, "/hardware/gpu"));
    if (const nlohmann::json& state = field(document, "/floating_point/at_start"); state.is_object())
        fact("floating point", fp_words(state));
    facts.print(out, 2);
}

/// Prints a table under its title, unless it is empty.
void section(console& out, std::string_view title, const table& rows) {
    if (rows.empty()) return;
    out.print(fmt::format("\n{}\n", out.paint(tone::heading, title)));
    rows.print(out, 2);
}

/// Returns the layers that the numbers of a run rest on, from the compiler down to the C library.
table layers_table(const nlohmann::json& document) {
    table rows;
    if (!field(document, "/system").is_object()) return rows; // another program's, or an older one's
    const auto version = [&document](const char* name) {
        return fmt::format("{} {}", name,
                           words(field(document, "/versions"), (std::string("/") + name).c_str()));
    };
    rows.row({"compiler", fmt::format("{}, {}", version("compiler"), version("python"))});
    rows.row({"libraries", fmt::format("{}, {}, {}", version("stdlib"), version("torch"), version("numpy"))});
    rows.row({"cuda", fmt::format("{}, {}, toolkit {}, cudnn installed {}", version("cuda"), version("cudnn"),
                                  words(document, "/system/cuda_toolkit"),
                                  words(document, "/system/cudnn_installed"))});
    rows.row({"hardware", fmt::format("{}, microcode {}, {}, driver {}", words(document, "/hardware/cpu"),
                                      words(document, "/system/microcode"), words(document, "/hardware/gpu"),
                                      words(document, "/hardware/gpu_driver"))});
    rows.row({"system", fmt::format("{}, {}, {}", words(document, "/hardware/os"),
                                    words(document, "/hardware/kernel"), version("libc"))});
    rows.row({"container",
              fmt::format("{}, image {}, digest {}", words(document, "/container/kind"),
                          words(document, "/container/image"), words(document, "/container/digest"))});
    return rows;
}

/// Returns the command line, a word as it was given, and the variables that are set or were.
table context_table(const nlohmann::json& document) {
    table rows;
    std::string command;
    for (const nlohmann::json& word : field(document, "/command/arguments"))
        command += (command.empty() ? "" : " ") + words(word);
    if (!command.empty()) rows.row({"command", command, "in " + words(document, "/command/directory")});
    const nlohmann::json& variables = field(document, "/environment");
    if (!variables.is_object()) return rows;
    for (const auto& [name, value] : variables.items())
        rows.row({name, words(value, "/now"),
                  field(value, "/changed") == true ? "at exec: " + words(value, "/at_exec") : std::string()});
    return rows;
}

/// Returns what fixed inputs gave in the libraries: at the end of the run, or at its start while it goes on.
table fingerprint_table(const nlohmann::json& document) {
    table rows;
    const nlohmann::json& end = field(document, "/fingerprint/at_end");
    const nlohmann::json& parts =
        end.is_array() && !end.empty() ? end : field(document, "/fingerprint/at_start");
    if (!parts.is_array()) return rows; // another program's, or an older one's
    for (const nlohmann::json& part : parts)
        rows.row({words(part, "/part"), words(part, field(part, "/digest").is_null() ? "/reason" : "/digest"),
                  words(part, "/through")});
    return rows;
}

/// Returns what an audit saw: how many calls went against the seed, and each call site.
table audit_rows(const nlohmann::json& document) {
    table rows;
    const nlohmann::json& entropy = field(document, "/entropy");
    if (!entropy.is_object()) return rows;
    if (field(entropy, "/watched") != true) {
        rows.row({"not watched", "run it by repro audit, or include repro/launch/audit.hpp"});
        return rows;
    }
    rows.row({"against the seed", words(entropy, "/taken")});
    for (const nlohmann::json& each : field(entropy, "/uses"))
        rows.row({field(each, "/own") == true ? "repro's own" : words(each, "/kind"), words(each, "/call"),
                  words(each, "/count") + " x", words(each, "/object"), words(each, "/function")});
    return rows;
}

table metrics_table(const nlohmann::json& document) {
    table rows;
    const nlohmann::json& metrics = field(document, "/metrics");
    if (!metrics.is_object()) return rows;
    for (const auto& [name, series] : metrics.items()) {
        const nlohmann::json& values = series.at("value");
        if (values.empty()) continue;
        rows.row({name, words(values.back()),
                  fmt::format("at step {}, last of {}", words(series.at("step").back()), values.size())});
    }
    return rows;
}

table streams_table(const nlohmann::json& document) {
    table rows;
    const nlohmann::json& streams = field(document, "/streams");
    for (const nlohmann::json& each : streams) {
        const std::string state = words(each, "/state_at_end");
        rows.row({words(each, "/name"), words(each, "/engine"), "seed " + words(each, "/seed"),
                  words(each, "/rule"), words(each, "/draws") + " draws", "state " + state.substr(0, 12)});
    }
    return rows;
}

table files_table(const std::vector<repro::recorded_file>& files) {
    table rows;
    for (const repro::recorded_file& each : files) {
        std::string remark;
        if (each.sha256_at_end && each.sha256_at_end != each.sha256) remark = "changed during the run";
        if (each.outside) remark = "outside of the run's folder";
        rows.row(
            {each.path, each.sha256 ? "sha256 " + each.sha256->hex().substr(0, 12) : "no digest", remark});
    }
    return rows;
}

std::string with_ranks(const repro::rank_group& group) {
    return clipped(group.value) + " on " + repro::rank_ranges(group.ranks);
}

/// Returns how the ranks stand by now, and what is not the same on all of them.
table ranks_table(const std::optional<repro::ranks_summary>& ranks) {
    table rows;
    if (!ranks) return rows;
    for (const repro::rank_group& each : ranks->states)
        rows.row({{each.value, tone_of(each.value)}, repro::rank_ranges(each.ranks)});
    for (const repro::rank_group& each : ranks->errors)
        rows.row({"error", with_ranks(each)});
    rows.row({"hosts", std::to_string(ranks->hosts.size())});
    for (const repro::rank_difference& each : ranks->differences)
        for (const repro::rank_group& value : each.values)
            rows.row({each.name, with_ranks(value)});
    for (const repro::rank_finding& each : ranks->findings)
        rows.row({{"stream " + each.stream, tone::bad}, each.text});
    return rows;
}

/// Returns the missing facts, those of one reason side by side.
table missing_table(const nlohmann::json& list) {
    std::vector<std::pair<std::string, std::string>> groups; // in the order of their first facts
    std::map<std::string, std::size_t> places;
    for (const nlohmann::json& each : list) {
        const std::string reason = words(each, "/reason");
        const auto [place, fresh] = places.try_emplace(reason, groups.size());
        if (fresh)
            groups.emplace_back(words(each, "/field"), reason);
        else
            groups[place->second].first += ", " + words(each, "/field");
    }
    table rows;
    for (const auto& [fields, reason] : groups)
        rows.row({fields, reason});
    return rows;
}

table warnings_table(const nlohmann::json& list) {
    table rows;
    for (const nlohmann::json& each : list)
        rows.row({words(each, "/code"), words(each, "/text")});
    return rows;
}

table phases_table(const nlohmann::json& phases) {
    table rows;
    if (!phases.is_object()) return rows;
    for (const auto& [name, each] : phases.items())
        rows.row({name, words(each, "/seconds") + " s", words(each, "/count") + " times"});
    return rows;
}

/// Returns the members of an object, one a row.
table members_table(const nlohmann::json& object) {
    table rows;
    if (object.is_object())
        for (const auto& [name, value] : object.items())
            rows.row({name, words(value)});
    else if (!object.is_null())
        rows.row({words(object)});
    return rows;
}

exit_code show(const std::string& run, console& out) {
    const repro::recorded_manifest manifest = repro::read_manifest(find_run(run, out));
    const nlohmann::json& document = manifest.document;
    const repro::derived_state derived = repro::state_of(manifest);
    if (out.json()) {
        out.answer({{"manifest", manifest.path.native()},
                    {"sha256", manifest.sha256.hex()},
                    {"status", to_string(derived.state)},
                    {"reason", derived.reason},
                    {"document", document}});
        return exit_code::holds;
    }
    print_facts(manifest, derived, out);
    section(out, "context", context_table(document));
    section(out, "layers", layers_table(document));
    section(out, "ranks", ranks_table(repro::ranks_of(manifest, repro::capture_process_world())));
    section(out, "config", members_table(field(document, "/config")));
    section(out, "metrics", metrics_table(document));
    section(out, "phases", phases_table(field(document, "/phases")));
    section(out, "streams", streams_table(document));
    section(out, "artifacts", files_table(manifest.artifacts));
    section(out, "inputs", files_table(manifest.inputs));
    section(out, "lockfiles", files_table(manifest.lockfiles));
    section(out, "versions", members_table(field(document, "/versions")));
    section(out, "fingerprint", fingerprint_table(document));
    section(out, "entropy", audit_rows(document));
    section(out, "missing", missing_table(field(document, "/missing")));
    section(out, "warnings", warnings_table(field(document, "/warnings")));
    return exit_code::holds;
}

} // namespace

command show_command() {
    const auto run = std::make_shared<std::string>();
    return {"show",
            "Print what a run recorded",
            {{"RUN", "The run", run.get(), presence::required}},
            [run](console& out) { return show(*run, out); }};
}

} // namespace tool
