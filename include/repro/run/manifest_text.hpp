// SPDX-License-Identifier: MIT
#pragma once
// The manifest as JSON: the source schema's keys first, under their own names, then those added beside them.

#include <repro/detail/base64.hpp>
#include <repro/detail/json_writer.hpp>
#include <repro/detail/utf8.hpp>
#include <repro/run/build_text.hpp>
#include <repro/run/clock.hpp>
#include <repro/run/entropy_text.hpp>
#include <repro/run/floating_point_text.hpp>
#include <repro/run/git_text.hpp>
#include <repro/run/json_text.hpp>
#include <repro/run/launch_text.hpp>
#include <repro/run/manifest.hpp>
#include <repro/version.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline void write(json_writer& to, const version_map& versions) {
    to.begin_object();
    for (const auto& [name, version] : versions)
        to.member(name, version);
    to.end_object();
}

inline void write(json_writer& to, const hardware_facts& facts) {
    to.begin_object();
    to.member("cpu", facts.cpu);
    to.member("ram_gb", facts.ram_gb);
    to.member("gpu", facts.gpu);
    to.member("os", facts.os);
    to.member("logical_cores", facts.logical_cores);
    to.member("usable_cores", facts.usable_cores);
    to.member("ram_bytes", facts.ram_bytes);
    write(to, "gpus", facts.gpus);
    to.member("gpu_driver", facts.gpu_driver);
    to.member("kernel", facts.kernel);
    to.member("architecture", facts.architecture);
    to.end_object();
}

inline void write_digest(json_writer& to, const std::optional<file_digest>& digest) {
    write_digest(to, "sha256", digest ? std::optional(digest->sha256) : std::nullopt);
    to.member("size", digest ? std::optional(digest->size) : std::nullopt);
}

/// Writes the bytes of a path that the text beside it does not hold: one that is not UTF-8, and no secret.
inline void write_path_bytes(json_writer& to, const char* key, const std::string& path) {
    if (utf8_fault(path) == std::string_view::npos) return;
    redaction_list secrets;
    if (hide_tokens(path, secrets, key) == path) to.member(key, to_base64(path));
}

inline void write_paths(json_writer& to, const std::string& path, const std::filesystem::path& absolute) {
    to.member("path", path);
    write_path_bytes(to, "path_b64", path);
    to.member("absolute", absolute.native());
    write_path_bytes(to, "absolute_b64", absolute.native());
}

/// Writes what the ends of a file tell.
inline void write_partial(json_writer& to, const partial_digest& partial) {
    write_digest(to, "sha256", std::optional<digest256>());
    to.member("size", partial.size);
    to.key("partial");
    to.begin_object();
    write_digest(to, "sha256", std::optional(partial.sha256));
    to.member("bytes_of_each_end", hashed_end_bytes);
    to.member("modified_at", utc_text(partial.modified));
    to.end_object();
}

/// Writes the digest of a file or folder, and of a folder how much is in it.
inline void write_content(json_writer& to, const named_file& file) {
    if (file.partial) return write_partial(to, *file.partial);
    write_digest(to, file.digest);
    if (!file.tree) return;
    to.key("tree");
    to.begin_object();
    to.member("files", file.tree->files);
    to.member("links", file.tree->links);
    to.end_object();
}

inline void write(json_writer& to, const named_file& file) {
    to.begin_object();
    write_paths(to, file.path, file.absolute);
    write_content(to, file);
    to.end_object();
}

inline void write(json_writer& to, const recorded_lockfile& lockfile) {
    to.begin_object();
    write_paths(to, lockfile.facts.path.native(), lockfile.absolute);
    write_digest(to, "sha256", lockfile.facts.sha256);
    to.member("size", lockfile.facts.size);
    to.member("tracked", lockfile.facts.tracked);
    to.end_object();
}

inline void write(json_writer& to, const input_file& input) {
    to.begin_object();
    write_paths(to, input.file.path, input.file.absolute);
    to.member("role", input.role);
    write_content(to, input.file);
    write_digest(to, "sha256_at_end", input.sha256_at_end);
    to.end_object();
}

