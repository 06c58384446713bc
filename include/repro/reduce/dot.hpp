// SPDX-License-Identifier: MIT
#pragma once
// Scalar products and Euclidean norms that do not depend on the order of their terms.

#include <repro/detail/config.hpp>
#include <repro/reduce/exact_products.hpp>
#include <repro/reduce/sum.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// A sum of products of two doubles, or of two floats, whose products are doubles.
template <class T> class dot_accumulator {
public:
    explicit dot_accumulator(simd tier = best_simd()) noexcept : sum_(tier) {}

    void add(std::span<const T> left, std::span<const T> right) noexcept {
        const fp_control_scope control(default_fp_control());
        for (std::size_t done = 0; done < left.size(); done += block_terms) {
            const std::size_t n = std::min(block_terms, left.size() - done);
            if constexpr (std::same_as<T, double>)
                sum_.add_block(left.data() + done, right.data() + done, n);
            else if constexpr (std::same_as<T, float>)
                sum_.add_products(left.data() + done, right.data() + done, n);
            else
                add_narrow(left.subspan(done, n), right.subspan(done, n));
        }
    }
    void merge(const dot_accumulator& other) noexcept { sum_.merge(other.sum_); }

    /// Returns the sum with its carries moved.
    [[nodiscard]] long_sum_of_products total() const noexcept {
        long_sum_of_products result = sum_.total();
        result.carry();
        return result;
    }
    [[nodiscard]] const special_values& special() const noexcept { return sum_.special(); }

private:
    /// Adds up to block_terms products of numbers of 16 bits.
    void add_narrow(std::span<const T> left, std::span<const T> right) noexcept {
        std::array<float, block_terms> x, y;
        for (std::size_t i = 0; i < left.size(); ++i) {
            x[i] = static_cast<float>(left[i]);
            y[i] = static_cast<float>(right[i]);
        }
        sum_.add_products(x.data(), y.data(), left.size());
    }

    std::conditional_t<std::same_as<T, double>, exact_products, exact_terms<long_sum_of_products>> sum_;
};

template <class T, executor Executor>
[[nodiscard]] dot_accumulator<T> accumulated_products(std::span<const T> left, std::span<const T> right,
                                                      Executor& by) {
    return accumulated(
        left.size(), by, [] { return dot_accumulator<T>(); },
        [left, right](dot_accumulator<T>& part, piece p) {
            part.add(left.subspan(p.first, p.size), right.subspan(p.first, p.size));
        });
}

/// Returns the root of a sum of squares. Precondition: carries were moved.
template <class Float>
[[nodiscard]] Float norm_of(const long_sum_of_products& squares, const special_values& seen) noexcept {
    if (const auto known = seen.value<Float>()) return *known;
    return nearest_root<Float>(squares.absolute());
}

} // namespace detail

/// Returns the sum of the products of the elements of `left` and `right`: the exact one, rounded once.
/// Products neither overflow nor underflow on the way; an infinity times zero is NaN.
///
/// Precondition: as many elements on both sides.
/// Stability, errors: as sum.
template <terms Left, terms Right, executor Executor>
    requires std::same_as<detail::term_type<Left>, detail::term_type<Right>>
[[nodiscard]] auto dot(const Left& left, const Right& right, Executor& by) {
    using result = sum_type<detail::term_type<Left>>;
    REPRO_EXPECTS(std::ranges::size(left) == std::ranges::size(right));
    const auto sum = detail::accumulated_products(detail::span_of(left), detail::span_of(right), by);
    return detail::value_of<result>(sum.total(), sum.special());
}
template <terms Left, terms Right> [[nodiscard]] auto dot(const Left& left, const Right& right) noexcept {
    serial by;
    return dot(left, right, by);
}

/// Returns the square root of the sum of the squares of `values`, rounded once. Squares neither overflow nor
/// underflow on the way.
///
/// Stability, errors: as sum.
template <terms Range, executor Executor> [[nodiscard]] auto norm2(const Range& values, Executor& by) {
    using result = sum_type<detail::term_type<Range>>;
    const auto sum = detail::accumulated_products(detail::span_of(values), detail::span_of(values), by);
    return detail::norm_of<result>(sum.total(), sum.special());
}
template <terms Range> [[nodiscard]] auto norm2(const Range& values) noexcept {
    serial by;
    return norm2(values, by);
}

} // namespace repro::inline v0
