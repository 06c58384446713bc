// SPDX-License-Identifier: MIT
#pragma once
// Scalar products, norms and variances over all ranks with the bits of one process.

#include <repro/adapters/mpi/sum.hpp>
#include <repro/reduce/moments.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mpi.h>

namespace repro::inline v0::mpi {
namespace detail {

/// The exact sum of all ranks' products.
struct products_of_ranks {
    repro::detail::long_sum_of_products total;
    repro::detail::special_values special;
};

/// Adds the products of each rank, in one message.
template <class T>
[[nodiscard]] products_of_ranks add_products(MPI_Comm comm, const repro::detail::dot_accumulator<T>& own) {
    constexpr std::size_t n = repro::detail::long_sum_of_products::n_digits;
    std::array<std::int64_t, n + n_flags> words{};
    std::ranges::copy(own.total().digits(), words.begin());
    for (std::size_t i = 0; i < n_flags; ++i)
        words[n + i] = own.special().bits() >> i & 1;
    add_over_ranks(comm, words);
    std::array<std::int64_t, n> digits{};
    std::copy_n(words.begin(), n, digits.begin());
    products_of_ranks all;
    all.total.set_digits(digits);
    all.total.carry();
    unsigned seen = 0;
    for (std::size_t i = 0; i < n_flags; ++i)
        if (words[n + i] != 0) seen |= 1u << i;
    all.special.set_bits(static_cast<std::uint8_t>(seen));
    return all;
}

} // namespace detail

/// Returns the sum of the products of all ranks' elements, on all ranks: the bits of repro::dot in one
/// process. One message of 1112 bytes.
///
/// Precondition: as many elements on both sides of a rank. Stability, errors, threads: as merge.
template <terms Left, terms Right>
    requires std::same_as<repro::detail::term_type<Left>, repro::detail::term_type<Right>>
[[nodiscard]] auto dot(MPI_Comm comm, const Left& left, const Right& right) {
    using result = sum_type<repro::detail::term_type<Left>>;
    REPRO_EXPECTS(std::ranges::size(left) == std::ranges::size(right));
    detail::expect_running();
    serial by;
    const auto all =
        detail::add_products(comm, repro::detail::accumulated_products(repro::detail::span_of(left),
                                                                       repro::detail::span_of(right), by));
    return repro::detail::value_of<result>(all.total, all.special);
}

/// Returns the Euclidean norm of all ranks' values, on all ranks: the bits of repro::norm2 in one process.
/// One message of 1112 bytes.
///
/// Stability, errors, threads: as merge.
template <terms Range> [[nodiscard]] auto norm2(MPI_Comm comm, const Range& values) {
    using result = sum_type<repro::detail::term_type<Range>>;
    detail::expect_running();
    serial by;
    const auto own = repro::detail::span_of(values);
    const auto all = detail::add_products(comm, repro::detail::accumulated_products(own, own, by));
    return repro::detail::norm_of<result>(all.total, all.special);
}

/// Returns the variance of all ranks' values, on all ranks: the bits of repro::variance in one process; NaN
/// for fewer than two. 1704 bytes in three messages.
///
/// Stability, errors, threads: as merge.
template <terms Range> [[nodiscard]] auto variance(MPI_Comm comm, const Range& values) {
    using value_type = repro::detail::term_type<Range>;
    detail::expect_running();
    repro::detail::moments<value_type> own;
    own.add(repro::detail::span_of(values));
    sum_state sum = own.sum().save();
    detail::merge_state(comm, sum);
    const auto squares = detail::add_products(comm, own.squares());
    std::array<std::int64_t, 1> n{static_cast<std::int64_t>(std::ranges::size(values))};
    detail::add_over_ranks(comm, n);
    return repro::detail::variance_of<sum_type<value_type>>(sum, squares.total, squares.special,
                                                            static_cast<std::uint64_t>(n[0]));
}

} // namespace repro::inline v0::mpi
