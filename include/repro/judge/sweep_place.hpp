// SPDX-License-Identifier: MIT
#pragma once
// Where the runs of a sweep stand, <root>/<dataset>/<method>/seed_<n>/, and how each of them stands there: to
// be run, done, or left behind half done. The seed is part of the path and of results.json, so that a number
// is never without it.

#include <repro/core/redact.hpp>
#include <repro/judge/run_batch.hpp>
#include <repro/judge/run_state.hpp>
#include <repro/run/folder.hpp>
#include <repro/run/identity.hpp>
#include <repro/run/publish.hpp>
#include <repro/run/temporaries.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What the file beside each manifest says of itself.
inline constexpr std::string_view results_schema = "urn:repro:results:1.0";

namespace detail {

/// Returns `path` opened and locked for this process alone, until the descriptor goes.
///
/// Errors: errc::name_taken where another process has it; errc::unwritable.
[[nodiscard]] inline descriptor lock_alone(const std::filesystem::path& path) {
    descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!file) throw write_error(path.native(), {"cannot be opened", errno});
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK) throw write_error(path.native(), {"cannot be locked", errno});
    throw error(errc::name_taken, path.parent_path().native(), "another sweep is at work there",
                "wait for it, or give another root, dataset or method");
}

inline void expect_folder_name(const char* what, const std::string& name) {
    try {
        expect_run_id(name);
    } catch (const error&) {
        throw error(errc::id_invalid, std::string(what) + " '" + excerpt(name, 128) + "'",
                    "cannot name a folder",
                    "use 1 to 128 of the characters A-Z a-z 0-9 . _ -, a letter or a digit first");
    }
}

} // namespace detail

/// The folder of one method on one data set.
struct sweep_place {
    std::filesystem::path root = "experiments";
    std::string dataset;
    std::string method;

    [[nodiscard]] std::filesystem::path folder() const { return root / dataset / method; }
    [[nodiscard]] std::filesystem::path folder(seed which) const {
        return folder() / ("seed_" + detail::decimal(which.value()));
    }
};

/// How the run of a seed stands.
enum class seed_state : unsigned char {
    missing, ///< nobody ran it
    torn,    ///< what is there did not complete, or cannot be read
    running, ///< its process is at work, or on another machine
    completed
};

/// A state, and why it is that one.
struct seed_standing {
    seed_state state = seed_state::missing;
    std::string reason;
};

/// Throws unless the names can be folders and no seed is there twice.
///
/// Errors: errc::id_invalid; errc::argument_invalid where there is no seed; errc::seed_duplicate.
inline void expect_sweep(const sweep_place& place, std::span<const seed> seeds) {
    detail::expect_folder_name("dataset", place.dataset);
    detail::expect_folder_name("method", place.method);
    if (seeds.empty())
        throw error(errc::argument_invalid, "seeds", "are none", "name five: 42,123,456,789,1024");
    std::vector<std::uint64_t> sorted;
    for (const seed each : seeds)
        sorted.push_back(each.value());
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice != sorted.end())
        throw error(errc::seed_duplicate, "seed " + detail::decimal(*twice), "is there twice",
                    "name each seed once; a repetition is no new observation");
}

/// Makes the folder of a sweep and keeps other sweeps out of it, until the result goes.
///
/// Errors: errc::name_taken where another one is at work; errc::no_space, read_only, unwritable.
[[nodiscard]] inline detail::descriptor enter_sweep(const sweep_place& place) {
    (void)detail::make_folders<detail::system_calls>(place.folder());
    return detail::lock_alone(place.folder() / ".lock");
}

/// Returns how the run of a seed stands, by its manifest.
[[nodiscard]] inline seed_standing standing_of(const sweep_place& place, seed which) {
    const std::filesystem::path folder = place.folder(which);
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(folder, ignored))) return {};
    try {
        const recorded_manifest run = read_manifest(folder / "manifest.json");
        if (detail::seed_of(run) != which.value())
            return {seed_state::torn, "its manifest has seed " + detail::decimal(detail::seed_of(run))};
        const derived_state state = state_of(run);
        if (state.state == run_state::completed) return {seed_state::completed, {}};
        const bool at_work = state.state == run_state::running || state.state == run_state::unknown;
        std::string reason =
            state.reason.empty() ? "it " + std::string(to_string(state.state)) : state.reason;
        if (const auto text = detail::optional_text(run.document, "error")) reason += ": " + *text;
        return {at_work ? seed_state::running : seed_state::torn, std::move(reason)};
    } catch (const error& problem) {
        return {seed_state::torn, problem.what()};
    }
}

/// Returns what results.json holds: nothing but what the manifest says, so that it can be written again.
[[nodiscard]] inline nlohmann::ordered_json results_of(const sweep_place& place,
                                                       const recorded_manifest& run) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (const std::string& name : judge::metric_names({run}, {}))
        if (const nlohmann::json* const series = detail::find_series(run, name))
            metrics[name] = series->at("value").back();
    const std::uint64_t number = detail::seed_of(run);
    return {{"schema", results_schema},
            {"dataset", place.dataset},
            {"method", place.method},
            {"seed", number},
            {"seed_text", detail::decimal(number)},
            {"run_id", run.run_id ? nlohmann::ordered_json(*run.run_id) : nullptr},
            {"manifest", "manifest.json"},
            {"manifest_sha256", run.sha256.hex()},
            {"metrics", std::move(metrics)}};
}

/// Brings results.json beside the manifest of a completed run, unless it says the same already.
///
/// Errors: those of read_manifest; errc::no_space, read_only, unwritable.
inline recorded_manifest write_results(const sweep_place& place, seed which) {
    const std::filesystem::path folder = place.folder(which);
    recorded_manifest run = read_manifest(folder / "manifest.json");
    const std::string text = results_of(place, run).dump(2) + "\n";
    const std::filesystem::path file = folder / "results.json";
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) try {
            if (detail::read_document(file) == text) return run;
        } catch (const error&) { // it is written anew
        }
    const detail::descriptor handle = detail::open_folder(AT_FDCWD, folder.c_str(), 0);
    if (!handle) throw detail::write_error(folder.native(), {"cannot be opened", errno});
    (void)detail::publish(
        {handle.get(), "results.json", file.native(), detail::temporary_owner(capture_process_identity())},
        text);
    return run;
}

/// Moves what was left behind to <method>/.set-aside/seed_<n>-<k>, where nobody takes it for a run of the
/// sweep, and returns that place. Nothing is deleted.
///
/// Errors: errc::no_space, read_only, unwritable.
inline std::filesystem::path set_aside(const sweep_place& place, seed which) {
    const std::filesystem::path from = place.folder(which), above = place.folder() / ".set-aside";
    (void)detail::make_folders<detail::system_calls>(above);
    std::error_code failed;
    unsigned number = 1;
    std::filesystem::path to;
    do
        to = above / (from.filename().native() + "-" + detail::decimal(number++));
    while (std::filesystem::exists(std::filesystem::symlink_status(to, failed)));
    std::filesystem::rename(from, to, failed);
    if (failed) throw detail::write_error(from.native(), {"cannot be set aside", failed.value()});
    return to;
}

} // namespace repro::inline v0
