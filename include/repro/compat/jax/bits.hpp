// SPDX-License-Identifier: MIT
#pragma once
// Random bits of every width, of which all else in jax.random is made. Origin: JAX (Apache-2.0),
// jax/_src/random/threefry2x32.py.

#include <repro/compat/jax/key.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::jax {
namespace detail {

template <class T>
concept word = std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> ||
               std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;

/// The random words of an array of `size` elements, by index.
template <word Word> class random_words {
public:
    constexpr random_words(const key& k, std::size_t size) : key_(k), size_(size) {
        if (k.config.layout == layout::original)
            require(words_needed() <= UINT32_MAX, "bits()",
                    "the original layout counts at most 2^32 - 1 words a call",
                    "draw fewer, or choose the partitionable layout");
    }

    [[nodiscard]] constexpr Word operator[](std::size_t i) const noexcept {
        return key_.config.layout == layout::partitionable ? partitionable(i) : original(i);
    }

private:
    static constexpr unsigned width = 8 * sizeof(Word);

    /// How many words of 32 bits the array takes.
    [[nodiscard]] constexpr std::uint64_t words_needed() const noexcept {
        if constexpr (width == 64)
            return 2 * std::uint64_t{size_};
        else
            return (std::uint64_t{size_} * sizeof(Word) + 3) / 4;
    }

    [[nodiscard]] constexpr Word partitionable(std::size_t i) const noexcept {
        const auto [a, b] = block(key_, i);
        if constexpr (width == 64)
            return std::uint64_t{a} << 32 | b;
        else
            return static_cast<Word>(a ^ b);
    }

    [[nodiscard]] constexpr Word original(std::size_t i) const noexcept {
        const std::uint64_t n = words_needed();
        if constexpr (width == 64) {
            return std::uint64_t{original_word(key_, i, n)} << 32 | original_word(key_, size_ + i, n);
        } else {
            constexpr std::size_t pieces = 32 / width; // the low one first
            return static_cast<Word>(original_word(key_, i / pieces, n) >> (i % pieces * width));
        }
    }

    key key_;
    std::size_t size_;
};

/// Fills `out`, a span or a vector, with transform(word) of the random words of an array of its size.
template <word Word, class Out, class Transform>
void fill_from_words(const key& k, Out& out, Transform transform) {
    const random_words<Word> words(k, out.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = transform(words[i]);
}

} // namespace detail

/// Fills `out` with random bits. Class int.
///
/// Errors: errc::argument_invalid above 2^32 - 1 words of 32 bits in the original layout.
template <detail::word Word> void bits(const key& k, std::span<Word> out) {
    detail::fill_from_words<Word>(k, out, [](Word w) { return w; });
}
/// Returns `count` random words.
template <detail::word Word = std::uint32_t>
[[nodiscard]] std::vector<Word> bits(const key& k, std::size_t count) {
    std::vector<Word> out(count);
    bits(k, std::span<Word>(out));
    return out;
}
/// Returns one random word: that of an array of one.
template <detail::word Word = std::uint32_t> [[nodiscard]] constexpr Word bits(const key& k) {
    return detail::random_words<Word>(k, 1)[0];
}

} // namespace repro::inline v0::jax
