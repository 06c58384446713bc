// SPDX-License-Identifier: MIT
#include "worktree.hpp"

#include <repro/capture/git_filters.hpp>
#include <repro/capture/git_handle.hpp>
#include <repro/core/error.hpp>

#include <git2.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <system_error>

namespace tool {
namespace {

namespace fs = std::filesystem;
using repro::detail::git_config_ptr;
using repro::detail::git_diff_ptr;
using repro::detail::git_repository_ptr;

constexpr const char* fetch_it = "fetch the commit into it, or name another with --repository";

repro::error failed(repro::errc code, const fs::path& where, const std::string& what, const char* fix) {
    return {code, where.native(), what + ": " + repro::detail::git_reason(), fix};
}

git_repository_ptr open(const fs::path& folder) {
    repro::detail::start_libgit2();
    git_repository_ptr opened = repro::detail::open_git_at(folder.native());
    if (!opened) throw failed(repro::errc::unreadable, folder, "is no repository that can be read", fetch_it);
    return opened;
}

/// Throws unless libgit2 returned 0.
void expect(int code, const fs::path& where, const char* what) {
    if (code != 0)
        throw failed(repro::errc::unwritable, where, what, "check space and permissions of the folder");
}

git_oid commit_id(git_repository* repository, const source_tree& wanted) {
    git_oid id;
    git_commit* commit = nullptr;
    if (::git_oid_fromstr(&id, wanted.sha.c_str()) != 0 || ::git_commit_lookup(&commit, repository, &id) != 0)
        throw failed(repro::errc::unreadable, wanted.repository, "does not have commit " + wanted.sha,
                     fetch_it);
    ::git_commit_free(commit);
    return id;
}

/// Lets the new repository read the objects of the first, and know how far its history goes.
void borrow_objects(git_repository* from, const fs::path& git_folder) {
    const fs::path common = ::git_repository_commondir(from);
    std::ofstream(git_folder / "objects/info/alternates")
        << (common / "objects").lexically_normal().native() << '\n';
    for (const char* const name : {"shallow", "info/attributes"})
        if (std::error_code ignored; fs::exists(common / name, ignored)) {
            fs::create_directories((git_folder / name).parent_path());
            fs::copy_file(common / name, git_folder / name, fs::copy_options::overwrite_existing);
        }
}

/// Carries over what decides the bytes of files that are checked out.
void copy_settings(git_repository* from, git_repository* to, const fs::path& where) {
    const git_config_ptr source = repro::detail::config_of(from);
    git_config* opened = nullptr;
    expect(::git_repository_config(&opened, to), where, "its configuration cannot be read");
    const git_config_ptr target(opened);
    for (const char* const name :
         {"core.autocrlf", "core.eol", "core.safecrlf", "core.symlinks", "core.filemode"})
        if (const std::string value = repro::detail::config_text(source.get(), name); !value.empty())
            expect(::git_config_set_string(opened, name, value.c_str()), where,
                   "its configuration cannot be set");
}

/// Returns what a file of a commit holds, if it is not longer than a pointer of Git LFS may be.
std::string small_file(git_repository* repository, const git_oid* id) {
    constexpr std::size_t longest = 1024; // github.com/git-lfs/git-lfs, docs/spec.md
    git_odb* database = nullptr;
    if (::git_repository_odb(&database, repository) != 0) return {};
    const std::unique_ptr<git_odb, repro::detail::git_release<::git_odb_free>> owned(database);
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (::git_odb_read_header(&size, &type, database, id) != 0 || size >= longest) return {};
    git_blob* opened = nullptr;
    if (::git_blob_lookup(&opened, repository, id) != 0) return {};
    const std::unique_ptr<git_blob, repro::detail::git_release<::git_blob_free>> blob(opened);
    return {static_cast<const char*>(::git_blob_rawcontent(opened)), size};
}

/// Counts what of a commit stands elsewhere.
class gap_count {
public:
    gap_count(git_repository* repository, const git_tree* tree) : repository_(repository) {
        const git_tree_entry* const attributes = ::git_tree_entry_byname(tree, ".gitattributes");
        git_blob* opened = nullptr;
        if (attributes == nullptr ||
            ::git_blob_lookup(&opened, repository, ::git_tree_entry_id(attributes)) != 0)
            return;
        const std::unique_ptr<git_blob, repro::detail::git_release<::git_blob_free>> blob(opened);
        const std::string_view text(static_cast<const char*>(::git_blob_rawcontent(opened)),
                                    static_cast<std::size_t>(::git_blob_rawsize(opened)));
        has_lfs_ = text.find("filter=lfs") != std::string_view::npos;
    }
    void add(const git_tree_entry* entry) {
        const git_object_t type = ::git_tree_entry_type(entry);
        if (type == GIT_OBJECT_COMMIT) ++gaps_.submodules;
        if (type == GIT_OBJECT_BLOB && has_lfs_ &&
            small_file(repository_, ::git_tree_entry_id(entry)).starts_with(repro::detail::lfs_line))
            ++gaps_.lfs_pointers;
    }
    [[nodiscard]] tree_gaps gaps() const noexcept { return gaps_; }

private:
    git_repository* repository_;
    bool has_lfs_ = false;
    tree_gaps gaps_;
};

void apply(git_repository* repository, const fs::path& patch, const fs::path& where) {
    std::ifstream file(patch, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) return;
    git_diff* made = nullptr;
    const int parsed = ::git_diff_from_buffer(&made, text.data(), text.size());
    const git_diff_ptr diff(made);
    if (parsed != 0)
        throw failed(repro::errc::unreadable, patch, "is no patch", "use the run's folder as it was");
    expect(::git_apply(repository, made, GIT_APPLY_LOCATION_WORKDIR, nullptr), where,
           "the patch does not apply");
}

} // namespace

tree_gaps look_for(const source_tree& wanted) {
    const git_repository_ptr repository = open(wanted.repository);
    const git_oid id = commit_id(repository.get(), wanted);
    git_commit* commit = nullptr;
    git_tree* tree = nullptr;
    if (::git_commit_lookup(&commit, repository.get(), &id) != 0) return {};
    const repro::detail::git_commit_ptr owned(commit);
    if (::git_commit_tree(&tree, commit) != 0)
        throw failed(repro::errc::unreadable, wanted.repository, "does not have the commit's files",
                     fetch_it);
    const repro::detail::git_tree_ptr files(tree);
    gap_count count(repository.get(), tree);
    ::git_tree_walk(
        tree, GIT_TREEWALK_PRE,
        [](const char*, const git_tree_entry* entry, void* counting) {
            static_cast<gap_count*>(counting)->add(entry);
            return 0;
        },
        &count);
    return count.gaps();
}

void rebuild(const source_tree& wanted, const fs::path& to) {
    const git_repository_ptr from = open(wanted.repository);
    const git_oid id = commit_id(from.get(), wanted);
    git_repository* made = nullptr;
    expect(::git_repository_init(&made, to.c_str(), 0), to, "cannot be made a repository");
    git_repository_ptr repository(made);
    borrow_objects(from.get(), to / ".git");
    copy_settings(from.get(), made, to);
    repository = open(to); // sees the objects and settings from its start
    expect(::git_repository_set_head_detached(repository.get(), &id), to, "its head cannot be set");
    git_checkout_options options;
    ::git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    expect(::git_checkout_head(repository.get(), &options), to, "the commit cannot be checked out");
    if (!wanted.patch.empty()) apply(repository.get(), wanted.patch, to);
}

} // namespace tool
