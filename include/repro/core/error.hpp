// SPDX-License-Identifier: MIT
#pragma once
// The one exception type, its codes, and the warnings that reports carry. A code has one spelling in text
// (E_ID_INVALID, W_SEED_CHANGED) and one in code (errc::id_invalid, warn::seed_changed).

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// Every way in which the world can fail the library. Numbers are not stable, names are.
enum class errc : unsigned char {

    argument_invalid,
    artifact_missing,
    artifact_unreadable,
    bytes_too_many,
    changed_during_hash,
    checkpoint_mismatch,
    digest_format,
    digest_mismatch,
    fd_limit,
    field_missing,
    field_type,
    field_value,
    hash_budget,
    id_invalid,
    internal,
    json_duplicate_key,
    json_encoding,
    json_number,
    json_syntax,
    json_too_deep,
    knob_unknown,
    knob_wrong,
    level_unknown,
    library_failed,
    lock_conflict_markers,
    lock_empty,
    lock_syntax,
    lock_unknown_format,
    lock_unknown_version,
    manifest_missing,
    name_invalid,
    name_taken,
    no_space,
    not_deterministic,
    not_regular,
    not_repeatable,
    not_seeded,
    path_escape,
    pseudo_fs,
    ranks_contradict,
    read_only,
    run_ambiguous,
    run_unknown,
    sample_failed,
    schema_version,
    seed_duplicate,
    seed_invalid,
    seeds_differ,
    signing_failed,
    snapshot_contract,
    snapshot_damaged,
    snapshot_mismatch,
    state_invalid,
    trace_damaged,
    tree_limit,
    unreadable,
    unwritable,
    count_ // not a code: how many there are
};

/// What a report can warn of. A warning never stops a run.
enum class warn : unsigned char {

    artifact_missing,
    build_dirty,
    build_stale,
    builds_differ,
    checkpoint_failed,
    config_failed,
    entropy_taken,
    environment_late,
    events_damaged,
    events_failed,
    folder_elsewhere,
    folder_open,
    forked,
    fp_changed,
    fp_environment,
    git_changed,
    git_enclosing,
    git_unknown,
    input_changed,
    input_missing,
    knob_wrong,
    level_unmet,
    lock_constraints_only,
    lock_floating_vcs,
    lock_local_path,
    lock_partial_hash,
    lock_stale,
    lock_unhashed,
    lockfile_missing,
    manifest_not_written,
    not_deterministic,
    patch_missing,
    rank_taken,
    ranks_changed,
    ranks_differ,
    ranks_unclear,
    record_failed,
    registry_duplicate,
    seed_changed,
    seed_drawn,
    seed_mismatch,
    streams_differ,
    switch_changed,
    text_replaced,
    threads_running,
    trace_failed,
    unseeded_generator,
    volatile_fs,
    count_ // not a code: how many there are
};

