// SPDX-License-Identifier: MIT
#pragma once
// What a sum saw that no fixed-point number holds: NaN, infinities, and the sign of zeros.

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>

namespace repro::inline v0 {
namespace detail {

/// Returns whether the bits are those of a finite number.
[[nodiscard]] constexpr bool is_finite(double value) noexcept {
    return (std::bit_cast<std::uint64_t>(value) >> 52 & 0x7ff) != 0x7ff;
}

/// What was seen. Two of them together are the union, whatever the order.
class special_values {
public:
    // Bits of what was seen: for sums that threads of a device make, too.
    static constexpr std::uint8_t nan = 1, plus = 2, minus = 4, negative_zero = 8, other = 16;

    constexpr void see_infinite_or_nan(double value) noexcept {
        constexpr std::uint64_t infinite = 0x7ff0000000000000u;
        const auto bits = std::bit_cast<std::uint64_t>(value);
        seen_ |= (bits & ~(std::uint64_t{1} << 63)) > infinite ? nan : bits >> 63 != 0 ? minus : plus;
    }
    constexpr void see_zero(bool negative) noexcept { seen_ |= negative ? negative_zero : other; }
    constexpr void see_other() noexcept { seen_ |= other; }
    [[nodiscard]] constexpr bool saw_other() const noexcept { return (seen_ & other) != 0; }
    constexpr void see(special_values more) noexcept { seen_ |= more.seen_; }

    /// Returns what the sum is if not the finite one: NaN after a NaN or both infinities, else the infinity
    /// seen.
    template <class Float> [[nodiscard]] constexpr std::optional<Float> value() const noexcept {
        if ((seen_ & nan) != 0 || (seen_ & (plus | minus)) == (plus | minus))
            return std::numeric_limits<Float>::quiet_NaN();
        if ((seen_ & plus) != 0) return std::numeric_limits<Float>::infinity();
        if ((seen_ & minus) != 0) return -std::numeric_limits<Float>::infinity();
        return std::nullopt;
    }

    /// Returns whether a sum of zero is the negative one: there were terms, and all were negative zeros.
    [[nodiscard]] constexpr bool only_negative_zeros() const noexcept { return seen_ == negative_zero; }

    /// Returns what was seen as bits, the same for the same value: beside others, negative zeros do not
    /// count.
    [[nodiscard]] constexpr std::uint8_t bits() const noexcept {
        return saw_other() ? seen_ & static_cast<std::uint8_t>(~negative_zero) : seen_;
    }
    constexpr void set_bits(std::uint8_t bits) noexcept { seen_ = bits; }

private:
    std::uint8_t seen_ = 0;
};

} // namespace detail
} // namespace repro::inline v0
