// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of the counter-based generators: the blocks of consecutive counters, one after the other.

#include <repro/detail/cpu.hpp>
#include <repro/rng/fill/counter_avx2.hpp>
#include <repro/rng/fill/counter_avx512.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/threefry.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>

namespace repro::inline v0 {
namespace detail {

/// Adds to a counter of several words, the lowest first.
template <class Block> constexpr void add_to_counter(Block& counter, std::uint64_t n) noexcept {
    constexpr int bits = std::numeric_limits<typename Block::value_type>::digits;
    for (auto& word : counter) {
        using word_type = typename Block::value_type;
        const auto before = word;
        word = static_cast<word_type>(word + static_cast<word_type>(n));
        n = (bits < 64 ? n >> (bits % 64) : 0) + (word < before ? 1 : 0);
    }
}

/// The lowest 64 bits of a counter; 32 of one of two such words.
template <class Block> [[nodiscard]] constexpr std::uint64_t low_part(const Block& counter) noexcept {
    if constexpr (sizeof(counter[0]) == 4 && std::tuple_size_v<Block> == 4)
        return counter[0] | std::uint64_t{counter[1]} << 32;
    else
        return counter[0];
}

/// One block after the other.
template <class Generator> struct counter_portable {
    static constexpr std::size_t group = 1;

    static void blocks(const typename Generator::block& counter, const typename Generator::key& key,
                       typename Generator::block::value_type* out, std::size_t n) noexcept {
        using word = typename Generator::block::value_type;
        const std::uint64_t low = low_part(counter);
        for (std::size_t i = 0; i < n; ++i) {
            typename Generator::block next = counter;
            next[0] = static_cast<word>(low + i);
            if constexpr (sizeof(word) == 4 && next.size() == 4) next[1] = static_cast<word>((low + i) >> 32);
            const typename Generator::block made = Generator::apply(next, key);
            for (std::size_t k = 0; k < made.size(); ++k)
                out[made.size() * i + k] = made[k];
        }
    }
};

/// The kernels of a generator.
template <class Generator> struct counter_kernels {
    using avx2 = counter_portable<Generator>;
    using avx512 = counter_portable<Generator>;
};
#if defined(__x86_64__)
template <> struct counter_kernels<philox4x32<10>> {
    using avx2 = philox4x32_avx2;
    using avx512 = philox4x32_avx512;
};
template <> struct counter_kernels<philox4x64<10>> {
    using avx2 = counter_portable<philox4x64<10>>;
    using avx512 = philox4x64_avx512;
};
template <> struct counter_kernels<threefry2x32<20>> {
    using avx2 = threefry2x32_avx2;
    using avx512 = threefry2x32_avx512;
};
template <> struct counter_kernels<threefry4x64<20>> {
    using avx2 = threefry4x64_avx2;
    using avx512 = threefry4x64_avx512;
};
#endif

/// How many blocks from `counter` on differ in the low part alone, or one fewer: what a kernel takes in one
/// call.
template <class Block> [[nodiscard]] std::uint64_t blocks_to_carry(const Block& counter) noexcept {
    constexpr std::uint64_t largest = sizeof(Block) == 8 ? UINT32_MAX : UINT64_MAX;
    return std::max<std::uint64_t>(largest - low_part(counter), 1);
}

template <class Kernel, class Generator, class Word>
void counter_fill(typename Generator::block counter, const typename Generator::key& key,
                  std::span<Word> out) noexcept {
    constexpr std::size_t words_each = std::tuple_size_v<typename Generator::block>;
    const auto advance = [&](std::size_t blocks) {
        add_to_counter(counter, blocks);
        out = out.subspan(blocks * words_each);
    };
    while (out.size() >= words_each) {
        const std::uint64_t run = std::min<std::uint64_t>(out.size() / words_each, blocks_to_carry(counter));
        const std::size_t whole = static_cast<std::size_t>(run) / Kernel::group * Kernel::group;
        const std::size_t rest = static_cast<std::size_t>(run) - whole;
        Kernel::blocks(counter, key, out.data(), whole);
        advance(whole);
        counter_portable<Generator>::blocks(counter, key, out.data(), rest);
        advance(rest);
    }
    if (out.empty()) return;
    const typename Generator::block last = Generator::apply(counter, key);
    std::copy_n(last.begin(), out.size(), out.begin());
}

} // namespace detail

namespace fill {

/// Fills `out` with the blocks of `counter`, `counter` + 1 and so on under `key`; the counter's first word is
/// the lowest. The last block may be cut short. In bulk for philox4x32<10>, philox4x64<10>, threefry2x32<20>
/// and threefry4x64<20>.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
/// Example:
///     repro::fill::blocks<repro::philox4x32<10>>({0, 0, 0, 0}, {42, 43}, out);
template <class Generator>
void blocks(const typename Generator::block& counter, const typename Generator::key& key,
            std::span<typename Generator::block::value_type> out, simd tier = best_simd()) noexcept {
    REPRO_EXPECTS(has_simd(tier));
    using kernels = detail::counter_kernels<Generator>;
    if (tier == simd::avx512)
        return detail::counter_fill<typename kernels::avx512, Generator>(counter, key, out);
    if (tier == simd::avx2) return detail::counter_fill<typename kernels::avx2, Generator>(counter, key, out);
    detail::counter_fill<detail::counter_portable<Generator>, Generator>(counter, key, out);
}

} // namespace fill
} // namespace repro::inline v0
