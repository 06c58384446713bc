// SPDX-License-Identifier: MIT
#pragma once
// Threefry 2x32 and 4x64: counter-based generators as pure functions of (counter, key), of additions,
// rotations and exclusive-ors alone, on the host and in CUDA kernels. Source: Salmon, Moraes, Dror, Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC11.

#include <repro/detail/config.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// The constants of one shape: how far each of eight rounds turns each pair of words, and what makes the last
/// key word.
template <class Word, int N> struct threefry_constants;
template <> struct threefry_constants<std::uint32_t, 2> {
    static constexpr int turns[8][1] = {{13}, {15}, {26}, {6}, {17}, {29}, {16}, {24}};
    static constexpr std::uint32_t parity = 0x1bd11bda;
};
template <> struct threefry_constants<std::uint64_t, 4> {
    static constexpr int turns[8][2] = {{14, 16}, {52, 57}, {23, 40}, {5, 37},
                                        {25, 33}, {46, 12}, {58, 22}, {32, 32}};
    static constexpr std::uint64_t parity = 0x1bd11bdaa9fc1a22;
};

/// The key and a last word that is the exclusive-or of all and of a constant.
template <class Word, std::size_t N>
[[nodiscard]] constexpr std::array<Word, N + 1> threefry_key(const std::array<Word, N>& key) noexcept {
    std::array<Word, N + 1> extended{};
    extended[N] = threefry_constants<Word, N>::parity;
    for (std::size_t i = 0; i < N; ++i) {
        extended[i] = key[i];
        extended[N] ^= key[i];
    }
    return extended;
}

} // namespace detail

/// Threefry with `N` words of type `Word` a block and a key of as many.
template <std::unsigned_integral Word, int N, int Rounds> struct threefry {
    using block = std::array<Word, N>;
    using key = std::array<Word, N>;

    /// A block by its words; a kernel cannot index a std::array. Two words leave c and d at zero.
    struct lanes {
        Word a = 0, b = 0, c = 0, d = 0;
    };

    /// Returns the block of `counter` under `k`. Any counter may be asked for in any order.
    ///
    /// Stability: contract 1; equals the published function.
    [[nodiscard]] static constexpr block apply(const block& counter, const key& k) noexcept {
        if constexpr (N == 4) {
            const lanes x =
                apply_lanes({counter[0], counter[1], counter[2], counter[3]}, {k[0], k[1], k[2], k[3]});
            return {x.a, x.b, x.c, x.d};
        } else {
            const lanes x = apply_lanes({counter[0], counter[1]}, {k[0], k[1]});
            return {x.a, x.b};
        }
    }

    /// The same in a kernel as well as on the host.
    [[nodiscard]] REPRO_HOST_DEVICE static constexpr lanes apply_lanes(lanes x, const lanes& k) noexcept {
        const Word last =
            static_cast<Word>(detail::threefry_constants<Word, N>::parity ^ k.a ^ k.b ^ k.c ^ k.d);
        const Word words[] = {k.a, k.b, N == 4 ? k.c : last, N == 4 ? k.d : Word{0}, last};
        add_key<0>(x, words);
        steps(x, words, std::make_index_sequence<Rounds>());
        return x;
    }

private:
    static_assert(N == 2 || N == 4);

    template <std::size_t... Round>
    [[gnu::always_inline]] REPRO_HOST_DEVICE static constexpr void
    steps(lanes& x, const Word (&words)[5], std::index_sequence<Round...>) noexcept {
        (step<Round>(x, words), ...);
    }

    template <std::size_t Round>
    [[gnu::always_inline]] REPRO_HOST_DEVICE static constexpr void step(lanes& x,
                                                                        const Word (&words)[5]) noexcept {
        constexpr int turn = detail::threefry_constants<Word, N>::turns[Round % 8][0];
        constexpr int other_turn = detail::threefry_constants<Word, N>::turns[Round % 8][N / 2 - 1];
        if constexpr (N == 2) {
            mix<turn>(x.a, x.b);
        } else if constexpr (Round % 2 == 0) {
            mix<turn>(x.a, x.b);
            mix<other_turn>(x.c, x.d);
        } else {
            mix<turn>(x.a, x.d);
            mix<other_turn>(x.c, x.b);
        }
        if constexpr (Round % 4 == 3) add_key<Round / 4 + 1>(x, words);
    }

    template <int Turn>
    [[gnu::always_inline]] REPRO_HOST_DEVICE static constexpr void mix(Word& a, Word& b) noexcept {
        constexpr int width = 8 * sizeof(Word);
        a += b;
        b = static_cast<Word>(static_cast<Word>(b << Turn | b >> (width - Turn)) ^ a);
    }

    template <std::size_t Count>
    [[gnu::always_inline]] REPRO_HOST_DEVICE static constexpr void add_key(lanes& x,
                                                                           const Word (&words)[5]) noexcept {
        x.a += words[Count % (N + 1)];
        x.b += words[(Count + 1) % (N + 1)];
        if constexpr (N == 4) {
            x.c += words[(Count + 2) % (N + 1)];
            x.d += words[(Count + 3) % (N + 1)];
        }
        (N == 2 ? x.b : x.d) += static_cast<Word>(Count);
    }
};

template <int Rounds> using threefry2x32 = threefry<std::uint32_t, 2, Rounds>;
template <int Rounds> using threefry4x64 = threefry<std::uint64_t, 4, Rounds>;

} // namespace repro::inline v0
