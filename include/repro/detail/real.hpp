// SPDX-License-Identifier: MIT
#pragma once
// A double for formulas whose bits are promised: they read as on paper, and no product is fused with a sum.

#include <repro/detail/fp.hpp>

namespace repro::inline v0 {
namespace detail {

/// A double; every operation is rounded on its own.
struct real {
    double value;

    constexpr real(double v) noexcept : value(v) {}
    explicit constexpr operator double() const noexcept { return value; }

    friend constexpr real operator-(real a) noexcept { return -a.value; }
    friend constexpr real operator+(real a, real b) noexcept { return a.value + b.value; }
    friend constexpr real operator-(real a, real b) noexcept { return a.value - b.value; }
    friend constexpr real operator*(real a, real b) noexcept { return mul(a.value, b.value); }
    friend constexpr real operator/(real a, real b) noexcept { return a.value / b.value; }
    constexpr real& operator+=(real b) noexcept { return *this = *this + b; }
    constexpr real& operator-=(real b) noexcept { return *this = *this - b; }
    constexpr real& operator*=(real b) noexcept { return *this = *this * b; }
    constexpr real& operator/=(real b) noexcept { return *this = *this / b; }

    friend constexpr bool operator==(real a, real b) noexcept { return a.value == b.value; }
    friend constexpr bool operator<(real a, real b) noexcept { return a.value < b.value; }
    friend constexpr bool operator<=(real a, real b) noexcept { return a.value <= b.value; }
    friend constexpr bool operator>(real a, real b) noexcept { return a.value > b.value; }
    friend constexpr bool operator>=(real a, real b) noexcept { return a.value >= b.value; }
};

} // namespace detail
} // namespace repro::inline v0
