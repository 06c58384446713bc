// SPDX-License-Identifier: MIT
#pragma once
// The exact twin of numpy.random.RandomState and of the functions of numpy.random: discrete and
// multivariate distributions over numpy/legacy_reals.hpp. Origin: NumPy 2.2 (BSD-3-Clause),
// numpy/random/mtrand.pyx and src/legacy.

#include <repro/compat/numpy/legacy_reals.hpp>
#include <repro/compat/numpy/multivariate_normal.hpp>

namespace repro::inline v0::numpy {

template <class Bits> class basic_random_state;
REPRO_SHARED basic_random_state<mt19937>& legacy();

/// The twin of `numpy.random.RandomState(Bits(...))`; `numpy::random_state` is the one over MT19937.
///
/// Classes of exactness: *int* and *ieee* are exact on every machine, *accept* as well but for comparisons
/// that land within an ulp; *libm* values have the bits of glibc on a processor with FMA, everywhere, where
/// log, exp, pow and log1p make them (cos and acos, in vonmises alone, where the host is such a glibc; they
/// are correctly rounded elsewhere). Errors: errc::argument_invalid for parameters that NumPy rejects, before
/// a word is taken. Threads: one object belongs to one thread at a time.
template <class Bits> class basic_random_state : public detail::legacy_reals<Bits> {
    using base = detail::legacy_reals<Bits>;
    using base::source_;
    friend struct repro::detail::fill_access;
    using real = detail::real;
    static constexpr bool on_mt19937 = std::same_as<Bits, mt19937>;

public:
    /// Seeds from the operating system, which unseeded_generators() counts.
    basic_random_state()
        requires on_mt19937
        : base(blank()) {
        this->seed();
    }
    /// Seeds with an integer from 0 to 2^32 - 1.
    template <std::integral Integer>
        requires on_mt19937
    explicit basic_random_state(Integer value) : base(blank()) {
        this->seed(value);
    }
    /// Seeds with an array of 32-bit words.
    explicit basic_random_state(std::span<const std::uint32_t> words)
        requires on_mt19937
        : base(blank()) {
        this->seed(words);
    }
    /// Starts from a bit generator, `RandomState(MT19937(SeedSequence(...)))`.
    explicit basic_random_state(const Bits& bits) : base(bits) {}

    /// Chooses the rules of another NumPy; the state stays. One rule differs: from 2.5 on, multinomial takes
    /// a uniform for a probability of zero as well.
    void follow(rules which) noexcept { rules_ = which; }

    /// Returns the number of successes in n trials. Class accept (log, exp).
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
        detail::binomials(source_, n, p, old_binomials, out);
    }

