// SPDX-License-Identifier: MIT
#pragma once
// Sums into places that an index names, as index_add and bincount do, with the same bits for any order of the
// terms.

#include <repro/core/error.hpp>
#include <repro/reduce/sum.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Terms sorted by the place they go to: those of place i lie from first[i] up to first[i + 1].
template <class T> struct terms_by_place {
    std::vector<std::size_t> first;
    std::vector<T> terms;
};

template <std::integral Index, class T>
[[nodiscard]] terms_by_place<T> sorted_by_place(std::span<const Index> places, std::span<const T> terms,
                                                std::size_t n_places) {
    if (places.size() != terms.size())
        throw error(errc::argument_invalid,
                    std::to_string(places.size()) + " places for " + std::to_string(terms.size()) + " terms",
                    "do not pair", "give each term its place");
    terms_by_place<T> result{std::vector<std::size_t>(n_places + 1), std::vector<T>(terms.size())};
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (std::cmp_less(places[i], 0) || std::cmp_greater_equal(places[i], n_places))
            throw error(errc::argument_invalid,
                        "place " + std::to_string(places[i]) + " of term " + std::to_string(i),
                        "is none of the " + std::to_string(n_places) + " that there are",
                        "use places from 0 on");
        ++result.first[static_cast<std::size_t>(places[i]) + 1];
    }
    for (std::size_t i = 0; i < n_places; ++i)
        result.first[i + 1] += result.first[i];
    std::vector<std::size_t> next(result.first.begin(), result.first.end() - 1);
    for (std::size_t i = 0; i < places.size(); ++i)
        result.terms[next[static_cast<std::size_t>(places[i])]++] = terms[i];
    return result;
}

/// Sets out[i] to the sum of `before[i]`, unless there are none, and of the terms of place i.
template <class T, executor Executor>
void sum_places(const terms_by_place<T>& sorted, std::span<const T> before, std::span<T> out, Executor& by) {
    const std::size_t count = std::min(out.size(), std::max<std::size_t>(1, 8 * by.concurrency()));
    by.run(count, [&](std::size_t i) {
        const piece mine = piece_of(i, count, out.size());
        for (std::size_t place = mine.first; place < mine.first + mine.size; ++place) {
            const std::size_t first = sorted.first[place], n = sorted.first[place + 1] - first;
            if (n == 0 && !before.empty()) continue;
            accumulator<T> sum;
            if (!before.empty()) sum.add(before[place]);
            sum.add(std::span<const T>(sorted.terms).subspan(first, n));
            out[place] = sum.value();
        }
    });
}

} // namespace detail

/// Adds terms[i] to out[places[i]], for all i: each place becomes the exact sum of what it was and of its
/// terms, rounded once.
///
/// Stability: contract 1. The same bits for any order of the terms and any executor.
/// Errors:    errc::argument_invalid for a place outside `out`, or another number of places than of terms;
/// nothing is
///            changed then. std::bad_alloc: it sorts the terms first, in memory of their size.
template <std::integral Index, std::floating_point T, executor Executor>
void scatter_add(std::span<const Index> places, std::span<const T> terms, std::span<T> out, Executor& by) {
    const auto sorted = detail::sorted_by_place(places, terms, out.size());
    detail::sum_places(sorted, std::span<const T>(out), out, by);
}
template <std::integral Index, std::floating_point T>
void scatter_add(std::span<const Index> places, std::span<const T> terms, std::span<T> out) {
    serial by;
    scatter_add(places, terms, out, by);
}

/// Returns for each of `n_places` places the sum of the weights of the elements that name it: the exact one,
/// rounded once; 0 where none does.
///
/// Stability, errors: as scatter_add.
template <std::integral Index, std::floating_point T, executor Executor>
[[nodiscard]] std::vector<T> weighted_bincount(std::span<const Index> places, std::span<const T> weights,
                                               std::size_t n_places, Executor& by) {
    const auto sorted = detail::sorted_by_place(places, weights, n_places);
    std::vector<T> result(n_places);
    detail::sum_places(sorted, std::span<const T>(), std::span<T>(result), by);
    return result;
}
template <std::integral Index, std::floating_point T>
[[nodiscard]] std::vector<T> weighted_bincount(std::span<const Index> places, std::span<const T> weights,
                                               std::size_t n_places) {
    serial by;
    return weighted_bincount(places, weights, n_places, by);
}

/// Returns the sum of each segment of `terms`: segment i lies from offsets[i] up to offsets[i + 1]; 0 for an
/// empty one.
///
/// Stability: contract 1. The same bits for any order within a segment and any executor.
/// Errors:    errc::argument_invalid where offsets fall or pass the end.
template <std::integral Index, std::floating_point T, executor Executor>
[[nodiscard]] std::vector<T> segment_sum(std::span<const T> terms, std::span<const Index> offsets,
                                         Executor& by) {
    for (std::size_t i = 0; i < offsets.size(); ++i)
        if (std::cmp_less(offsets[i], i == 0 ? Index{0} : offsets[i - 1]) ||
            std::cmp_greater(offsets[i], terms.size()))
            throw error(errc::argument_invalid,
                        "offset " + std::to_string(offsets[i]) + " of segment " + std::to_string(i),
                        "falls, or is past the " + std::to_string(terms.size()) + " terms",
                        "give offsets that rise from 0 up to the number of terms");
    std::vector<T> result(offsets.empty() ? 0 : offsets.size() - 1);
    const std::size_t count = std::min(result.size(), std::max<std::size_t>(1, 8 * by.concurrency()));
    by.run(count, [&](std::size_t i) {
        const detail::piece mine = detail::piece_of(i, count, result.size());
        for (std::size_t k = mine.first; k < mine.first + mine.size; ++k) {
            const auto first = static_cast<std::size_t>(offsets[k]),
                       end = static_cast<std::size_t>(offsets[k + 1]);
            result[k] = sum(terms.subspan(first, end - first));
        }
    });
    return result;
}
template <std::integral Index, std::floating_point T>
[[nodiscard]] std::vector<T> segment_sum(std::span<const T> terms, std::span<const Index> offsets) {
    serial by;
    return segment_sum(terms, offsets, by);
}

} // namespace repro::inline v0
