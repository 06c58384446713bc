// SPDX-License-Identifier: MIT
#pragma once
// Fixed-point numbers so wide that sums of doubles, and of products of doubles, stand in them exactly.
// Origin: Kulisch's long accumulator; carries are put off as in Neal, "Fast exact summation using small and
// large superaccumulators", arXiv:1505.05571.

#include <repro/detail/config.hpp>
#include <repro/detail/uint128.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace repro::inline v0 {
namespace detail {

/// A finite double as mantissa * 2^exponent.
struct parts_of_double {
    std::uint64_t mantissa;
    int exponent;
    bool negative;
};

[[nodiscard]] constexpr parts_of_double parts_of(double finite) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(finite);
    const std::uint64_t fraction = bits & 0x000fffffffffffffu;
    const int biased = static_cast<int>(bits >> 52 & 0x7ff);
    const bool negative = bits >> 63 != 0;
    if (biased == 0) return {fraction, -1074, negative};
    return {fraction | 0x0010000000000000u, biased - 1075, negative};
}

/// The absolute value of a fixed-point number: digits of 32 bits, the lowest first, in units of 2^(32 * low).
/// What a division or a root left over below its last digit is kept as one bit.
template <std::size_t Digits> struct magnitude {
    std::array<std::uint32_t, Digits> digits{};
    int low = 0;
    bool inexact = false; ///< whether something is left below the lowest digit

    /// Returns the place of the highest bit that is set, in bits above the lowest digit's; -1 where none is.
    [[nodiscard]] constexpr int highest_bit() const noexcept {
        for (std::size_t i = Digits; i-- > 0;)
            if (digits[i] != 0)
                return static_cast<int>(32 * i) + static_cast<int>(std::bit_width(digits[i])) - 1;
        return -1;
    }

    /// Returns whether a bit below place `end` is set.
    [[nodiscard]] constexpr bool any_below(int end) const noexcept {
        if (end <= 0) return false;
        const auto whole = static_cast<std::size_t>(end / 32);
        for (std::size_t i = 0; i < whole && i < Digits; ++i)
            if (digits[i] != 0) return true;
        return whole < Digits && end % 32 != 0 && (digits[whole] & ((1u << end % 32) - 1)) != 0;
    }

    /// Returns the 64 bits from place `first` on; what is outside the digits is zero.
    [[nodiscard]] constexpr std::uint64_t bits_from(int first) const noexcept {
        const int digit = first >> 5;
        const auto at = [this](int i) {
            return i < 0 || i >= static_cast<int>(Digits) ? 0 : digits[static_cast<std::size_t>(i)];
        };
        const uint128 window = static_cast<uint128>(at(digit)) | static_cast<uint128>(at(digit + 1)) << 32 |
                               static_cast<uint128>(at(digit + 2)) << 64;
        return low_half(window >> (first & 31));
    }

    /// Divides by `divisor`, rounding down.
    constexpr void divide(std::uint64_t divisor) noexcept {
        uint128 rest = 0;
        for (std::size_t i = Digits; i-- > 0;) {
            rest = rest << 32 | digits[i];
            digits[i] = static_cast<std::uint32_t>(rest / divisor);
            rest %= divisor;
        }
        inexact = inexact || rest != 0;
    }

    /// Multiplies by `factor`. Precondition: the product fits.
    constexpr void multiply(std::uint64_t factor) noexcept {
        uint128 carry = 0;
        for (std::uint32_t& digit : digits) {
            carry += static_cast<uint128>(digit) * factor;
            digit = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
    }

    /// Subtracts `other`, of the same unit. Precondition: it is no larger.
    constexpr void subtract(const magnitude& other) noexcept {
        std::int64_t borrow = 0;
        for (std::size_t i = 0; i < Digits; ++i) {
            const std::int64_t d = std::int64_t{digits[i]} - std::int64_t{other.digits[i]} + borrow;
            digits[i] = static_cast<std::uint32_t>(d);
            borrow = d >> 32;
        }
    }
};

/// Returns the square of `a`. Its unit is the square of a's.
template <std::size_t Result, std::size_t Digits>
[[nodiscard]] constexpr magnitude<Result> squared(const magnitude<Digits>& a) noexcept {
    static_assert(Result >= 2 * Digits);
    magnitude<Result> result;
    result.low = 2 * a.low;
    for (std::size_t i = 0; i < Digits; ++i) {
        if (a.digits[i] == 0) continue;
        std::uint64_t carry = 0;
        for (std::size_t k = 0; k < Digits; ++k) {
            carry += std::uint64_t{a.digits[i]} * a.digits[k] + result.digits[i + k];
            result.digits[i + k] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        result.digits[i + Digits] = static_cast<std::uint32_t>(carry);
    }
    return result;
}

// As variables: a kernel may read those, and not call the functions of the standard library.
template <class Float> inline constexpr Float infinity_of = std::numeric_limits<Float>::infinity();
template <class Float> inline constexpr Float nan_of = std::numeric_limits<Float>::quiet_NaN();

/// Returns the number of bits up to the highest that is set.
[[nodiscard]] REPRO_HOST_DEVICE constexpr int width_of(std::uint64_t bits) noexcept {
#if defined(__CUDA_ARCH__)
    return 64 - __clzll(static_cast<long long>(bits));
#else
    return static_cast<int>(std::bit_width(bits));
#endif
}

/// Returns 0.leading * 2^exponent to the nearest `Float`, ties to even; `rest` says whether more bits follow.
/// The highest bit of `leading` is set. Too large becomes infinite.
template <class Float>
[[nodiscard]] REPRO_HOST_DEVICE constexpr Float nearest(std::uint64_t leading, int exponent, bool rest,
                                                        bool negative) noexcept {
    using limits = std::numeric_limits<Float>;
    // The lowest bit that the result keeps: `digits` below the highest, but no less than the least denormal.
    const int lowest = exponent - limits::digits;
    const int least = limits::min_exponent - limits::digits;
    const int dropped = 64 - limits::digits + (lowest < least ? least - lowest : 0);
    std::uint64_t kept = 0;
    if (dropped < 64) {
        const std::uint64_t tail = leading << (64 - dropped);
        kept = leading >> dropped;
        const std::uint64_t half = std::uint64_t{1} << 63;
        if (tail > half || (tail == half && (rest || (kept & 1) != 0))) ++kept;
    } else if (dropped == 64 && (leading > std::uint64_t{1} << 63 || rest)) {
        kept = 1;
    }
    int unit = exponent - 64 + dropped;
    if (width_of(kept) > limits::digits) { // rounded up to the next power of two
        kept >>= 1;
        ++unit;
    }
    Float value = 0;
    const int top = width_of(kept) + unit;
    if (top > limits::max_exponent) {
        value = infinity_of<Float>;
    } else if (kept != 0) {
        // Assembled from bits: no rounding mode and no flushing of denormals has a say.
        using bits = std::conditional_t<sizeof(Float) == 8, std::uint64_t, std::uint32_t>;
        const int shift = limits::digits - width_of(kept);
        bits word = 0;
        if (top < limits::min_exponent) {
            word = static_cast<bits>(kept);
        } else {
            const auto fraction = static_cast<bits>(kept << shift) & ((bits{1} << (limits::digits - 1)) - 1);
            word =
                static_cast<bits>(static_cast<bits>(top - limits::min_exponent + 1) << (limits::digits - 1)) |
                fraction;
        }
        value = __builtin_bit_cast(Float, word);
    }
    return negative ? -value : value;
}

/// Returns `a` to the nearest `Float`, ties to even.
template <class Float, std::size_t Digits>
[[nodiscard]] constexpr Float nearest(const magnitude<Digits>& a, bool negative) noexcept {
    const int highest = a.highest_bit();
    if (highest < 0) return negative ? -Float{0} : Float{0};
    const int first = highest - 63;
    return nearest<Float>(a.bits_from(first), highest + 1 + 32 * a.low, a.any_below(first) || a.inexact,
                          negative);
}

/// Returns the square root of `a` to the nearest `Float`, ties to even.
template <class Float, std::size_t Digits>
[[nodiscard]] constexpr Float nearest_root(const magnitude<Digits>& a) noexcept {
    const int highest = a.highest_bit();
    if (highest < 0) return 0;
    const int end = highest + 1 + ((highest + 1) & 1); // an even place: units are powers of 2^32
    const int first = end - 128;
    const uint128 radicand = make_uint128(a.bits_from(first + 64), a.bits_from(first));
    uint128 rest = 0, root = 0; // digit by digit, two bits of the radicand at a time
    for (int k = 126; k >= 0; k -= 2) {
        rest = rest << 2 | (radicand >> k & 3);
        const uint128 trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    const bool more = rest != 0 || a.any_below(first) || a.inexact;
    return nearest<Float>(low_half(root), (end + 32 * a.low) / 2, more, false);
}

/// A signed fixed-point number from 2^(32 * Low) up to 2^(32 * High - 1).
///
/// Digits of 32 bits stand in 64, so that 2^30 numbers can be added before carries move.
template <int Low, int High> class long_number {
public:
    static constexpr int low = Low;
    static constexpr std::size_t n_digits = static_cast<std::size_t>(High - Low);

    /// Adds a finite number.
    constexpr void add(double finite) noexcept {
        const parts_of_double x = parts_of(finite);
        add(x.mantissa, x.exponent, x.negative);
    }

    /// Adds mantissa * 2^exponent. Precondition: no bit of it is outside the range.
    constexpr void add(uint128 mantissa, int exponent, bool negative) noexcept {
        const auto place = static_cast<unsigned>(exponent - 32 * Low);
        std::size_t i = place / 32;
        const uint128 lower = (mantissa & 0xffffffffu) << (place % 32);
        put(i++, low_half(lower) & 0xffffffffu, negative);
        for (uint128 rest = ((mantissa >> 32) << (place % 32)) + (lower >> 32); rest != 0; rest >>= 32)
            put(i++, low_half(rest) & 0xffffffffu, negative);
        if (++pending_ == 1u << 30) carry();
    }

    /// Adds `other`.
    constexpr void add(const long_number& other) noexcept {
        carry();
        long_number right = other;
        right.carry();
        for (std::size_t i = 0; i < n_digits; ++i)
            digits_[i] += right.digits_[i];
        carry();
    }

    /// Moves carries: afterwards equal numbers have equal digits, each but the last below 2^32.
    constexpr void carry() noexcept {
        std::int64_t carried = 0;
        for (std::size_t i = 0; i + 1 < n_digits; ++i) {
            const std::int64_t digit = digits_[i] + carried;
            digits_[i] = digit & 0xffffffff;
            carried = digit >> 32;
        }
        digits_[n_digits - 1] += carried;
        pending_ = 0;
    }

    /// Precondition: carries were moved.
    [[nodiscard]] constexpr bool negative() const noexcept { return digits_[n_digits - 1] < 0; }

    /// Returns the digits in `Digits` places. Precondition: carries were moved.
    template <std::size_t Digits = n_digits>
    [[nodiscard]] constexpr magnitude<Digits> absolute() const noexcept {
        static_assert(Digits >= n_digits);
        magnitude<Digits> result;
        result.low = Low;
        std::int64_t carried = 0;
        const std::int64_t sign = negative() ? -1 : 1;
        for (std::size_t i = 0; i < n_digits; ++i) {
            const std::int64_t digit = sign * digits_[i] + carried;
            result.digits[i] = static_cast<std::uint32_t>(digit);
            carried = digit >> 32;
        }
        return result;
    }

    [[nodiscard]] constexpr const std::array<std::int64_t, n_digits>& digits() const noexcept {
        return digits_;
    }
    constexpr void set_digits(const std::array<std::int64_t, n_digits>& digits) noexcept {
        digits_ = digits;
        pending_ = 0;
    }

private:
    constexpr void put(std::size_t i, std::uint64_t digit, bool negative) noexcept {
        const auto value = static_cast<std::int64_t>(digit);
        digits_[i] += negative ? -value : value;
    }

    std::array<std::int64_t, n_digits> digits_{};
    std::uint32_t pending_ = 0;
};

/// Holds any sum of up to 2^63 doubles.
using long_sum = long_number<-34, 34>;
/// Holds any sum of up to 2^63 products of two doubles.
using long_sum_of_products = long_number<-68, 66>;

} // namespace detail
} // namespace repro::inline v0
