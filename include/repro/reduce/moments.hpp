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
    const auto nan = std::numeric_limits<result>::quiet_NaN();
    if (n < 2) return nan;
    const auto sums = detail::accumulated(
        all.size(), by, [] { return detail::moments<value_type>(); },
        [all](detail::moments<value_type>& part, detail::piece p) {
            part.add(all.subspan(p.first, p.size));
        });
    if (sums.squares().special().template value<result>()) return nan;
    // (n * sum of squares - square of sum) / (n * (n - 1)), in units of 2^-2176.
    constexpr std::size_t n_digits = 2 * detail::long_sum::n_digits + 4;
    auto numerator = sums.squares().total().template absolute<n_digits>();
    numerator.multiply(n);
    detail::long_sum sum;
    sum.set_digits(sums.sum().save().digits);
    numerator.subtract(detail::squared<n_digits>(sum.absolute()));
    numerator.divide(n);
    numerator.divide(n - 1);
    return detail::nearest<result>(numerator, false);
}
template <terms Range> [[nodiscard]] auto variance(const Range& values) noexcept {
    serial by;
    return variance(values, by);
}

} // namespace repro::inline v0
