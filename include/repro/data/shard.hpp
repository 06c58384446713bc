// SPDX-License-Identifier: MIT
#pragma once
// The part of the work that one of several ranks does.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/detail/uint128.hpp>

#include <cstdint>

namespace repro::inline v0 {

/// Positions from `begin` on, before `end`.
struct position_range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    [[nodiscard]] constexpr std::uint64_t size() const noexcept { return end - begin; }
    friend constexpr bool operator==(const position_range&, const position_range&) = default;
};

/// Rank `rank` of `world` that share the work.
class shard {
public:
    /// The only rank of a world of one.
    constexpr shard() noexcept = default;

    /// Errors: errc::argument_invalid unless rank < world.
    constexpr shard(std::uint64_t rank, std::uint64_t world) : rank_(rank), world_(world) {
        if (rank >= world)
            throw error(errc::argument_invalid,
                        "shard(" + detail::decimal(rank) + ", " + detail::decimal(world) + ")",
                        "is no rank of this world", "pass a rank from 0 to world - 1");
    }

    [[nodiscard]] constexpr std::uint64_t rank() const noexcept { return rank_; }
    [[nodiscard]] constexpr std::uint64_t world() const noexcept { return world_; }
    friend constexpr bool operator==(const shard&, const shard&) = default;

    /// Returns this rank's part of positions 0 to count - 1: the ranks' parts lie behind each other in the
    /// order of ranks, and no two sizes differ by more than one.
    ///
    /// Stability: contract 1.
    [[nodiscard]] constexpr position_range part_of(std::uint64_t count) const noexcept {
        return {boundary(count, rank_), boundary(count, rank_ + 1)};
    }

private:
    [[nodiscard]] constexpr std::uint64_t boundary(std::uint64_t count, std::uint64_t rank) const noexcept {
        return static_cast<std::uint64_t>(static_cast<detail::uint128>(count) * rank / world_);
    }

    std::uint64_t rank_ = 0;
    std::uint64_t world_ = 1;
};

} // namespace repro::inline v0
