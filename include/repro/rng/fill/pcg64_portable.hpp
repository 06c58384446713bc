// SPDX-License-Identifier: MIT
#pragma once
// PCG64 in bulk in four interleaved lanes, each of which takes every fourth word: the multiplications of one
// lane wait for each other, those of four do not.

#include <repro/rng/fill/bounded.hpp>
#include <repro/rng/fill/partners.hpp>
#include <repro/rng/fill/pcg64_core.hpp>
#include <repro/rng/fill/store.hpp>

#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

struct pcg64_portable {
    using partners = partners_portable;

    static void words(fill::pcg64_core& core, std::uint64_t* out, std::size_t n, store_kind) noexcept {
        each_word(core, n, [&](std::size_t i, std::uint64_t word) { out[i] = word; });
    }

    static void doubles(fill::pcg64_core& core, double* out, std::size_t n, store_kind) noexcept {
        each_word(core, n, [&](std::size_t i, std::uint64_t word) { out[i] = pcg64_double(word); });
    }

    /// Makes 2n floats of n words.
    static void floats(fill::pcg64_core& core, float* out, std::size_t n, store_kind) noexcept {
        each_word(core, n, [&](std::size_t i, std::uint64_t word) {
            out[2 * i] = pcg64_float(static_cast<std::uint32_t>(word));
            out[2 * i + 1] = pcg64_float(static_cast<std::uint32_t>(word >> 32));
        });
    }

    /// Writes bounded integers plus `low` as long as at least one word's worth is wanted; returns how many.
    template <class T>
    static std::size_t integers(fill::pcg64_core& core, T* out, std::size_t n, lemire32 rule,
                                T low) noexcept {
        std::size_t written = 0;
        const auto put = [&](std::uint32_t x) {
            const std::uint64_t product = std::uint64_t{x} * rule.bound;
            out[written] = shifted(low, static_cast<std::uint32_t>(product >> 32));
            written += static_cast<std::uint32_t>(product) >= rule.threshold ? 1 : 0;
        };
        while (n - written >= 2)
            each_word(core, (n - written) / 2, [&](std::size_t, std::uint64_t word) {
                put(static_cast<std::uint32_t>(word));
                put(static_cast<std::uint32_t>(word >> 32));
            });
        return written;
    }

private:
    static constexpr int lanes = 4;
    static constexpr pcg64_jump jump{lanes};

    template <class Use> static void each_word(fill::pcg64_core& core, std::size_t n, Use use) noexcept {
        const uint128 factor = jump.factor, term = core.increment * jump.series;
        fill::pcg64_core a = core, b = core, c = core, d = core;
        a.advance(1), b.advance(2), c.advance(3), d.advance(4);
        const auto take = [&](fill::pcg64_core& lane, std::size_t i) __attribute__((always_inline)) {
            use(i, lane.word());
            lane.state = lane.state * factor + term;
        };
        const std::size_t whole = n / lanes * lanes;
        for (std::size_t i = 0; i < whole; i += lanes) {
            core.state = d.state;
            take(a, i);
            take(b, i + 1);
            take(c, i + 2);
            take(d, i + 3);
        }
        for (std::size_t i = whole; i < n; ++i)
            use(i, core());
    }
};

} // namespace detail
} // namespace repro::inline v0
