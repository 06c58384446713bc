// SPDX-License-Identifier: MIT
#pragma once
// The eigenvalues and eigenvectors of a small symmetric matrix, with the signs that numpy.linalg.eigh gives.
// Origin of the algorithms: LAPACK 3.12 (BSD-3-Clause), dsyevd for fewer than 26 rows: dsytd2, dsteqr,
// dlaev2.

#include <repro/compat/numpy/linalg.hpp>

namespace repro::inline v0::numpy {
namespace detail::linalg {

/// Eigenvalues, rising, and the columns of v that belong to them: a v = v diag(w).
struct eigenvalues {
    std::vector<real> w;
    matrix v;
};

/// The eigenvalues of [a b; b c], the one of larger magnitude first, and the rotation that makes it diagonal.
struct symmetric_pair {
    real first = 0.0, second = 0.0;
    rotation turn;

    symmetric_pair(real a, real b, real c) noexcept {
        const real sum = a + c, difference = a - c, twice = b + b;
        const real wide = larger(absolute(difference), absolute(twice)),
                   narrow = lesser(absolute(difference), absolute(twice));
        const real ratio = narrow / wide;
        const real spread = wide == narrow ? wide * root(2.0) : wide * root(real(1.0) + ratio * ratio);
        const real high = absolute(a) > absolute(c) ? a : c, low = absolute(a) > absolute(c) ? c : a;
        if (sum == 0.0) {
            first = real(0.5) * spread;
            second = real(-0.5) * spread;
        } else {
            first = real(0.5) * (sum < 0.0 ? sum - spread : sum + spread);
            second = high / first * low - b / first * b;
        }
        const real leg = difference < 0.0 ? difference - spread : difference + spread;
        if (absolute(leg) > absolute(twice)) {
            const real tangent = -twice / leg;
            turn.sine = real(1.0) / root(real(1.0) + tangent * tangent);
            turn.cosine = tangent * turn.sine;
        } else if (!(twice == 0.0)) {
            const real tangent = -leg / twice;
            turn.cosine = real(1.0) / root(real(1.0) + tangent * tangent);
            turn.sine = tangent * turn.cosine;
        }
        if ((sum < 0.0) != (difference < 0.0)) return;
        const real before = turn.cosine;
        turn.cosine = -turn.sine;
        turn.sine = before;
    }
};

/// Makes a symmetric tridiagonal matrix diagonal by implicit QL and QR, from the smaller end of each block.
class tridiagonal_ql {
public:
    tridiagonal_ql(std::vector<real> diagonal, std::vector<real> off, const char* call)
        : v(matrix::identity(diagonal.size())),
          d(std::move(diagonal)),
          e_(std::move(off)),
          turns_(30 * d.size()),
          call_(call) {
        for (std::size_t start = 0; start < d.size();) {
            std::size_t end = start;
            while (end + 1 < d.size() &&
                   absolute(e_[end]) > root(absolute(d[end])) * root(absolute(d[end + 1])) * epsilon)
                ++end;
            if (end + 1 < d.size()) e_[end] = 0.0;
            finish(start, end);
            start = end + 1;
        }
        sort();
    }

    matrix v;
    std::vector<real> d;

private:
    // The block from the end where eigenvalues are split off; QR on a block is QL on its mirror image.
    [[nodiscard]] std::size_t at(std::size_t k) const noexcept { return mirrored_ ? end_ - k : start_ + k; }
    real& diagonal(std::size_t k) noexcept { return d[at(k)]; }
    real& off(std::size_t k) noexcept { return e_[mirrored_ ? end_ - 1 - k : start_ + k]; }

    void finish(std::size_t start, std::size_t end) {
        start_ = start;
        end_ = end;
        mirrored_ = absolute(d[end]) < absolute(d[start]);
        const std::size_t last = end - start;
        for (std::size_t l = 0; l <= last;) {
            std::size_t m = l;
            while (m < last && !negligible(m))
                ++m;
            if (m < last) off(m) = 0.0;
            if (m == l) {
                ++l;
            } else if (m == l + 1) {
                split_pair(l);
                l += 2;
            } else {
                repro::detail::require(turns_-- > 0, call_, "the decomposition did not converge",
                                       "pass finite numbers");
                sweep(l, m);
            }
        }
    }

