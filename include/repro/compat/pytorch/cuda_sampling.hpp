// SPDX-License-Identifier: MIT
#pragma once
// What PyTorch's CUDA generator draws in layouts of its own: tensors of probabilities, dropout, multinomial
// and Poisson numbers. Origin: PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/native/cuda/Dropout.cu,
// MultinomialKernel.cu, Distributions.cu; cuRAND's device headers (CUDA 13).

#include <repro/compat/pytorch/cuda_integers.hpp>
#include <repro/compat/pytorch/cuda_transforms.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// The samples of the CUDA generator; use it through `pytorch::cuda_generator`.
class cuda_samples : public cuda_integers {
public:
    /// Returns a one or a zero for each probability, as torch.bernoulli(p): u <= p, u a float, four elements
    /// from a block. Class ieee.
    ///
    /// Errors: errc::argument_invalid for a p outside of [0, 1].
    template <std::floating_point T> [[nodiscard]] std::vector<T> bernoulli(std::span<const T> p) {
        for (const T each : p)
            require(each >= T{0} && each <= T{1}, "bernoulli()", "a p is not in [0, 1]", "pass 0 <= p <= 1");
        std::vector<T> values(p.size());
        if (p.empty()) return values;
        const auto start = take(10);
        for (std::size_t i = 0; i < p.size(); i += 4)
            each_lane(start.block(i / 4), std::min<std::size_t>(4, p.size() - i),
                      [&](std::size_t lane, float u) {
                          values[i + lane] = static_cast<T>(u) <= p[i + lane] ? T{1} : T{0};
                      });
        return values;
    }

    /// Returns `input` with each element zeroed with probability p and the others divided by 1 - p: what
    /// nn.functional.dropout(input, p) gives in training, through its fused kernel. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless 0 <= p <= 1.
    template <std::floating_point T>
    [[nodiscard]] std::vector<T> dropout(std::span<const T> input, double p = 0.5) {
        require(p >= 0.0 && p <= 1.0, "dropout()", "p is not in [0, 1]", "pass 0 <= p <= 1");
        std::vector<T> values(input.begin(), input.end());
        if (p == 0.0 || input.empty()) return values;
        if (p == 1.0) {
            for (T& each : values)
                each = each * T{0};
            return values;
        }
        drop(std::span<T>(values), static_cast<T>(1.0 - p));
        return values;
    }

    /// Returns `num_samples` indices, each with the chance of its weight, as torch.multinomial(weights,
    /// num_samples, replacement) gives them for one row. Class device: near ties may fall otherwise.
    ///
    /// Errors: errc::argument_invalid for a weight that is negative or not finite, for no weights or all
    /// zero, for no samples, and for more samples without replacement than weights above zero.
    template <std::floating_point T>
    [[nodiscard]] std::vector<std::int64_t> multinomial(std::span<const T> weights, std::size_t num_samples,
                                                        replacement with = replacement::no) {
        std::size_t possible = 0;
        for (const T weight : weights) {
            require(weight >= T{0} && weight <= std::numeric_limits<T>::max(), "multinomial()",
                    "a weight is negative or not finite", "pass finite weights >= 0");
            possible += weight > T{0} ? 1 : 0;
        }
        require(possible > 0, "multinomial()", "no weight is above zero", "pass one at least");
        require(num_samples > 0, "multinomial()", "no sample is asked for", "pass num_samples > 0");
        require(with == replacement::yes || num_samples <= possible, "multinomial()",
                "more samples than weights above zero", "pass replacement::yes, or fewer samples");
        if (with == replacement::no || num_samples == 1) return largest_quotients(weights, num_samples);
        return searched(weights, num_samples);
    }

    /// Returns a number from Poisson's distribution for each rate, each below 64: words of the element's own
    /// thread are multiplied until the product falls below one. Class device (exp).
    ///
    /// Errors: errc::argument_invalid for a rate that is negative or NaN, or 64 and more.
    [[nodiscard]] std::vector<float> poisson(std::span<const float> rates) {
        for (const float rate : rates)
            require(rate >= 0.0f && rate < 64.0f, "poisson()", "a rate is not in [0, 64)",
                    "pass smaller rates");
        std::vector<float> values(rates.size());
        if (rates.empty()) return values;
        const auto start = take(20);
        for (std::size_t i = 0; i < rates.size(); ++i)
            values[i] = static_cast<float>(product_count(start, i, rates[i]));
        return values;
    }

protected:
    using cuda_integers::cuda_integers;

private:
    template <class Body> static void each_lane(const cuda_block& w, std::size_t lanes, const Body& body) {
        float u[4];
        cuda_uniforms(w, u);
        for (std::size_t lane = 0; lane < lanes; ++lane)
            body(lane, u[lane]);
    }

