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

/// Calls add(pointer, pointer, n) for blocks of `left` and `right` as doubles.
template <class T, class Add>
void as_double_blocks(std::span<const T> left, std::span<const T> right, Add add) noexcept {
    const fp_control_scope control(default_fp_control());
    for (std::size_t done = 0; done < left.size(); done += block_terms) {
        const std::size_t n = std::min(block_terms, left.size() - done);
        if constexpr (std::same_as<T, double>) {
            add(left.data() + done, right.data() + done, n);
        } else {
            std::array<double, block_terms> x, y;
            for (std::size_t i = 0; i < n; ++i) {
                x[i] = double{static_cast<float>(left[done + i])};
                y[i] = double{static_cast<float>(right[done + i])};
            }
            add(x.data(), y.data(), n);
        }
    }
}

/// A sum of products of two floats, which are doubles, or of two doubles.
template <class T> class dot_accumulator {
public:
    void add(std::span<const T> left, std::span<const T> right) noexcept {
        as_double_blocks(left, right, [this](const double* x, const double* y, std::size_t n) {
            if constexpr (std::same_as<T, double>) {
                sum_.add_block(x, y, n);
            } else {
                std::array<double, block_terms> products;
                for (std::size_t i = 0; i < n; ++i)
                    products[i] = x[i] * y[i];
                sum_.add_block(products.data(), n);
            }
        });
    }
    void merge(const dot_accumulator& other) noexcept {
        if constexpr (std::same_as<T, double>)
            sum_.merge(other.sum_);
        else
            sum_.add(other.sum_);
    }
    [[nodiscard]] auto total() const noexcept {
        if constexpr (std::same_as<T, double>) {
            return sum_.total();
        } else {
            long_sum result = sum_.total();
            result.carry();
            return result;
        }
    }
    [[nodiscard]] const special_values& special() const noexcept { return sum_.special(); }

private:
    std::conditional_t<std::same_as<T, double>, exact_products, exact_terms<long_sum>> sum_;
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
    if (const auto known = sum.special().template value<result>()) return *known;
    return detail::nearest_root<result>(sum.total().absolute());
}
template <terms Range> [[nodiscard]] auto norm2(const Range& values) noexcept {
    serial by;
    return norm2(values, by);
}

} // namespace repro::inline v0
