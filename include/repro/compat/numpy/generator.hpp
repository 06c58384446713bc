// SPDX-License-Identifier: MIT
#pragma once
// The exact twin of numpy.random.Generator over any of NumPy's bit generators: discrete and multivariate
// distributions over numpy/generator_reals.hpp, and default_rng(). Origin: NumPy 1.24 to 2.5 (BSD-3-Clause),
// numpy/random/_generator.pyx.

#include <repro/compat/numpy/generator_reals.hpp>
#include <repro/compat/numpy/multivariate_normal.hpp>
#include <repro/compat/numpy/pcg64.hpp>
#include <repro/compat/numpy/unseeded.hpp>
#include <repro/core/entropy.hpp>

namespace repro::inline v0::numpy {

/// The twin of `numpy.random.Generator(Bits(seed))`; `numpy::generator` is the one over PCG64.
///
/// Classes of exactness: *int* and *ieee* are exact on every machine; *zig* as well, its rare tails and
/// wedges by log1p and exp with the bits of glibc; *accept* but for comparisons that land within an ulp;
/// *libm* values have the bits of glibc on a processor with FMA, everywhere (cos and acos, in vonmises alone,
/// where the host is such a glibc; they are correctly rounded elsewhere). Parameters that NumPy rejects throw
/// errc::argument_invalid before a word is taken. Threads: one object belongs to one thread at a time.
template <class Bits> class basic_generator : public detail::generator_reals<Bits> {
    using base = detail::generator_reals<Bits>;
    using base::rules_;
    using base::sequence_;
    using base::source_;
    using real = detail::real;

public:
    /// Seeds with an integer, through a SeedSequence.
    explicit basic_generator(std::uint64_t seed) : base(seed_sequence(seed)) {}
    /// Seeds from a SeedSequence.
    explicit basic_generator(const seed_sequence& sequence) : base(sequence) {}
    /// Continues with a bit generator; spawn() draws from `sequence`.
    basic_generator(const Bits& bits, const seed_sequence& sequence) : base(bits, sequence) {}

    /// Returns generators with seeds of their own, independent of this one and of each other; they follow the
    /// same NumPy. Class int.
    [[nodiscard]] std::vector<basic_generator> spawn(std::size_t n_children) {
        std::vector<basic_generator> children;
        children.reserve(n_children);
        for (const seed_sequence& child : sequence_.spawn(n_children))
            children.emplace_back(child).follow(rules_);
        return children;
    }

    /// Returns the number of successes in n trials. Class accept (log, exp, log1p).
    std::int64_t binomial(std::int64_t n, double p) {
        std::int64_t x = 0;
        binomial(n, p, std::span(&x, 1));
        return x;
    }
    [[nodiscard]] std::vector<std::int64_t> binomial(std::int64_t n, double p, std::size_t size) {
        std::vector<std::int64_t> values(size);
        binomial(n, p, std::span(values));
        return values;
    }
    void binomial(std::int64_t n, double p, std::span<std::int64_t> out) {
        detail::no_negative_count(n, "binomial()");
        detail::bounded_0_1(p, "binomial()");
        draw_binomials(n, p, out);
    }

    /// Returns the number of failures before n successes. Class accept (log, exp, pow).
    std::int64_t negative_binomial(double n, double p) {
        detail::positive(n, "negative_binomial()");
        detail::not_nan(n, "negative_binomial()");
        detail::bounded_gt_0_1(p, "negative_binomial()");
        const real scale = (real(1.0) - p) / p;
        detail::poisson_rate((scale * (real(n) + real(10.0) * detail::sqrt(n))).value, "negative_binomial()");
        return detail::poisson(source_, scale * detail::standard_gamma(source_, n));
    }
    [[nodiscard]] std::vector<std::int64_t> negative_binomial(double n, double p, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return negative_binomial(n, p); });
    }
    void negative_binomial(double n, double p, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return negative_binomial(n, p); });
    }

    /// Returns a number from Poisson's distribution. Class accept (log, exp).
    std::int64_t poisson(double lam = 1.0) {
        detail::poisson_rate(lam, "poisson()");
        return detail::poisson(source_, lam);
    }
    [[nodiscard]] std::vector<std::int64_t> poisson(double lam, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return poisson(lam); });
    }
    void poisson(double lam, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return poisson(lam); });
    }

    /// Returns a number from Zipf's distribution. Class accept (pow).
    std::int64_t zipf(double a) {
        detail::above_1(a, "zipf()");
        return detail::zipf(source_, a, rules_);
    }
    [[nodiscard]] std::vector<std::int64_t> zipf(double a, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return zipf(a); });
    }
    void zipf(double a, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return zipf(a); });
    }

    /// Returns the number of trials up to the first success. Class ieee for p >= 1/3, else accept (log1p).
    std::int64_t geometric(double p) {
        detail::bounded_gt_0_1(p, "geometric()");
        return detail::geometric(source_, p, rules_);
    }
    [[nodiscard]] std::vector<std::int64_t> geometric(double p, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return geometric(p); });
    }
    void geometric(double p, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return geometric(p); });
    }

    /// Returns how many good ones are in a sample. Class accept (log).
    std::int64_t hypergeometric(std::int64_t ngood, std::int64_t nbad, std::int64_t nsample) {
        std::int64_t x = 0;
        hypergeometric(ngood, nbad, nsample, std::span(&x, 1));
        return x;
    }
    [[nodiscard]] std::vector<std::int64_t> hypergeometric(std::int64_t ngood, std::int64_t nbad,
                                                           std::int64_t nsample, std::size_t size) {
        std::vector<std::int64_t> values(size);
        hypergeometric(ngood, nbad, nsample, std::span(values));
        return values;
    }
    void hypergeometric(std::int64_t ngood, std::int64_t nbad, std::int64_t nsample,
                        std::span<std::int64_t> out) {
        detail::no_negative_count(ngood, "hypergeometric()");
        detail::no_negative_count(nbad, "hypergeometric()");
        detail::no_negative_count(nsample, "hypergeometric()");
        detail::require(ngood < 1000000000 && nbad < 1000000000, "hypergeometric()",
                        "ngood or nbad is not below 10**9", "pass smaller counts");
        detail::require(nsample <= ngood + nbad, "hypergeometric()", "ngood + nbad < nsample",
                        "draw a smaller sample");
        detail::hypergeometrics(source_, ngood, nbad, nsample, out);
    }

    /// Returns a number from the logarithmic series distribution. Class accept (log, log1p, expm1).
    std::int64_t logseries(double p) {
        detail::bounded_lt_0_1(p, "logseries()");
        return detail::logseries(source_, p);
    }
    [[nodiscard]] std::vector<std::int64_t> logseries(double p, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return logseries(p); });
    }
    void logseries(double p, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return logseries(p); });
    }

    /// Returns how often each of len(pvals) outcomes came up in n trials. Class accept (log, exp, log1p).
    [[nodiscard]] std::vector<std::int64_t> multinomial(std::int64_t n, std::span<const double> pvals) {
        return multinomial(n, pvals, 1);
    }
    /// Returns `size` rows of such counts.
    [[nodiscard]] std::vector<std::int64_t> multinomial(std::int64_t n, std::span<const double> pvals,
                                                        std::size_t size) {
        std::vector<std::int64_t> counts(pvals.size() * size);
        multinomial(n, pvals, std::span<std::int64_t>(counts));
        return counts;
    }
    /// Fills `out` with rows of such counts.
    void multinomial(std::int64_t n, std::span<const double> pvals, std::span<std::int64_t> out) {
        detail::multinomial_arguments(n, pvals, out.size(), "multinomial()");
        for (; !out.empty(); out = out.subspan(pvals.size()))
            detail::multinomial(n, pvals, out.first(pvals.size()), [this](std::int64_t trials, real p) {
                std::int64_t x = 0;
                draw_binomials(trials, p, std::span(&x, 1));
                return x;
            });
    }

    /// Returns how many of each color are in a sample without replacement. Class accept (log).
    ///
    /// Errors: errc::argument_invalid for negative counts, nsample above their sum, or a sum of 10^9 and
    /// more.
    [[nodiscard]] std::vector<std::int64_t> multivariate_hypergeometric(std::span<const std::int64_t> colors,
                                                                        std::int64_t nsample,
                                                                        sampling method = sampling::marginals,
                                                                        std::size_t size = 1) {
        std::vector<std::int64_t> rows(colors.size() * size);
        multivariate_hypergeometric(colors, nsample, method, std::span<std::int64_t>(rows));
        return rows;
    }
    /// Fills `out` with rows of such counts. Class int by counting.
    void multivariate_hypergeometric(std::span<const std::int64_t> colors, std::int64_t nsample,
                                     sampling method, std::span<std::int64_t> out) {
        constexpr const char* call = "multivariate_hypergeometric()";
        const std::int64_t total = detail::total_of(colors, nsample, call);
        detail::require(!colors.empty() && out.size() % colors.size() == 0, call,
                        "the result does not hold whole rows", "pass a span of rows, each as long as colors");
        std::vector<std::uint32_t> balls;
        for (std::size_t j = 0; method == sampling::count && j < colors.size(); ++j)
            balls.insert(balls.end(), static_cast<std::size_t>(colors[j]), static_cast<std::uint32_t>(j));
        for (; !out.empty(); out = out.subspan(colors.size())) {
            const auto row = out.first(colors.size());
            if (method == sampling::count)
                detail::sample_by_count(source_, colors, balls, nsample, row);
            else
                detail::sample_by_marginals(source_, colors, total, nsample, row);
        }
    }

    /// Returns probabilities from Dirichlet's distribution. Class libm (log, pow).
    [[nodiscard]] std::vector<double> dirichlet(std::span<const double> alpha) { return dirichlet(alpha, 1); }
    /// Returns `size` rows of them.
    [[nodiscard]] std::vector<double> dirichlet(std::span<const double> alpha, std::size_t size) {
        std::vector<double> rows(alpha.size() * size);
        dirichlet(alpha, std::span<double>(rows));
        return rows;
    }
    /// Fills `out` with rows of them.
    void dirichlet(std::span<const double> alpha, std::span<double> out) {
        detail::dirichlet_rows(alpha.size(), out.size(), "dirichlet()");
        bool small = true;
        for (const double each : alpha) {
            detail::require(!(each < 0.0), "dirichlet()", "alpha < 0", "pass alpha >= 0");
            detail::require(rules_ != rules::numpy_1_24 || each != 0.0, "dirichlet()", "alpha is zero",
                            "pass alpha > 0, or follow a newer NumPy");
            detail::not_nan(each, "dirichlet()");
            small = small && each < 0.1;
        }
        for (const double each : alpha)
            detail::require(!small || std::bit_cast<std::uint64_t>(each) >> 63 == 0, "dirichlet()",
                            "alpha is minus zero, for which the original never returns", "pass zero");
        double rest = alpha.back();
        for (std::size_t j = alpha.size() - 1; small && j-- > 0; rest += alpha[j])
            detail::beta_returns(alpha[j], rest, rules_, "dirichlet()");
        for (; !out.empty(); out = out.subspan(alpha.size())) {
            if (small)
                detail::dirichlet_by_sticks(source_, alpha, out.first(alpha.size()), rules_);
            else
                detail::dirichlet_by_gammas(source_, alpha, out.first(alpha.size()));
        }
    }

    /// Returns a row of the multivariate normal distribution; `cov` has n * n numbers for n means. Class
    /// layout: the words are taken as NumPy takes them, and the values follow LAPACK (docs/twins.md).
    ///
    /// Errors: errc::argument_invalid where cov is not square with the length of mean or not finite; by
    /// cholesky where it is not positive definite; and with check_valid::raise as it says. No word is taken
    /// then.
    [[nodiscard]] std::vector<double> multivariate_normal(std::span<const double> mean,
                                                          std::span<const double> cov) {
        return multivariate_normal(mean, cov, 1);
    }
    /// Returns `size` such rows.
    [[nodiscard]] std::vector<double> multivariate_normal(std::span<const double> mean,
                                                          std::span<const double> cov, std::size_t size,
                                                          factorization method = factorization::svd,
                                                          check_valid check = check_valid::warn,
                                                          double tol = 1e-8) {
        std::vector<double> rows(mean.size() * size);
        multivariate_normal(mean, cov, std::span<double>(rows), method, check, tol);
        return rows;
    }
    /// Fills `out` with such rows.
    void multivariate_normal(std::span<const double> mean, std::span<const double> cov, std::span<double> out,
                             factorization method = factorization::svd, check_valid check = check_valid::warn,
                             double tol = 1e-8) {
        detail::multivariate_rows rows(mean, cov, check, tol);
        rows.require_whole_rows(out.size());
        if (method == factorization::svd)
            rows.by_svd(true);
        else if (method == factorization::eigh)
            rows.by_eigh();
        else
            rows.by_cholesky();
        this->standard_normal(out);
        rows.transform(out);
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const basic_generator& a, const basic_generator& b) noexcept {
        return a.source_.bits == b.source_.bits && a.rules_ == b.rules_;
    }

