// SPDX-License-Identifier: MIT
#include <repro/compat/numpy/generator.hpp>
#include <repro/compat/numpy/multivariate_normal.hpp>
#include <repro/compat/numpy/random_state.hpp>
#include <repro/core/digest.hpp>
#include <repro/hash/sha2.hpp>

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>

namespace {

using repro::numpy::check_valid;
using repro::numpy::default_rng;
using repro::numpy::factorization;
using repro::numpy::random_state;
namespace linalg = repro::numpy::detail::linalg;

/// B B' for a matrix B whose rows' sizes are powers of two from 2^-spread to 2^spread.
linalg::matrix covariance(std::size_t n, std::uint64_t seed, int spread) {
    auto g = default_rng(seed);
    linalg::matrix b(n), m(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double size = std::ldexp(1.0, static_cast<int>(g.integers(-spread, spread + 1)));
        for (std::size_t j = 0; j < n; ++j)
            b(i, j) = size * g.standard_normal();
    }
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t k = 0; k < n; ++k)
                m(i, j) += b(i, k) * b(j, k);
    return m;
}

double largest(const linalg::matrix& m) {
    double result = 0.0;
    for (std::size_t i = 0; i < m.size(); ++i)
        for (std::size_t j = 0; j < m.size(); ++j)
            result = std::fmax(result, std::fabs(m(i, j).value));
    return result;
}

/// The largest error of left diag(values) right against m; `right` is given by its rows.
template <class Right>
double error(const linalg::matrix& m, const linalg::matrix& left, const std::vector<linalg::real>& values,
             Right right) {
    linalg::matrix rest = m;
    for (std::size_t i = 0; i < m.size(); ++i)
        for (std::size_t j = 0; j < m.size(); ++j)
            for (std::size_t k = 0; k < m.size(); ++k)
                rest(i, j) -= left(i, k) * values[k] * right(k, j);
    return largest(rest);
}

const std::vector<double> mean = {1.0, 2.0, 3.0};
const std::vector<double> cov = {2.0, 0.5, 0.1, 0.5, 1.0, 0.2, 0.1, 0.2, 0.5};

/// Whether these are NumPy's numbers, signs included, but for rounding.
bool close(const std::vector<double>& ours, const std::vector<double>& theirs) {
    bool all = ours.size() == theirs.size();
    for (std::size_t i = 0; all && i < ours.size(); ++i)
        all = std::fabs(ours[i] - theirs[i]) <= 0x1p-48;
    return all;
}

} // namespace

TEST_CASE("the decompositions restore the matrix, and their vectors are orthogonal") {
    for (std::size_t n = 1; n <= 10; ++n)
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const linalg::matrix m = covariance(n, seed, seed % 2 == 0 ? 0 : 13);
            const double bound = 200.0 * static_cast<double>(n) * linalg::epsilon;
            const linalg::singular_values s = linalg::svd(m, "");
            const linalg::eigenvalues e = linalg::eigh(m, "");
            const auto identity = linalg::matrix::identity(n);
            const std::vector<linalg::real> ones(n, 1.0);
            INFO("n = " << n << ", seed " << seed);
            CHECK(error(m, s.u, s.s, s.vt) <= bound * largest(m));
            CHECK(error(m, e.v, e.w, [&](std::size_t i, std::size_t j) { return e.v(j, i); }) <=
                  bound * largest(m));
            CHECK(error(identity, s.u, ones, [&](std::size_t i, std::size_t j) { return s.u(j, i); }) <=
                  bound);
            CHECK(error(identity, e.v, ones, [&](std::size_t i, std::size_t j) { return e.v(j, i); }) <=
                  bound);
            for (std::size_t i = 1; i < n; ++i) {
                CHECK(s.s[i] <= s.s[i - 1]);
                CHECK(e.w[i - 1] <= e.w[i]);
            }
        }
}

TEST_CASE("multivariate_normal gives NumPy's numbers but for rounding, and takes NumPy's words") {
    // default_rng(42).multivariate_normal(mean, cov, method=...), then bit_generator.random_raw(),
    // NumPy 2.2.4
    const std::pair<factorization, std::vector<double>> answers[] = {
        {factorization::svd, {0x1.dae5a0d4d8fb0p-3, 0x1.391d9160d4f44p+1, 0x1.e13c199ee19c6p+1}},
        {factorization::eigh, {0x1.79d71e02b7f14p-2, 0x1.5d42d9d4b09d2p-1, 0x1.5c797a0699a11p+1}},
        {factorization::cholesky, {0x1.6e51c2072182ap+0, 0x1.2289f773ca422p+0, 0x1.ab00e0dbf1e65p+1}}};
    for (const auto& [method, row] : answers) {
        auto g = default_rng(42);
        CHECK(close(g.multivariate_normal(mean, cov, 1, method), row));
        CHECK(g() == 12864169557245331597u);
    }
    random_state legacy(42);
    CHECK(close(legacy.multivariate_normal(mean, cov),
                {0x1.2fae91ceb04acp-2, 0x1.a8fa0a6321b85p+0, 0x1.aeb16ff1c6823p+1}));
    CHECK(legacy.get_state().pos == 8);
    CHECK(legacy.get_state().cached_gaussian == 1.5230298564080254);
}

