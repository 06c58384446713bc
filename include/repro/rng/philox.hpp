// SPDX-License-Identifier: MIT
#pragma once
// Philox 4x32 and 4x64: counter-based generators as pure functions of (counter, key).
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.

#include <array>
#include <concepts>
#include <cstdint>

namespace repro::inline v0 {

namespace detail {

/// The constants of one width: two multipliers of the rounds, two Weyl increments of the key.
template <class Word> struct philox_constants;
template <> struct philox_constants<std::uint32_t> {
    using wide = std::uint64_t;
    static constexpr std::array<std::uint32_t, 2> multiplier = {0xd2511f53u, 0xcd9e8d57u};
    static constexpr std::array<std::uint32_t, 2> weyl = {0x9e3779b9u, 0xbb67ae85u};
};
template <> struct philox_constants<std::uint64_t> {
    __extension__ using wide = unsigned __int128;
    static constexpr std::array<std::uint64_t, 2> multiplier = {0xd2e7470ee14c6c93u, 0xca5a826395121157u};
    static constexpr std::array<std::uint64_t, 2> weyl = {0x9e3779b97f4a7c15u, 0xbb67ae8584caa73bu};
};

} // namespace detail

/// Philox with four words of type `Word` a block and a key of two.
template <std::unsigned_integral Word, int Rounds> struct philox {
    using block = std::array<Word, 4>;
    using key = std::array<Word, 2>;

    /// Returns the block of `counter` under `key`. Any counter may be asked for in any order.
    ///
    /// Stability: contract 1; equals the published function.
    [[nodiscard]] static constexpr block apply(block counter, key k) noexcept {
        using constants = detail::philox_constants<Word>;
        using wide = typename constants::wide;
        constexpr int half = 8 * sizeof(Word);
        Word x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3]; // registers; an array is not
        for (int round = 0; round < Rounds; ++round) {
            const wide a = static_cast<wide>(constants::multiplier[0]) * x0;
            const wide b = static_cast<wide>(constants::multiplier[1]) * x2;
            x0 = static_cast<Word>(static_cast<Word>(b >> half) ^ x1 ^ k[0]);
            x1 = static_cast<Word>(b);
            x2 = static_cast<Word>(static_cast<Word>(a >> half) ^ x3 ^ k[1]);
            x3 = static_cast<Word>(a);
            k[0] += constants::weyl[0];
            k[1] += constants::weyl[1];
        }
        return {x0, x1, x2, x3};
    }
};

template <int Rounds> using philox4x32 = philox<std::uint32_t, Rounds>;
template <int Rounds> using philox4x64 = philox<std::uint64_t, Rounds>;

} // namespace repro::inline v0
