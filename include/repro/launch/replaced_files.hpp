// SPDX-License-Identifier: MIT
#pragma once
// Stands in the place of what opens and reads files, and counts who does it to the system's random
// numbers.
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

/// A file that gives numbers of the system. Device numbers: Linux, admin-guide/devices.txt.
struct random_file {
    const char* path;
    entropy_call opened;
    entropy_call read;
    unsigned major, minor; ///< of the device; zeros for a file of /proc, each of whose openings is one number
};

inline constexpr random_file random_files[] = {
    {"/dev/urandom", entropy_call::urandom_opened, entropy_call::urandom_read, 1, 9},
    {"/dev/random", entropy_call::random_opened, entropy_call::random_read, 1, 8},
    {"/dev/hwrng", entropy_call::hwrng_opened, entropy_call::hwrng_read, 10, 183},
    {"/proc/sys/kernel/random/uuid", entropy_call::uuid_opened, entropy_call::uuid_opened, 0, 0},
};

[[nodiscard]] inline const random_file* random_file_at(const char* path) noexcept {
    if (path == nullptr || (std::strncmp(path, "/dev/", 5) != 0 && std::strncmp(path, "/proc/", 6) != 0))
        return nullptr;
    for (const random_file& each : random_files)
        if (std::strcmp(path, each.path) == 0) return &each;
    return nullptr;
}

/// Descriptors that were opened on one of these devices, and may have been closed since.
inline constinit std::array<std::atomic<std::uint64_t>, 16> random_descriptors{};

/// Remembers a descriptor of one of these devices, whose reads are counted from here on.
inline void remember_opened(int file, const random_file& which) noexcept {
    if (file < 0 || file >= 1024 || which.major == 0) return;
    const auto at = static_cast<std::size_t>(file);
    random_descriptors[at / 64].fetch_or(std::uint64_t{1} << at % 64, std::memory_order_relaxed);
}

[[nodiscard]] inline bool has_opened(int file, const random_file& which) noexcept {
    remember_opened(file, which);
    return file >= 0;
}

[[nodiscard]] inline bool has_opened(const std::FILE* file, const random_file&) noexcept {
    return file != nullptr;
}

/// Returns what `open` gives, and counts the call where `path` is one of these files; an attempt that failed
/// gave nothing. A second audit of this process, which `open` comes to, looks away.
template <class Open> [[nodiscard]] auto note_opening(const char* path, void* caller, Open open) {
    const random_file* const which = random_file_at(path);
    if (which == nullptr) return open();
    const bool outermost = watched_call::outermost();
    const auto file = [&] {
        const watched_call inner;
        return open();
    }();
    if (has_opened(file, *which) && outermost) note_call(which->opened, entropy_kind::entropy, caller);
    return file;
}

/// Counts a read of one of these devices, and returns whether it is one. Other files cost one look at a bit.
[[nodiscard]] inline bool note_reading(int file, void* caller) noexcept {
    if (file < 0 || file >= 1024) return false;
    const auto at = static_cast<std::size_t>(file);
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    if ((random_descriptors[at / 64].load(std::memory_order_relaxed) & bit) == 0) return false;
    struct stat facts{};
    const bool device = ::fstat(file, &facts) == 0 && S_ISCHR(facts.st_mode);
    for (const random_file& each : random_files) {
        if (!device || major(facts.st_rdev) != each.major || minor(facts.st_rdev) != each.minor) continue;
        if (watched_call::outermost()) note_call(each.read, entropy_kind::entropy, caller);
        return true;
    }
    random_descriptors[at / 64].fetch_and(~bit, std::memory_order_relaxed); // another file by now
    return false;
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
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_open.get()(path, flags, mode); });
}

inline constinit next_function<int(const char*, int, mode_t)> next_open64("open64");
extern "C" inline int repro_audit_open64(const char* path, int flags, ...) REPRO_REPLACES("open64");
extern "C" inline int repro_audit_open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_open64.get()(path, flags, mode); });
}

inline constinit next_function<int(int, const char*, int, mode_t)> next_openat("openat");
extern "C" inline int repro_audit_openat(int folder, const char* path, int flags, ...)
    REPRO_REPLACES("openat");
extern "C" inline int repro_audit_openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_openat.get()(folder, path, flags, mode); });
}

