// SPDX-License-Identifier: MIT
#pragma once
// The continuous distributions of numpy.random.Generator. Origin: NumPy 2.2 (BSD-3-Clause),
// numpy/random/_generator.pyx.

#include <repro/compat/numpy/generator_core.hpp>
#include <repro/compat/numpy/generator_distributions.hpp>

namespace repro::inline v0::numpy {

namespace detail {

/// The real-valued methods of Generator; use them through `numpy::generator`.
template <class Bits> class generator_reals : public generator_core<Bits> {
protected:
    using generator_core<Bits>::source_;

public:
    /// Chooses the rules of another NumPy; the state stays.
    void follow(rules which) noexcept { rules_ = which; }

    /// Returns a number from the gamma distribution of scale one, in double or float. Class libm (log, pow),
    /// zig for shape 1.
    template <std::floating_point T = double> T standard_gamma(std::type_identity_t<T> shape) {
        non_negative(static_cast<double>(shape), "standard_gamma()");
        not_nan(static_cast<double>(shape), "standard_gamma()");
        if constexpr (std::same_as<T, float>)
            return standard_gamma_f(source_, shape);
        else
            return detail::standard_gamma(source_, real(shape)).value;
    }
    template <std::floating_point T = double>
    [[nodiscard]] std::vector<T> standard_gamma(std::type_identity_t<T> shape, std::size_t size) {
        return repro::detail::draw_many<T>(size, [=, this] { return standard_gamma<T>(shape); });
    }
    template <std::floating_point T> void standard_gamma(std::type_identity_t<T> shape, std::span<T> out) {
        repro::detail::draw_into(out, [=, this] { return standard_gamma<T>(shape); });
    }

    /// Returns low + (high - low) random(). Class ieee.
    double uniform(double low = 0.0, double high = 1.0) { return uniform_of(low, high)(source_); }
    [[nodiscard]] std::vector<double> uniform(double low, double high, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return uniform(low, high); });
    }
    void uniform(double low, double high, std::span<double> out) { this->fill(out, uniform_of(low, high)); }

