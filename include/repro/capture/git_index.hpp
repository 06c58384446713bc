// SPDX-License-Identifier: MIT
#pragma once
// Reads git's index: the tracked files with what they looked like when git saw them last. Versions 2 to 4.
// Origin: git's Documentation/gitformat-index. libgit2 reads it, too, and takes three times as long.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/git_blob.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A tracked file as the index has it. Texts and ids belong to the index.
struct git_entry {
    std::string_view path; ///< a zero byte follows
    const std::uint8_t* id;
    std::uint32_t ctime[2], mtime[2]; ///< seconds and nanoseconds
    std::uint32_t inode, mode, size;
    std::uint8_t stage;    ///< 0, or a side of a conflict
    bool assume_unchanged; ///< set by hand: git does not look at the file
    bool skip_worktree;    ///< git leaves the file out of the working tree, or does not look at it
    bool intended;         ///< to be added, and nothing of it is staged yet
    [[nodiscard]] bool hidden() const noexcept { return assume_unchanged || skip_worktree; }
    [[nodiscard]] bool is_submodule() const noexcept { return (mode & 0170000) == 0160000; }
};

/// The whole index, sorted by path as git sorts it: by bytes.
class git_index_file {
public:
    /// Reads the file at `path`; one that does not exist is an empty index. Where it cannot be read as a
    /// whole, problem() says why, and nothing else of it means anything.
    explicit git_index_file(const std::string& path) { read(path); }
    git_index_file(const git_index_file&) = delete;
    git_index_file& operator=(const git_index_file&) = delete;

    [[nodiscard]] const std::vector<git_entry>& entries() const noexcept { return entries_; }
    /// Returns the tree that the entries below `folder` equal, where git has written it down; "" is the root.
    [[nodiscard]] const git_id* tree_of(std::string_view folder) const noexcept {
        const auto found = trees_.find(folder);
        return found == trees_.end() ? nullptr : &found->second;
    }
    /// Returns when the index was written.
    [[nodiscard]] timespec written() const noexcept { return stat_.st_mtim; }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// Returns the first entry at or behind `path`.
    [[nodiscard]] std::size_t first_at(std::string_view path) const noexcept {
        const auto found =
            std::lower_bound(entries_.begin(), entries_.end(), path,
                             [](const git_entry& e, std::string_view p) { return e.path < p; });
        return static_cast<std::size_t>(found - entries_.begin());
    }

private:
    static constexpr std::size_t head_size = 12, fixed_size = 62, hash_size = 20;

    void read(const std::string& path) {
        const descriptor file = open_to_read(path.c_str());
        if (!file && errno == ENOENT) return;
        if (!file || ::fstat(file.get(), &stat_) != 0) return fail(errno_text(errno));
        bytes_.resize(static_cast<std::size_t>(stat_.st_size));
        if (read_up_to(file.get(), bytes_.data(), bytes_.size()) != stat_.st_size)
            return fail("cannot be read");
        parse();
    }

    void fail(const std::string& why) { problem_ = "the index: " + why; }

