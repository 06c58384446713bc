// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of PCG64 by NumPy's rules: the same values as single draws, and the generator where they would
// leave it.

#include <repro/detail/cpu.hpp>
#include <repro/rng/fill/bounded.hpp>
#include <repro/rng/fill/pcg64_avx512.hpp>
#include <repro/rng/fill/pcg64_core.hpp>
#include <repro/rng/fill/pcg64_portable.hpp>
#include <repro/rng/fill/pcg64_reader.hpp>
#include <repro/rng/fill/pieces.hpp>
#include <repro/rng/fill/shuffle.hpp>
#include <repro/rng/fill/store.hpp>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// Calls `work` with the kernel of a tier. AVX2 multiplies no 64-bit integers: its tier has the portable one.
template <class Work> void with_pcg64_kernel(simd tier, Work work) {
    REPRO_EXPECTS(has_simd(tier));
#if defined(__x86_64__)
    if (tier == simd::avx512) return work(pcg64_avx512{});
#endif
    work(pcg64_portable{});
}

/// Makes `n_words` words into `out`, `Each` elements of a word; past the cache where that pays and is
/// possible.
template <std::size_t Each, class T, class Make>
void pcg64_fill(fill::pcg64_core& core, T* out, std::size_t n_words, Make make) {
    const std::size_t head = elements_to_alignment(out);
    if (n_words * Each * sizeof(T) < streaming_bytes || head == SIZE_MAX || head % Each != 0)
        return make(core, out, n_words, store_kind::cached);
    make(core, out, head / Each, store_kind::cached);
    make(core, out + head, n_words - head / Each, store_kind::streaming);
    finish_streaming();
}

/// Fills `out` with `low` plus half words; where elements are smaller, plus the bytes of half words.
template <class Half, class T>
void pcg64_every_half(fill::pcg64_core& core, Half& half, T low, std::span<T> out, simd tier) {
    constexpr std::size_t each = sizeof(T) < 4 ? 4 / sizeof(T) : 1;
    with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        pcg64_halves<Kernel, Half> words(core, half);
        while (!out.empty()) {
            std::size_t n = (out.size() + each - 1) / each;
            const std::uint32_t* const next = words.available(n);
            const std::size_t count = std::min(n * each, out.size());
            if constexpr (sizeof(T) <= 4 && std::endian::native == std::endian::little) {
                std::memcpy(out.data(), next, count * sizeof(T));
                if (low != 0)
                    for (T& value : out.first(count))
                        value = shifted(low, static_cast<std::uint32_t>(value));
            } else {
                for (std::size_t i = 0; i < count; ++i)
                    out[i] = shifted(low, next[i / each] >> (i % each * 8 * sizeof(T)));
            }
            words.take(n);
            out = out.subspan(count);
        }
    });
}

} // namespace detail

namespace fill {

/// Fills `out` with the words that as many calls of the generator would return.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void words(pcg64_core& core, std::span<std::uint64_t> out, simd tier = best_simd()) noexcept {
    detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::pcg64_fill<1>(core, out.data(), out.size(), Kernel::words);
    });
}

/// Fills `out` with multiples of 2^-53 from [0, 1), of one word each: NumPy's next_double.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void doubles(pcg64_core& core, std::span<double> out, simd tier = best_simd()) noexcept {
    detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::pcg64_fill<1>(core, out.data(), out.size(), Kernel::doubles);
    });
}

/// Fills `out` with multiples of 2^-24 from [0, 1), of half a word each: NumPy's next_float since 1.22.
/// Half has the members `present` and `value`, as half_word.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
template <class Half>
void floats(pcg64_core& core, Half& half, std::span<float> out, simd tier = best_simd()) noexcept {
    if (!out.empty() && half.present) {
        out[0] = detail::pcg64_float(detail::next_half(core, half));
        out = out.subspan(1);
    }
    if (out.size() >= 2) {
        detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
            detail::pcg64_fill<2>(core, out.data(), out.size() / 2, Kernel::floats);
        });
        half.value = static_cast<std::uint32_t>(core.word() >> 32);
    }
    if (out.size() % 2 != 0) out.back() = detail::pcg64_float(detail::next_half(core, half));
}

