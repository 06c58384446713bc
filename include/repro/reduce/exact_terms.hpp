// SPDX-License-Identifier: MIT
#pragma once
// The exact sum of doubles or floats: blocks in vector lanes, and what does not fit there number by number.

#include <repro/detail/fp.hpp>
#include <repro/detail/fp_control.hpp>
#include <repro/reduce/lanes.hpp>
#include <repro/reduce/long_number.hpp>
#include <repro/reduce/special_values.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// The powers of two between which the terms of a block are cut.
class block_scale {
public:
    /// Above this, an anchor would overflow.
    static constexpr int highest = 1000;
    /// From here down to the least denormal, every double fits.
    static constexpr int lowest = -1000;

    /// Returns the smallest scale for terms up to `largest`, with a binade to spare; more than `highest`
    /// where there is none.
    [[nodiscard]] static int for_largest(double largest) noexcept {
        if (!is_finite(largest)) return highest + 1;
        if (largest == 0) return lowest;
        return std::max(std::ilogb(largest) + 2, lowest);
    }

    explicit block_scale(int exponent) noexcept
        : exponent_(exponent), end_(std::ldexp(1.0, exponent)), least_(std::ldexp(1.0, exponent - 31)) {}

    [[nodiscard]] int exponent() const noexcept { return exponent_; }
    [[nodiscard]] double anchor() const noexcept { return 4096.0 * 1.5 * end_; }

    /// Returns whether terms of these sizes were summed in `n_parts` parts without rounding.
    [[nodiscard]] bool holds(const block_sums& block, int n_parts) const noexcept {
        const double least = n_parts == 2 ? least_ : least_ * 0x1p-41;
        const double all = block.parts[0] + block.parts[1] + block.parts[2];
        return block.largest < end_ && (block.least >= least || exponent_ == lowest) && all == all;
    }

private:
    int exponent_;
    double end_;
    double least_;
};

/// The exact sum of terms, in a number that holds it.
template <class Long> class exact_terms {
public:
    explicit exact_terms(simd tier = best_simd()) noexcept : tier_(tier) {}

    /// Adds one term.
    void add(double term) noexcept {
        if (!is_finite(term)) return special_.see_infinite_or_nan(term);
        if (term == 0) return special_.see_zero(std::signbit(term));
        special_.see_other();
        total_.add(term);
    }

    /// Adds up to block_terms doubles. Precondition: the thread has default floating-point control.
    void add_block(const double* from, std::size_t n) noexcept {
        if (!add_lanes(double_terms{from}, n)) add_wide(from, n);
    }

    /// Adds up to block_terms products of floats. Precondition: as above.
    void add_products(const float* left, const float* right, std::size_t n) noexcept {
        const float_products terms{left, right};
        if (add_lanes(terms, n)) return;
        std::array<double, block_terms> products;
        for (std::size_t i = 0; i < n; ++i)
            products[i] = terms.at(i);
        add_wide(products.data(), n);
    }

    /// Adds up to block_terms floats. Precondition: as above.
    void add_block(const float* from, std::size_t n) noexcept {
        const block_sums block = sum_block(from, n, tier_);
        // A block's sum has 11 bits more than its largest term, and the lowest bit of its least.
        if (is_finite(block.parts[0]) && block.largest <= block.least * 0x1p18) {
            total_.add(block.parts[0]);
            return see(n, block.largest, [from](std::size_t i) { return from[i]; });
        }
        std::array<double, block_terms> wide;
        std::copy(from, from + n, wide.begin());
        add_block(wide.data(), n);
    }

    /// Adds what `other` added.
    void merge(const exact_terms& other) noexcept {
        total_.add(other.total_);
        special_.see(other.special_);
    }

    [[nodiscard]] const Long& total() const noexcept { return total_; }
    [[nodiscard]] Long& total() noexcept { return total_; }
    [[nodiscard]] const special_values& special() const noexcept { return special_; }
    [[nodiscard]] special_values& special() noexcept { return special_; }

private:
    /// Adds terms in vector lanes, unless they do not fit there; returns whether they did.
    template <class Terms> [[nodiscard]] bool add_lanes(const Terms& terms, std::size_t n) noexcept {
        for (int attempt = 0; attempt < 3; ++attempt) {
            const block_sums block = n_parts_ == 2 ? sum_block<2>(terms, n, scale_.anchor(), tier_)
                                                   : sum_block<3>(terms, n, scale_.anchor(), tier_);
            if (scale_.holds(block, n_parts_)) {
                for (const double part : block.parts)
                    total_.add(part);
                see(n, block.largest, [&terms](std::size_t i) { return terms.at(i); });
                return true;
            }
            const int wanted = block_scale::for_largest(block.largest);
            if (wanted > block_scale::highest) return false;
            if (wanted != scale_.exponent())
                scale_ = block_scale(wanted);
            else if (n_parts_ == 2)
                n_parts_ = 3; // and so from now on: such terms come in crowds
            else
                return false;
        }
        return false;
    }

    /// Notes what the signs of zeros depend on.
    template <class Term> void see(std::size_t n, double largest, Term term) noexcept {
        if (special_.saw_other()) return;
        if (largest > 0) return special_.see_other();
        for (std::size_t i = 0; i < n; ++i)
            special_.see_zero(std::signbit(term(i)));
    }

    /// Adds terms of which the least is far below the largest: cuts slices off until little is left.
    void add_wide(const double* from, std::size_t n) noexcept {
        constexpr int n_slices = 3;
        std::array<double, block_terms> rest;
        double largest = 0;
        bool finite = true;
        for (std::size_t i = 0; i < n; ++i) {
            rest[i] = from[i];
            finite = finite && is_finite(from[i]);
            largest = std::max(largest, std::fabs(from[i]));
        }
        if (!finite || block_scale::for_largest(largest) > block_scale::highest) {
            for (std::size_t i = 0; i < n; ++i)
                add(from[i]);
            return;
        }
        see(n, largest, [from](std::size_t i) { return from[i]; });
        for (int slice = 0; slice < n_slices && largest > 0; ++slice) {
            const double anchor = block_scale(block_scale::for_largest(largest)).anchor();
            double sum = 0;
            largest = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const double part = rounded(rest[i] + anchor) - anchor;
                rest[i] -= part;
                sum += part;
                largest = std::max(largest, std::fabs(rest[i]));
            }
            total_.add(sum);
        }
        for (std::size_t i = 0; i < n && largest > 0; ++i)
            if (rest[i] != 0) total_.add(rest[i]);
    }

    Long total_;
    special_values special_;
    block_scale scale_{0};
    int n_parts_ = 2;
    simd tier_;
};

} // namespace detail
} // namespace repro::inline v0
