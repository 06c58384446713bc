// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of numpy.random.Generator split over threads: the same bits for any number of them, and the
// generator where single draws would leave it. Values that take a number of words known before, over the bit
// generators that jump at once: PCG64 and Philox.

#include <repro/compat/numpy/fill/generator.hpp>
#include <repro/compat/numpy/fill/philox.hpp>
#include <repro/rng/fill/threads.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace numpy::detail {

/// Fills pieces of `out` by `fill(generator, piece)` from copies of `g` ahead of it, and moves `g` to the
/// end, which the last piece's copy has reached.
template <class T, class Fill>
void philox_pieces(basic_generator<philox>& g, std::span<T> out, repro::fill::threads how, Fill fill) {
    using access = repro::detail::fill_access;
    const std::size_t unread = 4 - access::block(g.bit_generator()).buffer_pos;
    const std::size_t head = std::min(out.size(), unread);
    fill(g, out.first(head));
    out = out.subspan(head);
    const philox start = g.bit_generator(); // at the end of a block
    philox& end = g.bit_generator();
    repro::detail::in_pieces(out.size(), how, [&, out](std::size_t first, std::size_t count) {
        basic_generator<philox> ahead(start, seed_sequence(0));
        repro::detail::add_to_counter(access::block(ahead.bit_generator()).counter, first / 4);
        access::taken(ahead.bit_generator()) += first;
        fill(ahead, out.subspan(first, count));
        if (first + count == out.size() && count > 0) end = ahead.bit_generator();
    });
}

} // namespace numpy::detail
namespace fill {

/// Fills `out` as the function of this name with one thread does, and leaves the generator where that does.
///
/// Precondition: at least one thread; has_simd(tier).
/// Stability: contract 1; class int, ieee.
/// Errors: std::system_error where the system has no thread left; `out` is then incomplete.
/// Example:
///     repro::fill::random(g, std::span(x), repro::fill::threads{4});
inline void random_raw(numpy::generator& g, std::span<std::uint64_t> out, threads how,
                       simd tier = best_simd()) {
    numpy::detail::pcg64_lease lease(g);
    words(lease.core, out, how, tier);
}
inline void random(numpy::generator& g, std::span<double> out, threads how, simd tier = best_simd()) {
    numpy::detail::pcg64_lease lease(g);
    doubles(lease.core, out, how, tier);
}
inline void random(numpy::generator& g, std::span<float> out, threads how, simd tier = best_simd()) {
    numpy::detail::pcg64_lease lease(g);
    floats(lease.core, lease.half, out, how, tier);
}
inline void random_raw(numpy::basic_generator<numpy::philox>& g, std::span<std::uint64_t> out, threads how,
                       simd tier = best_simd()) {
    numpy::detail::philox_pieces(g, out, how,
                                 [tier](auto& ahead, auto piece) { random_raw(ahead, piece, tier); });
}
inline void random(numpy::basic_generator<numpy::philox>& g, std::span<double> out, threads how,
                   simd tier = best_simd()) {
    numpy::detail::philox_pieces(g, out, how,
                                 [tier](auto& ahead, auto piece) { random(ahead, piece, tier); });
}

} // namespace fill
} // namespace repro::inline v0
