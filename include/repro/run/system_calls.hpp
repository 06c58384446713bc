// SPDX-License-Identifier: MIT
#pragma once
// The system calls by which a run's files are written: the one place where a test can count them, let the
// n-th fail, or end the process between two of them.

#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Each function is one call of the system, with its result and its errno. Names are relative to an open
/// folder.
struct system_calls {
    static int open(int at, const char* name, int flags, mode_t mode) noexcept {
        return ::openat(at, name, flags, mode);
    }
    static ssize_t write(int file, const void* from, std::size_t size) noexcept {
        return ::write(file, from, size);
    }
    static int sync(int file) noexcept { return ::fsync(file); }
    static int close(int file) noexcept { return ::close(file); }
    static int make_folder(int at, const char* name, mode_t mode) noexcept {
        return ::mkdirat(at, name, mode);
    }
    static int exists(int at, const char* name) noexcept {
        struct stat unused{};
        return ::fstatat(at, name, &unused, AT_SYMLINK_NOFOLLOW);
    }
    static int rename(int folder, const char* from, const char* to) noexcept {
        return ::renameat(folder, from, folder, to);
    }
    static int rename_new(int folder, const char* from, const char* to) noexcept {
        return ::renameat2(folder, from, folder, to, RENAME_NOREPLACE);
    }
    static int link(int folder, const char* from, const char* to) noexcept {
        return ::linkat(folder, from, folder, to, 0);
    }
    static int unlink(int folder, const char* name) noexcept { return ::unlinkat(folder, name, 0); }
    /// Returns the reason itself, as posix_fallocate does.
    static int allocate(int file, off_t size) noexcept { return ::posix_fallocate(file, 0, size); }
};

} // namespace detail
} // namespace repro::inline v0