namespace detail {

inline constexpr std::string_view errc_names[] = {"E_ARGUMENT_INVALID",
                                                  "E_ARTIFACT_MISSING",
                                                  "E_ARTIFACT_UNREADABLE",
                                                  "E_BYTES_TOO_MANY",
                                                  "E_CHANGED_DURING_HASH",
                                                  "E_CHECKPOINT_MISMATCH",
                                                  "E_DIGEST_FORMAT",
                                                  "E_DIGEST_MISMATCH",
                                                  "E_FD_LIMIT",
                                                  "E_FIELD_MISSING",
                                                  "E_FIELD_TYPE",
                                                  "E_FIELD_VALUE",
                                                  "E_HASH_BUDGET",
                                                  "E_ID_INVALID",
                                                  "E_INTERNAL",
                                                  "E_JSON_DUPLICATE_KEY",
                                                  "E_JSON_ENCODING",
                                                  "E_JSON_NUMBER",
                                                  "E_JSON_SYNTAX",
                                                  "E_JSON_TOO_DEEP",
                                                  "E_KNOB_UNKNOWN",
                                                  "E_KNOB_WRONG",
                                                  "E_LEVEL_UNKNOWN",
                                                  "E_LIBRARY_FAILED",
                                                  "E_LOCK_CONFLICT_MARKERS",
                                                  "E_LOCK_EMPTY",
                                                  "E_LOCK_SYNTAX",
                                                  "E_LOCK_UNKNOWN_FORMAT",
                                                  "E_LOCK_UNKNOWN_VERSION",
                                                  "E_MANIFEST_MISSING",
                                                  "E_NAME_INVALID",
                                                  "E_NAME_TAKEN",
                                                  "E_NO_SPACE",
                                                  "E_NOT_DETERMINISTIC",
                                                  "E_NOT_REGULAR",
                                                  "E_NOT_REPEATABLE",
                                                  "E_NOT_SEEDED",
                                                  "E_PATH_ESCAPE",
                                                  "E_PSEUDO_FS",
                                                  "E_RANKS_CONTRADICT",
                                                  "E_READ_ONLY",
                                                  "E_RUN_AMBIGUOUS",
                                                  "E_RUN_UNKNOWN",
                                                  "E_SAMPLE_FAILED",
                                                  "E_SCHEMA_VERSION",
                                                  "E_SEED_DUPLICATE",
                                                  "E_SEED_INVALID",
                                                  "E_SEEDS_DIFFER",
                                                  "E_SIGNING_FAILED",
                                                  "E_SNAPSHOT_CONTRACT",
                                                  "E_SNAPSHOT_DAMAGED",
                                                  "E_SNAPSHOT_MISMATCH",
                                                  "E_STATE_INVALID",
                                                  "E_TRACE_DAMAGED",
                                                  "E_TREE_LIMIT",
                                                  "E_UNREADABLE",
                                                  "E_UNWRITABLE"};
static_assert(std::size(errc_names) == static_cast<std::size_t>(errc::count_));

inline constexpr std::string_view warn_names[] = {"W_ARTIFACT_MISSING",
                                                  "W_BUILD_DIRTY",
                                                  "W_BUILD_STALE",
                                                  "W_BUILDS_DIFFER",
                                                  "W_CHECKPOINT_FAILED",
                                                  "W_CONFIG_FAILED",
                                                  "W_ENTROPY_TAKEN",
                                                  "W_ENVIRONMENT_LATE",
                                                  "W_EVENTS_DAMAGED",
                                                  "W_EVENTS_FAILED",
                                                  "W_FOLDER_ELSEWHERE",
                                                  "W_FOLDER_OPEN",
                                                  "W_FORKED",
                                                  "W_FP_CHANGED",
                                                  "W_FP_ENVIRONMENT",
                                                  "W_GIT_CHANGED",
                                                  "W_GIT_ENCLOSING",
                                                  "W_GIT_UNKNOWN",
                                                  "W_INPUT_CHANGED",
                                                  "W_INPUT_MISSING",
                                                  "W_KNOB_WRONG",
                                                  "W_LEVEL_UNMET",
                                                  "W_LOCK_CONSTRAINTS_ONLY",
                                                  "W_LOCK_FLOATING_VCS",
                                                  "W_LOCK_LOCAL_PATH",
                                                  "W_LOCK_PARTIAL_HASH",
                                                  "W_LOCK_STALE",
                                                  "W_LOCK_UNHASHED",
                                                  "W_LOCKFILE_MISSING",
                                                  "W_MANIFEST_NOT_WRITTEN",
                                                  "W_NOT_DETERMINISTIC",
                                                  "W_PATCH_MISSING",
                                                  "W_RANK_TAKEN",
                                                  "W_RANKS_CHANGED",
                                                  "W_RANKS_DIFFER",
                                                  "W_RANKS_UNCLEAR",
                                                  "W_RECORD_FAILED",
                                                  "W_REGISTRY_DUPLICATE",
                                                  "W_SEED_CHANGED",
                                                  "W_SEED_DRAWN",
                                                  "W_SEED_MISMATCH",
                                                  "W_STREAMS_DIFFER",
                                                  "W_SWITCH_CHANGED",
                                                  "W_TEXT_REPLACED",
                                                  "W_THREADS_RUNNING",
                                                  "W_TRACE_FAILED",
                                                  "W_UNSEEDED_GENERATOR",
                                                  "W_VOLATILE_FS"};
static_assert(std::size(warn_names) == static_cast<std::size_t>(warn::count_));

} // namespace detail

/// Returns the spelling of a code in text: "E_ID_INVALID".
[[nodiscard]] constexpr std::string_view to_string(errc code) noexcept {
    return detail::errc_names[static_cast<std::size_t>(code)];
}

/// Returns the spelling of a warning in text: "W_SEED_CHANGED".
[[nodiscard]] constexpr std::string_view to_string(warn code) noexcept {
    return detail::warn_names[static_cast<std::size_t>(code)];
}

/// A failing world: what failed, where, and what to do about it. "Different" is never an error.
class error : public std::runtime_error {
public:
    error(errc code, std::string where, std::string what_failed, std::string fix)
        : std::runtime_error(sentence(code, where, what_failed, fix)),
          code_(code),
          where_(std::move(where)),
          what_failed_(std::move(what_failed)),
          fix_(std::move(fix)) {}

    /// Returns the stable code.
    [[nodiscard]] errc code() const noexcept { return code_; }
    /// Returns the file, field or argument concerned.
    [[nodiscard]] const std::string& where() const noexcept { return where_; }
    /// Returns what failed, without place, fix and code.
    [[nodiscard]] const std::string& what_failed() const noexcept { return what_failed_; }
    /// Returns what the reader can do.
    [[nodiscard]] const std::string& fix() const noexcept { return fix_; }

private:
    static std::string sentence(errc code, const std::string& where, const std::string& what_failed,
                                const std::string& fix) {
        std::string text;
        text.append(where).append(": ").append(what_failed).append(" (").append(fix).append(") [");
        return text.append(to_string(code)).append("]");
    }

    errc code_;
    std::string where_;
    std::string what_failed_;
    std::string fix_;
};

/// Something a reader should know of, which stopped nothing.
struct warning {
    warn code;
    std::string text;

    friend bool operator==(const warning&, const warning&) = default;
};

/// A fact that could not be recorded, and why.
struct missing_fact {
    std::string field;
    std::string reason;

    friend bool operator==(const missing_fact&, const missing_fact&) = default;
};

} // namespace repro::inline v0
