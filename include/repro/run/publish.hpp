// SPDX-License-Identifier: MIT
#pragma once
// Publishes a small file so that a reader, a crash or a power cut meets the old text or the new one, and
// nothing between: temporary file, fsync, close, rename, fsync of the folder.

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/held_back_signal.hpp>
#include <repro/detail/text.hpp>
#include <repro/run/system_calls.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
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

/// Whether a file may take the place of another one.
enum class placement : unsigned char {
    first,      ///< there is none yet: one that stands there is somebody else's, and stays
    replacement ///< it takes the place of the one before
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
    case EMFILE:
    case ENFILE:
        return {errc::fd_limit, std::move(where), std::move(problem),
                "close files that are not needed, or raise the limit (ulimit -n)"};
    case EROFS:
        return {errc::read_only, std::move(where), std::move(problem),
                "set REPRO_EXPERIMENTS to a folder that can be written"};
    default:
        return {errc::unwritable, std::move(where), std::move(problem),
                "set REPRO_EXPERIMENTS to a folder that can be written"};
    }
}

/// Whether an error is the disk's, and not the caller's.
[[nodiscard]] constexpr bool is_failing_disk(errc code) noexcept {
    return code == errc::fd_limit || code == errc::no_space || code == errc::read_only ||
           code == errc::unwritable || code == errc::artifact_unreadable;
}

/// Writes all of `text`; false, with errno set, on failure.
template <class Calls = system_calls> [[nodiscard]] bool write_all(int file, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t count = Calls::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// Asks once for a file or folder to reach the disk; nothing, with errno set, on failure. A failed fsync is
/// not repeated: Linux has dropped the pages by then, and the second one would succeed.
template <class Calls = system_calls> [[nodiscard]] std::optional<durability> sync(int file) noexcept {
    if (Calls::sync(file) == 0) return durability::on_disk;
    if (errno == EINVAL || errno == ENOTSUP) return durability::unconfirmed;
    return std::nullopt;
}

/// Writes, syncs and closes the temporary file `name`, which must not exist.
template <class Calls>
[[nodiscard]] std::optional<failed_step> write_temporary(int folder, const char* name, std::string_view text,
                                                         durability& reached) noexcept {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const int file = Calls::open(folder, name, flags, 0666);
    if (file < 0) return failed_step{"cannot be created", errno};
    std::optional<failed_step> failed;
    if (!write_all<Calls>(file, text)) failed = {"cannot be written", errno};
    if (!failed) {
        const auto synced = sync<Calls>(file);
        if (synced)
            reached = *synced;
        else
            failed = {"cannot be brought to the disk", errno};
    }
    // Network file systems report a full disk as late as here. Linux closes a file even where it says EINTR.
    if (Calls::close(file) != 0 && !failed && errno != EINTR) failed = {"cannot be closed", errno};
    return failed;
}

/// Gives the temporary file its name.
template <class Calls>
[[nodiscard]] std::optional<failed_step> put_in_place(int folder, const char* temporary, const char* name,
                                                      placement where) noexcept {
    int done = 0;
    if (where == placement::replacement) {
        done = Calls::rename(folder, temporary, name);
    } else {
        done = Calls::rename_new(folder, temporary, name);
        // Some file systems know no such rename; a link does not replace anything, either.
        if (done != 0 && (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP)) {
            done = Calls::link(folder, temporary, name);
            if (done == 0) (void)Calls::unlink(folder, temporary);
        }
    }
    if (done == 0) return std::nullopt;
    return failed_step{"cannot be put in place", errno};
}

/// Returns a name for a temporary file that no other process and no other call uses. `owner` says whose it
/// is: see temporary_owner.
[[nodiscard]] inline std::string temporary_name(std::string_view name, std::string_view owner) {
    static std::atomic<unsigned> count = 0;
    std::string temporary = ".";
    return temporary.append(name)
        .append(".")
        .append(owner)
        .append(".")
        .append(decimal(count.fetch_add(1)))
        .append(".tmp");
}

/// A place for a file: an open folder, a name in it, what errors call it, and who writes there.
struct file_place {
    int folder;
    std::string name;
    std::string where;
    std::string owner;
};

/// Puts `text` in place. Whatever fails, it is tried once more, with a new file.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable; what stood there is then as it was.
template <class Calls = system_calls>
durability publish(const file_place& place, std::string_view text, placement where = placement::replacement) {
    const held_back_signal guard(SIGXFSZ);
    std::optional<failed_step> failed;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const std::string temporary = temporary_name(place.name, place.owner);
        durability reached = durability::unconfirmed;
        failed = write_temporary<Calls>(place.folder, temporary.c_str(), text, reached);
        if (!failed) failed = put_in_place<Calls>(place.folder, temporary.c_str(), place.name.c_str(), where);
        if (!failed)
            return sync<Calls>(place.folder) == durability::on_disk ? reached : durability::unconfirmed;
        (void)Calls::unlink(place.folder, temporary.c_str());
    }
    throw write_error(place.where, *failed);
}

} // namespace detail
} // namespace repro::inline v0
