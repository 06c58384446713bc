// SPDX-License-Identifier: MIT
#pragma once
// The distributions that Generator alone draws in this way, by the rules of the chosen release.
// Origin: NumPy 1.24 to 2.5 (BSD-3-Clause), numpy/random/src/distributions.

#include <repro/compat/numpy/bounded.hpp>
#include <repro/compat/numpy/discrete.hpp>
#include <repro/compat/numpy/log_factorials.hpp>
#include <repro/detail/libm_float.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::numpy {

/// How multivariate_hypergeometric samples.
enum class sampling : unsigned char {
    marginals, ///< one hypergeometric after the other
    count      ///< by shuffling an array of all balls
};

namespace detail {

/// X / (X + Y) of Johnk's algorithm where X or Y underflowed, in logarithms.
[[nodiscard]] inline real beta_of_logarithms(real log_x, real log_y) noexcept {
    const real delta = log_x - log_y;
    if (delta > 0.0) return exp(-log1p(exp(-delta)));
    return exp(delta - log1p(exp(delta)));
}

/// Rejects parameters for which the beta of NumPy up to 1.26 never returns: all its powers underflow.
inline void beta_returns(double a, double b, rules which, const char* call) {
    constexpr double smallest = 1.4e-19; // (1 - 2^-53)^(1 / smallest) is still above zero
    require(which != rules::numpy_1_24 || !(a < smallest && b < smallest), call,
            "the parameters are so small that the original never returns",
            "pass larger ones, or follow a newer NumPy");
}

template <class Source>
[[nodiscard]] real beta_by_johnk(Source& source, real a, real b, rules which) noexcept {
    constexpr double tiny = 3e-103;
    const bool guarded = which != rules::numpy_1_24;
    if (guarded && a < tiny && b < tiny) return (a + b) * source.uniform() < a ? 1.0 : 0.0;
    for (;;) {
        const real u = source.uniform();
        const real v = source.uniform();
        const real x = pow(u, real(1.0) / a);
        const real y = pow(v, real(1.0) / b);
        const real sum = x + y;
        if (!(sum <= 1.0)) continue;
        if (!guarded && sum > 0.0) return x / sum;
        if (!guarded || !(u + v > 0.0)) continue;
        return x > 0.0 && y > 0.0 ? x / sum : beta_of_logarithms(log(u) / a, log(v) / b);
    }
}

template <class Source> [[nodiscard]] real beta(Source& source, real a, real b, rules which) noexcept {
    if (a <= 1.0 && b <= 1.0) return beta_by_johnk(source, a, b, which);
    const real x = standard_gamma(source, a);
    return x / (x + standard_gamma(source, b));
}

template <class Source> [[nodiscard]] real noncentral_chisquare(Source& source, real df, real nonc) noexcept {
    if (is_nan(nonc.value)) return nonc;
    if (nonc == 0.0) return chisquare(source, df);
    if (real(1.0) < df) {
        const real chi = chisquare(source, df - 1.0);
        const real n = real(source.normal()) + sqrt(nonc);
        return chi + n * n;
    }
    const std::int64_t i = poisson(source, nonc / 2.0);
    return chisquare(source, df + twice(i));
}

/// The inverse Gaussian in the form that NumPy has from 2.4 on, which loses no digits.
template <class Source> [[nodiscard]] real wald_stable(Source& source, real mean, real scale) noexcept {
    real y = source.normal();
    y = mean * y * y;
    const real d = real(1.0) + sqrt(real(1.0) + real(4.0) * scale / y);
    const real x = mean * (real(1.0) - real(2.0) / d);
    const real u = source.uniform();
    return u <= mean / (mean + x) ? x : mean * mean / x;
}

/// A normal wrapped around the circle, for kappa > 10^6.
template <class Source> [[nodiscard]] real wrapped_normal(Source& source, real mu, real kappa) noexcept {
    real result = mu + sqrt(real(1.0) / kappa) * source.normal();
    if (result < -pi) result += 2.0 * pi;
    if (result > pi) result -= 2.0 * pi;
    return result;
}

/// Small alphas, whose gammas could all be zero: stick breaking with betas.
template <class Source>
void dirichlet_by_sticks(Source& source, std::span<const double> alpha, std::span<double> row, rules which) {
    std::vector<double> sums(alpha.size());
    double sum = 0.0;
    for (std::size_t j = alpha.size(); j-- > 0;)
        sums[j] = sum += alpha[j];
    for (double& each : row)
        each = 0.0;
    if (!(sum > 0.0)) return;
    real left = 1.0;
    for (std::size_t j = 0; j + 1 < alpha.size(); ++j) {
        const real v = beta(source, alpha[j], sums[j + 1], which);
        row[j] = (left * v).value;
        left *= real(1.0) - v;
        if (sums[j + 1] == 0.0) break;
    }
    row.back() = left.value;
}

template <class Source> [[nodiscard]] std::int64_t geometric(Source& source, real p, rules which) noexcept {
    if (p >= 0.333333333333333333333333) return geometric_by_search(source, p);
    const real z = libm::ceil((-real(source.exponential()) / log1p(-p)).value);
    return z >= 0x1p63 && which != rules::numpy_1_24 ? INT64_MAX : to_integer(z);
}

template <class Source> [[nodiscard]] std::int64_t zipf(Source& source, real a, rules which) noexcept {
    if (a >= 1025.0) return 1; // b would overflow; anything else has a chance below 3e-309
    const real am1 = a - 1.0;
    const real b = pow(2.0, am1);
    const real least = which == rules::numpy_1_24 ? real(0.0) : pow(0x1p63, -am1);
    for (;;) {
        const real u01 = source.uniform();
        const real u = u01 * least + (real(1.0) - u01);
        const real v = source.uniform();
        const real x = floor(pow(u, real(-1.0) / am1));
        if (x > 0x1p63 || x < 1.0) continue;
        const real t = pow(real(1.0) + real(1.0) / x, am1);
        if (v * x * (t - 1.0) / (b - 1.0) <= t / b) return to_integer(x);
    }
}

template <class Source> [[nodiscard]] std::int64_t logseries(Source& source, real p) noexcept {
    const real r = log1p(-p);
    for (;;) {
        const real v = source.uniform();
        if (v >= p) return 1;
        const real u = source.uniform();
        const real q = -expm1(r * u);
        if (v <= q * q) {
            const std::int64_t result = to_integer(floor(real(1.0) + log(v) / log(q)));
            if (result >= 1 && v != 0.0) return result;
            continue;
        }
        return v >= q ? 1 : 2;
    }
}

/// log(k!): a table, then Stirling's series.
[[nodiscard]] inline real log_factorial(std::int64_t k) noexcept {
    constexpr double half_log_2_pi = 0.9189385332046728;
    constexpr auto entries = static_cast<std::int64_t>(sizeof(log_factorials) / sizeof(log_factorials[0]));
    if (k < entries) return log_factorials[k];
    const real x = as_real(k);
    return (x + 0.5) * log(x) - x +
           (real(half_log_2_pi) + (real(1.0) / x) * (real(1.0 / 12.0) - real(1.0) / (real(360.0) * x * x)));
}

/// One ball after the other.
template <class Source>
[[nodiscard]] std::int64_t hypergeometric_by_balls(Source& source, std::int64_t good, std::int64_t bad,
                                                   std::int64_t sample) noexcept {
    const std::int64_t total = good + bad;
    const bool complement = sample > total / 2;
    std::int64_t left = complement ? total - sample : sample;
    std::int64_t total_left = total, good_left = good;
    while (left > 0 && good_left > 0 && total_left > good_left) {
        --total_left;
        const std::uint64_t ball = random_interval(source.bits, static_cast<std::uint64_t>(total_left));
        if (static_cast<std::int64_t>(ball) < good_left) --good_left;
        --left;
    }
    if (total_left == good_left) good_left -= left;
    return complement ? good_left : good - good_left;
}

/// Stadlober's ratio of uniforms HRUA: the constants of one set of parameters, and the search.
class hypergeometric_by_ratio {
public:
    hypergeometric_by_ratio(std::int64_t good, std::int64_t bad, std::int64_t sample) noexcept
        : good_(good), bad_(bad), sample_(sample) {
        const std::int64_t total = good + bad;
        const real p = as_real(rarer_) / as_real(total), q = as_real(commoner_) / as_real(total);
        a_ = as_real(n_) * p + 0.5;
        const real variance = as_real(total - n_) * as_real(n_) * p * q / as_real(total - 1);
        const real c = sqrt(variance + 0.5);
        h_ = real(1.7155277699214135) * c + 0.8989161620588988; // 2 sqrt(2/e), 3 - 2 sqrt(3/e)
        g_ = weight(to_integer(floor(as_real(n_ + 1) * as_real(rarer_ + 1) / as_real(total + 2))));
        const real support = as_real((n_ < rarer_ ? n_ : rarer_) + 1), far = floor(a_ + real(16.0) * c);
        b_ = support < far ? support : far;
    }

