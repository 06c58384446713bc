// SPDX-License-Identifier: MIT
#pragma once
// Philox 4x32 and 4x64: counter-based generators as pure functions of (counter, key), on the host and in CUDA
// kernels.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11.

#include <repro/detail/config.hpp>

#include <array>
#include <concepts>
#include <cstdint>

namespace repro::inline v0 {

namespace detail {

/// The constants of one width: two multipliers of the rounds, two Weyl increments of the key.
template <class Word> struct philox_constants;
template <> struct philox_constants<std::uint32_t> {
    using wide = std::uint64_t;
    static constexpr std::uint32_t multiplier[] = {0xd2511f53u, 0xcd9e8d57u};
    static constexpr std::uint32_t weyl[] = {0x9e3779b9u, 0xbb67ae85u};
};
template <> struct philox_constants<std::uint64_t> {
    __extension__ using wide = unsigned __int128;
    static constexpr std::uint64_t multiplier[] = {0xd2e7470ee14c6c93u, 0xca5a826395121157u};
    static constexpr std::uint64_t weyl[] = {0x9e3779b97f4a7c15u, 0xbb67ae8584caa73bu};
};

} // namespace detail

/// Philox with four words of type `Word` a block and a key of two.
template <std::unsigned_integral Word, int Rounds> struct philox {
    using block = std::array<Word, 4>;
    using key = std::array<Word, 2>;

    /// A block by its words; a kernel cannot index a std::array.
    struct lanes {
        Word a, b, c, d;
    };

    /// Returns the block of `counter` under `k`. Any counter may be asked for in any order.
    ///
    /// Stability: contract 1; equals the published function.
    [[nodiscard]] static constexpr block apply(const block& counter, const key& k) noexcept {
        const lanes x = apply_lanes({counter[0], counter[1], counter[2], counter[3]}, k[0], k[1]);
        return {x.a, x.b, x.c, x.d};
    }

    /// The same in a kernel as well as on the host: the key is (k0, k1).
    [[nodiscard]] REPRO_HOST_DEVICE static constexpr lanes apply_lanes(lanes x, Word k0, Word k1) noexcept {
        using constants = detail::philox_constants<Word>;
        for (int round = 0; round < Rounds; ++round) {
            const halves a = multiply(constants::multiplier[0], x.a);
            const halves b = multiply(constants::multiplier[1], x.c);
            x = {static_cast<Word>(b.high ^ x.b ^ k0), b.low, static_cast<Word>(a.high ^ x.d ^ k1), a.low};
            k0 += constants::weyl[0];
            k1 += constants::weyl[1];
        }
        return x;
    }

private:
    struct halves {
        Word high, low;
    };

    [[nodiscard]] REPRO_HOST_DEVICE static constexpr halves multiply(Word a, Word b) noexcept {
#if defined(__CUDA_ARCH__)
        if constexpr (sizeof(Word) == 4) return {__umulhi(a, b), a * b}; // nvcc adds a zero to a wide product
#endif
        using wide = typename detail::philox_constants<Word>::wide;
        const wide product = static_cast<wide>(a) * b;
        return {static_cast<Word>(product >> (8 * sizeof(Word))), static_cast<Word>(product)};
    }
};

template <int Rounds> using philox4x32 = philox<std::uint32_t, Rounds>;
template <int Rounds> using philox4x64 = philox<std::uint64_t, Rounds>;

} // namespace repro::inline v0
