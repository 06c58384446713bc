// SPDX-License-Identifier: MIT
#pragma once
// torch.randperm on a GPU: an arrangement sorted by random keys of few bits, equal keys shuffled afterwards.
// Origin: PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/native/cuda/Randperm.cu and Randperm.cuh.

#include <repro/compat/pytorch/cuda_words.hpp>
#include <repro/detail/libm.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// How many bits of the keys are sorted, so that all are distinct with probability 0.9: ceil(log2(n - (6 n^2
/// + 1) / (12 ln 0.9))), at most 64.
[[nodiscard]] inline int permutation_key_bits(std::uint64_t n) noexcept {
    constexpr double twelve_log = -0x1.43aae18c7b105p+0; // 12 ln 0.9
    const auto size = static_cast<double>(n);
    const double square = repro::detail::mul(repro::detail::mul(6.0, size), size);
    const double keys = size - (square + 1.0) / twelve_log;
    const auto bits = std::bit_cast<std::uint64_t>(keys);
    const int exponent = static_cast<int>(bits >> 52) - 1023;
    return std::min(64, exponent + ((bits & 0x000fffffffffffff) != 0 ? 1 : 0));
}

/// A key and the place it came with.
template <class T> struct keyed_place {
    std::uint64_t key;
    T place;
};

/// Sorts by the keys, which have `bits` bits; equal ones keep their order.
template <class T> void sort_by_keys(std::vector<keyed_place<T>>& places, int bits) {
    constexpr int digit = 11;
    std::vector<keyed_place<T>> other(places.size());
    for (int shift = 0; shift < bits; shift += digit) {
        std::array<std::size_t, std::size_t{1} << digit> starts{};
        const auto bucket = [shift](const keyed_place<T>& p) {
            return static_cast<std::size_t>(p.key >> shift) % (std::size_t{1} << digit);
        };
        for (const keyed_place<T>& p : places)
            ++starts[bucket(p)];
        std::size_t sum = 0;
        for (std::size_t& start : starts)
            sum += std::exchange(start, sum);
        for (const keyed_place<T>& p : places)
            other[starts[bucket(p)]++] = p;
        places.swap(other);
    }
}

/// Shuffles every run of equal keys, with the words of the thread that its first place numbers.
template <class T>
void shuffle_islands(std::vector<keyed_place<T>>& places, const cuda_stream_position& at) noexcept {
    for (std::size_t first = 0, last = 0; first < places.size(); first = last) {
        for (last = first + 1; last < places.size() && places[last].key == places[first].key;)
            ++last;
        std::uint64_t taken = 0;
        for (std::size_t i = last - first - 1; i > 0; --i, ++taken) {
            const cuda_block w = at.block(first, taken / 4);
            const std::uint32_t words[] = {w.a, w.b, w.c, w.d};
            std::swap(places[first + i].place,
                      places[first + words[taken % 4] % static_cast<std::uint32_t>(i + 1)].place);
        }
    }
}

} // namespace detail
} // namespace repro::inline v0::pytorch