private:
    void draw_binomials(std::int64_t n, real p, std::span<std::int64_t> out) noexcept {
        const bool newest = rules_ == rules::numpy_2_5;
        if (n == 0 || p == 0.0) {
            for (std::int64_t& x : out)
                x = 0;
            return;
        }
        detail::binomials(source_, n, p, {.log1p_start = newest, .corrected_stirling = newest}, out);
    }
};

/// The twin of the Generator that `default_rng` returns.
using generator = basic_generator<pcg64>;

/// Returns the generator that `numpy.random.default_rng(seed)` returns.
[[nodiscard]] inline generator default_rng(std::uint64_t seed) { return generator(seed); }
/// Returns the generator that `numpy.random.default_rng(SeedSequence(...))` returns.
[[nodiscard]] inline generator default_rng(const seed_sequence& sequence) { return generator(sequence); }

namespace detail {

/// 128 bits of the operating system, as NumPy's SeedSequence takes them.
[[nodiscard]] inline seed_sequence system_sequence() {
    std::uint32_t words[4];
    repro::detail::system_entropy(words);
    return seed_sequence(std::span<const std::uint32_t>(words));
}

} // namespace detail

/// Returns a generator seeded from the operating system, as `default_rng()` does; unseeded_generators()
/// counts it.
[[nodiscard]] inline generator default_rng() {
    detail::count_unseeded();
    return generator(detail::system_sequence());
}

/// Returns the Generator of the process. NumPy has none; this one is for programs that want to share one, and
/// it is seeded from the operating system until somebody seeds it.
///
/// Threads: one thread at a time, as with any generator.
REPRO_SHARED inline generator& default_generator() {
    static generator instance{detail::system_sequence()};
    return instance;
}

} // namespace repro::inline v0::numpy
