// SPDX-License-Identifier: MIT
#pragma once
// Algorithms of discrete distributions that RandomState and Generator share, drawing through a `Source` as
// numpy/continuous.hpp says. Origin: NumPy 2.2 (BSD-3-Clause),
// numpy/random/src/distributions/distributions.c.

#include <repro/compat/numpy/continuous.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0::numpy {
namespace detail {

/// The integer below x as C's conversion gives it; far outside of 64 bits the result is the least integer,
/// which is what x86-64 gives and every caller rejects.
[[nodiscard]] inline std::int64_t to_integer(real x) noexcept {
    return x >= -0x1p63 && x < 0x1p63 ? static_cast<std::int64_t>(x.value) : INT64_MIN;
}

[[nodiscard]] inline real as_real(std::int64_t n) noexcept { return static_cast<double>(n); }

/// 2 n in 64 bits, wrapping as the original's product does.
[[nodiscard]] inline real twice(std::int64_t n) noexcept {
    return as_real(static_cast<std::int64_t>(2 * static_cast<std::uint64_t>(n)));
}

/// The logarithm of the gamma function after Zhang and Jin, "Computation of Special Functions", 1996.
[[nodiscard]] inline real loggam(real x) noexcept {
    constexpr double a[] = {8.333333333333333e-02,  -2.777777777777778e-03, 7.936507936507937e-04,
                            -5.952380952380952e-04, 8.417508417508418e-04,  -1.917526917526918e-03,
                            6.410256410256410e-03,  -2.955065359477124e-02, 1.796443723688307e-01,
                            -1.39243221690590e+00};
    constexpr double log_2_pi = 1.8378770664093453e+00;
    if (x == 1.0 || x == 2.0) return 0.0;
    const std::int64_t n = x < 7.0 ? to_integer(real(7.0) - x) : 0;
    real x0 = x + as_real(n);
    const real x2 = (real(1.0) / x0) * (real(1.0) / x0);
    real series = a[9];
    for (int k = 8; k >= 0; --k)
        series = series * x2 + a[k];
    real value = series / x0 + real(0.5) * log_2_pi + (x0 - 0.5) * log(x0) - x0;
    for (std::int64_t k = 0; k < n; ++k) {
        value -= log(x0 - 1.0);
        x0 -= 1.0;
    }
    return value;
}

template <class Source> [[nodiscard]] std::int64_t poisson_by_products(Source& source, real lam) noexcept {
    const real limit = exp(-lam);
    real product = 1.0;
    for (std::int64_t x = 0;; ++x) {
        product *= source.uniform();
        if (!(product > limit)) return x;
    }
}

/// Hoermann's transformed rejection PTRS, for lam >= 10.
template <class Source> [[nodiscard]] std::int64_t poisson_by_rejection(Source& source, real lam) noexcept {
    const real root = sqrt(lam);
    const real log_lam = log(lam);
    const real b = real(0.931) + real(2.53) * root;
    const real a = real(-0.059) + real(0.02483) * b;
    const real inverse_alpha = real(1.1239) + real(1.1328) / (b - 3.4);
    const real vr = real(0.9277) - real(3.6224) / (b - 2.0);
    for (;;) {
        const real u = real(source.uniform()) - 0.5;
        const real v = source.uniform();
        const real us = real(0.5) - fabs(u);
        const std::int64_t k = to_integer(floor((real(2.0) * a / us + b) * u + lam + 0.43));
        if (us >= 0.07 && v <= vr) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        const real accept = log(v) + log(inverse_alpha) - log(a / (us * us) + b);
        if (accept <= -lam + as_real(k) * log_lam - loggam(as_real(k) + 1.0)) return k;
    }
}

template <class Source> [[nodiscard]] std::int64_t poisson(Source& source, real lam) noexcept {
    if (lam >= 10.0) return poisson_by_rejection(source, lam);
    return lam == 0.0 ? 0 : poisson_by_products(source, lam);
}

/// How a release computes binomials.
struct binomial_rules {
    bool log1p_start;        ///< 2.4: the inversion starts from exp(n log1p(-p)), not exp(n log(1 - p))
    bool corrected_stirling; ///< 2.5: BTPE's error terms are those of Stirling's series
};

/// Inversion, for n p <= 30 and p <= 0.5: the constants of one (n, p), and the search.
class binomial_inversion {
public:
    binomial_inversion(std::int64_t trials, real p, binomial_rules how) noexcept
        : n_(trials), p_(p), start_(exp(as_real(n_) * (how.log1p_start ? log1p(-p) : log(q_)))) {
        const real np = as_real(n_) * p;
        const real reach = np + real(10.0) * sqrt(np * q_ + 1.0);
        bound_ = to_integer(as_real(n_) < reach ? as_real(n_) : reach);
    }

