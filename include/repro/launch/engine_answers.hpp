// SPDX-License-Identifier: MIT
#pragma once
// Known answers of the engines and distributions, small enough to ask a user's own build for them. Values:
// tests/vectors, whose files say where they come from; a test compares the two.

#include <repro/detail/fp.hpp>
#include <repro/rng/distributions.hpp>
#include <repro/rng/keyed.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/threefry.hpp>
#include <repro/stream/engine.hpp>
#include <repro/stream/key.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Four words, or four floats as the bits of their doubles; zeros where there are fewer.
using answer_words = std::array<std::uint64_t, 4>;

/// A question to this build, and the answer.
struct known_answer {
    std::string_view name;
    std::string_view source; ///< a file of tests/vectors, and the case in it
    answer_words expected;
    answer_words (*compute)();
};

/// Returns one value as it stands in an answer.
template <class Value> [[nodiscard]] constexpr std::uint64_t as_word(Value value) noexcept {
    if constexpr (std::floating_point<Value>)
        return std::bit_cast<std::uint64_t>(static_cast<double>(value));
    else
        return static_cast<std::uint64_t>(value);
}

/// Returns the first values of a list.
template <class Values> [[nodiscard]] constexpr answer_words as_words(const Values& values) noexcept {
    answer_words words{};
    for (std::size_t i = 0; i < words.size() && i < values.size(); ++i)
        words[i] = as_word(values[i]);
    return words;
}

/// Returns what four draws give.
template <class Draw> [[nodiscard]] constexpr answer_words drawn(Draw draw) {
    answer_words words{};
    for (std::uint64_t& word : words)
        word = as_word(draw());
    return words;
}

/// Returns the stream whose values stream contract 1 tells: seed 0, name "a".
[[nodiscard]] constexpr stream_engine stream_of_contract() noexcept {
    return stream_engine(derive_key(root_key(0), "a"));
}

inline constexpr known_answer engine_answers[] = {
    {"philox4x32",
     "random123/philox4x32.txt",
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
     [] {
         return as_words(philox4x32<10>::apply({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                                               {0xa4093822, 0x299f31d0}));
     }},
    {"philox4x64",
     "random123/philox4x64.txt",
     {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6},
     [] {
         return as_words(philox4x64<10>::apply(
             {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
             {0x452821e638d01377, 0xbe5466cf34e90c6c}));
     }},
    {"threefry2x32",
     "random123/threefry2x32.txt",
     {0xc4923a9c, 0x483df7a0, 0x0, 0x0},
     [] { return as_words(threefry2x32<20>::apply({0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344})); }},
    {"threefry4x64",
     "random123/threefry4x64.txt",
     {0x29c24097942bba1b, 0x371bbfb0f6f4e11, 0x3c231ffa33f83a1c, 0xcd29113fde32d168},
     [] {
         const std::uint64_t ones = ~std::uint64_t{0};
         return as_words(threefry4x64<20>::apply({ones, ones, ones, ones}, {ones, ones, ones, ones}));
     }},
    {"keyed stream",
     "random123/philox4x32.txt",
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
     [] {
         const auto block = keyed_stream{0x299f31d0a4093822, 0x0370734413198a2e}(0x85a308d3243f6a88);
         return as_words(std::array{block.a, block.b, block.c, block.d});
     }},
    {"named stream",
     "contract/streams.txt",
     {0x4a80c0e9eeb70cd4, 0x373ff712260204d6, 0xde69de2839767957, 0x60e796e9879530c6},
     [] { return drawn([e = stream_of_contract()]() mutable { return e(); }); }},
    {"uniform",
     "contract/streams.txt",
     {0x3fd2a0303a7badc2, 0x3fcb9ffb89130100, 0x3febcd3bc5072ecf, 0x3fd839e5ba61e54c},
     [] { return drawn([e = stream_of_contract()]() mutable { return uniform_closed_open(e); }); }},
    {"uniform_int",
     "contract/streams.txt",
     {291, 215, 868, 378},
     [] { return drawn([e = stream_of_contract()]() mutable { return uniform_int(e, 1000); }); }},
    {"bernoulli",
     "contract/streams.txt",
     {1, 1, 0, 0},
     [] { return drawn([e = stream_of_contract()]() mutable { return bernoulli(e, 0.3); }); }},
    {"shuffle",
     "contract/streams.txt",
     {0, 5, 8, 3},
     [] {
         std::array<std::uint64_t, 10> items = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
         shuffle(stream_of_contract(), items);
         return as_words(items);
     }},
    {"normal",
     "contract/streams.txt",
     {0xbfe19cc4546e4caa, 0xbfe92a197f73ccd3, 0x3ff1ee97d9e78de4, 0xbfd3cc2063a2a38b},
     [] { return drawn([e = stream_of_contract()]() mutable { return normal(e); }); }},
    {"exponential",
     "contract/streams.txt",
     {0x3ff3bfda0ccc1ba2, 0x3ff88871b6828eeb, 0x3fc200753b99ccd6, 0x3fef161e423c2366},
     [] { return drawn([e = stream_of_contract()]() mutable { return exponential(e); }); }},
};

} // namespace detail
} // namespace repro::inline v0