    /// Returns loc + scale z, z standard normal. Class zig.
    double normal(double loc = 0.0, double scale = 1.0) { return normal_of(loc, scale)(source_); }
    [[nodiscard]] std::vector<double> normal(double loc, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return normal(loc, scale); });
    }
    void normal(double loc, double scale, std::span<double> out) { this->fill(out, normal_of(loc, scale)); }

    /// Returns scale times a standard exponential. Class zig.
    double exponential(double scale = 1.0) { return exponential_of(scale)(source_); }
    [[nodiscard]] std::vector<double> exponential(double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return exponential(scale); });
    }
    void exponential(double scale, std::span<double> out) { this->fill(out, exponential_of(scale)); }

    /// Returns a number from the gamma distribution. Class libm (log, pow), zig for shape 1.
    double gamma(double shape, double scale = 1.0) {
        non_negative(shape, "gamma()");
        not_nan(shape, "gamma()");
        non_negative(scale, "gamma()");
        return static_cast<double>(real(scale) * detail::standard_gamma(source_, shape));
    }
    [[nodiscard]] std::vector<double> gamma(double shape, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return gamma(shape, scale); });
    }
    void gamma(double shape, double scale, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return gamma(shape, scale); });
    }

    /// Returns a number from the beta distribution. Class libm (log, exp, log1p, pow).
    double beta(double a, double b) {
        positive(a, "beta()");
        positive(b, "beta()");
        not_nan(a + b, "beta()");
        beta_returns(a, b, rules_, "beta()");
        return static_cast<double>(detail::beta(source_, a, b, rules_));
    }
    [[nodiscard]] std::vector<double> beta(double a, double b, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return beta(a, b); });
    }
    void beta(double a, double b, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return beta(a, b); });
    }

    /// Returns a number from the chi-square distribution. Class libm (log, pow).
    double chisquare(double df) {
        positive(df, "chisquare()");
        not_nan(df, "chisquare()");
        return static_cast<double>(detail::chisquare(source_, df));
    }
    [[nodiscard]] std::vector<double> chisquare(double df, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return chisquare(df); });
    }
    void chisquare(double df, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return chisquare(df); });
    }

    /// Returns a number from the noncentral chi-square distribution. Class libm (log, exp, pow).
    double noncentral_chisquare(double df, double nonc) {
        positive(df, "noncentral_chisquare()");
        not_nan(df, "noncentral_chisquare()");
        non_negative(nonc, "noncentral_chisquare()");
        return static_cast<double>(detail::noncentral_chisquare(source_, df, nonc));
    }
    [[nodiscard]] std::vector<double> noncentral_chisquare(double df, double nonc, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return noncentral_chisquare(df, nonc); });
    }
    void noncentral_chisquare(double df, double nonc, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return noncentral_chisquare(df, nonc); });
    }

    /// Returns a number from Fisher's distribution. Class libm (log, pow).
    double f(double dfnum, double dfden) {
        positive(dfnum, "f()");
        positive(dfden, "f()");
        not_nan(dfnum + dfden, "f()");
        return static_cast<double>(detail::f(source_, dfnum, dfden));
    }
    [[nodiscard]] std::vector<double> f(double dfnum, double dfden, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return f(dfnum, dfden); });
    }
    void f(double dfnum, double dfden, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return f(dfnum, dfden); });
    }

    /// Returns a number from the noncentral F distribution. Class libm (log, exp, pow).
    double noncentral_f(double dfnum, double dfden, double nonc) {
        positive(dfnum, "noncentral_f()");
        positive(dfden, "noncentral_f()");
        not_nan(dfnum + dfden, "noncentral_f()");
        non_negative(nonc, "noncentral_f()");
        const real numerator = detail::noncentral_chisquare(source_, dfnum, nonc) * dfden;
        return static_cast<double>(numerator / (detail::chisquare(source_, dfden) * dfnum));
    }
    [[nodiscard]] std::vector<double> noncentral_f(double dfnum, double dfden, double nonc,
                                                   std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return noncentral_f(dfnum, dfden, nonc); });
    }
    void noncentral_f(double dfnum, double dfden, double nonc, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return noncentral_f(dfnum, dfden, nonc); });
    }

    /// Returns a ratio of two standard normals. Class zig.
    double standard_cauchy() { return static_cast<double>(detail::standard_cauchy(source_)); }
    [[nodiscard]] std::vector<double> standard_cauchy(std::size_t size) {
        return repro::detail::draw_many<double>(size, [this] { return standard_cauchy(); });
    }
    void standard_cauchy(std::span<double> out) {
        repro::detail::draw_into(out, [this] { return standard_cauchy(); });
    }

    /// Returns a number from Student's distribution. Class libm (log, pow).
    double standard_t(double df) {
        positive(df, "standard_t()");
        not_nan(df, "standard_t()");
        return static_cast<double>(detail::standard_t(source_, df));
    }
    [[nodiscard]] std::vector<double> standard_t(double df, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return standard_t(df); });
    }
    void standard_t(double df, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return standard_t(df); });
    }

    /// Returns a number from Lomax's distribution, which NumPy calls pareto. Class libm (expm1).
    double pareto(double a) {
        positive(a, "pareto()");
        return static_cast<double>(expm1(real(source_.exponential()) / a));
    }
    [[nodiscard]] std::vector<double> pareto(double a, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return pareto(a); });
    }
    void pareto(double a, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return pareto(a); });
    }

    /// Returns a number from Weibull's distribution. Class libm (pow).
    double weibull(double a) {
        non_negative(a, "weibull()");
        return static_cast<double>(detail::weibull(source_, a));
    }
    [[nodiscard]] std::vector<double> weibull(double a, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return weibull(a); });
    }
    void weibull(double a, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return weibull(a); });
    }

    /// Returns a number from the power distribution. Class libm (expm1, pow).
    double power(double a) {
        positive(a, "power()");
        return static_cast<double>(pow(-expm1(-real(source_.exponential())), real(1.0) / a));
    }
    [[nodiscard]] std::vector<double> power(double a, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return power(a); });
    }
    void power(double a, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return power(a); });
    }

    /// Returns a number from Laplace's distribution. Class libm (log).
    double laplace(double loc = 0.0, double scale = 1.0) {
        non_negative(scale, "laplace()");
        return static_cast<double>(detail::laplace(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> laplace(double loc, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return laplace(loc, scale); });
    }
    void laplace(double loc, double scale, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return laplace(loc, scale); });
    }

    /// Returns a number from Gumbel's distribution. Class libm (log).
    double gumbel(double loc = 0.0, double scale = 1.0) {
        non_negative(scale, "gumbel()");
        return static_cast<double>(detail::gumbel(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> gumbel(double loc, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return gumbel(loc, scale); });
    }
    void gumbel(double loc, double scale, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return gumbel(loc, scale); });
    }

    /// Returns a number from the logistic distribution. Class libm (log).
    double logistic(double loc = 0.0, double scale = 1.0) {
        non_negative(scale, "logistic()");
        return static_cast<double>(detail::logistic(source_, loc, scale));
    }
    [[nodiscard]] std::vector<double> logistic(double loc, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return logistic(loc, scale); });
    }
    void logistic(double loc, double scale, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return logistic(loc, scale); });
    }

    /// Returns exp(normal(mean, sigma)). Class libm (exp).
    double lognormal(double mean = 0.0, double sigma = 1.0) {
        non_negative(sigma, "lognormal()");
        return static_cast<double>(exp(real(mean) + real(sigma) * source_.normal()));
    }
    [[nodiscard]] std::vector<double> lognormal(double mean, double sigma, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return lognormal(mean, sigma); });
    }
    void lognormal(double mean, double sigma, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return lognormal(mean, sigma); });
    }

    /// Returns a number from Rayleigh's distribution. Class zig.
    double rayleigh(double scale = 1.0) { return rayleigh_of(scale)(source_); }
    [[nodiscard]] std::vector<double> rayleigh(double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return rayleigh(scale); });
    }
    void rayleigh(double scale, std::span<double> out) { this->fill(out, rayleigh_of(scale)); }

    /// Returns a number from the triangular distribution. Class ieee.
    double triangular(double left, double mode, double right) {
        triangular_order(left, mode, right, "triangular()");
        return static_cast<double>(detail::triangular(source_, left, mode, right));
    }
    [[nodiscard]] std::vector<double> triangular(double left, double mode, double right, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return triangular(left, mode, right); });
    }
    void triangular(double left, double mode, double right, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return triangular(left, mode, right); });
    }

    /// Returns a number from the inverse Gaussian distribution; NumPy 2.4 changed the formula. Class zig.
    double wald(double mean, double scale) {
        positive(mean, "wald()");
        positive(scale, "wald()");
        if (rules_ == rules::numpy_2_5) return wald_stable(source_, mean, scale).value;
        return detail::wald(source_, mean, scale).value;
    }
    [[nodiscard]] std::vector<double> wald(double mean, double scale, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return wald(mean, scale); });
    }
    void wald(double mean, double scale, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return wald(mean, scale); });
    }

    /// Returns an angle from von Mises' distribution. Class libm (log; cos and acos exact on a
    /// glibc with FMA; elsewhere correctly rounded, which changes some 0.1 % of the results).
    double vonmises(double mu, double kappa) {
        non_negative(kappa, "vonmises()");
        if (is_nan(kappa)) return kappa;
        if (kappa < 1e-8) return static_cast<double>(real(pi) * (real(2.0) * source_.uniform() - 1.0));
        if (kappa > 1e6) return wrapped_normal(source_, mu, kappa).value;
        return detail::vonmises(source_, mu, kappa, vonmises_s(kappa)).value;
    }
    [[nodiscard]] std::vector<double> vonmises(double mu, double kappa, std::size_t size) {
        return repro::detail::draw_many<double>(size, [=, this] { return vonmises(mu, kappa); });
    }
    void vonmises(double mu, double kappa, std::span<double> out) {
        repro::detail::draw_into(out, [=, this] { return vonmises(mu, kappa); });
    }

protected:
    using generator_core<Bits>::generator_core;

    rules rules_ = rules::numpy_2_5;

private:
    // Parameters checked once, and how a number is made of them: spans are filled from a source in registers.

    static auto uniform_of(double low, double high) {
        finite_range(high - low, "uniform()");
        non_negative(high - low, "uniform()");
        return [=](auto& source) {
            return static_cast<double>(real(low) + (real(high) - low) * source.uniform());
        };
    }
    static auto normal_of(double loc, double scale) {
        non_negative(scale, "normal()");
        return [=](auto& source) { return static_cast<double>(real(loc) + real(scale) * source.normal()); };
    }
    static auto exponential_of(double scale) {
        non_negative(scale, "exponential()");
        return [=](auto& source) { return static_cast<double>(real(scale) * source.exponential()); };
    }
    static auto rayleigh_of(double scale) {
        non_negative(scale, "rayleigh()");
        return [=](auto& source) {
            return static_cast<double>(real(scale) * sqrt(real(2.0) * source.exponential()));
        };
    }
};

} // namespace detail
} // namespace repro::inline v0::numpy
