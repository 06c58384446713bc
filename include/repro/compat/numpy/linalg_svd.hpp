// SPDX-License-Identifier: MIT
#pragma once
// The singular value decomposition of a small square matrix, with the signs that numpy.linalg.svd gives.
// Origin of the algorithms: LAPACK 3.12 (BSD-3-Clause), dgesdd for fewer than 26 rows: dgebd2, dbdsqr,
// dlasv2, dlas2.

#include <repro/compat/numpy/linalg.hpp>

namespace repro::inline v0::numpy {
namespace detail::linalg {

/// Singular values, falling, and the vectors: a = u diag(s) vt.
struct singular_values {
    matrix u;
    std::vector<real> s;
    matrix vt;
};

/// The smaller singular value of the triangle [f g; 0 h].
[[nodiscard]] inline real smaller_singular_value(real f, real g, real h) noexcept {
    const real low = lesser(absolute(f), absolute(h)), high = larger(absolute(f), absolute(h)),
               off = absolute(g);
    if (low == 0.0) return 0.0;
    const real as = real(1.0) + low / high, at = (high - low) / high;
    if (off < high) {
        const real au = off / high * (off / high);
        return low * (real(2.0) / (root(as * as + au) + root(at * at + au)));
    }
    const real au = high / off;
    if (au == 0.0) return low * high / off;
    const real x = as * au, y = at * au;
    const real half = low * (real(1.0) / (root(real(1.0) + x * x) + root(real(1.0) + y * y))) * au;
    return half + half;
}

/// The decomposition of the triangle [f g; 0 h]: `left` and `right` turn it into diag(larger, smaller), with
/// signs.
struct triangle_svd {
    real larger = 0.0, smaller = 0.0;
    rotation left, right;

    triangle_svd(real f, real g, real h) noexcept {
        const bool swap = absolute(h) > absolute(f);
        const real ft = swap ? h : f, ht = swap ? f : h;
        const bool dominant = absolute(g) > absolute(ft); // the element off the diagonal decides the signs
        if (g == 0.0) {
            larger = absolute(ft);
            smaller = absolute(ht);
        } else if (dominant && absolute(ft) / absolute(g) < epsilon) {
            larger = absolute(g);
            smaller = absolute(ht) > 1.0 ? absolute(ft) / (absolute(g) / absolute(ht))
                                         : absolute(ft) / absolute(g) * absolute(ht);
            left.sine = ht / g;
            right.cosine = ft / g;
            right.sine = 1.0;
        } else {
            general(ft, g, ht);
        }
        if (swap) {
            std::swap(left.cosine, right.sine);
            std::swap(left.sine, right.cosine);
        }
        const real one = 1.0;
        real sign = with_sign(one, right.cosine) * with_sign(one, left.cosine) * with_sign(one, f);
        if (swap) sign = with_sign(one, right.sine) * with_sign(one, left.sine) * with_sign(one, h);
        if (dominant) sign = with_sign(one, right.sine) * with_sign(one, left.cosine) * with_sign(one, g);
        larger = with_sign(larger, sign);
        smaller = with_sign(smaller, sign * with_sign(one, f) * with_sign(one, h));
    }

private:
    /// For |ft| >= |ht|, with an element off the diagonal that counts.
    void general(real ft, real gt, real ht) noexcept {
        const real fa = absolute(ft), d = fa - absolute(ht);
        real l = d == fa ? real(1.0) : d / fa;
        const real m = gt / ft, mm = m * m;
        real t = real(2.0) - l;
        const real s = root(t * t + mm), r = l == 0.0 ? absolute(m) : root(l * l + mm);
        const real a = real(0.5) * (s + r);
        smaller = absolute(ht) / a;
        larger = fa * a;
        if (!(mm == 0.0))
            t = (m / (s + t) + m / (r + l)) * (real(1.0) + a);
        else if (l == 0.0)
            t = with_sign(2.0, ft) * with_sign(1.0, gt);
        else
            t = gt / with_sign(d, ft) + m / t;
        l = root(t * t + real(4.0));
        right.cosine = real(2.0) / l;
        right.sine = t / l;
        left.cosine = (right.cosine + right.sine * m) / a;
        left.sine = ht / ft * right.sine / a;
    }
};

/// Makes an upper bidiagonal matrix diagonal by implicit QR, with shifts where they do not cost accuracy.
class bidiagonal_qr {
public:
    bidiagonal_qr(std::vector<real> diagonal, std::vector<real> off, const char* call)
        : u(matrix::identity(diagonal.size())),
          vt(u),
          d(std::move(diagonal)),
          e_(std::move(off)),
          call_(call) {
        find_threshold();
        const std::size_t n = d.size();
        std::size_t last = n - 1, turns = 6 * n * n + n;
        while (last > 0) {
            repro::detail::require(turns-- > 0, call_, "the decomposition did not converge",
                                   "pass finite numbers");
            last = step(last);
        }
        sort();
    }