    template <class Source> [[nodiscard]] std::int64_t operator()(Source& source) const noexcept {
        std::int64_t k = 0;
        for (;;) {
            const real u = source.uniform();
            const real v = source.uniform();
            const real x = a_ + h_ * (v - 0.5) / u;
            if (!(x >= 0.0) || x >= b_) continue;
            k = to_integer(floor(x));
            const real t = g_ - weight(k);
            if (u * (real(4.0) - u) - 3.0 <= t) break;
            if (u * (u - t) >= 1.0) continue;
            if (real(2.0) * log(u) <= t) break;
        }
        if (good_ > bad_) k = n_ - k;
        return n_ < sample_ ? good_ - k : k;
    }

private:
    [[nodiscard]] real weight(std::int64_t k) const noexcept {
        return log_factorial(k) + log_factorial(rarer_ - k) + log_factorial(n_ - k) +
               log_factorial(commoner_ - n_ + k);
    }

    std::int64_t good_, bad_, sample_;
    std::int64_t rarer_ = good_ < bad_ ? good_ : bad_, commoner_ = good_ < bad_ ? bad_ : good_;
    std::int64_t n_ = sample_ < good_ + bad_ - sample_ ? sample_ : good_ + bad_ - sample_;
    real a_ = 0, h_ = 0, g_ = 0, b_ = 0;
};

template <class Source>
void hypergeometrics(Source& source, std::int64_t good, std::int64_t bad, std::int64_t sample,
                     std::span<std::int64_t> out) noexcept {
    if (sample >= 10 && sample <= good + bad - 10) {
        const hypergeometric_by_ratio draw(good, bad, sample);
        for (std::int64_t& x : out)
            x = draw(source);
    } else {
        for (std::int64_t& x : out)
            x = hypergeometric_by_balls(source, good, bad, sample);
    }
}
template <class Source>
[[nodiscard]] std::int64_t hypergeometric(Source& source, std::int64_t good, std::int64_t bad,
                                          std::int64_t sample) noexcept {
    std::int64_t x = 0;
    hypergeometrics(source, good, bad, sample, std::span(&x, 1));
    return x;
}

/// A multivariate hypergeometric as a chain of hypergeometrics.
template <class Source>
void sample_by_marginals(Source& source, std::span<const std::int64_t> colors, std::int64_t total,
                         std::int64_t nsample, std::span<std::int64_t> row) noexcept {
    const bool complement = nsample > total / 2;
    std::int64_t to_sample = complement ? total - nsample : nsample;
    for (std::int64_t& each : row)
        each = 0;
    for (std::size_t j = 0; to_sample > 0 && j + 1 < colors.size(); ++j) {
        total -= colors[j];
        row[j] = hypergeometric(source, colors[j], total, to_sample);
        to_sample -= row[j];
    }
    if (to_sample > 0) row.back() = to_sample;
    for (std::size_t j = 0; complement && j < colors.size(); ++j)
        row[j] = colors[j] - row[j];
}

/// A multivariate hypergeometric by shuffling the first `nsample` of all balls, which stay shuffled for the
/// next row.
template <class Source>
void sample_by_count(Source& source, std::span<const std::int64_t> colors, std::vector<std::uint32_t>& balls,
                     std::int64_t nsample, std::span<std::int64_t> row) noexcept {
    const std::size_t total = balls.size();
    const bool complement = static_cast<std::uint64_t>(nsample) > total / 2;
    const std::size_t to_sample =
        complement ? total - static_cast<std::size_t>(nsample) : static_cast<std::size_t>(nsample);
    for (std::int64_t& each : row)
        each = 0;
    for (std::size_t j = 0; j < to_sample; ++j) {
        const std::size_t k = j + static_cast<std::size_t>(random_interval(source.bits, total - j - 1));
        const std::uint32_t color = balls[k];
        balls[k] = balls[j];
        balls[j] = color;
        ++row[color];
    }
    for (std::size_t j = 0; complement && j < colors.size(); ++j)
        row[j] = colors[j] - row[j];
}

/// The sum of colors, checked together with nsample.
inline std::int64_t total_of(std::span<const std::int64_t> colors, std::int64_t nsample, const char* call) {
    std::int64_t total = 0;
    no_negative_count(nsample, call);
    for (const std::int64_t color : colors) {
        no_negative_count(color, call);
        require(color < 1000000000 && total + color < 1000000000, call,
                "the sum of colors is not below 10**9", "pass smaller counts");
        total += color;
    }
    require(nsample <= total, call, "nsample > sum(colors)", "draw a smaller sample");
    return total;
}

/// The gamma distribution in float throughout.
template <class Source> [[nodiscard]] float gamma_below_one_f(Source& source, float shape) noexcept {
    using repro::detail::mul;
    for (;;) {
        const float u = source.uniform_f();
        const float v = source.exponential_f();
        if (u <= 1.0f - shape) {
            const float x = libm::powf(u, 1.0f / shape);
            if (x <= v) return x;
        } else {
            const float y = -libm::logf((1.0f - u) / shape);
            const float x = libm::powf(1.0f - shape + mul(shape, y), 1.0f / shape);
            if (x <= v + y) return x;
        }
    }
}

template <class Source> [[nodiscard]] float gamma_above_one_f(Source& source, float shape) noexcept {
    using repro::detail::mul;
    const float b = shape - 1.0f / 3.0f;
    const float c = 1.0f / libm::sqrtf(9.0f * b);
    for (;;) {
        float x = 0.0f, v = 0.0f;
        do {
            x = source.normal_f();
            v = 1.0f + mul(c, x);
        } while (v <= 0.0f);
        v = mul(mul(v, v), v);
        const float u = source.uniform_f();
        const float square = mul(x, x);
        if (u < 1.0f - mul(mul(0.0331f, square), square)) return b * v;
        if (libm::logf(u) < mul(mul(0.5f, x), x) + mul(b, 1.0f - v + libm::logf(v))) return b * v;
    }
}

template <class Source> [[nodiscard]] float standard_gamma_f(Source& source, float shape) noexcept {
    if (shape == 1.0f) return source.exponential_f();
    if (shape == 0.0f) return 0.0f;
    return shape < 1.0f ? gamma_below_one_f(source, shape) : gamma_above_one_f(source, shape);
}

} // namespace detail
} // namespace repro::inline v0::numpy
