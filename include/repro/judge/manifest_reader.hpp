// SPDX-License-Identifier: MIT
#pragma once
// Reads a manifest that may come from anywhere: the file, its JSON, its keys and their types are checked
// before anybody relies on them. Takes manifests of this library, and those that hold the source schema's
// keys alone.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/core/level.hpp>
#include <repro/detail/base64.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/ends.hpp>
#include <repro/judge/manifest_fields.hpp>
#include <repro/judge/recorded_time.hpp>
#include <repro/judge/strict_json.hpp>
#include <repro/run/manifest.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A file that a manifest names.
struct recorded_file {
    std::string path;                       ///< as the run spelled it
    std::string absolute;                   ///< where it stood; empty for an artifact in the run's folder
    std::optional<digest256> sha256;        ///< none where it could not be read
    std::optional<digest256> sha256_at_end; ///< of an input, when the run was over
    bool outside = false;                   ///< of an artifact: marked as not in the run's folder
    bool tree = false;                      ///< a folder: the digest is that of the list of its files
    std::optional<std::uint64_t> size;      ///< in bytes, where it was recorded
    std::optional<digest256> ends = {};     ///< of both ends, where the file was too large to be hashed
};

/// A manifest as it was read: of the right shape, and not yet compared with anything.
struct recorded_manifest {
    std::filesystem::path path; ///< of the file, as it was named
    digest256 sha256;           ///< of the file's bytes
    std::string id;
    std::optional<std::string> run_id;
    std::optional<run_status> status;
    std::optional<repro::level> level;
    std::string started_at;
    std::vector<recorded_file> artifacts;
    std::vector<recorded_file> inputs;
    std::vector<recorded_file> lockfiles;
    std::optional<recorded_file> executable;
    std::optional<recorded_file> patch; ///< the changes of a dirty tree, where they were kept
    nlohmann::json document;            ///< all of it
};

