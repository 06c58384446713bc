// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws split over threads: each jumps ahead to its own piece, so that the bits are those of one thread,
// and of single draws. For generators that jump at once: PCG64, Philox and Threefry.

#include <repro/rng/fill/counter.hpp>
#include <repro/rng/fill/pcg64.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <tuple>
#include <vector>

namespace repro::inline v0 {
namespace fill {

/// How many threads share a fill, the calling one among them.
struct threads {
    std::size_t count;
};

} // namespace fill
namespace detail {

/// Calls part(first, count) for pieces of n things, one a thread; all but the last are multiples of 4096.
template <class Part> void in_pieces(std::size_t n, fill::threads how, Part part) {
    REPRO_EXPECTS(how.count > 0);
    constexpr std::size_t granule = 4096; // whole cache lines, and no thread for less
    const std::size_t share = n / how.count + (n % how.count != 0 ? 1 : 0);
    const std::size_t piece = (share + granule - 1) / granule * granule;
    std::vector<std::jthread> others;
    for (std::size_t first = piece; first < n; first += piece)
        others.emplace_back([=] { part(first, std::min(piece, n - first)); });
    part(std::size_t{0}, std::min(piece, n));
}

/// Fills pieces of `out`, of which every element is `1 / PerWord` of a word, from copies of `core` ahead of
/// it, and moves `core` to the end.
template <std::size_t PerWord, class T, class Fill>
void pcg64_pieces(fill::pcg64_core& core, std::span<T> out, fill::threads how, Fill fill) {
    in_pieces(out.size(), how, [=](std::size_t first, std::size_t count) {
        fill::pcg64_core ahead = core;
        ahead.advance(first / PerWord);
        fill(ahead, out.subspan(first, count));
    });
    core.advance(out.size() / PerWord);
}

} // namespace detail
namespace fill {

/// Fills `out` as the function of this name with one thread does, and leaves the generator where that does.
///
/// Precondition: at least one thread; has_simd(tier).
/// Stability: contract 1; class int.
/// Errors: std::system_error where the system has no thread left; the generator has not moved then.
inline void words(pcg64_core& core, std::span<std::uint64_t> out, threads how, simd tier = best_simd()) {
    detail::pcg64_pieces<1>(core, out, how, [=](auto& ahead, auto piece) { words(ahead, piece, tier); });
}
inline void doubles(pcg64_core& core, std::span<double> out, threads how, simd tier = best_simd()) {
    detail::pcg64_pieces<1>(core, out, how, [=](auto& ahead, auto piece) { doubles(ahead, piece, tier); });
}
template <class Half>
void floats(pcg64_core& core, Half& half, std::span<float> out, threads how, simd tier = best_simd()) {
    const std::size_t head = std::min<std::size_t>(out.size(), half.present ? 1 : 0);
    floats(core, half, out.first(head), tier);
    const std::span<float> pairs = out.subspan(head, (out.size() - head) / 2 * 2);
    detail::pcg64_pieces<2>(core, pairs, how, [=](auto& ahead, auto piece) {
        Half none;
        floats(ahead, none, piece, tier);
    });
    if (!pairs.empty()) half.value = static_cast<std::uint32_t>(core.word() >> 32);
    floats(core, half, out.subspan(head + pairs.size()), tier);
}
template <class Generator>
void blocks(const typename Generator::block& counter, const typename Generator::key& key,
            std::span<typename Generator::block::value_type> out, threads how, simd tier = best_simd()) {
    constexpr std::size_t words_each = std::tuple_size_v<typename Generator::block>;
    detail::in_pieces(out.size(), how, [=](std::size_t first, std::size_t count) {
        typename Generator::block ahead = counter;
        detail::add_to_counter(ahead, first / words_each);
        blocks<Generator>(ahead, key, out.subspan(first, count), tier);
    });
}

} // namespace fill
} // namespace repro::inline v0
