// SPDX-License-Identifier: MIT
#pragma once
// A sum that is exact until it is asked for: any order, any pieces, the same bits.

#include <repro/reduce/exact_terms.hpp>
#include <repro/reduce/sum_state.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {

/// What can be summed: float, double, and 16-bit types that a float holds.
template <class T>
concept summable = std::same_as<T, double> || std::same_as<T, float> ||
                   (sizeof(T) == 2 && std::is_trivially_copyable_v<T> && std::constructible_from<float, T>);

/// What a sum of T is: double for double, else float.
template <summable T> using sum_type = std::conditional_t<std::same_as<T, double>, double, float>;

/// Sums terms as they come.
///
/// The value is the exact sum, rounded once, to nearest and ties to even: it depends on the terms alone, not
/// on their order, on how they were cut into pieces, or on the processor. Up to 2^63 terms.
///
/// | terms | value |
/// |---|---|
/// | a NaN, or infinities of both signs | NaN |
/// | infinities of one sign | that infinity |
/// | none | 0 |
/// | nothing but negative zeros | -0 |
/// | others of which the sum is zero | 0 |
/// | a sum beyond the type's largest number | infinity; what overflows on the way does not matter |
///
/// Denormal terms count, and rounding mode and flush-to-zero of the calling thread do not.
/// Allocates nothing; 600 bytes of state.
///
/// Stability: contract 1.
/// Errors:    none.
/// Threads:   one accumulator belongs to one thread at a time; give each its own and merge.
template <summable T> class accumulator {
public:
    /// `tier` is the best of vector instructions that may be used; the bits are the same with any.
    explicit accumulator(simd tier = best_simd()) noexcept : terms_(tier) {}

    /// Adds one term.
    void add(T term) noexcept {
        const detail::fp_control_scope control(detail::default_fp_control());
        terms_.add(static_cast<double>(static_cast<sum_type<T>>(term)));
    }

    /// Adds terms.
    void add(std::span<const T> terms) noexcept {
        const detail::fp_control_scope control(detail::default_fp_control());
        for (std::size_t done = 0; done < terms.size(); done += detail::block_terms) {
            const std::size_t n = std::min(detail::block_terms, terms.size() - done);
            if constexpr (sizeof(T) == 2) {
                std::array<float, detail::block_terms> wide;
                for (std::size_t i = 0; i < n; ++i)
                    wide[i] = static_cast<float>(terms[done + i]);
                terms_.add_block(wide.data(), n);
            } else {
                terms_.add_block(terms.data() + done, n);
            }
        }
    }

    /// Adds what `other` added.
    void merge(const accumulator& other) noexcept { terms_.merge(other.terms_); }

    /// Returns the sum of what was added so far.
    [[nodiscard]] sum_type<T> value() const noexcept { return mean(1); }

    /// Returns the sum divided by `n`, rounded once. Precondition: `n` is not zero.
    [[nodiscard]] sum_type<T> mean(std::uint64_t n) const noexcept {
        return save().template value<sum_type<T>>(n);
    }

    /// Returns what was added so far as plain numbers, equal for equal sums.
    [[nodiscard]] sum_state save() const noexcept {
        detail::long_sum total = terms_.total();
        total.carry();
        return {total.digits(), terms_.special().bits()};
    }

    /// Goes on from `saved`, in place of what was added.
    void restore(const sum_state& saved) noexcept {
        terms_.total().set_digits(saved.digits);
        terms_.total().carry();
        terms_.special().set_bits(static_cast<std::uint8_t>(saved.special));
    }

private:
    detail::exact_terms<detail::long_sum> terms_;
};

} // namespace repro::inline v0
