// SPDX-License-Identifier: MIT
#pragma once
// The terms of a sum as vectors of numbers, and what tells whether a block of them fits a scale.

#include <repro/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace repro::inline v0 {
namespace detail {

/// Terms of a block at most.
inline constexpr std::size_t block_terms = 2048;

/// Sums of the parts of a block's terms, exact if the terms fit, and what tells whether they do.
struct block_sums {
    double parts[3] = {};                                      ///< of terms, or of products as rounded
    double errors[3] = {};                                     ///< of what rounding the products left
    double largest = 0;                                        ///< absolute value
    double least = std::numeric_limits<double>::infinity();    ///< absolute value, zeros left out
    double smallest = std::numeric_limits<double>::infinity(); ///< absolute value of a product
};

/// Vectors of numbers, and of integers of their size.
template <int Bytes, class Number> struct lanes_of {
    using integer = std::conditional_t<sizeof(Number) == 8, std::int64_t, std::int32_t>;
    typedef Number vec __attribute__((vector_size(Bytes)));
    typedef integer word __attribute__((vector_size(Bytes)));
    static constexpr std::size_t width = Bytes / sizeof(Number);
};

/// Asks memory for what lies as far ahead of a loop as pays.
[[gnu::always_inline]] inline void prefetch_ahead(const void* here) noexcept {
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(here) + 4096));
}

/// Sets `to` to the numbers from `from` on.
template <class Real, class Number>
[[gnu::always_inline]] inline void load_lanes(const Number* from, Real& to) noexcept {
    __builtin_memcpy(&to, from, sizeof(Real));
    prefetch_ahead(from);
}

/// Sets `to` to the floats from `from` on, as doubles.
template <class Real> [[gnu::always_inline]] inline void load_widened(const float* from, Real& to) noexcept {
    using narrow = typename lanes_of<sizeof(Real) / 2, float>::vec;
    prefetch_ahead(from);
#if defined(__x86_64__) && !defined(__clang__)
    if constexpr (sizeof(Real) >= 32) { // which GCC takes apart: 12 in halves, 13 in single floats
        asm("vcvtps2pd {%1, %0|%0, %1}"
            : "=v"(to)
            : "m"(*reinterpret_cast<const char(*)[sizeof(narrow)]>(from)));
        return;
    }
#endif
    narrow floats;
    __builtin_memcpy(&floats, from, sizeof(floats));
    to = __builtin_convertvector(floats, Real);
}

/// The last of `n` numbers from place `i` on, filled up with zeros to a group of vectors.
template <std::size_t Group, class Number> struct last_group {
    Number numbers[Group] = {};

    [[gnu::always_inline]] last_group(const Number* from, std::size_t i, std::size_t n) noexcept {
        for (std::size_t k = 0; i + k < n; ++k)
            numbers[k] = from[i + k];
    }
};

/// The largest and the least absolute value in vectors of numbers, zeros left out of the least.
template <int Bytes, class Number> struct seen_sizes {
    using lanes = lanes_of<Bytes, Number>;
    using vec = typename lanes::vec;
    using word = typename lanes::word;

    vec largest = vec{};
    vec least = vec{} + std::numeric_limits<Number>::infinity();

    /// Sees `x`, and sets `size` to its absolute values.
    [[gnu::always_inline]] inline void see(const vec& x, vec& size) noexcept {
        const word magnitude_bits = word{} + std::numeric_limits<typename lanes::integer>::max();
        size = reinterpret_cast<vec>(reinterpret_cast<word>(x) & magnitude_bits);
        const vec not_zero = size == Number{0} ? vec{} + std::numeric_limits<Number>::infinity() : size;
        largest = size > largest ? size : largest;
        least = not_zero < least ? not_zero : least;
    }
    [[gnu::always_inline]] inline void add_to(block_sums& out) const noexcept {
        for (std::size_t j = 0; j < lanes::width; ++j) {
            out.largest = double{largest[j]} > out.largest ? double{largest[j]} : out.largest;
            out.least = double{least[j]} < out.least ? double{least[j]} : out.least;
        }
    }
};

/// Doubles as the terms of a sum.
struct double_terms {
    const double* from;

    [[nodiscard]] double at(std::size_t i) const noexcept { return from[i]; }
    template <class Real> [[gnu::always_inline]] inline void load(std::size_t i, Real& x) const noexcept {
        load_lanes(from + i, x);
    }
    template <std::size_t Group> struct last {
        last_group<Group, double> copy;
        [[gnu::always_inline]] last(const double_terms& terms, std::size_t i, std::size_t n) noexcept
            : copy(terms.from, i, n) {}
        [[nodiscard, gnu::always_inline]] inline double_terms terms() const noexcept {
            return {copy.numbers};
        }
    };
};

/// Products of two floats, which doubles hold, as the terms of a sum.
struct float_products {
    const float* left;
    const float* right;

    [[nodiscard]] double at(std::size_t i) const noexcept { return double{left[i]} * double{right[i]}; }
    template <class Real> [[gnu::always_inline]] inline void load(std::size_t i, Real& x) const noexcept {
        Real y;
        load_widened(left + i, x);
        load_widened(right + i, y);
        x *= y;
    }
    template <std::size_t Group> struct last {
        last_group<Group, float> left, right;
        [[gnu::always_inline]] last(const float_products& terms, std::size_t i, std::size_t n) noexcept
            : left(terms.left, i, n), right(terms.right, i, n) {}
        [[nodiscard, gnu::always_inline]] inline float_products terms() const noexcept {
            return {left.numbers, right.numbers};
        }
    };
};

} // namespace detail
} // namespace repro::inline v0
