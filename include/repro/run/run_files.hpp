// SPDX-License-Identifier: MIT
#pragma once
// The files of one run: its folder, what is published there, and a reserve by which the last manifest fits on
// a disk that the training has filled.

#include <repro/run/place.hpp>
#include <repro/run/shared_folder.hpp>
#include <repro/run/temporaries.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr const char* reserve_name = ".reserve";
inline constexpr off_t reserve_bytes = 64 * 1024;

/// Takes room on the disk for later.
template <class Calls> [[nodiscard]] std::optional<failed_step> take_reserve(int folder) noexcept {
    const held_back_signal guard(SIGXFSZ);
    const int file =
        Calls::open(folder, reserve_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return failed_step{"cannot be created", errno};
    const int reason = Calls::allocate(file, reserve_bytes);
    (void)Calls::close(file);
    if (reason == 0) return std::nullopt;
    (void)Calls::unlink(folder, reserve_name);
    return failed_step{"cannot be given its room", reason};
}

/// Where a run's files stand, and how they come there. Not for several threads at once.
template <class Calls = system_calls> class basic_run_files {
public:
    /// Makes the run's folder.
    ///
    /// Errors: errc::fd_limit, no_space, read_only, unwritable.
    void claim(const std::filesystem::path& root, const std::string& name) {
        settle(claim_folder<Calls>(root, name));
        if (folder_.number > 1) sweep_predecessor(root / numbered(name, folder_.number - 1));
    }

    /// Opens the folder that all ranks of a launch share, or makes it: see share_folder. Returns whether this
    /// rank's file is not there yet.
    ///
    /// Errors: errc::fd_limit, no_space, read_only, unwritable.
    [[nodiscard]] bool share(const wanted_folder& wanted, const std::string& key, std::uint64_t rank,
                             std::optional<std::string>& run_id) {
        settle(share_folder<Calls>(wanted.root, wanted.name, key, rank, run_id));
        return Calls::exists(folder(), rank_file_name(rank).c_str()) != 0;
    }

    /// Leaves the folder, if there is one, and makes another where nothing else can be written.
    ///
    /// Errors: errc::fd_limit, no_space, read_only, unwritable.
    void claim_elsewhere(const std::string& name) { settle(claim_temporary_folder<Calls>(name)); }

    /// Gives the folder up.
    void leave() noexcept { folder_ = {}; }

    /// Takes room for the last manifest; nothing, or why there is none.
    [[nodiscard]] std::optional<failed_step> reserve() noexcept {
        const auto failed = take_reserve<Calls>(folder());
        reserved_ = !failed;
        return failed;
    }

    /// Gives the room back. A reserve that cannot be removed holds nothing up.
    void release() noexcept {
        if (std::exchange(reserved_, false)) (void)Calls::unlink(folder(), reserve_name);
    }

    /// Puts `text` under `name`, which outlives this object. What somebody else put there before is not
    /// replaced.
    ///
    /// Errors: errc::fd_limit, no_space, read_only, unwritable.
    durability publish(const char* name, std::string_view text) {
        const bool again =
            std::find(published_.begin(), published_.end(), std::string_view(name)) != published_.end();
        const file_place place{folder(), name, (folder_.path / name).native(), owner_};
        const durability reached =
            detail::publish<Calls>(place, text, again ? placement::replacement : placement::first);
        if (!again) published_.push_back(name);
        return folder_.reached == durability::on_disk ? reached : durability::unconfirmed;
    }

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(folder_.handle); }
    [[nodiscard]] int folder() const noexcept { return folder_.handle.get(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path; }
    /// Returns whether the folder's own entry is known to survive a power cut.
    [[nodiscard]] durability reached() const noexcept { return folder_.reached; }

private:
    void settle(claimed_folder made) {
        self_ = capture_process_identity();
        owner_ = temporary_owner(self_);
        published_.clear();
        published_.reserve(4); // so that nothing can fail once a file is in place
        folder_ = std::move(made);
    }

    /// Removes what the run of this name before left under temporary names, if its process is gone.
    void sweep_predecessor(const std::filesystem::path& path) {
        const descriptor before = open_folder<Calls>(AT_FDCWD, path.c_str(), O_NOFOLLOW);
        if (!before) return;
        (void)sweep_temporaries(before.get(),
                                [&](std::string_view owner) { return owner_is_gone(owner, self_); });
    }

    claimed_folder folder_{};
    process_identity self_;
    std::string owner_;
    std::vector<std::string_view> published_;
    bool reserved_ = false;
};

using run_files = basic_run_files<>;

} // namespace detail
} // namespace repro::inline v0
