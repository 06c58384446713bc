// SPDX-License-Identifier: MIT
#pragma once
// Mean and variance that do not depend on the order of their terms.

#include <repro/reduce/dot.hpp>
#include <repro/reduce/sum.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// The exact sums of terms and of their squares.
template <class T> class moments {
public:
    void add(std::span<const T> values) noexcept {
        for (std::size_t done = 0; done < values.size(); done += block_terms) { // each block is read once
            const auto block = values.subspan(done, std::min(block_terms, values.size() - done));
            sum_.add(block);
            squares_.add(block, block);
        }
    }
    void merge(const moments& other) noexcept {
        sum_.merge(other.sum_);
        squares_.merge(other.squares_);
    }
    [[nodiscard]] const accumulator<T>& sum() const noexcept { return sum_; }
    [[nodiscard]] const dot_accumulator<T>& squares() const noexcept { return squares_; }

private:
    accumulator<T> sum_;
    dot_accumulator<T> squares_;
};

/// Returns the variance of `n` values from the exact sums of them and of their squares. Precondition: carries
/// of the squares were moved.
template <class Float>
[[nodiscard]] Float variance_of(const sum_state& sums, const long_sum_of_products& squares,
                                const special_values& seen, std::uint64_t n) noexcept {
    if (n < 2 || seen.value<Float>()) return std::numeric_limits<Float>::quiet_NaN();
    // (n * sum of squares - square of sum) / (n * (n - 1)), in units of 2^-2176.
    constexpr std::size_t n_digits = 2 * long_sum::n_digits + 4;
    auto numerator = squares.template absolute<n_digits>();
    numerator.multiply(n);
    long_sum sum;
    sum.set_digits(sums.digits);
    sum.carry();
    numerator.subtract(squared<n_digits>(sum.absolute()));
    numerator.divide(n);
    numerator.divide(n - 1);
    return nearest<Float>(numerator, false);
}

} // namespace detail

/// Returns the mean of `values`: the exact sum divided by their number, rounded once; NaN where there are
/// none.
///
/// Stability, errors: as sum.
template <terms Range, executor Executor> [[nodiscard]] auto mean(const Range& values, Executor& by) {
    using result = sum_type<detail::term_type<Range>>;
    const std::size_t n = std::ranges::size(values);
    if (n == 0) return std::numeric_limits<result>::quiet_NaN();
    const auto terms = detail::accumulated(detail::span_of(values), by);
    return terms.mean(n);
}
template <terms Range> [[nodiscard]] auto mean(const Range& values) noexcept {
    serial by;
    return mean(values, by);
}

/// Returns the variance of `values`: squares of distances from the exact mean, their exact sum divided by one
/// less than the number of values, rounded once; NaN for fewer than two, and where one is infinite or NaN.
///
/// Stability, errors: as sum.
template <terms Range, executor Executor> [[nodiscard]] auto variance(const Range& values, Executor& by) {
    using value_type = detail::term_type<Range>;
    using result = sum_type<value_type>;
    const auto all = detail::span_of(values);
    const std::uint64_t n = all.size();
    if (n < 2) return std::numeric_limits<result>::quiet_NaN();
    const auto sums = detail::accumulated(
        all.size(), by, [] { return detail::moments<value_type>(); },
        [all](detail::moments<value_type>& part, detail::piece p) {
            part.add(all.subspan(p.first, p.size));
        });
    return detail::variance_of<result>(sums.sum().save(), sums.squares().total(), sums.squares().special(),
                                       n);
}
template <terms Range> [[nodiscard]] auto variance(const Range& values) noexcept {
    serial by;
    return variance(values, by);
}

} // namespace repro::inline v0
