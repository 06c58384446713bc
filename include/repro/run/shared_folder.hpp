// SPDX-License-Identifier: MIT
#pragma once
// One folder for all ranks of a launch. Whoever comes first makes it, and says so by a symbolic link, which
// one process alone can make: <root>/.launches/<key of the launch> leads to the run's id and the folder's
// name.

#include <repro/core/launcher.hpp>
#include <repro/detail/mutex.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/run/clock.hpp>
#include <repro/run/folder.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace repro::inline v0 {
namespace detail {

inline constexpr const char* launches_name = ".launches";
/// How long a rank leaves it to rank 0 to make the folder.
inline constexpr std::chrono::milliseconds patience_for_rank_0{2000};

/// Returns the name of a rank's file: "manifest.json" of rank 0, else "rank-0003.json".
[[nodiscard]] inline std::string rank_file_name(std::uint64_t rank) {
    return rank == 0 ? "manifest.json" : "rank-" + padded(rank, 4) + ".json";
}

/// Returns what tells this run from every other one, and is the same in all ranks of the launch: they make
/// runs of one name in one order. Called once a run.
[[nodiscard]] inline std::string launch_key(const rank_place& place, const std::string& name) {
    static mutex alone;
    static std::map<std::string, unsigned> made_before;
    lock_guard lock(alone);
    const unsigned order = made_before[name]++;
    const std::string all = "repro launch\n" + place.job + "\n" + name + "\n" + decimal(order);
    return sha256(all).hex().substr(0, 32);
}

/// What the ranks of a launch agree on.
struct agreed_run {
    std::string run_id; ///< "-" where the system gave no random bytes
    std::string folder;
};

[[nodiscard]] inline std::optional<agreed_run> read_agreement(int root, const std::string& link) {
    char target[512];
    const ssize_t length = ::readlinkat(root, link.c_str(), target, sizeof target);
    if (length <= 0 || static_cast<std::size_t>(length) == sizeof target) return std::nullopt;
    std::string_view rest(target, static_cast<std::size_t>(length));
    agreed_run agreed{std::string(next_token(rest, ' ')), std::string(rest)};
    const bool good = !agreed.folder.empty() && agreed.folder.front() != '.' &&
                      agreed.folder.find('/') == std::string::npos;
    return good ? std::optional(std::move(agreed)) : std::nullopt;
}

/// Returns what another rank has agreed to; a rank other than 0 waits a little for it.
[[nodiscard]] inline std::optional<agreed_run> await_agreement(int root, const std::string& link,
                                                               std::uint64_t rank) {
    const auto until = std::chrono::steady_clock::now() + patience_for_rank_0;
    for (;;) {
        if (auto agreed = read_agreement(root, link)) return agreed;
        if (rank == 0 || std::chrono::steady_clock::now() > until) return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

/// Opens the folder that the ranks share, or makes it. `run_id` becomes the shared one.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable.
template <class Calls>
[[nodiscard]] claimed_folder share_folder(const std::filesystem::path& root, const std::string& name,
                                          const std::string& key, std::uint64_t rank,
                                          std::optional<std::string>& run_id) {
    expect_no_foreign_link(root);
    const durability above = make_folders<Calls>(root / launches_name);
    const descriptor parent = open_folder<Calls>(AT_FDCWD, root.c_str(), 0);
    if (!parent) throw write_error(root.native(), {"cannot be opened", errno});
    const std::string link = std::string(launches_name) + "/" + key;
    auto agreed = await_agreement(parent.get(), link, rank);
    if (!agreed) {
        claimed_folder made = claim_folder<Calls>(root, name);
        const std::string folder = made.path.filename().native();
        if (::symlinkat((run_id.value_or("-") + " " + folder).c_str(), parent.get(), link.c_str()) == 0)
            return made;
        const int reason = errno;
        (void)::unlinkat(parent.get(), folder.c_str(), AT_REMOVEDIR); // another rank was faster
        agreed = read_agreement(parent.get(), link);
        if (!agreed) throw write_error((root / link).native(), {"cannot be made", reason});
    }
    if (agreed->run_id != "-") run_id = agreed->run_id;
    descriptor shared = open_folder<Calls>(parent.get(), agreed->folder.c_str(), O_NOFOLLOW);
    if (!shared) throw write_error((root / agreed->folder).native(), {"cannot be opened", errno});
    return {root / agreed->folder, std::move(shared), above};
}

} // namespace detail
} // namespace repro::inline v0
