// SPDX-License-Identifier: MIT
#pragma once
// What one rank says of itself, as its file has it: less than a manifest, so that ten thousand of them fit.

#include <repro/run/manifest_text.hpp>
#include <repro/stream/engine.hpp>
#include <repro/stream/rank_check.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// The layout of a rank's file.
inline constexpr std::string_view rank_schema = "urn:repro:rank:1.0";

namespace detail {

inline void write_rank_libraries(json_writer& to, const std::vector<recorded_library>& libraries) {
    to.key("libraries");
    to.begin_array();
    for (const recorded_library& each : libraries) {
        to.begin_object();
        to.member("name", each.object.name);
        to.member("build_id", each.object.build_id);
        to.end_object();
    }
    to.end_array();
}

/// Writes the variables that change numbers and are set; null where they could not be looked at.
inline void write_rank_knobs(json_writer& to, const std::optional<knob_check>& knobs) {
    to.key("knobs");
    if (!knobs) return to.value(nullptr);
    to.begin_array();
    for (const knob_finding& each : knobs->findings) {
        if (!each.value) continue;
        to.begin_object();
        to.member("name", each.which.name);
        to.member("value", *each.value);
        to.end_object();
    }
    to.end_array();
}

inline void write_rank_keys(json_writer& to, const manifest& m) {
    to.member("schema", rank_schema);
    to.member("rank", m.place->rank);
    to.member("world", m.place->world);
    to.member("id", m.id);
    to.member("run_id", m.run_id);
    to.member("status", to_string(m.status));
    write_error(to, m);
    to.member("seed_text", decimal(m.seed.value()));
    to.member("level", m.level ? std::optional(to_string(*m.level)) : std::nullopt);
    to.member("started_at", utc_text(m.started.calendar));
    to.member("finished_at", m.finished ? std::optional(utc_text(m.finished->calendar)) : std::nullopt);
    to.key("config");
    to.verbatim(m.config);
    to.member("git_sha", m.git_at_start().sha);
    to.member("git_dirty", m.git_at_start().dirty);
    write(to, "hardware", m.hardware);
    write(to, "floating_point", m.floating_point);
    write(to, "executable", m.executable);
    write_facts(to, "process", m.context.process ? &m.context.process->process : nullptr);
}

/// Returns the text of the file of a rank.
[[nodiscard]] inline std::string rank_text(const manifest& m) {
    json_writer to(1);
    redaction_list redactions = m.context.redactions;
    manifest_filter filter(redactions);
    to.filter_by(filter);
    to.begin_object();
    write_rank_keys(to, m);
    write(to, "inputs", m.inputs);
    write_digests(to, m.artifacts);
    write(to, "streams", m.streams);
    write_metrics(to, m.metrics);
    write_rank_libraries(to, m.libraries);
    write_rank_knobs(to, m.knobs);
    write(to, "missing", m.missing);
    write(to, "warnings", m.warnings);
    write_redactions(to, redactions);
    to.end_object();
    return to.text() + "\n";
}

/// One rank, as others compare it with theirs.
struct rank_report {
    std::uint64_t rank = 0;
    std::string status; ///< as its file says, or a reader found
    std::string error;
    std::string host;
    std::map<std::string, std::string> facts; ///< that should be equal on all ranks
    bool knobs_known = false;                 ///< whether what it does not list of these is not set
    rank_states at_start, at_end;
    std::vector<std::string> common; ///< names of streams that are the library's own and no rank's
};

/// Returns a value of a document as text; "-" where it is not there.
[[nodiscard]] inline std::string text_at(const nlohmann::json& document, const char* pointer) {
    const nlohmann::json::json_pointer place(pointer);
    if (!document.is_object() || !document.contains(place) || document.at(place).is_null()) return "-";
    const nlohmann::json& value = document.at(place);
    if (value.is_string()) return value.get<std::string>();
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Adds a fact for each object of a list: "<list>/<its name>".
inline void add_listed_facts(rank_report& report, const nlohmann::json& document, const char* list,
                             const char* name, const char* value) {
    const auto found = document.find(list);
    if (found == document.end() || !found->is_array()) return;
    for (const nlohmann::json& each : *found)
        report.facts[std::string(list) + "/" + text_at(each, name)] = text_at(each, value);
}

/// What each rank is given for itself: its device, its processors.
inline constexpr std::string_view knobs_of_one_rank[] = {"CUDA_VISIBLE_DEVICES", "OMP_PLACES"};

/// Adds "knobs/<name>" for each variable that changes numbers and is set.
inline void add_knobs(rank_report& report, const nlohmann::json& document) {
    const auto found = document.find("knobs");
    report.knobs_known = found != document.end() && found->is_array();
    if (!report.knobs_known) return;
    for (const nlohmann::json& each : *found) {
        const std::string name = text_at(each, "/name"), value = text_at(each, "/value");
        const bool own = std::ranges::find(knobs_of_one_rank, name) != std::ranges::end(knobs_of_one_rank);
        if (value != "-" && !own) report.facts["knobs/" + name] = value;
    }
}

inline void add_streams(rank_report& report, const nlohmann::json& document) {
    report.at_start.rank = report.at_end.rank = report.rank;
    const auto found = document.find("streams");
    if (found == document.end() || !found->is_array()) return;
    for (const nlohmann::json& each : *found) {
        const std::string name = text_at(each, "/name");
        const std::string start = text_at(each, "/state_at_start"), end = text_at(each, "/state_at_end");
        if (start != "-") report.at_start.streams.emplace_back(name, start);
        if (end != "-") report.at_end.streams.emplace_back(name, end);
        if (text_at(each, "/engine") == stream_engine::engine_name) report.common.push_back(name);
    }
}

/// Reads what a manifest, or the file of a rank, says of that rank. What is not there is "-".
[[nodiscard]] inline rank_report report_of(const nlohmann::json& document, std::uint64_t rank) {
    rank_report report;
    report.rank = rank;
    if (!document.is_object()) {
        report.status = "unreadable";
        return report;
    }
    report.status = text_at(document, "/status");
    report.error = text_at(document, "/error/message");
    report.host = text_at(document, "/process/host");
    for (const char* const pointer :
         {"/seed_text", "/level", "/config", "/git_sha", "/git_dirty", "/hardware/cpu", "/hardware/gpu",
          "/hardware/gpu_driver", "/hardware/kernel", "/hardware/architecture", "/executable/sha256",
          "/floating_point/at_start"})
        report.facts[pointer + 1] = text_at(document, pointer);
    add_listed_facts(report, document, "libraries", "/name", "/build_id");
    add_listed_facts(report, document, "inputs", "/path", "/sha256");
    add_knobs(report, document);
    add_streams(report, document);
    return report;
}

} // namespace detail
} // namespace repro::inline v0
