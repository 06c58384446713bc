// SPDX-License-Identifier: MIT
#pragma once
// Stands in the place of what opens and reads files, and counts who does it to /dev/urandom and /dev/random.
// Included by an audit alone: whatever includes it replaces them in its process.

#include <repro/detail/config.hpp>
#include <repro/launch/entropy_watch.hpp>
#include <repro/launch/next_function.hpp>

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

namespace repro::inline v0 {
namespace detail {

enum class random_file : unsigned char { none, random, urandom };

[[nodiscard]] inline random_file random_file_at(const char* path) noexcept {
    if (path == nullptr || std::strncmp(path, "/dev/", 5) != 0) return random_file::none;
    if (std::strcmp(path, "/dev/urandom") == 0) return random_file::urandom;
    return std::strcmp(path, "/dev/random") == 0 ? random_file::random : random_file::none;
}

/// Counts the opening of one of the two files.
inline void note_opening(const char* path, void* caller) noexcept {
    const random_file which = random_file_at(path);
    if (which == random_file::none || !watched_call::outermost()) return;
    note_call(which == random_file::urandom ? entropy_call::urandom_opened : entropy_call::random_opened,
              entropy_kind::entropy, caller);
}

/// Descriptors that were opened on one of the two files, and may have been closed since.
inline constinit std::array<std::atomic<std::uint64_t>, 16> random_descriptors{};

inline void remember_descriptor(int file, const char* path) noexcept {
    if (file < 0 || file >= 1024 || random_file_at(path) == random_file::none) return;
    const auto at = static_cast<std::size_t>(file);
    random_descriptors[at / 64].fetch_or(std::uint64_t{1} << at % 64, std::memory_order_relaxed);
}

/// Counts a read of one of the two files. Others cost one look at a bit.
inline void note_reading(int file, void* caller) noexcept {
    if (file < 0 || file >= 1024) return;
    const auto at = static_cast<std::size_t>(file);
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    if ((random_descriptors[at / 64].load(std::memory_order_relaxed) & bit) == 0) return;
    struct stat facts{};
    const bool device = ::fstat(file, &facts) == 0 && S_ISCHR(facts.st_mode) && major(facts.st_rdev) == 1;
    const unsigned number = minor(facts.st_rdev); // Linux: 1:8 is random, 1:9 is urandom
    if (device && (number == 8 || number == 9)) {
        if (watched_call::outermost())
            note_call(number == 9 ? entropy_call::urandom_read : entropy_call::random_read,
                      entropy_kind::entropy, caller);
        return;
    }
    random_descriptors[at / 64].fetch_and(~bit, std::memory_order_relaxed); // another file by now
}

/// Returns the mode that follows the flags, where they ask for one.
[[nodiscard]] inline mode_t mode_after(int flags, va_list rest) noexcept {
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

inline constinit next_function<int(const char*, int, mode_t)> next_open("open");
extern "C" inline int repro_audit_open(const char* path, int flags, ...) REPRO_REPLACES("open");
extern "C" inline int repro_audit_open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    note_opening(path, __builtin_return_address(0));
    const int file = next_open.get()(path, flags, mode);
    remember_descriptor(file, path);
    return file;
}

inline constinit next_function<int(const char*, int, mode_t)> next_open64("open64");
extern "C" inline int repro_audit_open64(const char* path, int flags, ...) REPRO_REPLACES("open64");
extern "C" inline int repro_audit_open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    note_opening(path, __builtin_return_address(0));
    const int file = next_open64.get()(path, flags, mode);
    remember_descriptor(file, path);
    return file;
}

inline constinit next_function<int(int, const char*, int, mode_t)> next_openat("openat");
extern "C" inline int repro_audit_openat(int folder, const char* path, int flags, ...)
    REPRO_REPLACES("openat");
extern "C" inline int repro_audit_openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    note_opening(path, __builtin_return_address(0));
    const int file = next_openat.get()(folder, path, flags, mode);
    remember_descriptor(file, path);
    return file;
}

inline constinit next_function<int(int, const char*, int, mode_t)> next_openat64("openat64");
extern "C" inline int repro_audit_openat64(int folder, const char* path, int flags, ...)
    REPRO_REPLACES("openat64");
extern "C" inline int repro_audit_openat64(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    note_opening(path, __builtin_return_address(0));
    const int file = next_openat64.get()(folder, path, flags, mode);
    remember_descriptor(file, path);
    return file;
}

// What open becomes under _FORTIFY_SOURCE.

inline constinit next_function<int(const char*, int)> next_open_2("__open_2");
extern "C" inline int repro_audit_open_2(const char* path, int flags) REPRO_REPLACES("__open_2");
extern "C" inline int repro_audit_open_2(const char* path, int flags) {
    note_opening(path, __builtin_return_address(0));
    const int file = next_open_2.get()(path, flags);
    remember_descriptor(file, path);
    return file;
}

inline constinit next_function<int(const char*, int)> next_open64_2("__open64_2");
extern "C" inline int repro_audit_open64_2(const char* path, int flags) REPRO_REPLACES("__open64_2");
extern "C" inline int repro_audit_open64_2(const char* path, int flags) {
    note_opening(path, __builtin_return_address(0));
    const int file = next_open64_2.get()(path, flags);
    remember_descriptor(file, path);
    return file;
}

inline constinit next_function<std::FILE*(const char*, const char*)> next_fopen("fopen");
extern "C" inline std::FILE* repro_audit_fopen(const char* path, const char* mode) REPRO_REPLACES("fopen");
extern "C" inline std::FILE* repro_audit_fopen(const char* path, const char* mode) {
    note_opening(path, __builtin_return_address(0));
    return next_fopen.get()(path, mode);
}

inline constinit next_function<std::FILE*(const char*, const char*)> next_fopen64("fopen64");
extern "C" inline std::FILE* repro_audit_fopen64(const char* path, const char* mode)
    REPRO_REPLACES("fopen64");
extern "C" inline std::FILE* repro_audit_fopen64(const char* path, const char* mode) {
    note_opening(path, __builtin_return_address(0));
    return next_fopen64.get()(path, mode);
}

inline constinit next_function<ssize_t(int, void*, std::size_t)> next_read("read");
extern "C" inline ssize_t repro_audit_read(int file, void* to, std::size_t size) REPRO_REPLACES("read");
extern "C" inline ssize_t repro_audit_read(int file, void* to, std::size_t size) {
    note_reading(file, __builtin_return_address(0));
    return next_read.get()(file, to, size);
}

/// Looks up the functions replaced here, before a thread or signal handler calls one of them.
inline void find_next_files() noexcept {
    (void)next_open.find();
    (void)next_open64.find();
    (void)next_openat.find();
    (void)next_openat64.find();
    (void)next_open_2.find();
    (void)next_open64_2.find();
    (void)next_fopen.find();
    (void)next_fopen64.find();
    (void)next_read.find();
}

} // namespace detail
} // namespace repro::inline v0