inline void write(json_writer& to, const recorded_stream& stream) {
    to.begin_object();
    to.member("name", stream.facts.name);
    to.member("engine", stream.facts.engine);
    to.member("seed", stream.facts.seed);
    to.member("rule", to_string(stream.facts.rule));
    to.member("note", stream.facts.note);
    to.member("draws", stream.facts.draws);
    write_digest(to, "state_at_start", stream.state_at_start);
    write_digest(to, "state_at_end", stream.state_at_end);
    to.end_object();
}

inline void write(json_writer& to, const recorded_switch& each) {
    to.begin_object();
    to.member("name", each.at_start.name);
    to.member("value", each.at_start.value);
    to.member("value_at_end", each.value_at_end);
    to.end_object();
}

inline void write(json_writer& to, const not_deterministic_use& use) {
    to.begin_object();
    to.member("name", use.name);
    to.member("hint", use.hint);
    to.member("count", use.count);
    to.member("where", use.where);
    to.end_object();
}

inline void write(json_writer& to, const recorded_library& library) {
    to.begin_object();
    to.member("name", library.object.name);
    to.member("build_id", library.object.build_id);
    to.member("since", library.late ? "later" : "start");
    to.member("gone", library.gone);
    to.member("soname", library.object.soname);
    to.member("file_version", library.file.version);
    to.member("file", library.file.path);
    to.member("file_state", to_string(library.file.state));
    to.end_object();
}

inline void write(json_writer& to, const missing_fact& fact) {
    to.begin_object();
    to.member("field", fact.field);
    to.member("reason", fact.reason);
    to.end_object();
}

inline void write(json_writer& to, const warning& note) {
    to.begin_object();
    to.member("code", to_string(note.code));
    to.member("text", note.text);
    to.end_object();
}

inline void write_artifacts(json_writer& to, const std::vector<artifact_file>& artifacts) {
    to.key("artifacts");
    to.begin_array();
    for (const artifact_file& each : artifacts)
        to.value(each.name);
    to.end_array();
}

inline void write_digests(json_writer& to, const std::vector<artifact_file>& artifacts) {
    to.key("digests");
    to.begin_object();
    for (const artifact_file& each : artifacts) {
        to.key(each.name);
        to.begin_object();
        write_path_bytes(to, "path_b64", each.name);
        write_content(to, each.file);
        to.member("outside", each.outside);
        to.end_object();
    }
    to.end_object();
}

inline void write_metrics(json_writer& to, const metric_table& metrics) {
    to.key("metrics");
    to.begin_object();
    for (const metric_table::series& each : metrics.all()) {
        to.key(each.name);
        to.begin_object();
        to.key("step");
        to.begin_array();
        for (const std::int64_t step : each.steps)
            to.value(step);
        to.end_array();
        to.key("value");
        to.begin_array();
        for (const double value : each.values)
            to.value(value);
        to.end_array();
        to.end_object();
    }
    to.end_object();
}

inline void write_phases(json_writer& to, const phase_table& phases) {
    to.key("phases");
    to.begin_object();
    for (const phase_table::phase& each : phases.all()) {
        to.key(each.name);
        to.begin_object();
        to.member("count", each.count);
        to.member("seconds", seconds_between(0, each.nanoseconds));
        to.end_object();
    }
    to.end_object();
}

/// Writes the keys of the source schema.
inline void write_source_keys(json_writer& to, const manifest& m) {
    to.member("id", m.id);
    to.member("git_sha", m.git_at_start().sha);
    to.member("git_dirty", m.git_at_start().dirty);
    to.member("seed", m.seed.value());
    to.key("config");
    to.verbatim(m.config);
    write(to, "versions", m.versions);
    write(to, "hardware", m.hardware);
    to.member("started_at", utc_text(m.started.calendar));
    to.key("finished_at");
    if (m.finished)
        to.value(utc_text(m.finished->calendar));
    else
        to.value(nullptr);
    to.key("wall_seconds");
    if (m.finished)
        to.value(seconds_between(m.started.steady, m.finished->steady));
    else
        to.value(nullptr);
    write_artifacts(to, m.artifacts);
}

inline void write_error(json_writer& to, const manifest& m) {
    to.key("error");
    if (m.error_message.empty()) return to.value(nullptr);
    to.begin_object();
    to.member("message", m.error_message);
    to.end_object();
}

