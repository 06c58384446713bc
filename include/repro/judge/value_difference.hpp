// SPDX-License-Identifier: MIT
#pragma once
// How far apart the values of one tensor in two runs are.

#include <repro/trace/record.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace repro::inline v0 {

/// How far the values that two traces kept of a tensor are apart.
struct value_difference {
    std::uint64_t compared = 0;
    std::uint64_t differing = 0;
    std::uint64_t first_element = 0;   ///< the first of those compared that differs
    std::uint64_t largest_element = 0; ///< where `largest` is
    double left = 0, right = 0;        ///< the values there
    double largest = 0;                ///< |left - right|; differences from NaN are left out
    std::uint64_t not_numbers = 0;     ///< how many differ, and are NaN on one side or both
    /// The most steps from one representable number to the next; nothing for integers.
    std::optional<std::uint64_t> largest_ulp = {};
};

namespace detail {

/// What a value is: its bits, the number, and its rank among all numbers of its type.
struct ranked_value {
    std::uint64_t bits;
    double number;
    std::int64_t rank;
};

/// Returns the number that a half of IEEE 754 (exponent 5 bits) or bfloat16 (exponent 8) stands for.
[[nodiscard]] inline double number_of_half(std::uint64_t bits, element_type type) noexcept {
    if (type == element_type::bfloat16)
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16)));
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const auto fraction = static_cast<double>(bits & 1023);
    double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31) size = fraction == 0 ? HUGE_VAL : static_cast<double>(NAN);
    return (bits >> 15) != 0 ? -size : size;
}

[[nodiscard]] constexpr bool is_floating(element_type type) noexcept { return type >= element_type::float16; }

[[nodiscard]] inline double number_of(std::uint64_t bits, element_type type) noexcept {
    const auto whole = static_cast<std::int64_t>(bits);
    switch (type) {
    case element_type::float64:
        return std::bit_cast<double>(bits);
    case element_type::float32:
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case element_type::float16:
    case element_type::bfloat16:
        return number_of_half(bits, type);
    case element_type::int8:
        return static_cast<double>(static_cast<std::int8_t>(whole));
    case element_type::int16:
        return static_cast<double>(static_cast<std::int16_t>(whole));
    case element_type::int32:
        return static_cast<double>(static_cast<std::int32_t>(whole));
    case element_type::int64:
        return static_cast<double>(whole);
    default:
        return static_cast<double>(bits);
    }
}

/// Returns the value number `index` of those kept.
[[nodiscard]] inline ranked_value value_at(std::string_view values, std::uint64_t index,
                                           element_type type) noexcept {
    const std::size_t size = size_of(type);
    std::uint64_t bits = 0;
    for (std::size_t i = size; i-- > 0;)
        bits = bits << 8 | static_cast<unsigned char>(values[index * size + i]);
    const std::uint64_t sign = std::uint64_t{1} << (8 * size - 1);
    const auto magnitude = static_cast<std::int64_t>(bits & (sign - 1));
    return {bits, number_of(bits, type), (bits & sign) != 0 ? -magnitude : magnitude};
}

/// Returns the distance of two integers, exact before it is rounded to a double.
[[nodiscard]] inline double distance_of(const ranked_value& a, const ranked_value& b,
                                        element_type type) noexcept {
    if (type == element_type::uint64)
        return static_cast<double>(a.bits > b.bits ? a.bits - b.bits : b.bits - a.bits);
    if (type == element_type::int64) {
        const bool ascending = static_cast<std::int64_t>(a.bits) < static_cast<std::int64_t>(b.bits);
        return static_cast<double>(ascending ? b.bits - a.bits : a.bits - b.bits);
    }
    return std::abs(a.number - b.number);
}

} // namespace detail

/// Compares the values that `left` and `right` kept, bit by bit; nothing where one of them kept none, or
/// where they are of different shapes.
[[nodiscard]] inline std::optional<value_difference> compare_values(const trace_entry& left,
                                                                    const trace_entry& right) {
    const bool comparable = left.type == right.type && left.count == right.count && !left.values.empty() &&
                            left.values.size() == right.values.size();
    if (!comparable) return std::nullopt;
    value_difference found;
    const std::uint64_t stride = detail::trace_stride(left.count);
    found.compared = left.values.size() / detail::size_of(left.type);
    if (detail::is_floating(left.type)) found.largest_ulp = 0;
    for (std::uint64_t i = 0; i < found.compared; ++i) {
        const detail::ranked_value a = detail::value_at(left.values, i, left.type),
                                   b = detail::value_at(right.values, i, left.type);
        if (a.bits == b.bits) continue;
        if (found.differing++ == 0) found.first_element = found.largest_element = i * stride;
        if (std::isnan(a.number) || std::isnan(b.number)) {
            ++found.not_numbers;
            continue;
        }
        if (found.largest_ulp) {
            const auto ranks = std::minmax(a.rank, b.rank);
            found.largest_ulp = std::max(*found.largest_ulp, static_cast<std::uint64_t>(ranks.second) -
                                                                 static_cast<std::uint64_t>(ranks.first));
        }
        const double distance = detail::distance_of(a, b, left.type);
        const bool is_first = found.differing - found.not_numbers == 1;
        if (!is_first && !(distance > found.largest)) continue;
        found.largest = distance;
        found.largest_element = i * stride;
        found.left = a.number;
        found.right = b.number;
    }
    return found;
}

} // namespace repro::inline v0