    /// Returns the number of failures before n successes. Class accept (log, exp, pow).
    std::int64_t negative_binomial(double n, double p) {
        detail::positive(n, "negative_binomial()");
        detail::not_nan(n, "negative_binomial()");
        detail::bounded_0_1(p, "negative_binomial()");
        const real rate = (real(1.0) - p) / p * detail::standard_gamma(source_, n);
        return detail::poisson(source_, rate);
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
        detail::require(a < 1025.0, "zipf()", "a is so large that the original never returns",
                        "pass a below 1025");
        return detail::legacy_zipf(source_, a);
    }
    [[nodiscard]] std::vector<std::int64_t> zipf(double a, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return zipf(a); });
    }
    void zipf(double a, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return zipf(a); });
    }

    /// Returns the number of trials up to the first success. Class ieee for p >= 1/3, else accept (log,
    /// log1p).
    std::int64_t geometric(double p) {
        detail::bounded_gt_0_1(p, "geometric()");
        return detail::legacy_geometric(source_, p);
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
        detail::require(nsample >= 1, "hypergeometric()", "nsample is not positive", "pass nsample >= 1");
        detail::require(ngood <= INT64_MAX - nbad && nsample <= ngood + nbad, "hypergeometric()",
                        "ngood + nbad < nsample", "draw a smaller sample");
        detail::legacy_hypergeometrics(source_, ngood, nbad, nsample, out);
    }

    /// Returns a number from the logarithmic series distribution. Class accept (log, exp).
    std::int64_t logseries(double p) {
        detail::bounded_lt_0_1(p, "logseries()");
        return detail::legacy_logseries(source_, p);
    }
    [[nodiscard]] std::vector<std::int64_t> logseries(double p, std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [=, this] { return logseries(p); });
    }
    void logseries(double p, std::span<std::int64_t> out) {
        repro::detail::draw_into(out, [=, this] { return logseries(p); });
    }

    /// Returns how often each of len(pvals) outcomes came up in n trials. Class accept (log, exp).
    [[nodiscard]] std::vector<std::int64_t> multinomial(std::int64_t n, std::span<const double> pvals) {
        std::vector<std::int64_t> counts(pvals.size());
        multinomial(n, pvals, std::span<std::int64_t>(counts));
        return counts;
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
        const bool free_zeros = rules_ != rules::numpy_2_5;
        for (; !out.empty(); out = out.subspan(pvals.size()))
            detail::multinomial(n, pvals, out.first(pvals.size()), [&](std::int64_t trials, real p) {
                if (free_zeros && (trials == 0 || p == 0.0)) return std::int64_t{0};
                return detail::binomial(source_, trials, p, old_binomials);
            });
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
        for (const double each : alpha) {
            detail::positive(each, "dirichlet()");
            detail::not_nan(each, "dirichlet()");
        }
        for (; !out.empty(); out = out.subspan(alpha.size()))
            detail::dirichlet_by_gammas(source_, alpha, out.first(alpha.size()));
    }

    /// Returns a row of the multivariate normal distribution; `cov` has n * n numbers for n means. Class
    /// layout: the words are taken as NumPy takes them, and the values follow LAPACK's singular value
    /// decomposition (docs/twins.md).
    ///
    /// Errors: errc::argument_invalid where cov is not square with the length of mean or not finite, and with
    /// check_valid::raise as it says. No word is taken then.
    [[nodiscard]] std::vector<double> multivariate_normal(std::span<const double> mean,
                                                          std::span<const double> cov) {
        return multivariate_normal(mean, cov, 1);
    }
    /// Returns `size` such rows.
    [[nodiscard]] std::vector<double> multivariate_normal(std::span<const double> mean,
                                                          std::span<const double> cov, std::size_t size,
                                                          check_valid check = check_valid::warn,
                                                          double tol = 1e-8) {
        std::vector<double> rows(mean.size() * size);
        multivariate_normal(mean, cov, std::span<double>(rows), check, tol);
        return rows;
    }
    /// Fills `out` with such rows.
    void multivariate_normal(std::span<const double> mean, std::span<const double> cov, std::span<double> out,
                             check_valid check = check_valid::warn, double tol = 1e-8) {
        detail::multivariate_rows rows(mean, cov, check, tol);
        rows.require_whole_rows(out.size());
        rows.by_svd(false);
        this->standard_normal(out);
        rows.transform(out);
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const basic_random_state& a, const basic_random_state& b) noexcept {
        return static_cast<const detail::legacy_core<Bits>&>(a) ==
                   static_cast<const detail::legacy_core<Bits>&>(b) &&
               a.rules_ == b.rules_;
    }

private:
    /// The generator of the process, which somebody will seed or not: no unseeded generator in itself.
    struct process_wide {};
    explicit basic_random_state(process_wide) : base(blank()) { this->seed_from_system(); }
    friend basic_random_state<mt19937>& legacy();

    static Bits blank() noexcept { return Bits(repro::mt19937(repro::mt19937::unseeded{})); }

    static constexpr detail::binomial_rules old_binomials{.log1p_start = false, .corrected_stirling = false};

    rules rules_ = rules::numpy_2_5;
};

/// The twin of the RandomState that `RandomState(seed)` gives: `repro::numpy::random_state rs(42);`.
using random_state = basic_random_state<mt19937>;

/// Returns the generator of the process, the twin of the functions of `numpy.random`. Like the original it is
/// seeded from the operating system until somebody seeds it.
///
/// Threads: one thread at a time, as with any generator.
REPRO_SHARED inline random_state& legacy() {
    static random_state instance{random_state::process_wide{}};
    return instance;
}

} // namespace repro::inline v0::numpy
