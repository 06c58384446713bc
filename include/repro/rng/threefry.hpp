// SPDX-License-Identifier: MIT
#pragma once
// Threefry 2x32 and 4x64: counter-based generators as pure functions of (counter, key), of additions,
// rotations and exclusive-ors alone. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC11.

#include <array>
#include <bit>
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
    static constexpr std::array<std::array<int, 1>, 8> turns = {
        {{13}, {15}, {26}, {6}, {17}, {29}, {16}, {24}}};
    static constexpr std::uint32_t parity = 0x1bd11bda;
};
template <> struct threefry_constants<std::uint64_t, 4> {
    static constexpr std::array<std::array<int, 2>, 8> turns = {
        {{14, 16}, {52, 57}, {23, 40}, {5, 37}, {25, 33}, {46, 12}, {58, 22}, {32, 32}}};
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

    /// Returns the block of `counter` under `k`. Any counter may be asked for in any order.
    ///
    /// Stability: contract 1; equals the published function.
    [[nodiscard]] static constexpr block apply(block counter, const key& k) noexcept {
        lanes x{counter[0], counter[1]};
        if constexpr (N == 4) x = {counter[0], counter[1], counter[2], counter[3]};
        const auto words = detail::threefry_key(k);
        add_key<0>(x, words);
        [&]<std::size_t... Round>(std::index_sequence<Round...>) {
            (step<Round>(x, words), ...);
        }(std::make_index_sequence<Rounds>());
        if constexpr (N == 4)
            return {x.a, x.b, x.c, x.d};
        else
            return {x.a, x.b};
    }

private:
    static_assert(N == 2 || N == 4);
    static constexpr auto& turns = detail::threefry_constants<Word, N>::turns;

    // Not an array: compilers keep these in registers. Two words leave c and d alone.
    struct lanes {
        Word a = 0, b = 0, c = 0, d = 0;
    };

    template <std::size_t Round>
    [[gnu::always_inline]] static constexpr void step(lanes& x,
                                                      const std::array<Word, N + 1>& words) noexcept {
        constexpr int turn = turns[Round % 8][0], other_turn = turns[Round % 8][N / 2 - 1];
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

    template <int Turn> [[gnu::always_inline]] static constexpr void mix(Word& a, Word& b) noexcept {
        a += b;
        b = std::rotl(b, Turn) ^ a;
    }

    template <std::size_t Count>
    [[gnu::always_inline]] static constexpr void add_key(lanes& x,
                                                         const std::array<Word, N + 1>& words) noexcept {
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
