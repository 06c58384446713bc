// SPDX-License-Identifier: MIT
#pragma once
// What is known of a file that nobody wants to read whole: its size, its time and a digest of both ends. It
// tells most other files from it, and never that a file is the same. Anybody computes it:
//     (head -c 1048576 FILE; tail -c 1048576 FILE) | sha256sum

#include <repro/hash/file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace repro::inline v0 {

/// How many bytes of each end are hashed; those of a smaller file twice.
inline constexpr std::size_t hashed_end_bytes = std::size_t{1} << 20;

/// A file, as far as its ends tell.
struct partial_digest {
    digest256 sha256; ///< of the first and the last bytes
    std::uintmax_t size = 0;
    std::int64_t modified = 0; ///< nanoseconds since 1970

    friend bool operator==(const partial_digest&, const partial_digest&) = default;
};

namespace detail {

/// Returns when a file was written, in nanoseconds; 0 before 1970, and no later than 2255.
[[nodiscard]] inline std::int64_t modified_at(const struct stat& facts) noexcept {
    const std::int64_t seconds = std::clamp<std::int64_t>(facts.st_mtim.tv_sec, 0, 9'000'000'000);
    return seconds * 1'000'000'000 + std::int64_t{facts.st_mtim.tv_nsec};
}

/// As hash_ends, of the file that open(facts) gives; `path` is what errors call it.
template <class Open>
[[nodiscard]] partial_digest hash_open_ends(const std::filesystem::path& path, Open open) {
    struct stat facts{};
    const descriptor file = open(facts);
    const auto size = static_cast<std::uintmax_t>(facts.st_size);
    const auto length = static_cast<std::size_t>(std::min<std::uintmax_t>(size, hashed_end_bytes));
    const auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(length);
    evp_sha256_state state;
    for (const std::uintmax_t start : {std::uintmax_t{0}, size - length}) {
        if (::lseek(file.get(), static_cast<off_t>(start), SEEK_SET) < 0) throw hash_errno(path, errno);
        const ssize_t count = read_up_to(file.get(), bytes.get(), length);
        if (count < 0) throw hash_errno(path, errno);
        state.update({bytes.get(), static_cast<std::size_t>(count)});
    }
    struct stat after{};
    if (::fstat(file.get(), &after) != 0) throw hash_errno(path, errno);
    if (!same_content_stamp(facts, after))
        throw hash_error(errc::changed_during_hash, path, "changed while its ends were hashed");
    return {state.finish(), size, modified_at(facts)};
}

} // namespace detail

/// Returns what the ends of a regular file tell; symbolic links are followed.
///
/// Errors:  those of hash_file.
/// Threads: safe to call from many threads.
[[nodiscard]] inline partial_digest hash_ends(const std::filesystem::path& path) {
    return detail::hash_open_ends(path,
                                  [&](struct stat& facts) { return detail::open_regular(path, facts); });
}

} // namespace repro::inline v0
