// SPDX-License-Identifier: MIT
#pragma once
// The distributions that RandomState alone draws in this way, frozen since NumPy 1.16.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/src/legacy/legacy-distributions.c.

#include <repro/compat/numpy/discrete.hpp>

namespace repro::inline v0::numpy {
namespace detail {

/// Johnk's algorithm, for a <= 1 and b <= 1; in logarithms where both powers underflow.
template <class Source> [[nodiscard]] real legacy_beta_by_johnk(Source& source, real a, real b) noexcept {
    for (;;) {
        const real u = source.uniform();
        const real v = source.uniform();
        const real x = pow(u, real(1.0) / a);
        const real y = pow(v, real(1.0) / b);
        if (!(x + y <= 1.0)) continue;
        if (x + y > 0.0) return x / (x + y);
        const real log_x = log(u) / a, log_y = log(v) / b;
        const real larger = log_x > log_y ? log_x : log_y;
        const real dx = log_x - larger, dy = log_y - larger;
        return exp(dx - log(exp(dx) + exp(dy)));
    }
}

template <class Source> [[nodiscard]] real legacy_beta(Source& source, real a, real b) noexcept {
    if (a <= 1.0 && b <= 1.0) return legacy_beta_by_johnk(source, a, b);
    const real x = standard_gamma(source, a);
    return x / (x + standard_gamma(source, b));
}

template <class Source>
[[nodiscard]] real legacy_noncentral_chisquare(Source& source, real df, real nonc) noexcept {
    if (nonc == 0.0) return chisquare(source, df);
    if (real(1.0) < df) {
        const real chi = chisquare(source, df - 1.0);
        const real n = real(source.normal()) + sqrt(nonc);
        return chi + n * n;
    }
    const std::int64_t i = poisson(source, nonc / 2.0);
    const real value = chisquare(source, df + twice(i));
    return is_nan(nonc.value) ? nonc : value; // NaN only now: the words are taken
}

template <class Source> [[nodiscard]] std::int64_t legacy_zipf(Source& source, real a) noexcept {
    const real am1 = a - 1.0;
    const real b = pow(2.0, am1);
    for (;;) {
        const real u = real(1.0) - source.uniform();
        const real v = source.uniform();
        const real x = floor(pow(u, real(-1.0) / am1));
        if (x > 0x1p63 || x < 1.0) continue;
        const real t = pow(real(1.0) + real(1.0) / x, am1);
        if (v * x * (t - 1.0) / (b - 1.0) <= t / b) return to_integer(x);
    }
}

template <class Source> [[nodiscard]] std::int64_t legacy_geometric(Source& source, real p) noexcept {
    if (p >= 0.333333333333333333333333) return geometric_by_search(source, p);
    const real u = source.uniform();
    return to_integer(libm::ceil((log1p(-u) / log(real(1.0) - p)).value));
}

template <class Source> [[nodiscard]] std::int64_t legacy_logseries(Source& source, real p) noexcept {
    const real r = log(real(1.0) - p);
    for (;;) {
        const real v = source.uniform();
        if (v >= p) return 1;
        const real u = source.uniform();
        const real q = real(1.0) - exp(r * u);
        if (v <= q * q) {
            const std::int64_t result = to_integer(floor(real(1.0) + log(v) / log(q)));
            if (result >= 1 && v != 0.0) return result;
            continue;
        }
        return v >= q ? 1 : 2;
    }
}

/// The urn, for at most ten draws.
template <class Source>
[[nodiscard]] std::int64_t hypergeometric_by_urn(Source& source, std::int64_t good, std::int64_t bad,
                                                 std::int64_t sample) noexcept {
    const std::int64_t rest = bad + good - sample;
    const real rarer = as_real(bad < good ? bad : good);
    real y = rarer;
    for (std::int64_t k = sample; y > 0.0 && k > 0; --k) {
        const real u = source.uniform();
        y -= floor(u + y / as_real(rest + k));
    }
    const std::int64_t taken = to_integer(rarer - y);
    return good > bad ? sample - taken : taken;
}

/// Stadlober's ratio of uniforms HRUA*, with Frohne's corrections: the constants of one set of parameters,
/// and the search.
class legacy_hypergeometric_by_ratio {
public:
    legacy_hypergeometric_by_ratio(std::int64_t good, std::int64_t bad, std::int64_t sample) noexcept
        : good_(good), bad_(bad), sample_(sample) {
        const std::int64_t total = good + bad;
        const real d4 = as_real(rarer_) / as_real(total);
        const real d5 = real(1.0) - d4;
        d6_ = as_real(m_) * d4 + 0.5;
        const real d7 = sqrt(as_real(total - m_) * as_real(sample) * d4 * d5 / as_real(total - 1) + 0.5);
        d8_ = real(1.7155277699214135) * d7 + 0.8989161620588988; // 2 sqrt(2/e), 3 - 2 sqrt(3/e)
        d10_ = weight(to_integer(floor(as_real(m_ + 1) * as_real(rarer_ + 1) / as_real(total + 2))));
        const real support = as_real(m_ < rarer_ ? m_ : rarer_) + 1.0;
        const real far = floor(d6_ + real(16.0) * d7);
        d11_ = support < far ? support : far;
    }

    template <class Source> [[nodiscard]] std::int64_t operator()(Source& source) const noexcept {
        std::int64_t z = 0;
        for (;;) {
            const real x = source.uniform();
            const real y = source.uniform();
            const real w = d6_ + d8_ * (y - 0.5) / x;
            if (w < 0.0 || w >= d11_) continue;
            z = to_integer(floor(w));
            const real t = d10_ - weight(z);
            if (x * (real(4.0) - x) - 3.0 <= t) break;
            if (x * (x - t) >= 1.0) continue;
            if (real(2.0) * log(x) <= t) break;
        }
        if (good_ > bad_) z = m_ - z;
        return m_ < sample_ ? good_ - z : z;
    }

private:
    [[nodiscard]] real weight(std::int64_t z) const noexcept {
        return loggam(as_real(z + 1)) + loggam(as_real(rarer_ - z + 1)) + loggam(as_real(m_ - z + 1)) +
               loggam(as_real(commoner_ - m_ + z + 1));
    }

    std::int64_t good_, bad_, sample_;
    std::int64_t rarer_ = good_ < bad_ ? good_ : bad_, commoner_ = good_ < bad_ ? bad_ : good_;
    std::int64_t m_ = sample_ < good_ + bad_ - sample_ ? sample_ : good_ + bad_ - sample_;
    real d6_ = 0, d8_ = 0, d10_ = 0, d11_ = 0;
};

template <class Source>
void legacy_hypergeometrics(Source& source, std::int64_t good, std::int64_t bad, std::int64_t sample,
                            std::span<std::int64_t> out) noexcept {
    if (sample > 10) {
        const legacy_hypergeometric_by_ratio draw(good, bad, sample);
        for (std::int64_t& z : out)
            z = draw(source);
    } else {
        for (std::int64_t& z : out)
            z = sample > 0 ? hypergeometric_by_urn(source, good, bad, sample) : 0;
    }
}

} // namespace detail
} // namespace repro::inline v0::numpy