namespace detail {

/// Refuses a schema that is not this library's, or of a higher first number.
inline void expect_schema(const json_place& root) {
    constexpr std::string_view head = manifest_schema.substr(0, manifest_schema.rfind(':') + 1);
    const auto text = optional_text(root.object, "schema");
    if (!text) throw field_error(errc::field_type, root.where("schema"), "is no text");
    std::string_view version = *text;
    const bool ours = version.starts_with(head);
    if (ours) version.remove_prefix(head.size());
    std::uint64_t major = 0, minor = 0, own = 0;
    std::string_view known = manifest_schema.substr(head.size());
    (void)from_decimal(next_token(known, '.'), own);
    const bool good = ours && from_decimal(next_token(version, '.'), major) && from_decimal(version, minor);
    if (!good || major == 0 || major > own)
        throw error(errc::schema_version, root.where("schema"),
                    "is '" + text->substr(0, 80) + "', which this version does not read",
                    "use the version of the tool that belongs to the library that wrote it");
}

[[nodiscard]] inline run_status parse_status(const json_place& root) {
    const auto text = root.object.at("status").get<std::string>();
    for (const run_status each :
         {run_status::running, run_status::completed, run_status::failed, run_status::aborted})
        if (to_string(each) == text) return each;
    throw field_error(errc::field_value, root.where("status"), "is no status of a run");
}

[[nodiscard]] inline std::optional<level> parse_recorded_level(const json_place& root) {
    const auto text = optional_text(root.object, "level");
    if (!text) return std::nullopt;
    for (const level_description& each : levels)
        if (each.name == *text) return each.level;
    throw field_error(errc::field_value, root.where("level"), "is no level");
}

inline void expect_times(const json_place& root) {
    for (const char* const key : {"started_at", "finished_at"})
        if (const auto text = optional_text(root.object, key); text && !read_time(*text))
            throw field_error(errc::field_value, root.where(key), "is no time of RFC 3339");
}

inline void expect_series(const json_place& series) {
    expect_fields(series, series_rules);
    if (series.object["step"].size() != series.object["value"].size())
        throw field_error(errc::field_value, series.place, "has not as many steps as values");
    const auto whole = [](const nlohmann::json& step) { return step.is_number_integer(); };
    if (!std::ranges::all_of(series.object["step"], whole))
        throw field_error(errc::field_type, series.where("step"), "holds a step that is no whole number");
    if (!std::ranges::all_of(series.object["value"], is_real))
        throw field_error(errc::field_type, series.where("value"),
                          "holds a value that is no number, NaN, Infinity or -Infinity");
}

/// Checks the lists that are shown and not judged.
inline void expect_lists(const json_place& root) {
    const std::pair<const char*, std::span<const field_rule>> lists[] = {{"streams", stream_rules},
                                                                         {"libraries", library_rules},
                                                                         {"missing", missing_rules},
                                                                         {"warnings", warning_rules}};
    for (const auto& [key, rules] : lists) {
        const json_place list = root.at(key);
        for (std::size_t i = 0; i < list.object.size(); ++i)
            expect_fields(list.at(i), rules);
    }
    const json_place metrics = root.at("metrics");
    for (const auto& [name, series] : metrics.object.items()) {
        if (!series.is_object()) throw field_error(errc::field_type, metrics.where(name), "is no series");
        expect_series(metrics.at(name));
    }
}

/// Returns the bytes of a path that is not UTF-8.
[[nodiscard]] inline std::string read_bytes(const json_place& place, const char* key) {
    const auto text = optional_text(place.object, key);
    std::optional<std::string> bytes = text ? from_base64(*text) : std::nullopt;
    if (!bytes) throw field_error(errc::field_value, place.where(key), "is no base64");
    return std::move(*bytes);
}

/// Returns the path under `key`, or its bytes where they stand beside it.
[[nodiscard]] inline std::string read_path(const json_place& place, const char* key, const char* bytes_key) {
    if (place.object.contains(bytes_key)) return read_bytes(place, bytes_key);
    return place.object[key].get<std::string>();
}

[[nodiscard]] inline std::optional<std::uint64_t> recorded_size(const nlohmann::json& entry) {
    const auto found = entry.find("size");
    if (found == entry.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

/// Returns the digest of a file's ends; nothing where it has none of such ends as are hashed here.
[[nodiscard]] inline std::optional<digest256> recorded_ends(const json_place& entry) {
    const auto partial = entry.object.find("partial");
    if (partial == entry.object.end() || !partial->is_object() ||
        partial->value("bytes_of_each_end", nlohmann::json()) != hashed_end_bytes)
        return std::nullopt;
    return optional_digest(entry.at("partial"), "sha256");
}

[[nodiscard]] inline recorded_file read_named_file(const json_place& place) {
    expect_fields(place, file_rules);
    return {read_path(place, "path", "path_b64"),
            read_path(place, "absolute", "absolute_b64"),
            optional_digest(place, "sha256"),
            optional_digest(place, "sha256_at_end"),
            false,
            place.object.contains("tree"),
            recorded_size(place.object),
            recorded_ends(place)};
}

[[nodiscard]] inline std::vector<recorded_file> read_named_files(const json_place& list) {
    std::vector<recorded_file> files;
    for (std::size_t i = 0; i < list.object.size(); ++i)
        files.push_back(read_named_file(list.at(i)));
    return files;
}

/// Returns the artifacts with the digests that stand beside them, as far as they do.
[[nodiscard]] inline std::vector<recorded_file> read_artifacts(const json_place& root) {
    std::vector<recorded_file> files;
    const auto digests = root.object.find("digests");
    for (const nlohmann::json& name : root.object.at("artifacts")) {
        recorded_file& file = files.emplace_back();
        const auto shown = name.get<std::string>();
        file.path = shown;
        if (digests == root.object.end() || !digests->contains(shown)) continue;
        const json_place entry = root.at("digests").at(shown);
        if (!entry.object.is_object()) throw field_error(errc::field_type, entry.place, "is no object");
        if (entry.object.contains("path_b64")) file.path = read_bytes(entry, "path_b64");
        expect_fields(entry, digest_rules);
        file.sha256 = optional_digest(entry, "sha256");
        file.outside = entry.object.value("outside", nlohmann::json()) == true;
        file.tree = entry.object.contains("tree");
        file.size = recorded_size(entry.object);
        file.ends = recorded_ends(entry);
    }
    return files;
}

/// Returns the patch of a dirty tree; nothing where none was kept.
[[nodiscard]] inline std::optional<recorded_file> read_patch(const json_place& root) {
    const auto git = root.object.find("git");
    if (git == root.object.end() || !git->is_object()) return std::nullopt;
    const auto patch = git->find("patch");
    if (patch == git->end() || patch->is_null()) return std::nullopt;
    const json_place place = root.at("git").at("patch");
    if (!patch->is_object()) throw field_error(errc::field_type, place.place, "is no object");
    recorded_file file;
    file.path = "git.patch"; // not what the manifest names: it is fixed
    file.sha256 = optional_digest(place, "sha256");
    file.size = recorded_size(*patch);
    return file;
}

inline void read_schema_fields(const json_place& root, recorded_manifest& manifest) {
    expect_schema(root);
    expect_fields(root, schema_rules);
    expect_lists(root);
    if (root.object["seed_text"] != decimal(root.object["seed"].get<std::uint64_t>()))
        throw field_error(errc::field_value, root.where("seed_text"), "is not the seed beside it");
    manifest.run_id = optional_text(root.object, "run_id");
    manifest.status = parse_status(root);
    manifest.level = parse_recorded_level(root);
    manifest.inputs = read_named_files(root.at("inputs"));
    manifest.lockfiles = read_named_files(root.at("lockfiles"));
    if (!root.object["executable"].is_null()) manifest.executable = read_named_file(root.at("executable"));
    manifest.patch = read_patch(root);
}

/// Says of a manifest what was said of a file.
[[nodiscard]] inline error manifest_file_error(const error& problem) {
    if (problem.code() == errc::artifact_missing)
        return {errc::manifest_missing, problem.where(), problem.what_failed(),
                "name a manifest or a run's folder"};
    if (problem.code() == errc::artifact_unreadable)
        return {errc::unreadable, problem.where(), problem.what_failed(), problem.fix()};
    return problem;
}

/// Returns what a regular file holds, up to a chunk more than `limit`, which is what a document may have.
[[nodiscard]] inline std::string read_document(const std::filesystem::path& path,
                                               std::size_t limit = json_bytes_limit) {
    struct stat facts{};
    const descriptor file = open_regular(path, facts);
    std::string text;
    std::string chunk(std::size_t{1} << 16, '\0');
    while (text.size() <= limit) {
        const ssize_t count = read_up_to(file.get(), chunk.data(), chunk.size());
        if (count < 0) throw hash_errno(path, errno);
        if (count == 0) break;
        text.append(chunk, 0, static_cast<std::size_t>(count));
    }
    return text;
}

} // namespace detail

/// Returns the manifest that `text` spells; `path` is what errors call it, and what its artifacts count from.
///
/// Errors: errc::bytes_too_many, digest_format, field_missing, field_type, field_value, json_duplicate_key,
///         json_encoding, json_number, json_syntax, json_too_deep, schema_version.
[[nodiscard]] inline recorded_manifest parse_manifest(std::string_view text, std::filesystem::path path) {
    recorded_manifest manifest;
    manifest.document = detail::parse_strict_json(text, path.native());
    manifest.sha256 = detail::evp_sha256(text);
    manifest.path = std::move(path);
    const detail::json_place root{manifest.document, manifest.path.native() + "#"};
    if (!root.object.is_object()) throw detail::field_error(errc::field_type, root.place, "is no object");
    detail::expect_fields(root, detail::source_rules);
    detail::expect_times(root);
    manifest.id = root.object["id"].get<std::string>();
    manifest.started_at = root.object["started_at"].get<std::string>();
    if (root.object.contains("schema")) detail::read_schema_fields(root, manifest);
    manifest.artifacts = detail::read_artifacts(root);
    return manifest;
}

/// Returns the manifest in the file `path`.
///
/// Errors:  those of parse_manifest, and errc::manifest_missing, not_regular, pseudo_fs,
///          unreadable.
/// Threads: safe to call from many threads.
[[nodiscard]] inline recorded_manifest read_manifest(const std::filesystem::path& path) {
    std::string text;
    try {
        text = detail::read_document(path);
    } catch (const error& problem) {
        throw detail::manifest_file_error(problem);
    }
    return parse_manifest(text, path);
}

} // namespace repro::inline v0
