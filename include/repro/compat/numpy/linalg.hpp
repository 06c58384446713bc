// SPDX-License-Identifier: MIT
#pragma once
// Small dense matrices, and what numpy.linalg builds on: reflections, rotations, and the Cholesky factor.
// Every operation is rounded on its own and in one order, so that a result has the same bits everywhere.
// Origin of the algorithms and of the choice of signs: LAPACK 3.12 (BSD-3-Clause), dlarfg, dlartg, dlapy2,
// dpotrf.

#include <repro/compat/argument.hpp>
#include <repro/detail/libm.hpp>
#include <repro/detail/real.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::numpy {
namespace detail::linalg {

using repro::detail::real;
namespace libm = repro::detail::libm;

inline constexpr double epsilon = 0x1p-53;
inline constexpr double smallest = 0x1p-1022;

[[nodiscard]] inline real absolute(real x) noexcept { return libm::from_bits(libm::bits(x.value) << 1 >> 1); }
[[nodiscard]] inline real root(real x) noexcept { return libm::sqrt(x.value); }
/// The magnitude of x with the sign of y.
[[nodiscard]] inline real with_sign(real x, real y) noexcept {
    return libm::bits(y.value) >> 63 != 0 ? -absolute(x) : absolute(x);
}
[[nodiscard]] inline real larger(real x, real y) noexcept { return x < y ? y : x; }
[[nodiscard]] inline real lesser(real x, real y) noexcept { return y < x ? y : x; }

/// sqrt(x^2 + y^2).
[[nodiscard]] inline real length(real x, real y) noexcept {
    const real wide = larger(absolute(x), absolute(y)), narrow = lesser(absolute(x), absolute(y));
    if (narrow == 0.0) return wide;
    const real ratio = narrow / wide;
    return wide * root(real(1.0) + ratio * ratio);
}

/// A square matrix in C order.
class matrix {
public:
    explicit matrix(std::size_t n) : n_(n), elements_(n * n, real(0.0)) {}

    [[nodiscard]] static matrix identity(std::size_t n) {
        matrix m(n);
        for (std::size_t i = 0; i < n; ++i)
            m(i, i) = 1.0;
        return m;
    }

    [[nodiscard]] std::size_t size() const noexcept { return n_; }
    [[nodiscard]] real& operator()(std::size_t i, std::size_t j) noexcept { return elements_[i * n_ + j]; }
    [[nodiscard]] real operator()(std::size_t i, std::size_t j) const noexcept {
        return elements_[i * n_ + j];
    }
    [[nodiscard]] std::vector<real>& elements() noexcept { return elements_; }

    void exchange_columns(std::size_t a, std::size_t b) noexcept {
        for (std::size_t i = 0; i < n_; ++i)
            std::swap((*this)(i, a), (*this)(i, b));
    }
    void exchange_rows(std::size_t a, std::size_t b) noexcept {
        for (std::size_t j = 0; j < n_; ++j)
            std::swap((*this)(a, j), (*this)(b, j));
    }

private:
    std::size_t n_;
    std::vector<real> elements_;
};

/// The power of two that takes the largest element of the matrix into [1, 2), and its inverse.
struct scaling {
    double down = 1.0, up = 1.0;

    explicit scaling(matrix& m) noexcept {
        real largest = 0.0;
        for (const real each : m.elements())
            largest = larger(largest, absolute(each));
        if (largest == 0.0) return;
        while ((largest * down).value >= 2.0) {
            down *= 0.5;
            up *= 2.0;
        }
        while ((largest * down).value < 1.0 && up > smallest) {
            down *= 2.0;
            up *= 0.5;
        }
        for (real& each : m.elements())
            each *= down;
    }
};

/// A rotation that takes (f, g) to (r, 0).
struct rotation {
    real cosine = 1.0, sine = 0.0, r = 0.0;

    rotation() = default;
    rotation(real f, real g) noexcept : r(f) {
        const real wide = larger(absolute(f), absolute(g));
        if (g == 0.0) return;
        if (f == 0.0) {
            cosine = 0.0;
            sine = with_sign(1.0, g);
            r = absolute(g);
            return;
        }
        const bool tiny = lesser(absolute(f), absolute(g)) <= 0x1p-511;
        const real unit = tiny ? larger(wide, smallest) : real(1.0);
        const real fs = f / unit, gs = g / unit;
        const real d = root(fs * fs + gs * gs);
        cosine = absolute(fs) / d;
        r = with_sign(d, f);
        sine = gs / r;
        r *= unit;
    }

    void turn(real& p, real& q) const noexcept {
        const real before = q;
        q = cosine * before - sine * p;
        p = sine * before + cosine * p;
    }
    void turn_columns(matrix& m, std::size_t p, std::size_t q) const noexcept {
        for (std::size_t i = 0; i < m.size(); ++i)
            turn(m(i, p), m(i, q));
    }
    void turn_rows(matrix& m, std::size_t p, std::size_t q) const noexcept {
        for (std::size_t j = 0; j < m.size(); ++j)
            turn(m(p, j), m(q, j));
    }
};

/// The reflection I - tau v v' that takes a vector to (beta, 0, 0 ...); v starts with one.
struct reflection {
    std::vector<real> v;
    real tau = 0.0, beta = 0.0;

    explicit reflection(std::vector<real> x) : v(std::move(x)), beta(v[0]) {
        real squares = 0.0;
        for (std::size_t i = 1; i < v.size(); ++i)
            squares += v[i] * v[i];
        const real alpha = v[0];
        v[0] = 1.0;
        if (squares == 0.0) return;
        beta = -with_sign(length(alpha, root(squares)), alpha);
        tau = (beta - alpha) / beta;
        const real shrink = real(1.0) / (alpha - beta);
        for (std::size_t i = 1; i < v.size(); ++i)
            v[i] *= shrink;
    }

    /// From the left, on the rows from `row` and the columns from `column` on.
    void reflect_rows(matrix& m, std::size_t row, std::size_t column) const noexcept {
        for (std::size_t j = column; j < m.size(); ++j) {
            real dot = 0.0;
            for (std::size_t i = 0; i < v.size(); ++i)
                dot += v[i] * m(row + i, j);
            for (std::size_t i = 0; i < v.size(); ++i)
                m(row + i, j) -= tau * dot * v[i];
        }
    }
    /// From the right, on the rows from `row` and the columns from `column` on.
    void reflect_columns(matrix& m, std::size_t row, std::size_t column) const noexcept {
        for (std::size_t i = row; i < m.size(); ++i) {
            real dot = 0.0;
            for (std::size_t j = 0; j < v.size(); ++j)
                dot += v[j] * m(i, column + j);
            for (std::size_t j = 0; j < v.size(); ++j)
                m(i, column + j) -= tau * dot * v[j];
        }
    }
};

/// Returns the lower triangle L with L L' = m, which reads m's lower triangle alone.
///
/// Errors: errc::argument_invalid where m is not positive definite.
[[nodiscard]] inline matrix cholesky(const matrix& m, const char* call) {
    matrix l(m.size());
    for (std::size_t j = 0; j < m.size(); ++j) {
        for (std::size_t i = j; i < m.size(); ++i) {
            real sum = m(i, j);
            for (std::size_t k = 0; k < j; ++k)
                sum -= l(i, k) * l(j, k);
            if (i == j)
                repro::detail::require(sum > 0.0, call, "the matrix is not positive definite",
                                       "pass a covariance, or choose svd");
            l(i, j) = i == j ? root(sum) : sum / l(j, j);
        }
    }
    return l;
}

} // namespace detail::linalg
} // namespace repro::inline v0::numpy