inline constinit next_function<int(int, const char*, int, mode_t)> next_openat64("openat64");
extern "C" inline int repro_audit_openat64(int folder, const char* path, int flags, ...)
    REPRO_REPLACES("openat64");
extern "C" inline int repro_audit_openat64(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_after(flags, rest);
    va_end(rest);
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_openat64.get()(folder, path, flags, mode); });
}

// What open becomes under _FORTIFY_SOURCE.

inline constinit next_function<int(const char*, int)> next_open_2("__open_2");
extern "C" inline int repro_audit_open_2(const char* path, int flags) REPRO_REPLACES("__open_2");
extern "C" inline int repro_audit_open_2(const char* path, int flags) {
    return note_opening(path, __builtin_return_address(0), [&] { return next_open_2.get()(path, flags); });
}

inline constinit next_function<int(const char*, int)> next_open64_2("__open64_2");
extern "C" inline int repro_audit_open64_2(const char* path, int flags) REPRO_REPLACES("__open64_2");
extern "C" inline int repro_audit_open64_2(const char* path, int flags) {
    return note_opening(path, __builtin_return_address(0), [&] { return next_open64_2.get()(path, flags); });
}

inline constinit next_function<int(int, const char*, int)> next_openat_2("__openat_2");
extern "C" inline int repro_audit_openat_2(int folder, const char* path, int flags)
    REPRO_REPLACES("__openat_2");
extern "C" inline int repro_audit_openat_2(int folder, const char* path, int flags) {
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_openat_2.get()(folder, path, flags); });
}

inline constinit next_function<int(int, const char*, int)> next_openat64_2("__openat64_2");
extern "C" inline int repro_audit_openat64_2(int folder, const char* path, int flags)
    REPRO_REPLACES("__openat64_2");
extern "C" inline int repro_audit_openat64_2(int folder, const char* path, int flags) {
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_openat64_2.get()(folder, path, flags); });
}

inline constinit next_function<std::FILE*(const char*, const char*)> next_fopen("fopen");
extern "C" inline std::FILE* repro_audit_fopen(const char* path, const char* mode) REPRO_REPLACES("fopen");
extern "C" inline std::FILE* repro_audit_fopen(const char* path, const char* mode) {
    return note_opening(path, __builtin_return_address(0), [&] { return next_fopen.get()(path, mode); });
}

inline constinit next_function<std::FILE*(const char*, const char*)> next_fopen64("fopen64");
extern "C" inline std::FILE* repro_audit_fopen64(const char* path, const char* mode)
    REPRO_REPLACES("fopen64");
extern "C" inline std::FILE* repro_audit_fopen64(const char* path, const char* mode) {
    return note_opening(path, __builtin_return_address(0), [&] { return next_fopen64.get()(path, mode); });
}

inline constinit next_function<std::FILE*(const char*, const char*, std::FILE*)> next_freopen("freopen");
extern "C" inline std::FILE* repro_audit_freopen(const char* path, const char* mode, std::FILE* stream)
    REPRO_REPLACES("freopen");
extern "C" inline std::FILE* repro_audit_freopen(const char* path, const char* mode, std::FILE* stream) {
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_freopen.get()(path, mode, stream); });
}

inline constinit next_function<std::FILE*(const char*, const char*, std::FILE*)> next_freopen64("freopen64");
extern "C" inline std::FILE* repro_audit_freopen64(const char* path, const char* mode, std::FILE* stream)
    REPRO_REPLACES("freopen64");
extern "C" inline std::FILE* repro_audit_freopen64(const char* path, const char* mode, std::FILE* stream) {
    return note_opening(path, __builtin_return_address(0),
                        [&] { return next_freopen64.get()(path, mode, stream); });
}

inline constinit next_function<ssize_t(int, void*, std::size_t)> next_read("read");
extern "C" inline ssize_t repro_audit_read(int file, void* to, std::size_t size) REPRO_REPLACES("read");
extern "C" inline ssize_t repro_audit_read(int file, void* to, std::size_t size) {
    if (!note_reading(file, __builtin_return_address(0))) return next_read.get()(file, to, size);
    const watched_call inner; // a second audit of this process looks away
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
    (void)next_openat_2.find();
    (void)next_openat64_2.find();
    (void)next_fopen.find();
    (void)next_fopen64.find();
    (void)next_freopen.find();
    (void)next_freopen64.find();
    (void)next_read.find();
}

} // namespace detail
} // namespace repro::inline v0
