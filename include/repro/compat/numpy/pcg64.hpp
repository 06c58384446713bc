// SPDX-License-Identifier: MIT
#pragma once
// NumPy's PCG64 and PCG64DXSM bit generators: a 128-bit linear congruential generator under two output
// functions. Origin: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
// Algorithms for Random Number Generation", 2014 (MIT); seeding, buffering and jumps from NumPy 2.2
// (BSD-3-Clause), numpy/random/_pcg64.pyx.

#include <repro/compat/numpy/half_word.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/detail/uint128.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0::numpy {

/// What NumPy's `PCG64().state` holds; its integers of 128 bits in two halves.
struct pcg64_state {
    std::uint64_t state_high = 0, state_low = 0;
    std::uint64_t inc_high = 0, inc_low = 0;
    bool has_uint32 = false;
    std::uint32_t uinteger = 0;

    friend bool operator==(const pcg64_state&, const pcg64_state&) = default;
};

namespace detail {

using repro::detail::high_half;
using repro::detail::low_half;
using repro::detail::make_uint128;
using repro::detail::uint128;

/// The multiplier of PCG's 128-bit generators, with which both variants take their first steps.
inline constexpr uint128 pcg_multiplier = make_uint128(0x2360ed051fc65da4, 0x4385df649fccf645);
inline constexpr std::uint64_t pcg_cheap_multiplier = 0xda942042e4dd58b5;

/// PCG64: step first, then output XSL-RR of the new state.
struct xsl_rr {
    static constexpr std::string_view name = "pcg64", format = "numpy.pcg64-1";
    static constexpr uint128 multiplier = pcg_multiplier;
    static constexpr bool steps_first = true;
    static constexpr std::uint64_t output(uint128 s) noexcept {
        return std::rotr(high_half(s) ^ low_half(s), static_cast<int>(s >> 122));
    }
};

/// PCG64DXSM: output of the old state, then step, with a multiplier of 64 bits.
struct dxsm {
    static constexpr std::string_view name = "pcg64dxsm", format = "numpy.pcg64dxsm-1";
    static constexpr uint128 multiplier = pcg_cheap_multiplier;
    static constexpr bool steps_first = false;
    static constexpr std::uint64_t output(uint128 s) noexcept {
        std::uint64_t high = high_half(s);
        high ^= high >> 32;
        high *= pcg_cheap_multiplier;
        high ^= high >> 48;
        return high * (low_half(s) | 1);
    }
};

/// A jump of the generator x -> multiplier x + increment over any distance. Origin: F. B. Brown, "Random
/// number generation with arbitrary strides", 1994.
[[nodiscard]] constexpr uint128 lcg_advance(uint128 state, uint128 distance, uint128 multiplier,
                                            uint128 increment) noexcept {
    uint128 factor = 1, offset = 0;
    for (; distance != 0; distance >>= 1) {
        if ((distance & 1) != 0) {
            factor *= multiplier;
            offset = offset * multiplier + increment;
        }
        increment *= multiplier + 1;
        multiplier *= multiplier;
    }
    return factor * state + offset;
}

/// How many steps lead from one state to another: bit by bit, as the low k bits have period 2^k.
[[nodiscard]] constexpr uint128 lcg_distance(uint128 from, uint128 to, uint128 multiplier,
                                             uint128 increment) noexcept {
    uint128 distance = 0;
    for (uint128 bit = 1; from != to; bit <<= 1) {
        if (((from ^ to) & bit) != 0) {
            from = from * multiplier + increment;
            distance |= bit;
        }
        increment *= multiplier + 1;
        multiplier *= multiplier;
    }
    return distance;
}

/// A PCG bit generator of 128 bits; `Variant` gives multiplier and output.
template <class Variant> class pcg128 {
public:
    using result_type = std::uint64_t;
    using state_type = pcg64_state;
    static constexpr std::string_view engine_name = Variant::name;

    /// Seeds as NumPy does, through a SeedSequence.
    explicit pcg128(std::uint64_t seed) { this->seed(seed_sequence(seed)); }
    explicit pcg128(const seed_sequence& sequence) noexcept { seed(sequence); }

    void seed(const seed_sequence& sequence) noexcept {
        std::array<std::uint64_t, 4> words{};
        sequence.generate_state(std::span<std::uint64_t>(words));
        increment_ = make_uint128(words[2], words[3]) << 1 | 1;
        state_ = increment_ + make_uint128(words[0], words[1]);
        state_ = state_ * pcg_multiplier + increment_;
        origin_ = state_;
        half_ = {};
    }

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// Returns the next raw output; leaves a kept half alone.
    result_type operator()() noexcept {
        if constexpr (Variant::steps_first) {
            state_ = state_ * Variant::multiplier + increment_;
            return Variant::output(state_);
        } else {
            const std::uint64_t output = Variant::output(state_);
            state_ = state_ * Variant::multiplier + increment_;
            return output;
        }
    }
    std::uint64_t next_uint64() noexcept { return (*this)(); }
    std::uint32_t next_uint32() noexcept {
        return half_.take([this] { return (*this)(); });
    }
    /// Returns a double in [0, 1) with 53 random bits. Class ieee.
    double next_double() noexcept { return unit_double((*this)()); }

    /// Moves as if `delta` outputs had been taken; drops a kept half. Negative distances wrap, as in NumPy.
    void advance(uint128 delta) noexcept {
        state_ = lcg_advance(state_, delta, Variant::multiplier, increment_);
        origin_ = lcg_advance(origin_, delta, Variant::multiplier, increment_);
        half_ = {};
    }
    /// Returns a generator 2^127 and some, the golden section of the period, times `jumps` ahead.
    [[nodiscard]] pcg128 jumped(std::uint64_t jumps = 1) const noexcept {
        constexpr uint128 step = make_uint128(0x9e3779b97f4a7c15, 0xf39cc0605cedc835);
        pcg128 other = *this;
        other.advance(step * jumps);
        other.origin_ = other.state_;
        return other;
    }

    [[nodiscard]] state_type state() const noexcept {
        return {high_half(state_),    low_half(state_), high_half(increment_),
                low_half(increment_), half_.present,    half_.value};
    }
    /// Takes over a state. The increment is odd.
    void set_state(const state_type& s) noexcept {
        REPRO_EXPECTS((s.inc_low & 1) != 0);
        state_ = make_uint128(s.state_high, s.state_low);
        increment_ = make_uint128(s.inc_high, s.inc_low);
        half_ = {s.has_uint32, s.uinteger};
        origin_ = state_;
    }

    /// Returns how many 64-bit outputs were taken since the last seeding: the distance from there.
    [[nodiscard]] std::uint64_t draws() const noexcept {
        return low_half(lcg_distance(origin_, state_, Variant::multiplier, increment_));
    }

    static constexpr std::string_view format = Variant::format;
    void append_to(std::string& line) const {
        for (const uint128 value : {state_, increment_, origin_}) {
            repro::detail::append_state(line, high_half(value));
            repro::detail::append_state(line, low_half(value));
        }
        half_.append_to(line);
    }
    [[nodiscard]] static pcg128 read_from(repro::detail::state_reader& reader) {
        pcg128 saved;
        for (uint128* const value : {&saved.state_, &saved.increment_, &saved.origin_}) {
            const std::uint64_t high = reader.number();
            *value = make_uint128(high, reader.number());
        }
        if ((saved.increment_ & 1) == 0) reader.fail("has an even increment");
        saved.half_ = half_word::read_from(reader);
        return saved;
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const pcg128& a, const pcg128& b) noexcept {
        return a.state_ == b.state_ && a.increment_ == b.increment_ && a.half_ == b.half_;
    }

private:
    friend struct repro::detail::fill_access;

    pcg128() = default;

    uint128 state_ = 0;
    uint128 increment_ = 1;
    uint128 origin_ = 0; // where the last seeding stood; draws() measures from there
    half_word half_;
};

} // namespace detail

/// The twin of `numpy.random.PCG64`. Class int.
using pcg64 = detail::pcg128<detail::xsl_rr>;
/// The twin of `numpy.random.PCG64DXSM`. Class int.
using pcg64dxsm = detail::pcg128<detail::dxsm>;

} // namespace repro::inline v0::numpy
