// SPDX-License-Identifier: MIT
#pragma once
// The folder of a run. Making it is the claim: whoever makes it owns it, on every file system, and nobody
// looks first.

#include <repro/run/publish.hpp>

#include <filesystem>
#include <linux/magic.h>
#include <string>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// A folder that this process made, and holds open.
struct claimed_folder {
    std::filesystem::path path;
    descriptor handle;
    durability reached; ///< of its entry in the folder above
};

[[nodiscard]] inline descriptor open_folder(int at, const char* name, int flags) noexcept {
    return descriptor(::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags));
}

/// Makes `<root>/<name>`, or `<root>/<name>-2`, `-3`, ... when taken.
///
/// Errors: errc::no_space, errc::read_only, errc::unwritable.
[[nodiscard]] inline claimed_folder claim_folder(const std::filesystem::path& root, const std::string& name) {
    std::error_code failed;
    std::filesystem::create_directories(root, failed);
    if (failed) throw write_error(root.native(), {"cannot be made", failed.value()});
    const descriptor parent = open_folder(AT_FDCWD, root.c_str(), 0);
    if (!parent) throw write_error(root.native(), {"cannot be opened", errno});
    std::string candidate = name;
    for (unsigned number = 2; ::mkdirat(parent.get(), candidate.c_str(), 0777) != 0; ++number) {
        if (errno != EEXIST) throw write_error((root / candidate).native(), {"cannot be made", errno});
        candidate = name + "-" + decimal(number);
    }
    descriptor made = open_folder(parent.get(), candidate.c_str(), O_NOFOLLOW);
    if (!made) throw write_error((root / candidate).native(), {"cannot be opened", errno});
    const durability reached = sync(parent.get()).value_or(durability::unconfirmed);
    return {root / candidate, std::move(made), reached};
}

/// Returns whether what stands in the folder is gone after a restart of the machine.
[[nodiscard]] inline bool is_volatile(int folder) noexcept {
    struct statfs facts{};
    return ::fstatfs(folder, &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

} // namespace detail
} // namespace repro::inline v0
