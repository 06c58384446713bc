// SPDX-License-Identifier: MIT
#pragma once
// Publishes a small file so that a reader, a crash or a power cut meets the old text or the new one, and
// nothing between: temporary file, fsync, rename, fsync of the folder.

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/held_back_signal.hpp>
#include <repro/detail/text.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// What is known of a published file.
enum class durability : unsigned char {
    on_disk,    ///< it survives a power cut
    unconfirmed ///< the file system knows no fsync, or it failed for the folder
};

/// A step of writing that failed, and errno.
struct failed_step {
    const char* step;
    int reason;
};

/// Returns the error for a failed step at `where`.
[[nodiscard]] inline error write_error(std::string where, failed_step failed) {
    std::string problem = std::string(failed.step) + ": " + errno_text(failed.reason);
    switch (failed.reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {errc::no_space, std::move(where), std::move(problem),
                "free some space, or set REPRO_EXPERIMENTS to a folder that has it"};
    case EROFS:
        return {errc::read_only, std::move(where), std::move(problem),
                "set REPRO_EXPERIMENTS to a folder that can be written"};
    default:
        return {errc::unwritable, std::move(where), std::move(problem),
                "set REPRO_EXPERIMENTS to a folder that can be written"};
    }
}

/// Writes all of `text`; false, with errno set, on failure.
[[nodiscard]] inline bool write_all(int file, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// Asks once for a file or folder to reach the disk; nothing, with errno set, on failure. A failed fsync is
/// not repeated: Linux has dropped the pages by then, and the second one would succeed.
[[nodiscard]] inline std::optional<durability> sync(int file) noexcept {
    if (::fsync(file) == 0) return durability::on_disk;
    if (errno == EINVAL || errno == ENOTSUP) return durability::unconfirmed;
    return std::nullopt;
}

/// Writes, syncs and closes the temporary file `name`, which must not exist.
[[nodiscard]] inline std::optional<failed_step>
write_temporary(int folder, const char* name, std::string_view text, durability& reached) noexcept {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const int file = ::openat(folder, name, flags, 0666);
    if (file < 0) return failed_step{"cannot be created", errno};
    std::optional<failed_step> failed;
    if (!write_all(file, text)) failed = {"cannot be written", errno};
    if (!failed) {
        const auto synced = sync(file);
        if (synced)
            reached = *synced;
        else
            failed = {"cannot be brought to the disk", errno};
    }
    // Network file systems report a full disk as late as here.
    if (::close(file) != 0 && !failed && errno != EINTR) failed = {"cannot be closed", errno};
    return failed;
}

/// Returns a name for a temporary file that no other process and no other call uses.
[[nodiscard]] inline std::string temporary_name(std::string_view name) {
    static std::atomic<unsigned> count = 0;
    std::string temporary = ".";
    temporary.append(name).append(".").append(decimal(static_cast<unsigned>(::getpid())));
    return temporary.append(".").append(decimal(count.fetch_add(1))).append(".tmp");
}

/// Puts `text` under `name` into an open folder, in place of what is there. `where` is what errors call it.
///
/// Errors: errc::no_space, errc::read_only, errc::unwritable; `name` is then as it was.
inline durability publish(int folder, const std::string& name, std::string_view text,
                          const std::string& where) {
    const held_back_signal guard(SIGXFSZ);
    std::optional<failed_step> failed;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const std::string temporary = temporary_name(name);
        durability reached = durability::unconfirmed;
        failed = write_temporary(folder, temporary.c_str(), text, reached);
        if (!failed && ::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0)
            failed = {"cannot be put in place", errno};
        if (!failed) return sync(folder) == durability::on_disk ? reached : durability::unconfirmed;
        ::unlinkat(folder, temporary.c_str(), 0);
    }
    throw write_error(where, *failed);
}

} // namespace detail
} // namespace repro::inline v0