    [[nodiscard]] bool negligible(std::size_t k) noexcept {
        const real off_diagonal = absolute(off(k));
        return off_diagonal * off_diagonal <=
               real(epsilon * epsilon) * absolute(diagonal(k)) * absolute(diagonal(k + 1)) + smallest;
    }

    void split_pair(std::size_t l) noexcept {
        const std::size_t low = mirrored_ ? at(l + 1) : at(l);
        const symmetric_pair pair(d[low], e_[low], d[low + 1]);
        pair.turn.turn_columns(v, low, low + 1);
        d[low] = pair.first;
        d[low + 1] = pair.second;
        e_[low] = 0.0;
    }

    void sweep(std::size_t l, std::size_t m) noexcept {
        real p = diagonal(l);
        real g = (diagonal(l + 1) - p) / (real(2.0) * off(l));
        g = diagonal(m) - p + off(l) / (g + with_sign(length(g, 1.0), g));
        real s = 1.0, c = 1.0;
        p = 0.0;
        for (std::size_t i = m; i-- > l;) {
            const real f = s * off(i), b = c * off(i);
            const rotation turn(g, f);
            c = turn.cosine;
            s = turn.sine;
            if (i + 1 != m) off(i + 1) = turn.r;
            g = diagonal(i + 1) - p;
            const real r = (diagonal(i) - g) * s + real(2.0) * c * b;
            p = s * r;
            diagonal(i + 1) = g + p;
            g = c * r - b;
            turn.turn_columns(v, at(i + 1), at(i));
        }
        diagonal(l) -= p;
        off(l) = g;
    }

    void sort() noexcept {
        for (std::size_t i = 0; i + 1 < d.size(); ++i) {
            std::size_t least = i;
            for (std::size_t j = i + 1; j < d.size(); ++j)
                if (d[j] < d[least]) least = j;
            if (least == i) continue;
            std::swap(d[i], d[least]);
            v.exchange_columns(i, least);
        }
    }

    std::vector<real> e_;
    std::size_t turns_;
    const char* call_;
    bool mirrored_ = false;
    std::size_t start_ = 0, end_ = 0;
};

/// Makes H A H of what the lower triangle describes from `start` on: A - v w' - w v', with w = tau A v - (tau
/// (tau A v) v / 2) v.
inline void reflect_both_sides(matrix& a, const reflection& h, std::size_t start) {
    const std::size_t n = a.size() - start;
    const auto lower = [&](std::size_t r, std::size_t c) -> real& {
        return r < c ? a(start + c, start + r) : a(start + r, start + c);
    };
    std::vector<real> w(n, real(0.0));
    real dot = 0.0;
    for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t c = 0; c < n; ++c)
            w[r] += lower(r, c) * h.v[c];
        w[r] *= h.tau;
        dot += w[r] * h.v[r];
    }
    const real half = real(-0.5) * h.tau * dot;
    for (std::size_t r = 0; r < n; ++r)
        w[r] += half * h.v[r];
    for (std::size_t r = 0; r < n; ++r)
        for (std::size_t c = 0; c <= r; ++c)
            lower(r, c) -= h.v[r] * w[c] + w[r] * h.v[c];
}

/// Returns the decomposition of the symmetric matrix that the lower triangle of `a` describes, of finite
/// numbers.
///
/// Errors: errc::argument_invalid where the iteration does not converge, which finite numbers do.
[[nodiscard]] inline eigenvalues eigh(matrix a, const char* call) {
    const scaling scale(a);
    const std::size_t n = a.size();
    std::vector<reflection> reflections;
    std::vector<real> d, e;
    for (std::size_t i = 0; i + 1 < n; ++i) {
        std::vector<real> column;
        for (std::size_t k = i + 1; k < n; ++k)
            column.push_back(a(k, i));
        reflections.emplace_back(std::move(column));
        const reflection& h = reflections.back();
        d.push_back(a(i, i));
        e.push_back(h.beta);
        reflect_both_sides(a, h, i + 1);
    }
    d.push_back(a(n - 1, n - 1));
    tridiagonal_ql ql(std::move(d), std::move(e), call);
    for (std::size_t i = reflections.size(); i-- > 0;)
        reflections[i].reflect_rows(ql.v, i + 1, 0);
    for (real& each : ql.d)
        each *= scale.up;
    return {std::move(ql.d), std::move(ql.v)};
}

} // namespace detail::linalg
} // namespace repro::inline v0::numpy
