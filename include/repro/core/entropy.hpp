// SPDX-License-Identifier: MIT
#pragma once
// Random bytes of the operating system, for generators that nobody seeded, and the count of those.

#include <repro/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/random.h>

namespace repro::inline v0 {
namespace detail {

/// Fills `words` from the operating system.
///
/// Errors: errc::unreadable where the system gives none.
inline void system_entropy(std::span<std::uint32_t> words) {
    constexpr std::size_t at_once = 64; // getentropy gives at most 256 bytes a call
    while (!words.empty()) {
        const std::size_t n = words.size() < at_once ? words.size() : at_once;
        if (getentropy(words.data(), n * sizeof(std::uint32_t)) != 0)
            throw error(errc::unreadable, "getentropy", "the operating system gave no random bytes",
                        "pass a seed instead");
        words = words.subspan(n);
    }
}

} // namespace detail
} // namespace repro::inline v0