    template <class Source> [[nodiscard]] std::int64_t operator()(Source& source) const noexcept {
        std::int64_t x = 0;
        real px = start_;
        real u = source.uniform();
        while (u > px) {
            if (++x > bound_) {
                x = 0;
                px = start_;
                u = source.uniform();
            } else {
                u -= px;
                px = (as_real(n_ - x + 1) * p_ * px) / (as_real(x) * q_);
            }
        }
        return x;
    }

private:
    std::int64_t n_, bound_ = 0;
    real p_;
    real q_ = real(1.0) - p_;
    real start_;
};

/// Kachitvichyanukul and Schmeiser's BTPE, for n p > 30 and p <= 0.5: the constants of one (n, p), and the
/// test.
class btpe {
public:
    btpe(std::int64_t trials, real p, binomial_rules how) noexcept : n(trials), r(p), rules_(how) {
        const real count = as_real(n);
        const real fm = count * r + r;
        m = to_integer(floor(fm));
        p1 = floor(real(2.195) * sqrt(count * r * q) - real(4.6) * q) + 0.5;
        xm = as_real(m) + 0.5;
        xl = xm - p1;
        xr = xm + p1;
        c = real(0.134) + real(20.5) / (real(15.3) + as_real(m));
        const real left = (fm - xl) / (fm - xl * r);
        laml = left * (real(1.0) + left / 2.0);
        const real right = (xr - fm) / (xr * q);
        lamr = right * (real(1.0) + right / 2.0);
        p2 = p1 * (real(1.0) + real(2.0) * c);
        p3 = p2 + c / laml;
        p4 = p3 + c / lamr;
    }

    template <class Source> [[nodiscard]] std::int64_t operator()(Source& source) const noexcept {
        for (;;) {
            const real u = real(source.uniform()) * p4;
            real v = source.uniform();
            if (u <= p1) return to_integer(floor(xm - p1 * v + u)); // the triangle
            std::int64_t y = 0;
            if (propose(u, v, y) && accept(v, y)) return y;
        }
    }

private:
    /// A candidate from the parallelogram or from a tail, and v scaled for the test.
    bool propose(real u, real& v, std::int64_t& y) const noexcept {
        if (u <= p2) {
            const real x = xl + (u - p1) / c;
            v = v * c + 1.0 - fabs(as_real(m) - x + 0.5) / p1;
            if (v > 1.0) return false;
            y = to_integer(floor(x));
            return true;
        }
        if (u <= p3) {
            y = to_integer(floor(xl + log(v) / laml));
            if (y < 0 || v == 0.0) return false;
            v = v * (u - p2) * laml;
            return true;
        }
        y = to_integer(floor(xr - log(v) / lamr));
        if (y > n || v == 0.0) return false;
        v = v * (u - p3) * lamr;
        return true;
    }

    bool accept(real v, std::int64_t y) const noexcept {
        const std::int64_t k = y > m ? y - m : m - y;
        const real distance = as_real(k);
        if (!(k > 20 && distance < nrq / 2.0 - 1.0)) return !(v > exact_ratio(y));
        const real rho =
            (distance / nrq) * ((distance * (distance / 3.0 + 0.625) + 0.16666666666666666) / nrq + 0.5);
        const auto square =
            static_cast<std::uint64_t>(k) * static_cast<std::uint64_t>(k); // C's product, wrapping
        const real t = as_real(static_cast<std::int64_t>(0 - square)) / (real(2.0) * nrq);
        const real a = log(v);
        if (a < t - rho) return true;
        if (a > t + rho) return false;
        return !(a > stirling_bound(y));
    }

    /// f(y) / f(m) by multiplication.
    [[nodiscard]] real exact_ratio(std::int64_t y) const noexcept {
        const real s = r / q;
        const real a = s * as_real(n + 1);
        real ratio = 1.0;
        for (std::int64_t i = m + 1; i <= y; ++i)
            ratio *= a / as_real(i) - s;
        for (std::int64_t i = y + 1; i <= m; ++i)
            ratio /= a / as_real(i) - s;
        return ratio;
    }

