// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of MT19937: the same values as single draws, and the engine where they would leave it.

#include <repro/detail/cpu.hpp>
#include <repro/rng/fill/mt19937_avx2.hpp>
#include <repro/rng/fill/mt19937_avx512.hpp>
#include <repro/rng/fill/mt19937_portable.hpp>
#include <repro/rng/fill/mt19937_window.hpp>
#include <repro/rng/fill/pieces.hpp>
#include <repro/rng/fill/shuffle.hpp>
#include <repro/rng/fill/store.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// Calls `work` with the kernel of a tier.
template <class Work> void with_mt19937_kernel(simd tier, Work work) {
    REPRO_EXPECTS(has_simd(tier));
#if defined(__x86_64__)
    if (tier == simd::avx512) return work(mt19937_avx512{});
    if (tier == simd::avx2) return work(mt19937_avx2{});
#endif
    work(mt19937_portable{});
}

/// Reads `WordsEach` words for each of `n` elements and hands them over in pieces as long as the window
/// allows.
template <std::size_t WordsEach, class Window, class T, class Make>
void mt19937_read(Window& window, T* out, std::size_t n, store_kind kind, Make make) {
    for (;;) {
        const std::size_t ready = window.size() / WordsEach;
        const bool last = n <= ready;
        const std::size_t count = last ? n : ready & ~(Window::granule / WordsEach - 1);
        make(window.data(), out, count, kind);
        window.take(WordsEach * count);
        if (last) return;
        out += count;
        n -= count;
        window.refill();
    }
}

template <class Kernel, std::size_t WordsEach, class T, class Make>
void mt19937_fill(mt19937& engine, std::span<T> out, Make make) {
    if (out.size() <= (mt19937::state_size - engine.position()) / WordsEach) {
        make(engine.words().data() + engine.position(), out.data(), out.size(), store_kind::cached);
        fill_access::position(engine) += WordsEach * out.size();
        return;
    }
    mt19937_window<Kernel> window(engine);
    const std::size_t head = elements_to_alignment(out.data());
    if (out.size_bytes() < streaming_bytes || head == SIZE_MAX)
        return mt19937_read<WordsEach>(window, out.data(), out.size(), store_kind::cached, make);
    mt19937_read<WordsEach>(window, out.data(), head, store_kind::cached, make);
    mt19937_read<WordsEach>(window, out.data() + head, out.size() - head, store_kind::streaming, make);
    finish_streaming();
}

template <class Kernel, class T>
void mt19937_fill_masked(mt19937& engine, masked32 rule, T low, T* out, std::size_t n) {
    constexpr std::size_t granule = 16;
    mt19937_window<Kernel> window(engine);
    std::size_t done = 0;
    while (n - done >= granule) { // each word gives one element at most, so none is read in vain
        if (window.size() < granule) window.refill();
        const std::size_t count = (n - done < window.size() ? n - done : window.size()) & ~(granule - 1);
        done += Kernel::masked(window.data(), count, rule, low, out + done);
        window.take(count);
    }
    while (done < n) {
        const std::uint32_t value = window.next() & rule.mask;
        if (value <= rule.range) out[done++] = shifted(low, value);
    }
}

} // namespace detail

namespace fill {

/// Fills `out` with the words that as many calls of the engine would return.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void words(mt19937& engine, std::span<std::uint32_t> out, simd tier = best_simd()) noexcept {
    detail::with_mt19937_kernel(
        tier, [&]<class Kernel>(Kernel) { detail::mt19937_fill<Kernel, 1>(engine, out, Kernel::temper); });
}

/// Fills `out` with multiples of 2^-53 from [0, 1), of two words each: CPython's random.random() and NumPy's
/// RandomState.random_sample().
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void doubles(mt19937& engine, std::span<double> out, simd tier = best_simd()) noexcept {
    detail::with_mt19937_kernel(
        tier, [&]<class Kernel>(Kernel) { detail::mt19937_fill<Kernel, 2>(engine, out, Kernel::doubles); });
}

/// Fills `out` with whole numbers from low to low + range, of one word each and another for each rejection:
/// NumPy's RandomState.randint for types of 32 or 64 bits.
///
/// Precondition: range > 0; has_simd(tier).
/// Stability: contract 1; class int.
template <std::integral T>
    requires(sizeof(T) == 4 || sizeof(T) == 8)
void integers(mt19937& engine, T low, std::uint32_t range, std::span<T> out,
              simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(range > 0);
    detail::with_mt19937_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::mt19937_fill_masked<Kernel>(engine, detail::masked32(range), low, out.data(), out.size());
    });
}

/// The same where elements have 1, 8 or 16 bits, which take a piece of a word each; what is left of the last
/// word at the end is lost.
///
/// Precondition: 0 < range < 2^bits; has_simd(tier).
/// Stability: contract 1; class int.
template <std::integral T>
    requires(sizeof(T) <= 2)
void integers(mt19937& engine, T low, std::uint32_t range, std::span<T> out,
              simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(range > 0 && range >> detail::piece_bits<T> == 0);
    const detail::masked32 rule(range);
    detail::with_mt19937_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::mt19937_words<Kernel> words(engine);
        detail::fill_from_pieces(words, out, low, detail::masked_pieces{rule.range, rule.mask});
    });
}

/// Shuffles `items` by masked rejection: NumPy's RandomState.shuffle.
///
/// Precondition: at most 2^32 items; has_simd(tier).
/// Stability: contract 1; class int.
template <class T> void shuffle(mt19937& engine, std::span<T> items, simd tier = best_simd()) noexcept {
    detail::with_mt19937_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::mt19937_words<Kernel> words(engine);
        detail::shuffle<typename Kernel::partners>(words, items.data(), items.size());
    });
}

} // namespace fill
} // namespace repro::inline v0
