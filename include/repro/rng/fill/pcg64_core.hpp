// SPDX-License-Identifier: MIT
#pragma once
// PCG64 (XSL-RR 128/64) as two integers, with jumps, and the half word that NumPy keeps when it takes 32
// bits. Source: M. E. O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms
// for random number generation", 2014; pcg-cpp (MIT or Apache-2.0); NumPy (BSD-3-Clause),
// numpy/random/src/pcg64.

#include <repro/detail/uint128.hpp>

#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace fill {

/// The state and the increment of a PCG64.
struct pcg64_core {
    detail::uint128 state;
    detail::uint128 increment;

    static constexpr detail::uint128 multiplier =
        detail::make_uint128(0x2360ed051fc65da4, 0x4385df649fccf645);

    /// Returns the next word.
    constexpr std::uint64_t operator()() noexcept {
        state = state * multiplier + increment;
        return word();
    }

    /// Returns the word of the present state, which is the one returned last.
    [[nodiscard]] constexpr std::uint64_t word() const noexcept {
        const std::uint64_t folded = detail::high_half(state) ^ detail::low_half(state);
        const auto turn = static_cast<unsigned>(detail::high_half(state) >> 58);
        return folded >> turn | folded << (-turn & 63);
    }

    /// Goes `n` words ahead.
    constexpr void advance(std::uint64_t n) noexcept {
        detail::uint128 factor = multiplier, term = increment;
        for (; n != 0; n >>= 1) {
            if ((n & 1) != 0) state = state * factor + term;
            term *= factor + 1;
            factor *= factor;
        }
    }

    friend constexpr bool operator==(const pcg64_core&, const pcg64_core&) = default;
};

/// The upper half of the last word, if nobody has taken it yet: NumPy's has_uint32 and uinteger.
struct half_word {
    bool present = false;
    std::uint32_t value = 0;

    friend constexpr bool operator==(const half_word&, const half_word&) = default;
};

} // namespace fill
namespace detail {

/// `steps` steps of every PCG64 at once: state * factor + increment * series.
struct pcg64_jump {
    uint128 factor = 1;
    uint128 series = 0;

    explicit constexpr pcg64_jump(int steps) noexcept {
        for (; steps > 0; --steps) {
            factor *= fill::pcg64_core::multiplier;
            series = series * fill::pcg64_core::multiplier + 1;
        }
    }
};

/// The number whose product with `odd` is 1 modulo 2^128; Newton's iteration doubles the correct bits each
/// time.
[[nodiscard]] constexpr uint128 inverse_modulo_2_128(uint128 odd) noexcept {
    uint128 inverse = odd; // three bits
    for (int bits = 3; bits < 128; bits *= 2)
        inverse *= 2 - odd * inverse;
    return inverse;
}

/// Returns the half kept, or the lower half of a fresh word, whose upper half is kept. Half has the members
/// `present` and `value`.
template <class Half> constexpr std::uint32_t next_half(fill::pcg64_core& core, Half& half) noexcept {
    half.present = !half.present;
    if (!half.present) return half.value;
    const std::uint64_t word = core();
    half.value = static_cast<std::uint32_t>(word >> 32);
    return static_cast<std::uint32_t>(word);
}

/// Takes one step back.
constexpr void step_back(fill::pcg64_core& core) noexcept {
    constexpr uint128 inverse = inverse_modulo_2_128(fill::pcg64_core::multiplier);
    core.state = (core.state - core.increment) * inverse;
}

[[nodiscard]] constexpr double pcg64_double(std::uint64_t word) noexcept {
    return static_cast<double>(static_cast<std::int64_t>(word >> 11)) * 0x1p-53;
}
[[nodiscard]] constexpr float pcg64_float(std::uint32_t half) noexcept {
    return static_cast<float>(static_cast<std::int32_t>(half >> 8)) * 0x1p-24f;
}

} // namespace detail
} // namespace repro::inline v0