    [[nodiscard]] real stirling(real x) const noexcept {
        const real x2 = x * x;
        const real first = rules_.corrected_stirling ? 13860.0 : 13680.0;
        return (first - (real(462.0) - (real(132.0) - (real(99.0) - real(140.0) / x2) / x2) / x2) / x2) / x /
               166320.0;
    }

    [[nodiscard]] real stirling_bound(std::int64_t y) const noexcept {
        const real x1 = as_real(y) + 1.0, f1 = as_real(m) + 1.0;
        const real z = as_real(n) + 1.0 - as_real(m), w = as_real(n) - as_real(y) + 1.0;
        const real head = xm * log(f1 / x1) + (as_real(n - m) + 0.5) * log(z / w) +
                          as_real(y - m) * log(w * r / (x1 * q)) + stirling(f1) + stirling(z);
        if (rules_.corrected_stirling) return head - stirling(x1) - stirling(w);
        return head + stirling(x1) + stirling(w);
    }

    std::int64_t n, m = 0;
    real r;
    real q = real(1.0) - r;
    real nrq = as_real(n) * r * q;
    binomial_rules rules_;
    real p1 = 0, p2 = 0, p3 = 0, p4 = 0, xm = 0, xl = 0, xr = 0, c = 0, laml = 0, lamr = 0;
};

/// Binomials for any p, as RandomState draws them: also n = 0 and p = 0 take a uniform.
template <class Source>
void binomials(Source& source, std::int64_t n, real p, binomial_rules how,
               std::span<std::int64_t> out) noexcept {
    const bool mirrored = !(p <= 0.5);
    const real q = mirrored ? real(1.0) - p : p;
    const auto draw_all = [&](const auto& draw) {
        for (std::int64_t& x : out) {
            x = draw(source);
            if (mirrored) x = n - x;
        }
    };
    if (q * as_real(n) <= 30.0)
        draw_all(binomial_inversion(n, q, how));
    else
        draw_all(btpe(n, q, how));
}
template <class Source>
[[nodiscard]] std::int64_t binomial(Source& source, std::int64_t n, real p, binomial_rules how) noexcept {
    std::int64_t x = 0;
    binomials(source, n, p, how, std::span(&x, 1));
    return x;
}

/// A multinomial as a chain of binomials; `draw(n, p)` draws one. Stops as soon as nothing is left.
template <class Draw>
void multinomial(std::int64_t n, std::span<const double> pvals, std::span<std::int64_t> out, Draw draw) {
    for (std::int64_t& count : out)
        count = 0;
    real left = 1.0;
    for (std::size_t j = 0; j + 1 < pvals.size(); ++j) {
        out[j] = draw(n, pvals[j] / left);
        n -= out[j];
        if (n <= 0) return;
        left -= pvals[j];
    }
    if (n > 0) out.back() = n;
}

/// The sum of `values` with Kahan's correction, by which NumPy checks probabilities.
[[nodiscard]] inline double kahan_sum(std::span<const double> values) noexcept {
    if (values.empty()) return 0.0;
    double sum = values[0], correction = 0.0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        const double y = values[i] - correction;
        const double t = sum + y;
        correction = (t - sum) - y;
        sum = t;
    }
    return sum;
}

inline void multinomial_arguments(std::int64_t n, std::span<const double> pvals, std::size_t size,
                                  const char* call) {
    no_negative_count(n, call);
    require(!pvals.empty() && size % pvals.size() == 0, call, "the result does not hold whole rows of counts",
            "pass a span of rows, each as long as pvals");
    for (const double p : pvals)
        bounded_0_1(p, call);
    require(kahan_sum(pvals.first(pvals.size() - 1)) <= 1.0 + 1e-12, call, "sum(pvals[:-1]) is above one",
            "normalise the probabilities");
}

/// Search from one upwards, for p >= 1/3.
template <class Source> [[nodiscard]] std::int64_t geometric_by_search(Source& source, real p) noexcept {
    std::int64_t x = 1;
    real sum = p, product = p;
    const real q = real(1.0) - p;
    const real u = source.uniform();
    while (u > sum) {
        product *= q;
        sum += product;
        ++x;
    }
    return x;
}

} // namespace detail
} // namespace repro::inline v0::numpy
