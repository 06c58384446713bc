// SPDX-License-Identifier: MIT
#pragma once
// The folder of a run. Making it is the claim: whoever makes it owns it, on every file system, and nobody
// looks first.

#include <repro/run/file_system.hpp>
#include <repro/run/publish.hpp>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// A folder that this process made, and holds open.
struct claimed_folder {
    std::filesystem::path path;
    descriptor handle;
    durability reached;  ///< of its entry in the folder above
    unsigned number = 1; ///< how manieth of its name it is
};

template <class Calls = system_calls>
[[nodiscard]] descriptor open_folder(int at, const char* name, int flags) noexcept {
    return descriptor(Calls::open(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags, 0));
}

/// Makes a folder and all above it, and brings each new entry to the disk.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable.
template <class Calls> durability make_folders(const std::filesystem::path& path) {
    if (path.empty() || Calls::exists(AT_FDCWD, path.c_str()) == 0) return durability::on_disk;
    const std::filesystem::path above = path.parent_path();
    if (above == path) return durability::on_disk; // the root of all
    const durability before = make_folders<Calls>(above);
    if (!path.has_filename()) return before; // "runs/" is "runs"
    if (Calls::make_folder(AT_FDCWD, path.c_str(), 0777) != 0 && errno != EEXIST)
        throw write_error(path.native(), {"cannot be made", errno});
    const descriptor parent = open_folder<Calls>(AT_FDCWD, above.empty() ? "." : above.c_str(), 0);
    const bool reached = parent && sync<Calls>(parent.get()) == durability::on_disk;
    return reached ? before : durability::unconfirmed;
}

/// Returns the name of the n-th run of that name: "x", "x-2", "x-3", ...
[[nodiscard]] inline std::string numbered(const std::string& name, unsigned number) {
    return number == 1 ? name : name + "-" + decimal(number);
}

/// Returns a number whose name looks free while the one before is taken, in a few steps however many are.
template <class Calls> [[nodiscard]] unsigned first_free(int parent, const std::string& name) {
    const auto taken = [&](unsigned number) {
        return Calls::exists(parent, numbered(name, number).c_str()) == 0;
    };
    unsigned low = 1;
    unsigned high = 2;
    while (high < (1U << 30) && taken(high)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        const unsigned middle = low + (high - low) / 2;
        (taken(middle) ? low : high) = middle;
    }
    return high;
}

/// Makes `<root>/<name>`, or `<root>/<name>-2`, `-3`, ... when taken.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable; path_escape, see expect_no_foreign_link.
template <class Calls = system_calls>
[[nodiscard]] claimed_folder claim_folder(const std::filesystem::path& root, const std::string& name) {
    expect_no_foreign_link(root);
    const durability above = make_folders<Calls>(root);
    const descriptor parent = open_folder<Calls>(AT_FDCWD, root.c_str(), 0);
    if (!parent) throw write_error(root.native(), {"cannot be opened", errno});
    std::string candidate = name;
    unsigned number = 1;
    while (Calls::make_folder(parent.get(), candidate.c_str(), 0777) != 0) {
        if (errno != EEXIST) throw write_error((root / candidate).native(), {"cannot be made", errno});
        number = number == 1 ? first_free<Calls>(parent.get(), name) : number + 1;
        candidate = numbered(name, number);
    }
    descriptor made = open_folder<Calls>(parent.get(), candidate.c_str(), O_NOFOLLOW);
    if (!made) throw write_error((root / candidate).native(), {"cannot be opened", errno});
    const durability own = sync<Calls>(parent.get()).value_or(durability::unconfirmed);
    const durability reached = above == durability::on_disk ? own : above;
    return {root / candidate, std::move(made), reached, number};
}

} // namespace detail
} // namespace repro::inline v0
