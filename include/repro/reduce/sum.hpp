// SPDX-License-Identifier: MIT
#pragma once
// Sums and means that do not depend on the order of their terms.

#include <repro/reduce/accumulator.hpp>
#include <repro/reduce/executor.hpp>

#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <type_traits>
#include <vector>

namespace repro::inline v0 {

/// Terms that lie in a row: a span, a vector, an array.
template <class Range>
concept terms = std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> &&
                summable<std::remove_cv_t<std::ranges::range_value_t<Range>>>;

namespace detail {

template <class Range> using term_type = std::remove_cv_t<std::ranges::range_value_t<Range>>;

template <terms Range> [[nodiscard]] std::span<const term_type<Range>> span_of(const Range& values) noexcept {
    return {std::ranges::data(values), std::ranges::size(values)};
}

/// Adds all of `values` to one accumulator made by `make`, in pieces.
template <class Make, class Add, executor Executor>
[[nodiscard]] auto accumulated(std::size_t n, Executor& by, Make make, Add add) {
    const std::size_t count = n_pieces(n, by);
    auto total = make();
    if (count == 1) {
        add(total, piece{0, n});
        return total;
    }
    std::vector<decltype(total)> parts(count, total);
    by.run(count, [&](std::size_t i) { add(parts[i], piece_of(i, count, n)); });
    for (const auto& part : parts)
        total.merge(part);
    return total;
}

template <class T, executor Executor>
[[nodiscard]] accumulator<T> accumulated(std::span<const T> values, Executor& by) {
    return accumulated(
        values.size(), by, [] { return accumulator<T>(); },
        [values](accumulator<T>& part, piece p) { part.add(values.subspan(p.first, p.size)); });
}

} // namespace detail

/// Returns the sum of `values`: the exact one, rounded once. See accumulator for NaN, infinities and zeros.
///
/// Stability: contract 1. The same bits for any order, any executor, any processor.
/// Errors:    none of its own; with several threads what the executor throws, and std::bad_alloc.
/// Example:
///     const double total = repro::sum(losses);                       // in this thread
///     repro::thread_pool pool(8);
///     const double same = repro::sum(losses, pool);                  // in eight
template <terms Range> [[nodiscard]] auto sum(const Range& values) noexcept {
    serial by;
    return detail::accumulated(detail::span_of(values), by).value();
}
template <terms Range, executor Executor> [[nodiscard]] auto sum(const Range& values, Executor& by) {
    return detail::accumulated(detail::span_of(values), by).value();
}

} // namespace repro::inline v0
