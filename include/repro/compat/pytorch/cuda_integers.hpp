// SPDX-License-Identifier: MIT
#pragma once
// Integers and permutations of PyTorch's CUDA generator. All are remainders: biased, as they are there.
// Origin: PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/native/cuda/DistributionTemplates.h, Randperm.cu.

#include <repro/compat/pytorch/cuda_permutation.hpp>
#include <repro/compat/pytorch/cuda_words.hpp>
#include <repro/compat/pytorch/integers.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// The integers of the CUDA generator; use it through `pytorch::cuda_generator`.
class cuda_integers : public cuda_words {
public:
    /// Fills `out` with integers from 0 to the greatest of the type, to 2^24 for float, 2^53 for double, 2^11
    /// for half and 2^8 for bfloat16. Class int.
    template <dtype T>
        requires(!std::unsigned_integral<T> || sizeof(T) == 1) // PyTorch has no such kernel
    void random_(std::span<T> out) noexcept {
        if constexpr (std::same_as<T, double> || std::same_as<T, std::int64_t>)
            fill_wide(out, [](std::uint64_t word) { return whole<T>(word); });
        else
            fill_narrow(out, [](std::uint32_t word) { return whole<T>(word); });
    }
    /// Fills `out` with integers from 0 to `to` - 1. Class int.
    template <dtype T> void random_(std::span<T> out, std::int64_t to) { random_(out, 0, to); }
    /// Fills `out` with integers from `from` to `to` - 1, or to the greatest of the type for std::nullopt;
    /// with INT64_MIN and std::nullopt, with all 64 bits. Class int.
    ///
    /// Errors: errc::argument_invalid where from >= to, or a bound does not fit the element.
    template <dtype T> void random_(std::span<T> out, std::int64_t from, std::optional<std::int64_t> to) {
        if (to) return fill_from(out, whole_interval<T>::below(from, *to, "random_()"));
        if (from != INT64_MIN) return fill_from(out, whole_interval<T>::upwards(from, "random_()"));
        require(!std::same_as<T, half> && (sizeof(T) == 8 || real_dtype<T>), "random_()",
                "the element has no 64 bits", "pass bounds");
        fill_wide(out, [](std::uint64_t word) { return element_of<T>(static_cast<std::int64_t>(word)); });
    }
    /// Returns `n` integers from low to high - 1. Class int.
    ///
    /// Errors: errc::argument_invalid where low >= high, or a bound does not fit the element.
    template <dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> randint(std::int64_t low, std::int64_t high, std::size_t n) {
        const auto interval = whole_interval<T>::below(low, high, "randint()");
        std::vector<T> values(n);
        fill_from(std::span<T>(values), interval);
        return values;
    }

    /// Returns a permutation of 0 to n - 1. Class int.
    ///
    /// Errors: errc::argument_invalid for n above 2^30, and where the element cannot hold n - 1.
    template <std::integral T = std::int64_t> [[nodiscard]] std::vector<T> randperm(std::uint64_t n) {
        require(n <= std::uint64_t{1} << 30, "randperm()", "n is too large", "pass n <= 2^30");
        require(n == 0 || n - 1 <= static_cast<std::uint64_t>(std::numeric_limits<T>::max()), "randperm()",
                "the element cannot hold n - 1", "choose a wider element");
        if (n == 0) return {};
        const int bits = permutation_key_bits(n);
        auto places =
            bits <= 32 ? keyed_places<std::int32_t, T>(n, bits) : keyed_places<std::int64_t, T>(n, bits);
        sort_by_keys(places, bits);
        shuffle_islands(places, take(n));
        std::vector<T> values(n);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = places[i].place;
        return values;
    }

protected:
    using cuda_words::cuda_words;

private:
    template <class T, class Transform>
    void fill_narrow(std::span<T> out, const Transform& transform) noexcept {
        fill<4>(out, [=](const cuda_block& w, T* values) __attribute__((always_inline)) {
            values[0] = transform(w.a);
            values[1] = transform(w.b);
            values[2] = transform(w.c);
            values[3] = transform(w.d);
        });
    }
    template <class T, class Transform>
    void fill_wide(std::span<T> out, const Transform& transform) noexcept {
        fill<2>(out, [=](const cuda_block& w, T* values) __attribute__((always_inline)) {
            values[0] = transform(first_half(w));
            values[1] = transform(second_half(w));
        });
    }

    /// Whether random_ takes two words an element: for all from a range of 2^28 on since 2.7, before for the
    /// wide ones from 2^32 on.
    template <dtype T> [[nodiscard]] bool takes_two_words(std::uint64_t range) const noexcept {
        if (rules_ >= rules::torch_2_7) return range >= std::uint64_t{1} << 28;
        constexpr bool wide =
            std::same_as<T, std::int64_t> || std::floating_point<T> || std::same_as<T, bfloat16>;
        return wide && range >= std::uint64_t{1} << 32;
    }
    template <dtype T> void fill_from(std::span<T> out, const whole_interval<T>& interval) noexcept {
        if (takes_two_words<T>(interval.range))
            fill_wide(out, [=](std::uint64_t word) { return interval.at(word); });
        else
            fill_narrow(out, [=](std::uint32_t word) { return interval.at(word); });
    }

    /// A word as an element of random_ without bounds.
    template <dtype T> [[nodiscard]] static T whole(std::uint64_t word) noexcept {
        if constexpr (std::same_as<T, bool>)
            return (word & 1) != 0;
        else if constexpr (std::integral<T>)
            return static_cast<T>(word % (static_cast<std::uint64_t>(std::numeric_limits<T>::max()) + 1));
        else
            return element_of<T>(static_cast<std::int64_t>(word % ((std::uint64_t{1} << digits<T>)+1)));
    }

    /// The places 0 to n - 1 with random keys, of which `bits` bits count; all of them compare with the sign.
    template <class Key, class T> std::vector<keyed_place<T>> keyed_places(std::size_t n, int bits) {
        using limits = std::numeric_limits<Key>;
        using word = std::make_unsigned_t<Key>;
        std::vector<Key> keys(n);
        random_(std::span<Key>(keys), std::int64_t{limits::min()}, std::int64_t{limits::max()});
        const bool whole_key = bits == limits::digits + 1;
        const word mask = static_cast<word>(whole_key ? ~word{0} : (word{1} << bits) - 1);
        const word sign = static_cast<word>(whole_key ? word{1} << limits::digits : 0);
        std::vector<keyed_place<T>> places(n);
        for (std::size_t i = 0; i < n; ++i)
            places[i] = {static_cast<word>((static_cast<word>(keys[i]) & mask) ^ sign), static_cast<T>(i)};
        return places;
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
