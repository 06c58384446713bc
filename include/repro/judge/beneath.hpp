// SPDX-License-Identifier: MIT
#pragma once
// Opens what lies beneath a folder, and nothing else: no "..", no absolute path and no link leads out of it.

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/file.hpp>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <linux/openat2.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Opens a folder to start from; empty, with errno set, on failure.
[[nodiscard]] inline descriptor open_folder(const std::filesystem::path& path) noexcept {
    return descriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/// Opens `path` beneath `folder` one name at a time, for kernels without openat2. Links are not followed at
/// all. Empty, with errno set, on failure: EXDEV where the path leaves the folder or leads through a link.
[[nodiscard]] inline descriptor open_by_steps(int folder, std::string_view path, int flags) noexcept {
    descriptor at;
    int start = folder;
    while (!path.empty()) {
        const std::string name(next_token(path, '/'));
        if (name == "..") return errno = EXDEV, descriptor();
        if (name.empty() || name == ".") continue;
        struct stat facts{};
        if (::fstatat(start, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return {};
        if (S_ISLNK(facts.st_mode)) return errno = EXDEV, descriptor();
        const int step = path.empty() ? flags : O_PATH | O_DIRECTORY;
        descriptor next(::openat(start, name.c_str(), step | O_NOFOLLOW | O_CLOEXEC));
        if (!next) return errno = errno == ELOOP ? EXDEV : errno, descriptor();
        at = std::move(next);
        start = at.get();
    }
    return at;
}

/// Opens `path` beneath `folder`; links that stay within are followed. Empty, with errno set, on failure:
/// EXDEV where the path leaves the folder.
[[nodiscard]] inline descriptor open_beneath(int folder, const std::string& path, int flags) noexcept {
    struct open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    constexpr int attempts = 64; // EAGAIN: something was renamed meanwhile
    for (int i = 0; i < attempts; ++i) {
        const long number = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
        if (number >= 0) return descriptor(static_cast<int>(number));
        // ENOSYS: Linux before 5.6. EPERM: a filter of system calls that does not know it.
        if (errno == ENOSYS || errno == EPERM) return open_by_steps(folder, path, flags);
        if (errno != EAGAIN && errno != EINTR) break;
    }
    if (errno == ELOOP) errno = EXDEV;
    return {};
}

[[nodiscard]] inline error escape_error(const std::filesystem::path& path) {
    return {errc::path_escape, path.native(), "leads out of the folder, and is not marked as outside",
            "check where the manifest comes from; if you trust it, --allow-outside reads inputs, libraries "
            "and programs there"};
}

/// Returns what is beneath `folder`, opened; looks before it opens, as open_regular does.
///
/// Errors: those of open_regular; errc::path_escape.
[[nodiscard]] inline descriptor open_regular_beneath(int folder, const std::filesystem::path& path,
                                                     struct stat& facts) {
    expect_whole_name(path);
    const auto expect_within = [&] {
        if (errno == EXDEV) throw escape_error(path);
    };
    const descriptor seen = open_beneath(folder, path.native(), O_PATH);
    if (!seen) expect_within();
    if (!seen || ::fstat(seen.get(), &facts) != 0) throw hash_errno(path, errno);
    expect_regular(path, facts);
    descriptor file = open_beneath(folder, path.native(), O_RDONLY | O_NONBLOCK);
    if (!file) expect_within();
    return expect_content(path, std::move(file), facts);
}

} // namespace detail
} // namespace repro::inline v0
