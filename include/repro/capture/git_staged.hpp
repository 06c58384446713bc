// SPDX-License-Identifier: MIT
#pragma once
// How many paths of the index differ from a commit's tree. git keeps the names of the trees that parts of the
// index equal, so that only folders with something staged are looked into.

#include <repro/capture/git_handle.hpp>
#include <repro/capture/git_index.hpp>

#include <git2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// One comparison of the index with a tree.
class git_staged_walk {
public:
    /// `left_out` is a folder relative to the working tree, ending in '/', or empty.
    git_staged_walk(git_repository* repository, const git_index_file& index, std::string_view left_out)
        : repository_(repository), index_(index), left_out_(left_out) {}

    void run(const git_tree* tree) { compare(tree, 0, index_.entries().size()); }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// Why the comparison is incomplete; empty when it is complete.
    [[nodiscard]] const std::string& stopped() const noexcept { return stopped_; }

private:
    static constexpr std::size_t longest_path = 8192;

    /// Compares a folder, whose path with '/' at its end is path_, with the entries below it. Both are sorted
    /// alike: by bytes, folders as if '/' ended their names.
    void compare(const git_tree* tree, std::size_t first, std::size_t last) {
        const std::size_t skip = path_.size();
        if (skip > longest_path) stopped_ = path_.substr(0, 80) + "... is nested too deep";
        for (std::size_t i = 0, all = ::git_tree_entrycount(tree); i < all && stopped_.empty(); ++i) {
            const git_tree_entry* const entry = ::git_tree_entry_byindex(tree, i);
            const bool folder = ::git_tree_entry_type(entry) == GIT_OBJECT_TREE;
            path_ += ::git_tree_entry_name(entry);
            if (folder) path_ += '/';
            for (; first < last && index_.entries()[first].path < path_; ++first)
                note(index_.entries()[first]); // added
            first = folder ? compare_folder(entry, first, last) : compare_file(entry, first, last);
            path_.resize(skip);
        }
        for (; first < last; ++first)
            note(index_.entries()[first]);
    }

    /// Returns the first entry behind the file.
    [[nodiscard]] std::size_t compare_file(const git_tree_entry* entry, std::size_t first, std::size_t last) {
        if (first == last || index_.entries()[first].path != path_) return note_path(), first; // removed
        const git_entry& here = index_.entries()[first];
        const bool same = here.stage == 0 &&
                          here.mode == static_cast<std::uint32_t>(::git_tree_entry_filemode(entry)) &&
                          std::memcmp(here.id, ::git_tree_entry_id(entry)->id, GIT_OID_RAWSZ) == 0;
        if (!same) note(here);
        while (first < last && index_.entries()[first].path == path_)
            ++first; // the sides of a conflict
        return first;
    }

    /// Returns the first entry behind the folder.
    [[nodiscard]] std::size_t compare_folder(const git_tree_entry* entry, std::size_t first,
                                             std::size_t last) {
        const auto begin = index_.entries().begin();
        const auto behind = std::find_if_not(
            begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last),
            [this](const git_entry& e) { return e.path.starts_with(path_); });
        const auto end = static_cast<std::size_t>(behind - begin);
        const git_id* const kept = index_.tree_of(std::string_view(path_).substr(0, path_.size() - 1));
        if (kept != nullptr && std::memcmp(kept->data(), ::git_tree_entry_id(entry)->id, kept->size()) == 0)
            return end;
        git_tree* opened = nullptr;
        if (::git_tree_lookup(&opened, repository_, ::git_tree_entry_id(entry)) != 0) {
            stopped_ = git_reason();
            return end;
        }
        const git_tree_ptr tree(opened);
        compare(opened, first, end);
        return end;
    }

    [[nodiscard]] bool is_left_out(std::string_view path) const noexcept {
        return !left_out_.empty() && path.starts_with(left_out_);
    }
    void note(const git_entry& entry) noexcept {
        if (entry.stage == 0 && !entry.intended && !is_left_out(entry.path)) ++count_;
    }
    void note_path() noexcept {
        if (!is_left_out(path_)) ++count_;
    }

    git_repository* repository_;
    const git_index_file& index_;
    std::string_view left_out_;
    std::string path_;
    std::uint64_t count_ = 0;
    std::string stopped_;
};

} // namespace detail
} // namespace repro::inline v0
