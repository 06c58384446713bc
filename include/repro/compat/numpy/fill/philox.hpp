// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of numpy.random.Generator over Philox: what its methods would write, sooner, and the generator
// where they would leave it.

#include <repro/compat/numpy/generator.hpp>
#include <repro/compat/numpy/philox.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/counter.hpp>
#include <repro/rng/fill/unit_interval.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace numpy::detail {

/// Writes the words of whole blocks and leaves the last block as the generator's buffer, all taken.
inline void take_blocks(philox& bits, std::span<std::uint64_t> out, simd tier) noexcept {
    using access = repro::detail::fill_access;
    philox_state& s = access::block(bits);
    std::array<std::uint64_t, 4> first = s.counter;
    repro::detail::add_to_counter(first, 1); // NumPy counts before it makes a block
    fill::blocks<philox4x64<10>>(first, s.key, out, tier);
    repro::detail::add_to_counter(s.counter, out.size() / 4);
    std::copy(out.end() - 4, out.end(), s.buffer.begin());
    access::taken(bits) += out.size();
}

/// Fills `out` from words, `piece` of them at a time; the ends of it by single draws.
template <class T, class Convert>
void fill_from_philox(philox& bits, std::span<T> out, simd tier, Convert convert) noexcept {
    constexpr std::size_t piece = 1024;
    alignas(64) std::uint64_t words[piece];
    const std::size_t unread = 4 - repro::detail::fill_access::block(bits).buffer_pos;
    for (std::size_t head = std::min(out.size(), unread); head > 0; --head, out = out.subspan(1)) {
        words[0] = bits();
        convert(words, out.data(), 1);
    }
    while (out.size() >= 4) {
        const std::size_t n = std::min(out.size() / 4 * 4, piece);
        take_blocks(bits, std::span(words, n), tier);
        convert(words, out.data(), n);
        out = out.subspan(n);
    }
    for (T& value : out) {
        words[0] = bits();
        convert(words, &value, 1);
    }
}

} // namespace numpy::detail

namespace fill {

/// Fills `out` as random_raw of a Generator over Philox does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void random_raw(numpy::basic_generator<numpy::philox>& g, std::span<std::uint64_t> out,
                       simd tier = best_simd()) noexcept {
    numpy::detail::fill_from_philox(
        g.bit_generator(), out, tier,
        [](const std::uint64_t* words, std::uint64_t* to, std::size_t n) { std::copy_n(words, n, to); });
}

/// Fills `out` as random() of a Generator over Philox does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class ieee.
inline void random(numpy::basic_generator<numpy::philox>& g, std::span<double> out,
                   simd tier = best_simd()) noexcept {
    numpy::detail::fill_from_philox(g.bit_generator(), out, tier,
                                    [tier](const std::uint64_t* words, double* to, std::size_t n) {
                                        detail::unit_doubles(words, to, n, tier);
                                    });
}

} // namespace fill
} // namespace repro::inline v0
