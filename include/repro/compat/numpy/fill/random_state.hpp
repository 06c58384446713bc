// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of numpy.random.RandomState: what the methods of numpy::random_state would write, sooner, and
// the generator where they would leave it, kept normal included.

#include <repro/compat/numpy/random_state.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/mt19937.hpp>
#include <repro/rng/fill/polar_fill.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace numpy::detail {

[[nodiscard]] inline repro::mt19937& engine_of(random_state& rs) noexcept {
    using access = repro::detail::fill_access;
    return access::engine(access::source(rs).bits);
}

} // namespace numpy::detail

namespace fill {

/// Fills `out` as numpy::random_state::random_sample does, and rand and random.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class ieee.
inline void random_sample(numpy::random_state& rs, std::span<double> out, simd tier = best_simd()) noexcept {
    doubles(numpy::detail::engine_of(rs), out, tier);
}

/// Fills `out` as numpy::random_state::randint does; in bulk where there are at most 2^32 values.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
/// Errors: errc::argument_invalid where low >= high, or a bound does not fit the element.
template <numpy::integer_dtype T>
void randint(numpy::random_state& rs, numpy::wide low, numpy::wide high, std::span<T> out,
             simd tier = best_simd()) {
    const auto bounds = numpy::detail::interval<T>::checked(low, high - 1, "randint()");
    if (bounds.range == 0 || bounds.range > UINT32_MAX) return rs.randint(low, high, out);
    integers(numpy::detail::engine_of(rs), bounds.at(0), static_cast<std::uint32_t>(bounds.range), out, tier);
}

/// Fills `out` as numpy::random_state::standard_normal does, and randn.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class libm (log), with glibc's bits.
inline void standard_normal(numpy::random_state& rs, std::span<double> out,
                            simd tier = best_simd()) noexcept {
    polar_normals(numpy::detail::engine_of(rs), detail::fill_access::source(rs).kept, out, tier);
}

/// Shuffles `items` as numpy::random_state::shuffle does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
template <class T> void shuffle(numpy::random_state& rs, std::span<T> items, simd tier = best_simd()) {
    if (items.size() - 1 > UINT32_MAX) return rs.shuffle(items); // also for none
    shuffle(numpy::detail::engine_of(rs), items, tier);
}

/// Fills `out` with 0 ... n - 1 in random order, as numpy::random_state::permutation does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
template <numpy::integer_dtype T>
void permutation(numpy::random_state& rs, std::span<T> out, simd tier = best_simd()) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<T>(i);
    shuffle(rs, out, tier);
}

} // namespace fill
} // namespace repro::inline v0
