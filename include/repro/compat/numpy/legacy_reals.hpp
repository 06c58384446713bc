// SPDX-License-Identifier: MIT
#pragma once
// The continuous distributions of numpy.random.RandomState. Origin: NumPy 2.2 (BSD-3-Clause),
// numpy/random/mtrand.pyx and src/legacy.

#include <repro/compat/numpy/legacy_core.hpp>

namespace repro::inline v0::numpy {
namespace detail {

/// The real-valued methods of RandomState; use them through `numpy::random_state`.
template <class Bits> class legacy_reals : public legacy_core<Bits> {
protected:
    using legacy_core<Bits>::source_;

public:
    /// Returns a number in [0, 1) with 53 random bits. Class ieee.
    double random_sample() noexcept { return source_.uniform(); }
    [[nodiscard]] std::vector<double> random_sample(std::size_t size) {
        return many(size, [this] { return random_sample(); });
    }
    void random_sample(std::span<double> out) noexcept {
        into(out, [this] { return random_sample(); });
    }
    /// As random_sample.
    double random() noexcept { return random_sample(); }
    [[nodiscard]] std::vector<double> random(std::size_t size) { return random_sample(size); }
    void random(std::span<double> out) noexcept { random_sample(out); }
    /// As random_sample.
    double rand() noexcept { return random_sample(); }
    [[nodiscard]] std::vector<double> rand(std::size_t size) { return random_sample(size); }
    void rand(std::span<double> out) noexcept { random_sample(out); }

    /// Returns low + (high - low) random_sample(). Class ieee.
    double uniform(double low = 0.0, double high = 1.0) {
        detail::finite_range(high - low, "uniform()");
        return value(real(low) + (real(high) - low) * source_.uniform());
    }
    [[nodiscard]] std::vector<double> uniform(double low, double high, std::size_t size) {
        return many(size, [=, this] { return uniform(low, high); });
    }
    void uniform(double low, double high, std::span<double> out) {
        into(out, [=, this] { return uniform(low, high); });
    }

    /// Returns a standard normal by the polar method; the second of a pair is kept. Class libm (log).
    double standard_normal() noexcept { return source_.normal(); }
    [[nodiscard]] std::vector<double> standard_normal(std::size_t size) {
        return many(size, [this] { return source_.normal(); });
    }
    void standard_normal(std::span<double> out) noexcept {
        into(out, [this] { return source_.normal(); });
    }
    /// As standard_normal.
    double randn() noexcept { return source_.normal(); }
    [[nodiscard]] std::vector<double> randn(std::size_t size) { return standard_normal(size); }
    void randn(std::span<double> out) noexcept { standard_normal(out); }

    /// Returns loc + scale z, z standard normal. Class libm (log).
    double normal(double loc = 0.0, double scale = 1.0) {
        detail::non_negative(scale, "normal()");
        return value(real(loc) + real(scale) * source_.normal());
    }
    [[nodiscard]] std::vector<double> normal(double loc, double scale, std::size_t size) {
        return many(size, [=, this] { return normal(loc, scale); });
    }
    void normal(double loc, double scale, std::span<double> out) {
        into(out, [=, this] { return normal(loc, scale); });
    }

    /// Returns a standard exponential. Class libm (log).
    double standard_exponential() { return source_.exponential(); }
    [[nodiscard]] std::vector<double> standard_exponential(std::size_t size) {
        return many(size, [this] { return standard_exponential(); });
    }
    void standard_exponential(std::span<double> out) {
        into(out, [this] { return standard_exponential(); });
    }

    /// Returns scale times a standard exponential. Class libm (log).
    double exponential(double scale = 1.0) {
        detail::non_negative(scale, "exponential()");
        return value(real(scale) * source_.exponential());
    }
    [[nodiscard]] std::vector<double> exponential(double scale, std::size_t size) {
        return many(size, [=, this] { return exponential(scale); });
    }
    void exponential(double scale, std::span<double> out) {
        into(out, [=, this] { return exponential(scale); });
    }

    /// Returns a number from the gamma distribution of scale one. Class libm (log, pow).
    double standard_gamma(double shape) {
        detail::non_negative(shape, "standard_gamma()");
        detail::not_nan(shape, "standard_gamma()");
        return value(detail::standard_gamma(source_, shape));
    }
    [[nodiscard]] std::vector<double> standard_gamma(double shape, std::size_t size) {
        return many(size, [=, this] { return standard_gamma(shape); });
    }
    void standard_gamma(double shape, std::span<double> out) {
        into(out, [=, this] { return standard_gamma(shape); });
    }

    /// Returns a number from the gamma distribution. Class libm (log, pow).
    double gamma(double shape, double scale = 1.0) {
        detail::non_negative(shape, "gamma()");
        detail::not_nan(shape, "gamma()");
        detail::non_negative(scale, "gamma()");
        return value(real(scale) * detail::standard_gamma(source_, shape));
    }
    [[nodiscard]] std::vector<double> gamma(double shape, double scale, std::size_t size) {
        return many(size, [=, this] { return gamma(shape, scale); });
    }
    void gamma(double shape, double scale, std::span<double> out) {
        into(out, [=, this] { return gamma(shape, scale); });
    }

    /// Returns a number from the beta distribution. Class libm (log, exp, pow).
    double beta(double a, double b) {
        detail::positive(a, "beta()");
        detail::positive(b, "beta()");
        detail::not_nan(a + b, "beta()");
        return value(detail::legacy_beta(source_, a, b));
    }
    [[nodiscard]] std::vector<double> beta(double a, double b, std::size_t size) {
        return many(size, [=, this] { return beta(a, b); });
    }
    void beta(double a, double b, std::span<double> out) {
        into(out, [=, this] { return beta(a, b); });
    }

    /// Returns a number from the chi-square distribution. Class libm (log, pow).
    double chisquare(double df) {
        detail::positive(df, "chisquare()");
        detail::not_nan(df, "chisquare()");
        return value(detail::chisquare(source_, df));
    }
    [[nodiscard]] std::vector<double> chisquare(double df, std::size_t size) {
        return many(size, [=, this] { return chisquare(df); });
    }
    void chisquare(double df, std::span<double> out) {
        into(out, [=, this] { return chisquare(df); });
    }

    /// Returns a number from the noncentral chi-square distribution. Class libm (log, exp, pow).
    double noncentral_chisquare(double df, double nonc) {
        detail::positive(df, "noncentral_chisquare()");
        detail::not_nan(df, "noncentral_chisquare()");
        detail::non_negative(nonc, "noncentral_chisquare()");
        return value(detail::legacy_noncentral_chisquare(source_, df, nonc));
    }
    [[nodiscard]] std::vector<double> noncentral_chisquare(double df, double nonc, std::size_t size) {
        return many(size, [=, this] { return noncentral_chisquare(df, nonc); });
    }
    void noncentral_chisquare(double df, double nonc, std::span<double> out) {
        into(out, [=, this] { return noncentral_chisquare(df, nonc); });
    }

    /// Returns a number from Fisher's distribution. Class libm (log, pow).
    double f(double dfnum, double dfden) {
        detail::positive(dfnum, "f()");
        detail::positive(dfden, "f()");
        detail::not_nan(dfnum + dfden, "f()");
        return value(detail::f(source_, dfnum, dfden));
    }
    [[nodiscard]] std::vector<double> f(double dfnum, double dfden, std::size_t size) {
        return many(size, [=, this] { return f(dfnum, dfden); });
    }
    void f(double dfnum, double dfden, std::span<double> out) {
        into(out, [=, this] { return f(dfnum, dfden); });
    }

    /// Returns a number from the noncentral F distribution. Class libm (log, exp, pow).
    double noncentral_f(double dfnum, double dfden, double nonc) {
        detail::positive(dfnum, "noncentral_f()");
        detail::positive(dfden, "noncentral_f()");
        detail::not_nan(dfnum + dfden, "noncentral_f()");
        detail::non_negative(nonc, "noncentral_f()");
        const real numerator = detail::legacy_noncentral_chisquare(source_, dfnum, nonc) * dfden;
        return value(numerator / (detail::chisquare(source_, dfden) * dfnum));
    }
    [[nodiscard]] std::vector<double> noncentral_f(double dfnum, double dfden, double nonc,
                                                   std::size_t size) {
        return many(size, [=, this] { return noncentral_f(dfnum, dfden, nonc); });
    }
    void noncentral_f(double dfnum, double dfden, double nonc, std::span<double> out) {
        into(out, [=, this] { return noncentral_f(dfnum, dfden, nonc); });
    }

    /// Returns a ratio of two standard normals. Class libm (log).
    double standard_cauchy() { return value(detail::standard_cauchy(source_)); }
    [[nodiscard]] std::vector<double> standard_cauchy(std::size_t size) {
        return many(size, [this] { return standard_cauchy(); });
    }
    void standard_cauchy(std::span<double> out) {
        into(out, [this] { return standard_cauchy(); });
    }

    /// Returns a number from Student's distribution. Class libm (log, pow).
    double standard_t(double df) {
        detail::positive(df, "standard_t()");
        detail::not_nan(df, "standard_t()");
        return value(detail::standard_t(source_, df));
    }
    [[nodiscard]] std::vector<double> standard_t(double df, std::size_t size) {
        return many(size, [=, this] { return standard_t(df); });
    }
    void standard_t(double df, std::span<double> out) {
        into(out, [=, this] { return standard_t(df); });
    }

    /// Returns a number from Lomax's distribution, which NumPy calls pareto. Class libm (log, exp).
    double pareto(double a) {
        detail::positive(a, "pareto()");
        return value(detail::exp(real(source_.exponential()) / a) - 1.0);
    }
    [[nodiscard]] std::vector<double> pareto(double a, std::size_t size) {
        return many(size, [=, this] { return pareto(a); });
    }
    void pareto(double a, std::span<double> out) {
        into(out, [=, this] { return pareto(a); });
    }

    /// Returns a number from Weibull's distribution. Class libm (log, pow).
    double weibull(double a) {
        detail::non_negative(a, "weibull()");
        return value(detail::weibull(source_, a));
    }
    [[nodiscard]] std::vector<double> weibull(double a, std::size_t size) {
        return many(size, [=, this] { return weibull(a); });
    }
    void weibull(double a, std::span<double> out) {
        into(out, [=, this] { return weibull(a); });
    }

    /// Returns a number from the power distribution. Class libm (log, exp, pow).
    double power(double a) {
        detail::positive(a, "power()");
        return value(detail::pow(real(1.0) - detail::exp(-real(source_.exponential())), real(1.0) / a));
    }
    [[nodiscard]] std::vector<double> power(double a, std::size_t size) {
        return many(size, [=, this] { return power(a); });
    }
    void power(double a, std::span<double> out) {
        into(out, [=, this] { return power(a); });
    }

    /// Returns a number from Laplace's distribution. Class libm (log).
    double laplace(double loc = 0.0, double scale = 1.0) {
        detail::non_negative(scale, "laplace()");
        return value(detail::laplace(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> laplace(double loc, double scale, std::size_t size) {
        return many(size, [=, this] { return laplace(loc, scale); });
    }
    void laplace(double loc, double scale, std::span<double> out) {
        into(out, [=, this] { return laplace(loc, scale); });
    }

    /// Returns a number from Gumbel's distribution. Class libm (log).
    double gumbel(double loc = 0.0, double scale = 1.0) {
        detail::non_negative(scale, "gumbel()");
        return value(detail::gumbel(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> gumbel(double loc, double scale, std::size_t size) {
        return many(size, [=, this] { return gumbel(loc, scale); });
    }
    void gumbel(double loc, double scale, std::span<double> out) {
        into(out, [=, this] { return gumbel(loc, scale); });
    }

    /// Returns a number from the logistic distribution. Class libm (log).
    double logistic(double loc = 0.0, double scale = 1.0) {
        detail::non_negative(scale, "logistic()");
        return value(detail::logistic(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> logistic(double loc, double scale, std::size_t size) {
        return many(size, [=, this] { return logistic(loc, scale); });
    }
    void logistic(double loc, double scale, std::span<double> out) {
        into(out, [=, this] { return logistic(loc, scale); });
    }

    /// Returns exp(normal(mean, sigma)). Class libm (log, exp).
    double lognormal(double mean = 0.0, double sigma = 1.0) {
        detail::non_negative(sigma, "lognormal()");
        return value(detail::exp(real(mean) + real(sigma) * source_.normal()));
    }
    [[nodiscard]] std::vector<double> lognormal(double mean, double sigma, std::size_t size) {
        return many(size, [=, this] { return lognormal(mean, sigma); });
    }
    void lognormal(double mean, double sigma, std::span<double> out) {
        into(out, [=, this] { return lognormal(mean, sigma); });
    }

    /// Returns a number from Rayleigh's distribution. Class libm (log1p).
    double rayleigh(double scale = 1.0) {
        detail::non_negative(scale, "rayleigh()");
        return value(real(scale) * detail::sqrt(real(-2.0) * detail::log1p(-source_.uniform())));
    }
    [[nodiscard]] std::vector<double> rayleigh(double scale, std::size_t size) {
        return many(size, [=, this] { return rayleigh(scale); });
    }
    void rayleigh(double scale, std::span<double> out) {
        into(out, [=, this] { return rayleigh(scale); });
    }

    /// Returns a number from the inverse Gaussian distribution. Class libm (log).
    double wald(double mean, double scale) {
        detail::positive(mean, "wald()");
        detail::positive(scale, "wald()");
        return value(detail::wald(source_, mean, scale));
    }
    [[nodiscard]] std::vector<double> wald(double mean, double scale, std::size_t size) {
        return many(size, [=, this] { return wald(mean, scale); });
    }
    void wald(double mean, double scale, std::span<double> out) {
        into(out, [=, this] { return wald(mean, scale); });
    }

    /// Returns a number from the triangular distribution. Class ieee.
    double triangular(double left, double mode, double right) {
        detail::triangular_order(left, mode, right, "triangular()");
        return value(detail::triangular(source_, left, mode, right));
    }
    [[nodiscard]] std::vector<double> triangular(double left, double mode, double right, std::size_t size) {
        return many(size, [=, this] { return triangular(left, mode, right); });
    }
    void triangular(double left, double mode, double right, std::span<double> out) {
        into(out, [=, this] { return triangular(left, mode, right); });
    }

    /// Returns an angle from von Mises' distribution. Class libm (log; cos and acos exact on a
    /// glibc with FMA; elsewhere correctly rounded, which changes some 0.1 % of the results).
    double vonmises(double mu, double kappa) {
        detail::non_negative(kappa, "vonmises()");
        if (detail::is_nan(kappa)) return kappa;
        if (kappa < 1e-8) return value(real(detail::pi) * (real(2.0) * source_.uniform() - 1.0));
        const real s = detail::vonmises_s(kappa);
        detail::require(s > 1.0, "vonmises()", "kappa is so large that the original never returns",
                        "pass a smaller kappa");
        return value(detail::vonmises(source_, mu, kappa, s));
    }
    [[nodiscard]] std::vector<double> vonmises(double mu, double kappa, std::size_t size) {
        return many(size, [=, this] { return vonmises(mu, kappa); });
    }
    void vonmises(double mu, double kappa, std::span<double> out) {
        into(out, [=, this] { return vonmises(mu, kappa); });
    }

protected:
    using legacy_core<Bits>::legacy_core;

    static double value(real x) noexcept { return x.value; }
    template <class Draw> static std::vector<double> many(std::size_t size, Draw draw) {
        return repro::detail::draw_many<double>(size, draw);
    }
    template <class T, class Draw> static void into(std::span<T> out, Draw draw) {
        repro::detail::draw_into(out, draw);
    }
};

} // namespace detail
} // namespace repro::inline v0::numpy
