// SPDX-License-Identifier: MIT
#pragma once
// The exact twin of torch.Generator on the CPU and of the functions of torch that draw from it: the other
// distributions, over pytorch/normals.hpp. Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/native.

#include <repro/compat/pytorch/choice.hpp>
#include <repro/compat/pytorch/discrete.hpp>
#include <repro/compat/pytorch/normals.hpp>
#include <repro/detail/libm_pow.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {

/// The twin of `torch.Generator()` and of what torch draws with it on the CPU.
///
/// Functions that end in an underscore fill the span that comes first, as in torch they fill the tensor they
/// are called on; the others return one value, or a vector for a count last, or fill the span that comes
/// last. The element type is the dtype: float, double, half, bfloat16, integers, bool.
///
/// Classes of exactness: *int*, *ieee* and *simd* are exact on every machine, *accept* as well but for
/// comparisons that land within an ulp; *libm* values have the bits of glibc on a processor with FMA,
/// everywhere, where log, log1p, exp and pow make them; sin, cos and tan are the host's where it has those
/// bits, else correctly rounded. Errors: errc::argument_invalid for what PyTorch rejects, before a word is
/// taken. Threads: one object belongs to one thread at a time.
class cpu_generator : public detail::cpu_normals {
public:
    /// Seeds as `torch.Generator()` does, which is not random: 67280421310721.
    cpu_generator() noexcept { manual_seed(std::uint64_t{67280421310721}); }
    /// Seeds as `manual_seed(seed)`.
    template <std::integral Integer> explicit cpu_generator(Integer seed) noexcept { manual_seed(seed); }

    /// Fills `out` with exponential numbers; two words each. Class libm (log1p).
    ///
    /// Errors: errc::argument_invalid unless lambd > 0.
    template <real_dtype T> void exponential_(std::span<T> out, double lambd = 1.0) {
        detail::require(lambd > 0.0, "exponential_()", "lambd is not positive", "pass lambd > 0");
        repro::detail::draw_into(out, [=, this] {
            return detail::element<T>(repro::detail::mul(-1.0 / lambd, detail::libm::log1p(-uniform53())));
        });
    }

    /// Fills `out` with the number of trials up to the first success; two words each. Class accept (log,
    /// log1p).
    ///
    /// Errors: errc::argument_invalid unless 0 < p < 1.
    template <dtype T> void geometric_(std::span<T> out, double p) {
        detail::require(p > 0.0 && p < 1.0, "geometric_()", "p is not in (0, 1)", "pass 0 < p < 1");
        const double log_q = detail::libm::log1p(-p);
        repro::detail::draw_into(out, [=, this] {
            return detail::element<T>(detail::libm::ceil(detail::libm::log(uniform53()) / log_q));
        });
    }

    /// Fills `out` with numbers from Cauchy's distribution; two words each. Class libm (tan).
    ///
    /// Errors: errc::argument_invalid unless sigma > 0.
    template <real_dtype T> void cauchy_(std::span<T> out, double median = 0.0, double sigma = 1.0) {
        detail::require(sigma > 0.0, "cauchy_()", "sigma is not positive", "pass sigma > 0");
        repro::detail::draw_into(out, [=, this] {
            const double tangent = detail::libm::tan(repro::detail::mul(detail::pi, uniform53() - 0.5));
            return detail::element<T>(detail::scaled(tangent, sigma, median, path_));
        });
    }

    /// Returns a number from Poisson's distribution for each rate. Class accept (log, exp).
    ///
    /// Errors: errc::argument_invalid for a rate that is negative or NaN.
    template <real_dtype T> [[nodiscard]] std::vector<T> poisson(std::span<const T> rates) {
        for (const T rate : rates)
            detail::require(wide(rate) >= 0.0, "poisson()", "a rate is negative or NaN", "pass rates >= 0");
        source from{*this};
        return mapped(rates, [&](T rate) {
            return detail::element<T>(static_cast<double>(detail::poisson(from, wide(rate))));
        });
    }

    /// Returns torch._standard_gamma(alpha). Class libm (log1p, sin, cos, pow).
    ///
    /// Errors: errc::argument_invalid for an alpha that is negative or NaN, where PyTorch returns no number.
    template <std::floating_point T> [[nodiscard]] std::vector<T> standard_gamma(std::span<const T> alpha) {
        shapes(alpha, "standard_gamma()");
        source from{*this};
        return mapped(alpha, [&](T a) { return positive(detail::gamma<T>(from, a)); });
    }

    /// Returns torch._sample_dirichlet(alpha). Class libm (log1p, sin, cos, pow); from four alphas on the
    /// order in which PyTorch adds the gammas depends on the processor.
    ///
    /// Errors: errc::argument_invalid for no alpha, or one that is negative or NaN.
    template <std::floating_point T> [[nodiscard]] std::vector<T> dirichlet(std::span<const T> alpha) {
        detail::require(!alpha.empty(), "dirichlet()", "there is no alpha", "pass at least one");
        shapes(alpha, "dirichlet()");
        std::vector<double> gammas;
        source from{*this};
        double sum = 0.0;
        for (const T a : alpha) {
            gammas.push_back(positive(detail::gamma<double>(from, static_cast<double>(a))));
            sum += gammas.back();
        }
        constexpr T most = 1 - std::numeric_limits<T>::epsilon() / 2;
        std::vector<T> shares;
        for (const double g : gammas) {
            const T share = positive(static_cast<T>(g / sum));
            shares.push_back(share < most ? share : most);
        }
        return shares;
    }

