// SPDX-License-Identifier: MIT
#pragma once
// What libgit2 hands out, owned; its words for a failure; its start.

#include <git2.h>

#include <cstdint>
#include <memory>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// Starts libgit2 once and for the life of the process: it counts its users, so a host that starts and stops
/// it on its own is not disturbed, and a second start would cost as much as the first.
inline void start_libgit2() {
    static const int users = ::git_libgit2_init();
    static_cast<void>(users);
}

template <auto Free> struct git_release {
    template <class Object> void operator()(Object* object) const noexcept { Free(object); }
};
using git_repository_ptr = std::unique_ptr<git_repository, git_release<::git_repository_free>>;
using git_reference_ptr = std::unique_ptr<git_reference, git_release<::git_reference_free>>;
using git_index_ptr = std::unique_ptr<git_index, git_release<::git_index_free>>;
using git_commit_ptr = std::unique_ptr<git_commit, git_release<::git_commit_free>>;
using git_tree_ptr = std::unique_ptr<git_tree, git_release<::git_tree_free>>;
using git_diff_ptr = std::unique_ptr<git_diff, git_release<::git_diff_free>>;
using git_config_ptr = std::unique_ptr<git_config, git_release<::git_config_free>>;

/// A text that libgit2 allocates.
class git_text {
public:
    git_text() = default;
    git_text(const git_text&) = delete;
    git_text& operator=(const git_text&) = delete;
    ~git_text() { ::git_buf_dispose(&text_); }

    [[nodiscard]] git_buf* get() noexcept { return &text_; }
    [[nodiscard]] std::string str() const {
        return text_.ptr == nullptr ? std::string() : std::string(text_.ptr, text_.size);
    }

private:
    git_buf text_{};
};

/// Returns libgit2's words for its last failure in this thread.
[[nodiscard]] inline std::string git_reason() {
    const git_error* const last = ::git_error_last();
    return last != nullptr && last->message != nullptr ? last->message : "libgit2 gave no reason";
}

/// Returns the repository at exactly `folder`, or nothing.
[[nodiscard]] inline git_repository_ptr open_git_at(const std::string& folder) {
    git_repository* opened = nullptr;
    ::git_repository_open_ext(&opened, folder.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    return git_repository_ptr(opened);
}

/// Returns the tree of the commit checked out; nothing where there is none yet or, with a reason in libgit2,
/// where it cannot be read.
[[nodiscard]] inline git_tree_ptr head_tree(git_repository* repository) {
    git_oid head;
    git_commit* commit = nullptr;
    git_tree* tree = nullptr;
    if (::git_reference_name_to_id(&head, repository, "HEAD") != 0 ||
        ::git_commit_lookup(&commit, repository, &head) != 0)
        return nullptr;
    const git_commit_ptr owned(commit);
    return ::git_commit_tree(&tree, commit) == 0 ? git_tree_ptr(tree) : nullptr;
}

/// Returns the configuration as it stands now; nothing where it cannot be read.
[[nodiscard]] inline git_config_ptr config_of(git_repository* repository) {
    git_config* config = nullptr;
    return ::git_repository_config_snapshot(&config, repository) == 0 ? git_config_ptr(config) : nullptr;
}

/// Returns a setting, or `otherwise` where it is not set or is neither yes nor no.
[[nodiscard]] inline bool config_says(git_config* config, const char* name, bool otherwise) {
    int value = 0;
    if (config == nullptr || ::git_config_get_bool(&value, config, name) != 0) return otherwise;
    return value != 0;
}

/// Returns a setting; empty where it is not set.
[[nodiscard]] inline std::string config_text(git_config* config, const std::string& name) {
    const char* text = nullptr;
    if (config == nullptr || ::git_config_get_string(&text, config, name.c_str()) != 0) return {};
    return text;
}

} // namespace detail
} // namespace repro::inline v0
