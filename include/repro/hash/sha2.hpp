// SPDX-License-Identifier: MIT
#pragma once
// SHA-256 and SHA-512 for short texts: names of streams, text seeds, state digests. Usable at compile time;
// files go through hash/file.hpp. Source: FIPS 180-4.

#include <repro/core/digest.hpp>
#include <repro/detail/text.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Fractional bits of the cube roots of the first 80 primes (FIPS 180-4, 4.2.3); SHA-256 takes the high
/// halves of the first 64 (4.2.2).
inline constexpr std::array<std::uint64_t, 80> sha2_constants = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/// Fractional bits of the square roots of the first eight primes (5.3.5); SHA-256 takes the high halves
/// (5.3.3).
inline constexpr std::array<std::uint64_t, 8> sha2_start = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/// What tells the two algorithms apart: word, rounds, and the rotations of 4.1.2 and 4.1.3.
struct sha256_traits {
    using word = std::uint32_t;
    static constexpr int rounds = 64;
    static constexpr int big_a[] = {2, 13, 22}, big_e[] = {6, 11, 25};
    static constexpr int small_0[] = {7, 18, 3}, small_1[] = {17, 19, 10};
    static constexpr word narrow(std::uint64_t constant) { return static_cast<word>(constant >> 32); }
};
struct sha512_traits {
    using word = std::uint64_t;
    static constexpr int rounds = 80;
    static constexpr int big_a[] = {28, 34, 39}, big_e[] = {14, 18, 41};
    static constexpr int small_0[] = {1, 8, 7}, small_1[] = {19, 61, 6};
    static constexpr word narrow(std::uint64_t constant) { return constant; }
};

/// An incremental SHA-2 hash: update any number of times, then finish once.
template <class Traits> class sha2 {
    using word = typename Traits::word;
    static constexpr std::size_t block_size = 16 * sizeof(word);

public:
    static constexpr std::size_t digest_size = 8 * sizeof(word);

    constexpr sha2() noexcept {
        for (std::size_t i = 0; i < 8; ++i)
            state_[i] = Traits::narrow(sha2_start[i]);
    }

    constexpr void update(std::uint8_t byte) noexcept {
        block_[length_ % block_size] = byte;
        if (++length_ % block_size == 0) compress();
    }

    constexpr void update(std::span<const std::uint8_t> bytes) noexcept {
        for (const std::uint8_t byte : bytes)
            update(byte);
    }

    constexpr void update(std::string_view text) noexcept {
        for (const char c : text)
            update(static_cast<std::uint8_t>(c));
    }

    [[nodiscard]] constexpr std::array<std::uint8_t, digest_size> finish() noexcept {
        const std::uint64_t bits = length_ * 8;
        update(std::uint8_t{0x80});
        constexpr std::size_t length_field = 2 * sizeof(word);
        while (length_ % block_size != block_size - length_field)
            update(std::uint8_t{0});
        for (std::size_t i = 8; i < length_field; ++i)
            update(std::uint8_t{0});
        for (int shift = 56; shift >= 0; shift -= 8)
            update(static_cast<std::uint8_t>(bits >> shift));
        std::array<std::uint8_t, digest_size> digest{};
        for (std::size_t i = 0; i < digest_size; ++i) {
            const std::size_t shift = 8 * (sizeof(word) - 1 - i % sizeof(word));
            digest[i] = static_cast<std::uint8_t>(state_[i / sizeof(word)] >> shift);
        }
        return digest;
    }

private:
    static constexpr word mix(word x, const int (&by)[3]) noexcept {
        return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]);
    }
    static constexpr word mix_schedule(word x, const int (&by)[3]) noexcept {
        return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]);
    }

    constexpr std::array<word, Traits::rounds> schedule() const noexcept {
        std::array<word, Traits::rounds> w{};
        for (std::size_t i = 0; i < block_size; ++i)
            w[i / sizeof(word)] = static_cast<word>(w[i / sizeof(word)] << 8) | block_[i];
        for (std::size_t i = 16; i < w.size(); ++i)
            w[i] = mix_schedule(w[i - 2], Traits::small_1) + w[i - 7] +
                   mix_schedule(w[i - 15], Traits::small_0) + w[i - 16];
        return w;
    }

    constexpr void compress() noexcept {
        const auto w = schedule();
        auto [a, b, c, d, e, f, g, h] = state_;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const word choose = (e & f) ^ (~e & g);
            const word majority = (a & b) ^ (a & c) ^ (b & c);
            const word t1 = h + mix(e, Traits::big_e) + choose + Traits::narrow(sha2_constants[i]) + w[i];
            const word t2 = mix(a, Traits::big_a) + majority;
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        const std::array<word, 8> mixed = {a, b, c, d, e, f, g, h};
        for (std::size_t i = 0; i < 8; ++i)
            state_[i] += mixed[i];
    }

    std::array<word, 8> state_{};
    std::array<std::uint8_t, block_size> block_{};
    std::uint64_t length_ = 0;
};

} // namespace detail

/// An incremental SHA-256 hash for short inputs.
using sha256_hash = detail::sha2<detail::sha256_traits>;

/// Returns the SHA-256 digest of `text`.
[[nodiscard]] constexpr digest256 sha256(std::string_view text) noexcept {
    sha256_hash hash;
    hash.update(text);
    return {hash.finish()};
}

/// Returns the SHA-256 digest of `bytes`.
[[nodiscard]] constexpr digest256 sha256(std::span<const std::uint8_t> bytes) noexcept {
    sha256_hash hash;
    hash.update(bytes);
    return {hash.finish()};
}

/// Returns the SHA-512 digest of `bytes`. Messages are shorter than 2^61 bytes.
[[nodiscard]] constexpr std::array<std::uint8_t, 64> sha512(std::span<const std::uint8_t> bytes) noexcept {
    detail::sha2<detail::sha512_traits> hash;
    hash.update(bytes);
    return hash.finish();
}

} // namespace repro::inline v0
