// SPDX-License-Identifier: MIT
#pragma once
// Random words for data: a function of a seed, a purpose and two numbers (an epoch and a sample, say), with
// nothing shared and nothing counted across calls. Known answers: tests/vectors/contract/permutation.txt

#include <repro/core/seed.hpp>
#include <repro/rng/philox.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// The bytes of a text of at most eight, the first one lowest: the purpose of an order's words.
[[nodiscard]] constexpr std::uint64_t packed_text(std::string_view text) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    return word;
}

} // namespace detail

/// A uniform random bit generator of 64-bit words: those of the Philox4x64-10 blocks 0, 1, 2, ..., block b
/// being that of the counter (b, first, second, 0) under the key (seed, purpose).
///
/// Stability: contract 1.
/// Threads:   a value; one object belongs to one thread at a time.
class keyed_words {
public:
    using result_type = std::uint64_t;

    /// `purpose` tells the uses of one seed apart: the `stable_hash` of a name, say.
    constexpr keyed_words(seed s, std::uint64_t purpose, std::uint64_t first, std::uint64_t second) noexcept
        : seed_(s.value()), purpose_(purpose), first_(first), second_(second) {}

    [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
    [[nodiscard]] static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// Returns the next word.
    constexpr result_type operator()() noexcept {
        const std::uint64_t lane = position_ % 4;
        if (lane == 0) block_ = block(position_ / 4);
        ++position_;
        return block_[lane];
    }

    /// Returns word `index`, wherever this generator stands.
    [[nodiscard]] constexpr result_type at(std::uint64_t index) const noexcept {
        return block(index / 4)[index % 4];
    }

private:
    using generator = philox4x64<10>;

    [[nodiscard]] constexpr generator::block block(std::uint64_t index) const noexcept {
        return generator::apply({index, first_, second_, 0}, {seed_, purpose_});
    }

    std::uint64_t seed_, purpose_, first_, second_;
    std::uint64_t position_ = 0;
    generator::block block_{};
};

} // namespace repro::inline v0