    matrix u, vt;
    std::vector<real> d;

private:
    static constexpr double tolerance = 98.70149282610821 * epsilon; // epsilon^(-1/8) * epsilon

    void find_threshold() noexcept {
        const auto n = static_cast<double>(d.size());
        real least = absolute(d[0]), mu = least;
        for (std::size_t i = 1; i < d.size() && !(least == 0.0); ++i) {
            mu = absolute(d[i]) * (mu / (mu + absolute(e_[i - 1])));
            least = lesser(least, mu);
        }
        threshold_ = larger(real(tolerance) * (least / root(n)), 6.0 * (n * (n * smallest)));
    }

    /// Works on the lowest block that does not split, which ends at `last`; returns where the rest ends.
    std::size_t step(std::size_t last) {
        std::size_t first = last;
        real largest = absolute(d[last]);
        while (first > 0 && absolute(e_[first - 1]) > threshold_) {
            --first;
            largest = larger(largest, larger(absolute(d[first]), absolute(e_[first])));
        }
        if (first > 0) e_[first - 1] = 0.0;
        if (first == last) return last - 1;
        if (first + 1 == last) {
            const triangle_svd t(d[first], e_[first], d[last]);
            d[first] = t.larger;
            e_[first] = 0.0;
            d[last] = t.smaller;
            t.right.turn_rows(vt, first, last);
            t.left.turn_columns(u, first, last);
            return first == 0 ? 0 : first - 1;
        }
        if (first > old_last_ || last < old_first_ || !started_)
            down_ = absolute(d[first]) >= absolute(d[last]);
        chase(first, last, largest);
        return last;
    }

    // The block as the bulge sees it, from the larger end to the smaller one.
    [[nodiscard]] std::size_t at(std::size_t k) const noexcept { return down_ ? first_ + k : last_ - k; }
    real& diagonal(std::size_t k) noexcept { return d[at(k)]; }
    real& off(std::size_t k) noexcept { return e_[down_ ? first_ + k : last_ - 1 - k]; }

    void chase(std::size_t first, std::size_t last, real largest) noexcept {
        first_ = first;
        last_ = last;
        const std::size_t end = last - first;
        if (absolute(off(end - 1)) <= real(tolerance) * absolute(diagonal(end))) {
            off(end - 1) = 0.0;
            return;
        }
        real mu = absolute(diagonal(0)), least = mu;
        for (std::size_t k = 0; k < end; ++k) {
            if (absolute(off(k)) <= real(tolerance) * mu) {
                off(k) = 0.0;
                return;
            }
            mu = absolute(diagonal(k + 1)) * (mu / (mu + absolute(off(k))));
            least = lesser(least, mu);
        }
        started_ = true;
        old_first_ = first;
        old_last_ = last;
        const real shift = shift_for(end, least / largest);
        if (shift == 0.0)
            sweep(end);
        else
            shifted_sweep(end, shift);
        if (absolute(off(end - 1)) <= threshold_) off(end - 1) = 0.0;
    }

    /// The smaller singular value of the last two rows, or zero where a shift would cost accuracy.
    [[nodiscard]] real shift_for(std::size_t end, real spread) noexcept {
        const auto n = static_cast<double>(d.size());
        if (real(n) * tolerance * spread <= larger(epsilon, real(0.01) * tolerance)) return 0.0;
        const real shift = smaller_singular_value(diagonal(end - 1), off(end - 1), diagonal(end));
        const real top = absolute(diagonal(0));
        if (top > 0.0 && shift / top * (shift / top) < epsilon) return 0.0;
        return shift;
    }

