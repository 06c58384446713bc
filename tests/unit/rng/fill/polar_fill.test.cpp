// SPDX-License-Identifier: MIT
#include <repro/detail/libm.hpp>
#include <repro/rng/fill/polar_fill.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

using repro::mt19937;
using repro::simd;

namespace {

struct kept_normal {
    bool present = false;
    double value = 0.0;
    friend bool operator==(const kept_normal& a, const kept_normal& b) {
        return a.present == b.present && (!a.present || a.value == b.value);
    }
};

double uniform(mt19937& engine) {
    const std::uint32_t first = engine() >> 5;
    const std::uint32_t second = engine() >> 6;
    return (first * 67108864.0 + second) * (1.0 / 9007199254740992.0);
}

// numpy/random/src/legacy/legacy-distributions.c, legacy_gauss
double normal(mt19937& engine, kept_normal& kept) {
    if (kept.present) {
        kept.present = false;
        return kept.value;
    }
    for (;;) {
        const double x1 = 2.0 * uniform(engine) - 1.0;
        const double x2 = 2.0 * uniform(engine) - 1.0;
        const double r2 = repro::detail::mul(x1, x1) + repro::detail::mul(x2, x2);
        if (r2 >= 1.0 || r2 == 0.0) continue;
        const double f = std::sqrt(-2.0 * repro::detail::libm::log(r2) / r2);
        kept = {true, f * x1};
        return f * x2;
    }
}

template <simd Tier>
void check_one(std::uint32_t seed, std::size_t position, bool with_kept, std::size_t n, std::size_t offset) {
    mt19937 single(seed);
    kept_normal kept_single;
    for (std::size_t i = 0; i < position; ++i)
        (void)single();
    if (with_kept) (void)normal(single, kept_single);
    mt19937 bulk = single;
    kept_normal kept_bulk = kept_single;

    std::vector<double> expected(n);
    for (double& value : expected)
        value = normal(single, kept_single);
    support::guarded<double> out(n, offset);
    repro::fill::polar_normals(bulk, kept_bulk, out.values(), Tier);
    INFO("seed " << seed << ", position " << position << ", kept " << with_kept << ", size " << n);
    if (!out.holds(expected)) FAIL("other values");
    if (!(bulk == single) || bulk.draws() != single.draws() || !(kept_bulk == kept_single))
        FAIL("the engine stands elsewhere");
}

} // namespace

TEST_CASE("each tier of the polar method has its own kernels") {
    using namespace repro::detail;
    with_polar_kernels(simd::portable, []<class Polar, class Kernel>(Polar, Kernel) {
        CHECK(std::is_same_v<Polar, polar_portable>);
        CHECK(std::is_same_v<Kernel, mt19937_portable>);
    });
#if defined(__x86_64__)
    if (repro::has_simd(simd::avx2))
        with_polar_kernels(simd::avx2, []<class Polar, class Kernel>(Polar, Kernel) {
            CHECK(std::is_same_v<Polar, polar_avx2>);
            CHECK(std::is_same_v<Kernel, mt19937_avx2>);
        });
    if (repro::has_simd(simd::avx512))
        with_polar_kernels(simd::avx512, []<class Polar, class Kernel>(Polar, Kernel) {
            CHECK(std::is_same_v<Polar, polar_avx512>);
            CHECK(std::is_same_v<Kernel, mt19937_avx512>);
        });
#endif
}

TEMPLATE_TEST_CASE_SIG(
    "a fill of polar normals equals single ones, from any position, with a kept one or none", "",
    ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    for (const bool with_kept : {false, true}) {
        for (std::uint32_t position = 0; position < 630; position += position < 40 || position > 590 ? 1 : 41)
            for (const std::size_t n : {0u, 1u, 2u, 3u, 7u, 16u, 17u, 33u, 301u})
                check_one<Tier>(position, position, with_kept, n, n % 8);
        for (const std::size_t n : support::fill_sizes(1024))
            check_one<Tier>(4357, 5 * n, with_kept, n, n % 8);
        check_one<Tier>(1, 3, with_kept, 1'000'001, 1);
    }
    SUCCEED("every position and size");
}

#if defined(__x86_64__)
REPRO_BEGIN_AVX512
namespace {
void eight_logs(const double* x, double* y) {
    _mm512_storeu_pd(y, repro::detail::log_of_eight(_mm512_loadu_pd(x)));
}
} // namespace
REPRO_END_TARGET

TEST_CASE(
    "eight logarithms at once have the bits of one at a time, near one, far from it, and where they meet") {
    support::need_simd(simd::avx512);
    std::vector<double> xs = {
        0x1.ep-1, std::nextafter(0x1.ep-1, 0.0), std::nextafter(1.0, 0.0), 0x1p-106, 0.5, 0.75, 0x1p-52, 0.1};
    mt19937 engine(7);
    while (xs.size() < 400'000) {
        const double u = uniform(engine);
        xs.push_back(u == 0.0 ? 0.5 : u);
        xs.push_back(1.0 - (u + 0x1p-53) / 8.0);
        xs.push_back(u == 0.0 ? 0.5 : std::ldexp(u, -static_cast<int>(engine() % 100)));
        xs.push_back(1.0 - std::ldexp(u + 0x1p-53, -static_cast<int>(engine() % 52)));
    }
    std::size_t different = 0;
    for (std::size_t i = 0; i < xs.size(); i += 8) {
        double y[8];
        eight_logs(xs.data() + i, y);
        for (std::size_t k = 0; k < 8; ++k)
            different += y[k] != repro::detail::libm::log(xs[i + k]) ? 1 : 0;
    }
    CHECK(different == 0);
}
#endif
