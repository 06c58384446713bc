// SPDX-License-Identifier: MIT
#pragma once
// The exact sum of products of doubles.

#include <repro/reduce/exact_terms.hpp>

#include <bit>
#include <cmath>
#include <cstddef>

namespace repro::inline v0 {
namespace detail {

/// The exact sum of products, in a number that holds it.
class exact_products {
public:
    explicit exact_products(simd tier = best_simd()) noexcept : tier_(tier) {}

    /// Adds one product.
    void add(double x, double y) noexcept {
        if (!is_finite(x) || !is_finite(y)) return special_.see_infinite_or_nan(x * y);
        if (x == 0 || y == 0) return special_.see_zero(std::signbit(x) != std::signbit(y));
        special_.see_other();
        const parts_of_double a = parts_of(x), b = parts_of(y);
        total_.add(static_cast<uint128>(a.mantissa) * b.mantissa, a.exponent + b.exponent,
                   a.negative != b.negative);
    }

    /// Adds up to block_terms products. Precondition: the thread has default floating-point control.
    void add_block(const double* left, const double* right, std::size_t n) noexcept {
#if defined(__x86_64__)
        for (int attempt = 0; tier_ != simd::portable && attempt < 2; ++attempt) {
            const block_sums block = sum_block(left, right, n, scale_.anchor(), tier_);
            if (holds(block) && (block.smallest > 0 || !any_underflow(left, right, n))) {
                for (const double part : block.parts)
                    total_.add(part);
                for (const double part : block.errors)
                    total_.add(part);
                return see(left, right, n, block.largest);
            }
            const int wanted = block_scale::for_largest(block.largest);
            if (wanted > block_scale::highest || wanted == scale_.exponent()) break;
            scale_ = block_scale(wanted);
        }
#endif
        for (std::size_t i = 0; i < n; ++i)
            add(left[i], right[i]);
    }

    /// Adds what `other` added.
    void merge(const exact_products& other) noexcept {
        total_.add(other.total_);
        special_.see(other.special_);
    }

    [[nodiscard]] const special_values& special() const noexcept { return special_; }

    [[nodiscard]] const long_sum_of_products& total() const noexcept { return total_; }

private:
#if defined(__x86_64__)
    /// Below this, what rounding a product leaves may be no double.
    static constexpr double least_product = 0x1p-900;

    [[nodiscard]] bool holds(const block_sums& block) const noexcept {
        return scale_.holds(block, 3) && block.least >= least_product && is_finite(block.errors[0]);
    }

    [[nodiscard]] static bool any_underflow(const double* left, const double* right, std::size_t n) noexcept {
        for (std::size_t i = 0; i < n; ++i)
            if (left[i] * right[i] == 0 && left[i] != 0 && right[i] != 0) return true;
        return false;
    }

    void see(const double* left, const double* right, std::size_t n, double largest) noexcept {
        if (special_.saw_other()) return;
        if (largest > 0) return special_.see_other();
        for (std::size_t i = 0; i < n; ++i)
            special_.see_zero(std::signbit(left[i]) != std::signbit(right[i]));
    }
#endif

    long_sum_of_products total_;
    special_values special_;
    block_scale scale_{0};
    simd tier_;
};

} // namespace detail
} // namespace repro::inline v0