TEST_CASE("multivariate_normal has the same bits under every compiler and flag") {
    repro::sha256_hash hash;
    for (std::size_t n = 1; n <= 10; ++n)
        for (const auto method : {factorization::svd, factorization::eigh, factorization::cholesky}) {
            linalg::matrix m = covariance(n, n, n % 2 == 0 ? 0 : 5);
            std::vector<double> elements;
            for (const linalg::real each : m.elements())
                elements.push_back(each.value);
            auto g = default_rng(n);
            for (const double x : g.multivariate_normal(std::vector<double>(n, 1.0), elements, 3, method))
                for (int shift = 0; shift < 64; shift += 8)
                    hash.update(static_cast<std::uint8_t>(std::bit_cast<std::uint64_t>(x) >> shift));
        }
    // printed by this library
    CHECK(repro::digest256{hash.finish()}.hex() ==
          "5288e82aa3c32f8ed7bf521e04f4b285b114353be6ce42e3f9c609052d6607e7");
}

TEST_CASE("multivariate_normal takes what is no covariance as NumPy does when it is told to ignore that") {
    // check_valid="ignore", NumPy 2.2.4
    const std::vector<double> m = {0.0, 0.0, 1.0}, c = {1, 2, 3, 0, 1, 1, 2, 5, 1};
    const auto near = [](const std::vector<double>& x, double a, double b, double d) {
        return std::fabs(x[0] - a) + std::fabs(x[1] - b) + std::fabs(x[2] - d) < 1e-7;
    };
    CHECK(near(default_rng(1).multivariate_normal(m, c, 1, factorization::svd, check_valid::ignore),
               -1.5124021, -0.25738933, 0.94036854));
    CHECK(near(default_rng(1).multivariate_normal(m, c, 1, factorization::eigh, check_valid::ignore),
               0.35352964, -1.32845045, 0.92130101));
    CHECK(near(random_state(1).multivariate_normal(m, c, 1, check_valid::ignore), -1.20630974, -3.95761461,
               0.18894808));
    const std::vector<double> one = {0.0}, negative = {-2.0};
    CHECK(std::fabs(random_state(1).multivariate_normal(one, negative, 1, check_valid::ignore)[0] -
                    2.29717124) < 1e-7);
    CHECK(std::fabs(default_rng(1).multivariate_normal(one, negative, 1, factorization::svd,
                                                       check_valid::ignore)[0] +
                    0.48872985) < 1e-7);
}

TEST_CASE("multivariate_normal refuses what NumPy refuses, before it takes a word") {
    auto g = default_rng(1);
    random_state legacy(1);
    const std::vector<double> two = {0.0, 0.0}, skew = {1, 2, 0, 1}, negative = {1, 0, 0, -1},
                              unit = {1, 0, 0, 1};
    const double nan = __builtin_nan("");
    const auto raises = [&](const std::vector<double>& c, factorization method) {
        CHECK_THROWS_AS(g.multivariate_normal(two, c, 1, method, check_valid::raise), repro::error);
    };
    raises(skew, factorization::svd);
    raises(negative, factorization::svd);
    raises(negative, factorization::eigh);
    raises(negative, factorization::cholesky);
    raises({1, nan, nan, 1}, factorization::svd);
    raises({1, 2, 3, 0, 1, 2}, factorization::svd);
    raises({1}, factorization::svd);
    CHECK_THROWS_AS(legacy.multivariate_normal(two, skew, 1, check_valid::raise), repro::error);
    CHECK_THROWS_AS(g.multivariate_normal(std::vector<double>(), std::vector<double>()), repro::error);
    std::vector<double> odd(3);
    CHECK_THROWS_AS(g.multivariate_normal(two, unit, std::span(odd)), repro::error);
    CHECK(g == default_rng(1));
    CHECK(legacy == random_state(1));
    CHECK_NOTHROW(
        g.multivariate_normal(two, skew, 1, factorization::eigh, check_valid::raise)); // half of it counts
    CHECK_NOTHROW(g.multivariate_normal(two, std::vector<double>{1, 1, 1, 1}, 1, factorization::svd,
                                        check_valid::raise));
}