    void sweep(std::size_t end) noexcept {
        rotation one, other;
        for (std::size_t k = 0; k < end; ++k) {
            one = rotation(diagonal(k) * one.cosine, off(k));
            if (k > 0) off(k - 1) = other.sine * one.r;
            other = rotation(other.cosine * one.r, diagonal(k + 1) * one.sine);
            diagonal(k) = other.r;
            turn(one, other, k);
        }
        const real h = diagonal(end) * one.cosine;
        diagonal(end) = h * other.cosine;
        off(end - 1) = h * other.sine;
    }

    void shifted_sweep(std::size_t end, real shift) noexcept {
        real f = (absolute(diagonal(0)) - shift) * (with_sign(1.0, diagonal(0)) + shift / diagonal(0));
        real g = off(0);
        for (std::size_t k = 0; k < end; ++k) {
            const rotation one(f, g);
            if (k > 0) off(k - 1) = one.r;
            f = one.cosine * diagonal(k) + one.sine * off(k);
            off(k) = one.cosine * off(k) - one.sine * diagonal(k);
            g = one.sine * diagonal(k + 1);
            diagonal(k + 1) = one.cosine * diagonal(k + 1);
            const rotation other(f, g);
            diagonal(k) = other.r;
            f = other.cosine * off(k) + other.sine * diagonal(k + 1);
            diagonal(k + 1) = other.cosine * diagonal(k + 1) - other.sine * off(k);
            if (k + 1 < end) {
                g = other.sine * off(k + 1);
                off(k + 1) = other.cosine * off(k + 1);
            }
            turn(one, other, k);
        }
        off(end - 1) = f;
    }

    /// Going down, `one` acts from the right and `other` from the left; going up, the other way round.
    void turn(const rotation& one, const rotation& other, std::size_t k) noexcept {
        (down_ ? one : other).turn_rows(vt, at(k), at(k + 1));
        (down_ ? other : one).turn_columns(u, at(k), at(k + 1));
    }

    void sort() noexcept {
        const std::size_t n = d.size();
        for (std::size_t i = 0; i < n; ++i) {
            if (d[i] == 0.0) d[i] = 0.0; // no minus zero
            if (!(d[i] < 0.0)) continue;
            d[i] = -d[i];
            for (std::size_t j = 0; j < n; ++j)
                vt(i, j) = -vt(i, j);
        }
        for (std::size_t end = n; end-- > 1;) {
            std::size_t least = 0;
            for (std::size_t j = 1; j <= end; ++j)
                if (d[j] <= d[least]) least = j;
            if (least == end) continue;
            std::swap(d[least], d[end]);
            vt.exchange_rows(least, end);
            u.exchange_columns(least, end);
        }
    }

    std::vector<real> e_;
    const char* call_;
    real threshold_ = 0.0;
    bool down_ = true, started_ = false;
    std::size_t first_ = 0, last_ = 0, old_first_ = 0, old_last_ = 0;
};

/// Returns the decomposition of a matrix of finite numbers.
///
/// Errors: errc::argument_invalid where the iteration does not converge, which finite numbers do.
[[nodiscard]] inline singular_values svd(matrix a, const char* call) {
    const scaling scale(a);
    const std::size_t n = a.size();
    if (n == 1) {
        singular_values one{matrix::identity(1), {absolute(a(0, 0)) * scale.up}, matrix::identity(1)};
        one.u(0, 0) = with_sign(1.0, a(0, 0));
        return one;
    }
    std::vector<reflection> left, right;
    std::vector<real> d, e;
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<real> column, row;
        for (std::size_t k = i; k < n; ++k)
            column.push_back(a(k, i));
        left.emplace_back(std::move(column));
        d.push_back(left[i].beta);
        if (i + 1 == n) break;
        left[i].reflect_rows(a, i, i + 1);
        for (std::size_t k = i + 1; k < n; ++k)
            row.push_back(a(i, k));
        right.emplace_back(std::move(row));
        e.push_back(right[i].beta);
        right[i].reflect_columns(a, i + 1, i + 1);
    }
    bidiagonal_qr qr(std::move(d), std::move(e), call);
    for (std::size_t i = n; i-- > 0;)
        left[i].reflect_rows(qr.u, i, 0);
    for (std::size_t i = right.size(); i-- > 0;)
        right[i].reflect_columns(qr.vt, 0, i + 1);
    for (real& each : qr.d)
        each *= scale.up;
    return {std::move(qr.u), std::move(qr.d), std::move(qr.vt)};
}

} // namespace detail::linalg
} // namespace repro::inline v0::numpy