/// Says what the declared level means, for those who read the manifest without the library.
inline void write_level(json_writer& to, const std::optional<level>& declared) {
    to.member("level", declared ? std::optional(to_string(*declared)) : std::nullopt);
    to.key("level_description");
    if (!declared) return to.value(nullptr);
    const level_description& means = describe(*declared);
    to.begin_object();
    to.member("tolerance", means.tolerance);
    to.member("controlled", means.controlled);
    to.member("uncontrolled", means.uncontrolled);
    to.member("used_for", means.used_for);
    to.end_object();
}

inline void write_added_keys(json_writer& to, const manifest& m) {
    to.member("schema", manifest_schema);
    to.member("stream_contract", stream_contract);
    to.member("name", m.name);
    to.member("run_id", m.run_id);
    to.member("status", to_string(m.status));
    write_error(to, m);
    to.member("durability", m.durable ? "fsync" : "none");
    to.member("file_system", m.file_system);
    write_level(to, m.level);
    to.member("seed_text", decimal(m.seed.value()));
    to.member("seed_source", to_string(m.seed_source));
    write_launch(to, m);
    write(to, "entropy", m.entropy);
    write(to, "parent", m.parent);
    to.key("ranks");
    to.verbatim(m.ranks);
    write_context(to, m.context);
    write(to, "executable", m.executable);
    write(to, "git", m.git);
    write(to, "build", m.build);
    write(to, "floating_point", m.floating_point);
    write(to, "lockfiles", m.lockfiles);
    write(to, "inputs", m.inputs);
    write_digests(to, m.artifacts);
    write(to, "streams", m.streams);
    write(to, "switches", m.switches);
    write(to, "not_deterministic", m.not_deterministic);
    write_metrics(to, m.metrics);
    write_phases(to, m.phases);
    write(to, "libraries", m.libraries);
    write(to, "missing", m.missing);
    write(to, "warnings", m.warnings);
}

/// Takes tokens and the users of URLs out of whatever else a manifest says: paths, reasons, names.
class manifest_filter final : public text_filter {
public:
    explicit manifest_filter(redaction_list& log) noexcept : log_(log) {}
    [[nodiscard]] std::string clean(std::string_view text, std::string_view member) override {
        std::string clean = hide_tokens(text, log_, member);
        constexpr std::string_view keyed_by_names[] = {"artifacts", "digests", "metrics", "phases"};
        if (std::ranges::find(keyed_by_names, member) == std::ranges::end(keyed_by_names)) return clean;
        if (utf8_fault(clean) != std::string_view::npos) {
            replaced_ = true;
            clean = utf8_replaced(clean);
        }
        return apart(text, std::move(clean));
    }

    /// Returns whether some name was not UTF-8.
    [[nodiscard]] bool replaced() const noexcept { return replaced_; }

private:
    /// Returns one name for one original: what two names hid must not make one key of them.
    [[nodiscard]] std::string apart(std::string_view original, std::string clean) {
        const auto [at, fresh] = given_.try_emplace(std::string(original));
        if (!fresh) return at->second;
        at->second = clean;
        for (std::size_t i = 2; !taken_.insert(at->second).second; ++i)
            at->second = clean + "~" + decimal(i);
        return at->second;
    }

    redaction_list& log_;
    std::map<std::string, std::string> given_;
    std::set<std::string> taken_;
    bool replaced_ = false;
};

/// Returns a manifest as JSON. Where something is not UTF-8, its faulty bytes are replaced, and a warning is
/// added.
[[nodiscard]] inline std::string manifest_text(manifest& m) {
    for (;;) {
        json_writer to(2);
        redaction_list redactions = m.context.redactions;
        manifest_filter filter(redactions);
        to.filter_by(filter);
        to.begin_object();
        write_source_keys(to, m);
        write_added_keys(to, m);
        write_redactions(to, redactions);
        to.end_object();
        const warning note{warn::text_replaced, "some text is not UTF-8: its faulty bytes stand as U+FFFD"};
        const bool said = std::find(m.warnings.begin(), m.warnings.end(), note) != m.warnings.end();
        if (said || !(to.replaced() || filter.replaced())) return to.text() + "\n";
        m.warnings.push_back(note);
    }
}

} // namespace detail
} // namespace repro::inline v0