    [[nodiscard]] std::uint32_t number(std::size_t at) const noexcept {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at + i]));
        };
        return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    }

    /// Holds the whole against the hash at its end; git leaves that out where index.skipHash is set.
    [[nodiscard]] bool is_whole() const {
        const std::string_view hash = std::string_view(bytes_).substr(bytes_.size() - hash_size);
        if (hash.find_first_not_of('\0') == std::string_view::npos) return true;
        evp_sha1_state state;
        state.update(std::string_view(bytes_).substr(0, bytes_.size() - hash_size));
        const git_id id = state.finish();
        return std::memcmp(id.data(), hash.data(), hash_size) == 0;
    }

    void parse() {
        if (bytes_.size() < head_size + hash_size || bytes_.compare(0, 4, "DIRC") != 0)
            return fail("is none of git's");
        version_ = number(4);
        if (version_ < 2 || version_ > 4) return fail("has version " + std::to_string(version_));
        if (!is_whole()) return fail("is damaged: its hash does not fit");
        end_ = bytes_.size() - hash_size;
        at_ = head_size;
        const std::size_t count = number(8);
        entries_.reserve(std::min(count, bytes_.size() / fixed_size + 1));
        for (std::size_t i = 0; i < count; ++i)
            if (!parse_entry()) return fail("ends within an entry");
        while (at_ + 8 <= end_)
            if (!parse_extension()) return;
    }

    [[nodiscard]] bool parse_entry() {
        const std::size_t start = at_;
        if (start + fixed_size + 2 > end_) return false;
        const std::uint32_t flags = number(start + 60) >> 16;
        const bool extended = (flags & 0x4000U) != 0;
        at_ += fixed_size + (extended ? 2 : 0);
        const std::uint32_t more = extended ? number(start + 60) & 0xffffU : 0;
        const auto name = version_ == 4 ? packed_name() : plain_name(start);
        if (!name) return false;
        entries_.push_back({*name,
                            reinterpret_cast<const std::uint8_t*>(bytes_.data() + start + 40),
                            {number(start), number(start + 4)},
                            {number(start + 8), number(start + 12)},
                            number(start + 20),
                            number(start + 24),
                            number(start + 36),
                            static_cast<std::uint8_t>(flags >> 12 & 3U),
                            (flags & 0x8000U) != 0,
                            (more & 0x4000U) != 0,
                            (more & 0x2000U) != 0});
        return true;
    }

    /// A name with its zero byte, and more of these up to a multiple of eight bytes.
    [[nodiscard]] std::optional<std::string_view> plain_name(std::size_t start) noexcept {
        const std::size_t zero = bytes_.find('\0', at_);
        if (zero == std::string::npos || zero >= end_) return std::nullopt;
        const std::string_view name(bytes_.data() + at_, zero - at_);
        at_ = start + (zero - start + 8) / 8 * 8;
        return name;
    }

    /// How many bytes to drop from the end of the name before, and what comes instead.
    [[nodiscard]] std::optional<std::string_view> packed_name() {
        std::size_t drop = 0;
        for (bool first = true, more = true; more; first = false) {
            if (at_ >= end_ || drop > end_) return std::nullopt;
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            more = (byte & 0x80U) != 0;
            drop = ((first ? 0 : drop + 1) << 7) | (byte & 0x7fU);
        }
        const std::size_t zero = bytes_.find('\0', at_);
        const std::string_view before = entries_.empty() ? std::string_view() : entries_.back().path;
        if (zero == std::string::npos || zero >= end_ || drop > before.size()) return std::nullopt;
        std::string name(before.substr(0, before.size() - drop));
        name.append(bytes_, at_, zero - at_);
        at_ = zero + 1;
        return names_.emplace_back(std::move(name));
    }

    /// Extensions in lower case change what the entries mean: a split index, folders that stand for their
    /// files.
    [[nodiscard]] bool parse_extension() {
        const std::string name = bytes_.substr(at_, 4);
        const std::size_t size = number(at_ + 4);
        const std::size_t content = at_ + 8;
        if (size > end_ - content) return fail("ends within an extension"), false;
        if (name[0] >= 'a') return fail("has the extension '" + name + "', which is not read here"), false;
        if (name == "TREE") read_trees(std::string_view(bytes_).substr(content, size));
        at_ = content + size;
        return true;
    }

    /// Records in the order of a walk from the root: a name and a zero byte, "entries subtrees\n", and the
    /// tree's id unless entries is -1. What does not fit ends the list: each record stands for itself.
    void read_trees(std::string_view records) {
        struct level {
            std::string path;
            std::uint64_t subtrees;
        };
        std::vector<level> above;
        bool first = true;
        while (!records.empty()) {
            while (!above.empty() && above.back().subtrees == 0)
                above.pop_back();
            if (above.empty() && !first) return;
            first = false;
            if (!above.empty()) --above.back().subtrees;
            const std::string_view name = next_token(records, '\0');
            std::string_view counts = next_token(records, '\n');
            const bool valid = next_token(counts, ' ') != "-1";
            std::uint64_t subtrees = 0;
            if (!from_decimal(counts, subtrees) || (valid && records.size() < hash_size)) return;
            std::string path = above.empty() ? std::string() : above.back().path;
            path.append(path.empty() ? "" : "/").append(name);
            if (valid) std::memcpy(trees_[path].data(), records.data(), hash_size);
            if (valid) records.remove_prefix(hash_size);
            above.push_back({std::move(path), subtrees});
        }
    }

    struct stat stat_{};
    std::string bytes_;
    std::deque<std::string> names_; ///< of version 4: they stay where they are
    std::vector<git_entry> entries_;
    std::map<std::string, git_id, std::less<>> trees_;
    std::string problem_;
    std::size_t at_ = 0, end_ = 0;
    std::uint32_t version_ = 0;
};

} // namespace detail
} // namespace repro::inline v0
