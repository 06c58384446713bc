// SPDX-License-Identifier: MIT
#pragma once
// SHA-256 of a folder: of the list of its files in the format of sha256sum, sorted by the bytes of their
// names. In a folder of regular files anybody computes it without this library:
//     find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum

#include <repro/hash/files.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What a folder held while it was hashed.
struct tree_digest {
    digest256 sha256; ///< of the list
    std::size_t files = 0;
    std::size_t links = 0;    ///< symbolic links: recorded by where they lead, and not followed
    std::uintmax_t bytes = 0; ///< in the files together

    friend bool operator==(const tree_digest&, const tree_digest&) = default;
};

/// The list that a folder's digest is the digest of.
struct tree_listing {
    tree_digest digest;
    std::string text;
};

struct tree_options {
    hash_options hashing = {};
    /// The most files and links that a folder may hold, in all its levels.
    std::size_t limit = 1'000'000;
};

namespace detail {

struct tree_entry {
    std::string name; ///< relative to the folder
    bool link = false;

    friend auto operator<=>(const tree_entry&, const tree_entry&) = default;
};

/// Returns the files and links below `folder`, sorted by the bytes of their names.
[[nodiscard]] inline std::vector<tree_entry> list_tree(const std::filesystem::path& folder,
                                                       std::size_t limit) {
    namespace fs = std::filesystem;
    std::vector<tree_entry> entries;
    std::error_code failed;
    fs::recursive_directory_iterator each(folder, failed);
    for (; !failed && each != fs::recursive_directory_iterator(); each.increment(failed)) {
        const fs::file_status status = each->symlink_status(failed);
        if (failed || status.type() == fs::file_type::directory) continue;
        const bool link = status.type() == fs::file_type::symlink;
        if (!link && status.type() != fs::file_type::regular)
            throw hash_error(errc::not_regular, each->path(), "is neither a file nor a folder nor a link");
        if (entries.size() == limit)
            throw error(errc::tree_limit, folder.native(),
                        "holds more than " + std::to_string(limit) + " files",
                        "name the files that matter, or pack them into an archive");
        entries.push_back({each->path().lexically_relative(folder).native(), link});
    }
    if (failed) throw hash_errno(folder, failed.value());
    std::sort(entries.begin(), entries.end());
    return entries;
}

/// Appends a line as sha256sum writes it: a name that holds a newline, a carriage return or a backslash has
/// them escaped, and a backslash before the line.
inline void append_sum_line(std::string& list, const digest256& digest, char kind, std::string_view name) {
    if (name.find_first_of("\n\r\\") != std::string_view::npos) list += '\\';
    list.append(digest.hex()).append(" ").append(1, kind);
    for (const char c : name) {
        if (c == '\n')
            list += "\\n";
        else if (c == '\r')
            list += "\\r";
        else if (c == '\\')
            list += "\\\\";
        else
            list += c;
    }
    list += '\n';
}

/// Returns the digest of where a link leads.
[[nodiscard]] inline digest256 hash_link(const std::filesystem::path& path) {
    std::error_code failed;
    const std::filesystem::path target = std::filesystem::read_symlink(path, failed);
    if (failed) throw hash_errno(path, failed.value());
    return evp_sha256(target.native());
}

[[nodiscard]] inline tree_listing list_digests(const std::filesystem::path& folder,
                                               std::span<const tree_entry> entries,
                                               const hash_options& options) {
    std::vector<std::filesystem::path> files;
    for (const tree_entry& each : entries)
        if (!each.link) files.push_back(folder / each.name);
    const std::vector<hashed_file> digests = hash_files(files, options);
    tree_listing listing;
    for (const tree_entry& each : entries) {
        if (each.link) {
            append_sum_line(listing.text, hash_link(folder / each.name), '@', each.name);
            ++listing.digest.links;
            continue;
        }
        const hashed_file& file = digests[listing.digest.files++];
        if (file.problem) throw *file.problem;
        append_sum_line(listing.text, file.digest->sha256, ' ', each.name);
        listing.digest.bytes += file.digest->size;
    }
    listing.digest.sha256 = evp_sha256(listing.text);
    return listing;
}

} // namespace detail

/// Returns the list of what `folder` holds, and its digest.
///
/// A line is `<sha256>  <name>` for a file and `<sha256 of where it leads> @<name>` for a symbolic link.
/// Empty folders, permissions and times do not count. Links within are not followed, `folder` itself may be
/// one. Errors:  those of hash_file, for the first file that has one; errc::changed_during_hash where files
/// came or went
///          meanwhile; errc::not_regular for a pipe, socket or device within; errc::tree_limit.
/// Threads: safe to call from many threads.
[[nodiscard]] inline tree_listing list_tree(const std::filesystem::path& folder,
                                            const tree_options& options = {}) {
    const std::vector<detail::tree_entry> entries = detail::list_tree(folder, options.limit);
    tree_listing listing = detail::list_digests(folder, entries, options.hashing);
    if (detail::list_tree(folder, options.limit) != entries)
        throw detail::hash_error(errc::changed_during_hash, folder, "files came or went while it was hashed");
    return listing;
}

/// Returns the digest of what `folder` holds: that of its list.
[[nodiscard]] inline tree_digest hash_tree(const std::filesystem::path& folder,
                                           const tree_options& options = {}) {
    return list_tree(folder, options).digest;
}

} // namespace repro::inline v0
