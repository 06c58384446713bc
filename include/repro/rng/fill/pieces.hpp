// SPDX-License-Identifier: MIT
#pragma once
// Whole numbers of 1, 8 or 16 bits by NumPy's rule: pieces of 32-bit words, low ones first. What is left of
// the last word of a fill is lost.

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace repro::inline v0 {
namespace detail {

/// Bits of the pieces that make a T.
template <class T>
inline constexpr int piece_bits = std::is_same_v<T, bool> ? 1 : 8 * static_cast<int>(sizeof(T));

/// lemire32 on pieces.
template <int Width> struct lemire_pieces {
    std::uint32_t bound, threshold;

    explicit constexpr lemire_pieces(std::uint32_t range) noexcept
        : bound(range + 1), threshold(((std::uint32_t{1} << Width) - bound) % bound) {}
    /// Returns the number of a piece, and whether it passes.
    [[gnu::always_inline]] constexpr std::uint32_t operator()(std::uint32_t piece,
                                                              bool& passes) const noexcept {
        const std::uint32_t product = piece * bound;
        passes = (product & ((std::uint32_t{1} << Width) - 1)) >= threshold;
        return product >> Width;
    }
};

/// masked32 on pieces.
struct masked_pieces {
    std::uint32_t range, mask;

    [[gnu::always_inline]] constexpr std::uint32_t operator()(std::uint32_t piece,
                                                              bool& passes) const noexcept {
        passes = (piece & mask) <= range;
        return piece & mask;
    }
};

/// Fills `out` with `low` plus the numbers that `rule` makes of pieces of `words`. Without a branch: one that
/// does not pass is written over by the next. Words gives pieces of itself as pcg64_halves does.
template <class Words, class T, class Rule>
void fill_from_pieces(Words& words, std::span<T> out, T low, Rule rule) noexcept {
    constexpr int width = piece_bits<T>;
    constexpr std::size_t each = 32 / width;
    T* const to = out.data();
    std::size_t done = 0;
    const auto put = [&](std::uint32_t word, int piece) __attribute__((always_inline)) {
        bool passes = false;
        const std::uint32_t value = rule(word >> (piece * width) & ((std::uint32_t{1} << width) - 1), passes);
        to[done] = static_cast<T>(static_cast<std::uint32_t>(low) + value);
        done += passes ? 1 : 0;
    };
    while (out.size() - done >= each) { // a word gives as many numbers at most, so none is read in vain
        std::size_t n = (out.size() - done) / each;
        const std::uint32_t* const next = words.available(n);
        for (std::size_t k = 0; k < n; ++k)
#pragma GCC unroll 4
            for (int piece = 0; piece < static_cast<int>(each); ++piece)
                put(next[k], piece);
        words.take(n);
    }
    while (done < out.size()) {
        std::size_t n = 1;
        const std::uint32_t word = *words.available(n);
        for (int piece = 0; piece < static_cast<int>(each) && done < out.size(); ++piece)
            put(word, piece);
        words.take(1);
    }
}

} // namespace detail
} // namespace repro::inline v0
