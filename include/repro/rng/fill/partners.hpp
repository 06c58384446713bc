// SPDX-License-Identifier: MIT
#pragma once
// The partners of a shuffle by masked rejection, one word at a time and without a branch.

#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

struct partners_portable {
    /// Writes those of `n` words under `mask` that are not above their element: `i` for the first one
    /// written, i - 1 for the next, and so on. Returns how many. May write n + 16 elements.
    static std::size_t pick(const std::uint32_t* words, std::size_t n, std::uint32_t mask, std::uint32_t i,
                            std::uint32_t* partners) noexcept {
        std::uint32_t picked = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const std::uint32_t value = words[k] & mask;
            partners[picked] = value;
            picked += value <= i - picked ? 1 : 0;
        }
        return picked;
    }
};

} // namespace detail
} // namespace repro::inline v0
