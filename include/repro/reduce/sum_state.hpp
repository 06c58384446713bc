// SPDX-License-Identifier: MIT
#pragma once
// What an exact sum is made of, as plain numbers: for messages, files, and memory of a device.

#include <repro/reduce/long_number.hpp>
#include <repro/reduce/special_values.hpp>

#include <array>
#include <cstdint>

namespace repro::inline v0 {

namespace detail {

/// Returns the sum that `total` and `seen` hold, divided by `n`, rounded once. Precondition: carries were
/// moved.
template <class Float, class Long>
[[nodiscard]] Float value_of(const Long& total, const special_values& seen, std::uint64_t n = 1) noexcept {
    if (const auto known = seen.value<Float>()) return *known;
    auto size = total.absolute();
    if (size.highest_bit() < 0) return seen.only_negative_zeros() ? -Float{0} : Float{0};
    if (n != 1) size.divide(n);
    return nearest<Float>(size, total.negative());
}

} // namespace detail

/// An exact sum. Equal sums have equal states.
///
/// Stability: the layout is internal, `value` is contract 1.
struct sum_state {
    std::array<std::int64_t, detail::long_sum::n_digits> digits{}; ///< of 32 bits, the lowest first
    std::uint64_t special = 0;                                     ///< as special_values

    /// Returns the sum divided by `n`, rounded once to the nearest `Float`. Precondition: `n` is not zero.
    template <class Float> [[nodiscard]] Float value(std::uint64_t n = 1) const noexcept {
        detail::special_values seen;
        seen.set_bits(static_cast<std::uint8_t>(special));
        detail::long_sum total;
        total.set_digits(digits);
        total.carry();
        return detail::value_of<Float>(total, seen, n);
    }

    friend bool operator==(const sum_state&, const sum_state&) = default;
};

} // namespace repro::inline v0
