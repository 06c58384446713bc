// SPDX-License-Identifier: MIT
#pragma once
// Where a commit stands: its description by tags, the remote it comes from, and what shows git another
// history than the commits hold.

#include <repro/capture/git_handle.hpp>
#include <repro/core/clean_url.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/clock.hpp>

#include <git2.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

using git_revwalk_ptr = std::unique_ptr<git_revwalk, git_release<::git_revwalk_free>>;
using git_object_ptr = std::unique_ptr<git_object, git_release<::git_object_free>>;

/// Returns the commits that tags name, sorted; other objects have tags, too.
[[nodiscard]] inline std::vector<std::string> tagged_commits(git_repository* repository) {
    struct gathering {
        git_repository* repository;
        std::vector<std::string> ids;
    } found{repository, {}};
    ::git_tag_foreach(
        repository,
        [](const char*, git_oid* id, void* to) {
            auto& all = *static_cast<gathering*>(to);
            git_object *tag = nullptr, *commit = nullptr;
            if (::git_object_lookup(&tag, all.repository, id, GIT_OBJECT_ANY) != 0) return 0;
            const git_object_ptr owned(tag);
            if (::git_object_peel(&commit, tag, GIT_OBJECT_COMMIT) != 0) return 0;
            const git_object_ptr peeled(commit);
            all.ids.emplace_back(reinterpret_cast<const char*>(::git_object_id(commit)->id), GIT_OID_RAWSZ);
            return 0;
        },
        &found);
    std::sort(found.ids.begin(), found.ids.end());
    return found.ids;
}

/// Returns whether one of the last commits has a tag: where none has, a description would walk through all of
/// the history, however long.
[[nodiscard]] inline bool has_near_tag(git_repository* repository, std::int64_t deadline_ms) {
    constexpr int most_commits = 10'000;
    const std::vector<std::string> tagged = tagged_commits(repository);
    git_revwalk* walk = nullptr;
    if (tagged.empty() || ::git_revwalk_new(&walk, repository) != 0) return false;
    const git_revwalk_ptr owned(walk);
    if (::git_revwalk_push_head(walk) != 0) return false;
    git_oid id;
    for (int i = 0; i < most_commits && ::git_revwalk_next(&id, walk) == 0; ++i) {
        const std::string raw(reinterpret_cast<const char*>(id.id), GIT_OID_RAWSZ);
        if (std::binary_search(tagged.begin(), tagged.end(), raw)) return true;
        if (monotonic_ms() >= deadline_ms) return false;
    }
    return false;
}

/// Returns what `git describe --tags` says of the commit checked out; nothing where no tag is near.
[[nodiscard]] inline std::optional<std::string> describe_head(git_repository* repository,
                                                              std::int64_t deadline_ms) {
    if (!has_near_tag(repository, deadline_ms)) return std::nullopt;
    git_object* head = nullptr;
    if (::git_revparse_single(&head, repository, "HEAD^{commit}") != 0) return std::nullopt;
    const git_object_ptr owned(head);
    git_describe_options options;
    ::git_describe_options_init(&options, GIT_DESCRIBE_OPTIONS_VERSION);
    options.describe_strategy = GIT_DESCRIBE_TAGS;
    git_describe_result* made = nullptr;
    if (::git_describe_commit(&made, head, &options) != 0) return std::nullopt;
    const std::unique_ptr<git_describe_result, git_release<::git_describe_result_free>> result(made);
    git_text text;
    if (::git_describe_format(text.get(), made, nullptr) != 0) return std::nullopt;
    return text.str();
}

/// Returns a remote's URL without user, query, fragment, and tokens in its path.
[[nodiscard]] inline std::string clean_remote(std::string_view url) {
    std::string clean = clean_url(url);
    if (clean.find("://") != std::string::npos)
        clean.resize(std::min(clean.find_first_of("?#"), clean.size()));
    redaction_list uncounted;
    return redact(clean, uncounted, "git.remote");
}

/// Returns the name of the only remote; empty where there is none, or where there are several. libgit2's own
/// list matches names by an expression, and up to 1.5 leaks memory at each that does not match.
[[nodiscard]] inline std::string only_remote(git_config* config) {
    constexpr std::string_view section = "remote.";
    git_config_iterator* made = nullptr;
    if (config == nullptr || ::git_config_iterator_new(&made, config) != 0) return {};
    const std::unique_ptr<git_config_iterator, git_release<::git_config_iterator_free>> entries(made);
    std::set<std::string> names;
    for (git_config_entry* entry = nullptr; ::git_config_next(&entry, made) == 0;) {
        const std::string_view name = entry->name;
        const std::size_t end = name.rfind('.');
        if (name.starts_with(section) && end >= section.size() &&
            (name.ends_with(".url") || name.ends_with(".pushurl")))
            names.emplace(name.substr(section.size(), end - section.size()));
    }
    return names.size() == 1 ? *names.begin() : std::string();
}

/// Returns the URL of the remote that the branch follows, else of "origin", else of the only one. It is taken
/// as it stands in the repository's configuration, cleaned.
[[nodiscard]] inline std::optional<std::string> remote_of(git_repository* repository,
                                                          const std::optional<std::string>& branch) {
    const git_config_ptr config = config_of(repository);
    const auto url_of = [&config](const std::string& name) {
        return name.empty() ? std::string() : config_text(config.get(), "remote." + name + ".url");
    };
    std::string url;
    if (branch) url = url_of(config_text(config.get(), "branch." + *branch + ".remote"));
    if (url.empty()) url = url_of("origin");
    if (url.empty()) url = url_of(only_remote(config.get()));
    if (url.empty()) return std::nullopt;
    return clean_remote(url);
}

/// Returns how many objects git shows in place of others; libgit2 and this library take the originals.
[[nodiscard]] inline std::uint64_t count_replacements(git_repository* repository) {
    git_reference_iterator* made = nullptr;
    if (::git_reference_iterator_glob_new(&made, repository, "refs/replace/*") != 0) return 0;
    const std::unique_ptr<git_reference_iterator, git_release<::git_reference_iterator_free>> names(made);
    std::uint64_t count = 0;
    for (const char* name = nullptr; ::git_reference_next_name(&name, made) == 0;)
        ++count;
    return count;
}

/// Returns whether the repository has a file of grafts, which give commits other parents.
[[nodiscard]] inline bool has_grafts(git_repository* repository) {
    std::error_code failed;
    return std::filesystem::exists(
        std::filesystem::path(::git_repository_commondir(repository)) / "info/grafts", failed);
}

} // namespace detail
} // namespace repro::inline v0
