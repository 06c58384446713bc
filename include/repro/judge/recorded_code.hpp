// SPDX-License-Identifier: MIT
#pragma once
// The code that runs recorded: whether two are known to have had other code, and of which it is not known.

#include <repro/judge/manifest_reader.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace repro::inline v0::detail {

/// The sources of one run, as far as they were recorded.
struct recorded_code {
    std::optional<std::string> commit;
    std::optional<bool> dirty;        ///< whether the tree had changes that no commit holds
    std::optional<std::string> patch; ///< the digest of those changes
};

[[nodiscard]] inline recorded_code code_of(const recorded_manifest& run) {
    recorded_code code;
    code.commit = optional_text(run.document, "git_sha");
    const auto dirty = run.document.find("git_dirty");
    if (dirty != run.document.end() && dirty->is_boolean()) code.dirty = dirty->get<bool>();
    const nlohmann::json::json_pointer patch("/git/patch");
    if (run.document.contains(patch) && run.document.at(patch).is_object())
        code.patch = optional_text(run.document.at(patch), "sha256");
    return code;
}

/// Returns how the code of two runs is known to differ, with the words by which to call them; nothing where
/// it is equal or where a side did not record enough.
[[nodiscard]] inline std::optional<std::string> code_difference(const recorded_code& a,
                                                                const std::string& name_a,
                                                                const recorded_code& b,
                                                                const std::string& name_b) {
    if (!a.commit || !b.commit) return std::nullopt;
    if (*a.commit != *b.commit)
        return "the code differs: " + name_a + " is of commit " + a.commit->substr(0, 12) + ", " + name_b +
               " of " + b.commit->substr(0, 12);
    const std::string both = "the code differs at commit " + a.commit->substr(0, 12) + ": ";
    if (a.dirty && b.dirty && *a.dirty != *b.dirty)
        return both + "the tree of " + (*a.dirty ? name_a : name_b) +
               " had changes that no commit holds, that of " + (*a.dirty ? name_b : name_a) + " had none";
    if (a.dirty == true && b.dirty == true && a.patch && b.patch && *a.patch != *b.patch)
        return both + "the tree of " + name_a + " had the changes of patch " + a.patch->substr(0, 12) +
               ", that of " + name_b + " those of " + b.patch->substr(0, 12);
    return std::nullopt;
}

/// Returns what was not recorded of a run's code; nothing where the code is known.
[[nodiscard]] inline std::optional<std::string> code_gap(const recorded_code& code) {
    if (!code.commit) return "no commit";
    if (!code.dirty) return "not whether its tree had changes";
    if (*code.dirty && !code.patch) return "no patch of the changes in its tree";
    return std::nullopt;
}

} // namespace repro::inline v0::detail