    /// The fused kernel: a thread takes `width` consecutive elements a turn from one block, of 16 bytes
    /// together where that divides the tensor, else fewer; single ones stand a grid apart, four from a block.
    template <class T> void drop(std::span<T> values, T keep) {
        const std::size_t n = values.size(), widest = 16 / sizeof(T);
        const std::size_t width = n % widest == 0 ? widest : (n % 2 == 0 ? 2 : 1);
        const std::uint64_t threads = device_.threads(n);
        const auto start = take(((n - 1) / (threads * 4) + 1) * 4);
        const auto scale = static_cast<T>(1.0 / static_cast<double>(keep));
        const std::size_t lanes = width == 1 ? 4 : width, stride = width == 1 ? threads : 1;
        for (std::size_t base = 0, turn = 0; base < n; base += threads * lanes, ++turn)
            for (std::size_t t = 0; t < threads && base + t * width < n; ++t)
                each_lane(start.block(t, turn), lanes, [&](std::size_t lane, float u) {
                    const std::size_t i = base + t * width + lane * stride;
                    if (i >= n) return;
                    values[i] =
                        repro::detail::rounded(values[i] * (static_cast<T>(u) < keep ? T{1} : T{0})) * scale;
                });
    }

    /// The places of the largest weight / exponential number, in falling order.
    template <class T>
    std::vector<std::int64_t> largest_quotients(std::span<const T> weights, std::size_t n) {
        constexpr int lanes = cuda_lanes<T>;
        std::vector<T> quotients(weights.size());
        fill<lanes>(std::span<T>(quotients), [](const cuda_block& w, T* values) {
            cuda_uniforms(w, values);
            for (int i = 0; i < lanes; ++i)
                values[i] = cuda_exponential(values[i], T{-1});
        });
        for (std::size_t i = 0; i < weights.size(); ++i)
            quotients[i] = weights[i] / quotients[i];
        std::vector<std::int64_t> places(weights.size());
        std::iota(places.begin(), places.end(), 0);
        std::sort(places.begin(), places.end(), [&](std::int64_t a, std::int64_t b) {
            const T x = quotients[static_cast<std::size_t>(a)], y = quotients[static_cast<std::size_t>(b)];
            return x > y || (x == y && a < b); // of equal ones the first comes first
        });
        places.resize(n);
        return places;
    }

    /// A float for each sample, from a thread of its own, searched in the sums of the weights.
    template <class T> std::vector<std::int64_t> searched(std::span<const T> weights, std::size_t n) {
        T sum = 0;
        for (const T weight : weights)
            sum += weight;
        std::vector<T> sums(weights.size());
        T last = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sums[i] = last += weights[i] / sum;
        const auto start = take(4);
        std::vector<std::int64_t> places(n);
        for (std::size_t i = 0; i < n; ++i) {
            const auto u = static_cast<T>(uniform(start.block(i).a));
            auto place = std::min<std::ptrdiff_t>(std::ranges::lower_bound(sums, u) - sums.begin(),
                                                  static_cast<std::ptrdiff_t>(weights.size()) - 1);
            while (place > 0 && weights[static_cast<std::size_t>(place)] == T{0})
                --place;
            places[i] = place;
        }
        return places;
    }

    /// How many uniform numbers a thread multiplies to exp(rate) before it falls to one.
    static std::uint64_t product_count(const cuda_stream_position& start, std::uint64_t thread,
                                       float rate) noexcept {
        auto product = static_cast<float>(cuda::exp(static_cast<double>(rate)));
        for (std::uint64_t taken = 0;; ++taken) {
            const cuda_block w = start.block(thread, taken / 4);
            const std::uint32_t words[] = {w.a, w.b, w.c, w.d};
            product = repro::detail::rounded(product * uniform(words[taken % 4]));
            if (!(product > 1.0f)) return taken;
        }
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