    /// Returns torch.binomial(count, prob) for each pair. Class accept (log, log1p).
    ///
    /// Errors: errc::argument_invalid for NaN, or where the arrays differ in length.
    template <std::floating_point T>
    [[nodiscard]] std::vector<T> binomial(std::span<const T> count, std::span<const T> prob) {
        detail::require(count.size() == prob.size(), "binomial()", "count and prob differ in length",
                        "pass equal lengths");
        for (std::size_t i = 0; i < count.size(); ++i)
            detail::require(count[i] == count[i] && prob[i] == prob[i], "binomial()", "a parameter is NaN",
                            "pass numbers");
        source from{*this};
        std::vector<T> successes;
        for (std::size_t i = 0; i < count.size(); ++i)
            successes.push_back(detail::binomial<T>(from, count[i], prob[i]));
        return successes;
    }

    /// Returns num_samples indices, drawn with chances in proportion to `weights`, for each of `rows` rows of
    /// weights. With replacement: two words each, class ieee; one sample alone and without replacement: two
    /// words a weight, class accept (log1p), the greatest of weight / exponential first.
    ///
    /// Errors: errc::argument_invalid for weights that are no whole rows, no or no positive weight in a row,
    /// one that is negative, infinite or NaN, no sample, or without replacement more samples than weights.
    template <real_dtype T>
    [[nodiscard]] std::vector<std::int64_t> multinomial(std::span<const T> weights, std::size_t num_samples,
                                                        replacement replace = replacement::no,
                                                        std::size_t rows = 1) {
        detail::require(rows > 0 && !weights.empty() && weights.size() % rows == 0, "multinomial()",
                        "the weights are no whole rows", "pass at least one weight for each row");
        const std::size_t columns = weights.size() / rows;
        for (std::size_t row = 0; row < rows; ++row)
            check_weights(weights.subspan(row * columns, columns), num_samples, replace);
        std::vector<std::int64_t> samples;
        for (std::size_t row = 0; row < rows; ++row) {
            const auto of_row = weights.subspan(row * columns, columns);
            const auto drawn = replace == replacement::yes && num_samples > 1
                                   ? drawn_again(of_row, num_samples)
                                   : drawn_once(of_row, num_samples);
            samples.insert(samples.end(), drawn.begin(), drawn.end());
        }
        return samples;
    }

private:
    /// What the distributions of detail draw from.
    struct source {
        cpu_generator& g;
        double uniform() noexcept { return g.uniform53(); }
        double normal() noexcept { return g.standard_normal(); }
    };

    template <real_dtype T> static double wide(T x) noexcept {
        return static_cast<double>(static_cast<detail::arithmetic_t<T>>(x));
    }

    /// At least the smallest normal number.
    template <std::floating_point T> static T positive(T x) noexcept {
        return x < std::numeric_limits<T>::min() ? std::numeric_limits<T>::min() : x;
    }

    template <class T, class Draw> static std::vector<T> mapped(std::span<const T> in, Draw draw) {
        std::vector<T> out;
        out.reserve(in.size());
        for (const T each : in)
            out.push_back(draw(each));
        return out;
    }

    template <class T> static void shapes(std::span<const T> alpha, const char* call) {
        for (const T a : alpha)
            detail::require(a >= 0, call, "an alpha is negative or NaN", "pass alphas >= 0");
    }

    template <real_dtype T>
    static void check_weights(std::span<const T> weights, std::size_t num_samples, replacement replace) {
        constexpr const char* call = "multinomial()";
        detail::require(weights.size() <= 1u << 24, call, "there are more than 2**24 weights", "pass fewer");
        detail::require(num_samples > 0, call, "no sample is asked for", "ask for one or more");
        detail::require(replace == replacement::yes || num_samples <= weights.size(), call,
                        "there are more samples than weights", "draw fewer, or with replacement");
        double sum = 0.0;
        for (const T each : weights) {
            const double weight = wide(each);
            detail::require(weight >= 0.0 && weight <= std::numeric_limits<double>::max(), call,
                            "a weight is negative, infinite or NaN", "pass finite weights >= 0");
            sum += weight;
        }
        detail::require(sum > 0.0, call, "no weight is positive", "pass a positive weight");
    }

    template <real_dtype T>
    std::vector<std::int64_t> drawn_again(std::span<const T> weights, std::size_t num_samples) {
        using number = detail::arithmetic_t<T>;
        std::vector<number> sums;
        number sum = 0;
        for (const T weight : weights)
            sums.push_back(sum += static_cast<number>(weight));
        for (number& each : sums)
            each /= sum;
        sums.back() = 1;
        return repro::detail::draw_many<std::int64_t>(num_samples, [&] {
            const double u = uniform53();
            return static_cast<std::int64_t>(detail::first_not_below(std::span<const number>(sums), u));
        });
    }

    template <real_dtype T>
    std::vector<std::int64_t> drawn_once(std::span<const T> weights, std::size_t num_samples) {
        using number = detail::arithmetic_t<T>;
        std::vector<T> waits(weights.size());
        exponential_(std::span<T>(waits));
        std::vector<double> ratios;
        for (std::size_t i = 0; i < weights.size(); ++i)
            ratios.push_back(wide(T(static_cast<number>(weights[i]) / static_cast<number>(waits[i]))));
        return detail::greatest(ratios, num_samples);
    }
};

/// Returns the generator of the process, the twin of `torch.default_generator`. Like the original it is
/// seeded from the operating system until somebody seeds it.
///
/// Threads: one thread at a time, as with any generator.
REPRO_SHARED inline cpu_generator& default_generator() {
    static cpu_generator instance = [] {
        cpu_generator g;
        (void)g.seed();
        return g;
    }();
    return instance;
}

} // namespace repro::inline v0::pytorch
