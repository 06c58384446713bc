// SPDX-License-Identifier: MIT
#pragma once
// Bounded integers as NumPy draws them: masked rejection (RandomState) and Lemire's multiplication
// (Generator), for every dtype. Origin: NumPy 2.2 (BSD-3-Clause),
// numpy/random/src/distributions/distributions.c; D. Lemire, "Fast Random Integer Generation in an Interval",
// 2019.

#include <repro/compat/argument.hpp>
#include <repro/detail/uint128.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace repro::inline v0::numpy {

/// Bounds of integers: wide enough for the exclusive upper bound of every dtype, 2^64 included.
using wide = repro::detail::int128;

/// The element types that integers can have: bool, and integers of 8 to 64 bits.
template <class T>
concept integer_dtype = std::integral<T> && sizeof(T) <= 8;

namespace detail {

using repro::detail::int128;
using repro::detail::reject;
using repro::detail::require;
using repro::detail::uint128;

/// Bits of the values of a dtype.
template <integer_dtype T>
inline constexpr int width_of = std::same_as<T, bool> ? 1 : 8 * static_cast<int>(sizeof(T));

/// Pieces of 1, 8 or 16 bits of a 32-bit word, low ones first. What is left over at the end of a call is
/// lost.
template <int Width> class pieces {
public:
    template <class Bits> std::uint32_t next(Bits& bits) noexcept {
        if (left_ == 0) {
            word_ = bits.next_uint32();
            left_ = 32 / Width - 1;
        } else {
            word_ >>= Width;
            --left_;
        }
        return word_ & ((std::uint32_t{1} << Width) - 1);
    }

private:
    std::uint32_t word_ = 0;
    int left_ = 0;
};

/// Wider values come in whole words.
template <> class pieces<32> {
public:
    template <class Bits> std::uint32_t next(Bits& bits) noexcept { return bits.next_uint32(); }
};
template <> class pieces<64> {
public:
    template <class Bits> std::uint64_t next(Bits& bits) noexcept { return bits.next_uint64(); }
};

/// The smallest 2^b - 1 that is not below `range`.
[[nodiscard]] constexpr std::uint64_t mask_of(std::uint64_t range) noexcept {
    return range == 0 ? 0 : UINT64_MAX >> std::countl_zero(range);
}

/// A number from 0 to `range`: the low bits under a mask, again while above `range`. A range of zero draws
/// nothing.
template <class Next>
[[nodiscard]] std::uint64_t masked(std::uint64_t range, std::uint64_t mask, Next next) noexcept {
    std::uint64_t value = next() & mask;
    while (value > range)
        value = next() & mask;
    return value;
}

/// A number from 0 to `range` < 2^Width - 1 by Lemire's method, from words of `Width` bits.
template <int Width, class Next> [[nodiscard]] std::uint64_t lemire(std::uint64_t range, Next next) noexcept {
    using product_type = std::conditional_t<Width == 64, uint128, std::uint64_t>;
    constexpr std::uint64_t largest = UINT64_MAX >> (64 - Width);
    const std::uint64_t n = range + 1;
    auto product = static_cast<product_type>(next()) * n;
    std::uint64_t leftover = static_cast<std::uint64_t>(product) & largest;
    if (leftover < n) [[unlikely]] {
        const std::uint64_t threshold = (largest - range) % n;
        while (leftover < threshold) {
            product = static_cast<product_type>(next()) * n;
            leftover = static_cast<std::uint64_t>(product) & largest;
        }
    }
    return static_cast<std::uint64_t>(product >> Width);
}

/// Which of the two methods a class of generators uses.
enum class bounding : unsigned char { masked, lemire };

/// Fills `out` with the values of bounds by masked rejection, without a branch on what is rejected.
template <class Bounds, class T, class Next>
void masked_into(const Bounds& bounds, std::span<T> out, Next next) noexcept {
    const std::uint64_t range = bounds.range, mask = mask_of(range);
    for (std::size_t i = 0; i < out.size();) {
        const std::uint64_t value = next() & mask;
        out[i] = bounds.at(value);
        i += value <= range ? 1 : 0;
    }
}

/// Draws numbers of one dtype from 0 to a range, in one call of the original: keeps the pieces of words.
template <integer_dtype T, bounding Method> class bounded_draw {
    static constexpr int width = width_of<T>;

public:
    template <class Bits> [[nodiscard]] std::uint64_t operator()(Bits& bits, std::uint64_t range) noexcept {
        if (range == 0) return 0;
        if constexpr (width == 1) {
            return pieces_.next(bits);
        } else if constexpr (width == 64) {
            if (range <= UINT32_MAX)
                return narrow<32>(range, [&] { return std::uint64_t{bits.next_uint32()}; });
            return narrow<64>(range, [&] { return bits.next_uint64(); });
        } else {
            return narrow<width>(range, [&] { return std::uint64_t{pieces_.next(bits)}; });
        }
    }

    /// Fills `out` with the values of bounds, as one call of the original that starts with it.
    template <class Bits, class Bounds>
        requires(Method == bounding::masked)
    void into(Bits& bits, const Bounds& bounds, std::span<T> out) noexcept {
        if (width == 1 || bounds.range == 0)
            for (T& value : out)
                value = bounds.at((*this)(bits, bounds.range));
        else if (width < 64)
            masked_into(bounds, out, [&] { return std::uint64_t{pieces_.next(bits)}; });
        else if (bounds.range <= UINT32_MAX)
            masked_into(bounds, out, [&] { return std::uint64_t{bits.next_uint32()}; });
        else
            masked_into(bounds, out, [&] { return bits.next_uint64(); });
    }

private:
    template <int Width, class Next> static std::uint64_t narrow(std::uint64_t range, Next next) noexcept {
        if constexpr (Method == bounding::masked) return masked(range, mask_of(range), next);
        if (range == UINT64_MAX >> (64 - Width)) return next();
        return lemire<Width>(range, next);
    }

    pieces<width> pieces_;
};

/// The inclusive bounds of an interval of one dtype: its low end, and how far it reaches.
template <integer_dtype T> struct interval {
    std::uint64_t low;
    std::uint64_t range;

    /// Checks bounds as NumPy does; `last` is included.
    static interval checked(wide low, wide last, const char* call) {
        constexpr bool is_signed = std::signed_integral<T>;
        constexpr wide least = is_signed ? -(wide{1} << (width_of<T> - 1)) : wide{0};
        constexpr wide most = (wide{1} << (width_of<T> - (is_signed ? 1 : 0))) - 1;
        require(low >= least, call, "low is out of bounds for the dtype", "choose a wider element type");
        require(last <= most, call, "high is out of bounds for the dtype", "choose a wider element type");
        require(low <= last, call, "low is not below high", "pass low < high");
        return {static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(last - low)};
    }

    /// The value `offset` above the low end.
    [[nodiscard]] T at(std::uint64_t offset) const noexcept { return static_cast<T>(low + offset); }
};

/// A number from 0 to `max` by masked rejection: what shuffles and permutations of both classes use.
template <class Bits> [[nodiscard]] std::uint64_t random_interval(Bits& bits, std::uint64_t max) noexcept {
    if (max == 0) return 0;
    if (max <= UINT32_MAX)
        return masked(max, mask_of(max), [&] { return std::uint64_t{bits.next_uint32()}; });
    return masked(max, mask_of(max), [&] { return bits.next_uint64(); });
}

/// Shuffles by exchanging: i from n - 1 down to 1 with some j <= i. Partners are drawn ahead, without a
/// branch that could be guessed wrong, so that the exchanges need not wait for each other's memory.
template <class Bits, class Exchange> void shuffle(Bits& bits, std::uint64_t n, Exchange exchange) {
    constexpr std::uint64_t batch = 256;
    std::uint64_t partners[batch];
    for (std::uint64_t i = n == 0 ? 0 : n - 1; i > 0;) {
        const std::uint64_t mask = mask_of(i), under_this_mask = i - (mask >> 1);
        const std::uint64_t size = under_this_mask < batch ? under_this_mask : batch;
        for (std::uint64_t picked = 0; picked < size;) {
            const std::uint64_t value = (mask <= UINT32_MAX ? bits.next_uint32() : bits.next_uint64()) & mask;
            partners[picked] = value;
            picked += value <= i - picked ? 1 : 0;
        }
        for (std::uint64_t k = 0; k < size; ++k)
            exchange(static_cast<std::size_t>(i - k), static_cast<std::size_t>(partners[k]));
        i -= size;
    }
}

/// Fills bytes from 32-bit words, little-endian; every call starts with a new word, and even no bytes cost
/// one.
template <class Bits> void fill_bytes(Bits& bits, std::uint8_t* out, std::size_t size) noexcept {
    if (size == 0) (void)bits.next_uint32(); // the original counts (length - 1) / 4 + 1 words, as C divides
    for (std::size_t i = 0; i < size;) {
        std::uint32_t word = bits.next_uint32();
        for (int n = 0; n < 4 && i < size; ++n, word >>= 8)
            out[i++] = static_cast<std::uint8_t>(word);
    }
}

} // namespace detail
} // namespace repro::inline v0::numpy
