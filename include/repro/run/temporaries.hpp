// SPDX-License-Identifier: MIT
#pragma once
// Files under temporary names: whose they are, and those that a dead process left, which nobody will ever
// put in place.

#include <repro/capture/process_identity.hpp>
#include <repro/run/publish.hpp>

#include <cstddef>
#include <cstdint>
#include <dirent.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns how the names of temporary files say whose they are: "<pid>-<start>-<world>". The world is a
/// digest: equal where boot, namespaces and host are.
[[nodiscard]] inline std::string temporary_owner(const process_identity& process) {
    const process_world& world = process.world;
    const std::string all = world.boot_id + "\n" + world.namespaces + "\n" + world.host;
    return decimal(process.pid) + "-" + decimal(process.started) + "-" + sha256(all).hex().substr(0, 16);
}

/// Returns the part of a temporary file's name that says whose it is; nothing where the name is another one.
[[nodiscard]] inline std::optional<std::string_view> owner_in(std::string_view name) noexcept {
    if (!name.starts_with('.') || !name.ends_with(".tmp")) return std::nullopt;
    name.remove_suffix(4);
    for (int part = 0; part < 2; ++part) { // the count, then the owner
        const std::size_t dot = name.rfind('.');
        if (dot == std::string_view::npos || dot == 0) return std::nullopt;
        if (part == 1) return name.substr(dot + 1);
        name = name.substr(0, dot);
    }
    return std::nullopt;
}

/// Returns whether an owner of this very world has ended. What another machine, boot or container left is
/// never judged from here.
[[nodiscard]] inline bool owner_is_gone(std::string_view owner, const process_identity& self) {
    if (self.world.boot_id.empty() || self.world.namespaces.empty()) return false;
    const std::string own = temporary_owner(self);
    std::string_view own_rest = own;
    std::uint64_t pid = 0, started = 0;
    const bool good =
        from_decimal(next_token(owner, '-'), pid) && from_decimal(next_token(owner, '-'), started);
    (void)next_token(own_rest, '-');
    (void)next_token(own_rest, '-');
    return good && owner == own_rest && fate_of(pid, started) == process_fate::gone;
}

/// Returns the names in an open folder.
[[nodiscard]] inline std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const list = copy < 0 ? nullptr : ::fdopendir(copy);
    if (list == nullptr) {
        if (copy >= 0) ::close(copy);
        return names;
    }
    while (const dirent* const entry = ::readdir(list))
        names.emplace_back(entry->d_name);
    ::closedir(list);
    return names;
}

/// Removes the temporary files for which `is_stale(owner)` holds; returns how many.
template <class IsStale> std::size_t sweep_temporaries(int folder, IsStale is_stale) {
    std::size_t swept = 0;
    for (const std::string& name : names_in(folder)) {
        const auto owner = owner_in(name);
        if (owner && is_stale(*owner) && ::unlinkat(folder, name.c_str(), 0) == 0) ++swept;
    }
    return swept;
}

} // namespace detail
} // namespace repro::inline v0