/// Fills `out` with whole numbers from low to low + range, of half a word each and another for each
/// rejection: NumPy's Generator.integers where the type has 32 or 64 bits.
///
/// Precondition: range > 0; has_simd(tier).
/// Stability: contract 1; class int.
/// Source: Lemire, "Fast random integer generation in an interval", 2019.
template <class Half, std::integral T>
    requires(sizeof(T) == 4 || sizeof(T) == 8)
void integers(pcg64_core& core, Half& half, T low, std::uint32_t range, std::span<T> out,
              simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(range > 0);
    if (range == UINT32_MAX) return detail::pcg64_every_half(core, half, low, out, tier);
    const detail::lemire32 rule(range + 1);
    const auto draw = [&] {
        std::uint64_t product = std::uint64_t{detail::next_half(core, half)} * rule.bound;
        while (static_cast<std::uint32_t>(product) < rule.threshold)
            product = std::uint64_t{detail::next_half(core, half)} * rule.bound;
        return detail::shifted(low, static_cast<std::uint32_t>(product >> 32));
    };
    std::size_t done = 0;
    while (done < out.size() && half.present)
        out[done++] = draw();
    if (out.size() - done >= 2) {
        detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
            done += Kernel::integers(core, out.data() + done, out.size() - done, rule, low);
        });
        half.value = static_cast<std::uint32_t>(core.word() >> 32);
    }
    while (done < out.size())
        out[done++] = draw();
}

/// The same of a word each, and another for each rejection: NumPy's Generator.integers where the range is
/// 2^32 and more.
///
/// Precondition: range > 0; has_simd(tier).
/// Stability: contract 1; class int.
template <std::integral T>
    requires(sizeof(T) == 8)
void wide_integers(pcg64_core& core, T low, std::uint64_t range, std::span<T> out,
                   simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(range > 0);
    if (range == UINT64_MAX) {
        words(core, std::span(reinterpret_cast<std::uint64_t*>(out.data()), out.size()), tier);
        if (low != 0)
            for (T& value : out)
                value = static_cast<T>(static_cast<std::uint64_t>(low) + static_cast<std::uint64_t>(value));
        return;
    }
    const std::uint64_t bound = range + 1, threshold = (0 - bound) % bound;
    constexpr std::size_t piece = 256;
    detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        std::uint64_t words[piece];
        for (std::size_t done = 0; done < out.size();) { // a word gives one number at most
            const std::size_t n = std::min(piece, out.size() - done);
            Kernel::words(core, words, n, detail::store_kind::cached);
            for (std::size_t i = 0; i < n; ++i) {
                const detail::uint128 product = detail::uint128{words[i]} * bound;
                out[done] = static_cast<T>(static_cast<std::uint64_t>(low) + detail::high_half(product));
                done += detail::low_half(product) >= threshold ? 1 : 0;
            }
        }
    });
}

/// The same where elements have 1, 8 or 16 bits, which take a piece of half a word each; what is left of the
/// last half at the end is lost.
///
/// Precondition: 0 < range < 2^bits; has_simd(tier).
/// Stability: contract 1; class int.
template <class Half, std::integral T>
    requires(sizeof(T) <= 2)
void integers(pcg64_core& core, Half& half, T low, std::uint32_t range, std::span<T> out,
              simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(range > 0 && range >> detail::piece_bits<T> == 0);
    if constexpr (detail::piece_bits<T> > 1)
        if ((range + 1) >> detail::piece_bits<T> != 0)
            return detail::pcg64_every_half(core, half, low, out, tier);
    detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::pcg64_halves<Kernel, Half> words(core, half);
        detail::fill_from_pieces(words, out, low, detail::lemire_pieces<detail::piece_bits<T>>(range));
    });
}

/// Shuffles `items` by masked rejection on half words: NumPy's Generator.shuffle.
///
/// Precondition: at most 2^32 items; has_simd(tier).
/// Stability: contract 1; class int.
template <class Half, class T>
void shuffle(pcg64_core& core, Half& half, std::span<T> items, simd tier = best_simd()) noexcept {
    detail::with_pcg64_kernel(tier, [&]<class Kernel>(Kernel) {
        detail::pcg64_halves<Kernel, Half> words(core, half);
        detail::shuffle<typename Kernel::partners>(words, items.data(), items.size());
    });
}

} // namespace fill
} // namespace repro::inline v0
