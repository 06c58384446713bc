// SPDX-License-Identifier: MIT
#pragma once
// The three steps of MT19937 in bulk, four words at a time, in the vector types that GCC and Clang have on
// every processor: make a block, temper words, turn pairs of words into doubles.

#include <repro/rng/fill/bounded.hpp>
#include <repro/rng/fill/partners.hpp>
#include <repro/rng/fill/store.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace repro::inline v0 {
namespace detail {

/// One step of tempering; a scalar or a vector of words.
template <class Words> [[nodiscard, gnu::always_inline]] inline Words mt19937_temper(Words y) noexcept {
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >> 18);
}

/// The double that CPython's and NumPy's random() make of two words.
[[nodiscard, gnu::always_inline]] inline double mt19937_double(std::uint32_t first,
                                                               std::uint32_t second) noexcept {
    const std::uint64_t bits = std::uint64_t{first >> 5} << 26 | second >> 6;
    return static_cast<double>(bits) * 0x1p-53;
}

/// Writes those of `n` words, tempered by `Kernel`, that pass the rule, plus `low`; returns how many. Without
/// a branch: a value that is rejected is written over by the next.
template <class Kernel, class T>
std::size_t mt19937_masked(const std::uint32_t* in, std::size_t n, masked32 rule, T low, T* out) noexcept {
    constexpr std::size_t piece = 64;
    std::uint32_t words[piece];
    std::size_t written = 0;
    for (std::size_t first = 0; first < n; first += piece) {
        const std::size_t count = n - first < piece ? n - first : piece;
        Kernel::temper(in + first, words, count, store_kind::cached);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t value = words[i] & rule.mask;
            out[written] = shifted(low, value);
            written += value <= rule.range ? 1 : 0;
        }
    }
    return written;
}

struct mt19937_portable {
    using partners = partners_portable;

    static constexpr std::size_t size = 624, shift = 397;
    using words4 = std::uint32_t __attribute__((vector_size(16)));
    using pairs2 = std::uint64_t __attribute__((vector_size(16)));
    using doubles2 = double __attribute__((vector_size(16)));

    /// Replaces a block by the next one.
    static void twist(std::uint32_t* w) noexcept {
        std::size_t i = 0;
        for (; i + 4 <= size - shift; i += 4)
            store(w + i, twisted(load(w + i), load(w + i + 1), load(w + i + shift)));
        for (; i < size - shift; ++i)
            w[i] = twisted(w[i], w[i + 1], w[i + shift]);
        for (; i + 4 < size; i += 4)
            store(w + i, twisted(load(w + i), load(w + i + 1), load(w + i + shift - size)));
        w[size - 1] = twisted(w[size - 1], w[0], w[shift - 1]);
    }

    /// Tempers `n` words.
    static void temper(const std::uint32_t* in, std::uint32_t* out, std::size_t n, store_kind) noexcept {
        std::size_t i = 0;
        for (; i + 4 <= n; i += 4)
            store(out + i, mt19937_temper(load(in + i)));
        for (std::size_t rest = n % 4; rest > 0; --rest, ++i)
            out[i] = mt19937_temper(in[i]);
    }

    /// Makes `n` doubles of 2n words.
    static void doubles(const std::uint32_t* in, double* out, std::size_t n, store_kind) noexcept {
        std::size_t i = 0;
        for (; i + 2 <= n; i += 2) {
            const doubles2 value = unit_interval(mt19937_temper(load(in + 2 * i)));
            std::memcpy(out + i, &value, sizeof value);
        }
        if (i < n) out[i] = mt19937_double(mt19937_temper(in[2 * i]), mt19937_temper(in[2 * i + 1]));
    }

    /// Writes those of `n` words that pass the rule, plus `low`; returns how many. May write `n` elements in
    /// any case.
    template <class T>
    static std::size_t masked(const std::uint32_t* in, std::size_t n, masked32 rule, T low, T* out) noexcept {
        return mt19937_masked<mt19937_portable>(in, n, rule, low, out);
    }

    /// The word that takes the place of `upper`; a scalar or a vector of words.
    template <class Words>
    [[gnu::always_inline]] static Words twisted(Words upper, Words lower, Words far) noexcept {
        const Words y = (upper & 0x80000000) | (lower & 0x7fffffff);
        return far ^ (y >> 1) ^ ((0u - (lower & 1)) & 0x9908b0df);
    }

private:
    [[gnu::always_inline]] static words4 load(const std::uint32_t* p) noexcept {
        words4 v;
        std::memcpy(&v, p, sizeof v);
        return v;
    }
    [[gnu::always_inline]] static void store(std::uint32_t* p, words4 v) noexcept {
        std::memcpy(p, &v, sizeof v);
    }

    // The 53 bits go through the mantissas of 2^84 and 2^52: SSE2 converts no 64-bit integers.
    [[gnu::always_inline]] static doubles2 unit_interval(words4 tempered) noexcept {
        auto v = std::bit_cast<pairs2>(tempered);
        if constexpr (std::endian::native == std::endian::big) v = v << 32 | v >> 32;
        const pairs2 bits = (((v << 21) | (v >> 43)) & 0x1ffffffc000000) | v >> 38;
        const pairs2 high = bits >> 32 | 0x4530000000000000, low = (bits & 0xffffffff) | 0x4330000000000000;
        return ((std::bit_cast<doubles2>(high) - (0x1p84 + 0x1p52)) + std::bit_cast<doubles2>(low)) * 0x1p-53;
    }
};

} // namespace detail
} // namespace repro::inline v0
