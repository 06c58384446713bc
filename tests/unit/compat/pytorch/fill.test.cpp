// SPDX-License-Identifier: MIT
#include <repro/compat/pytorch/fill.hpp>

#include "support/fills.hpp"
#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using repro::simd;
using repro::pytorch::cpu_generator;

template <class Single, class Bulk> void same_everywhere(Single single, Bulk bulk) {
    for (const simd tier : {simd::portable, simd::avx2, simd::avx512}) {
        if (!repro::has_simd(tier)) continue;
        for (const std::size_t taken : {0u, 1u, 5u, 623u, 624u})
            for (const std::size_t n : support::fill_sizes(4096)) {
                cpu_generator one(20260722), many(20260722);
                for (std::size_t i = 0; i < taken; ++i) {
                    (void)one();
                    (void)many();
                }
                std::vector<float> expected(n);
                single(one, std::span<float>(expected));
                support::guarded<float> out(n, taken % 16);
                bulk(many, out.values(), tier);
                INFO("size " << n << ", after " << taken << " words, tier " << static_cast<int>(tier));
                if (!out.holds(expected)) FAIL("other values");
                if (!(one == many) || one.draws() != many.draws()) FAIL("the generator stands elsewhere");
            }
    }
    SUCCEED("every size and tier");
}

TEST_CASE("bulk uniform floats are those of rand, and leave the generator there") {
    same_everywhere(
        [](cpu_generator& g, std::span<float> out) { g.rand(out); },
        [](cpu_generator& g, std::span<float> out, simd tier) { repro::fill::rand(g, out, tier); });
}

TEST_CASE("bulk normal floats are those of normal_, and leave the generator there") {
    same_everywhere([](cpu_generator& g, std::span<float> out) { g.normal_(out, 1.7, 0.3); },
                    [](cpu_generator& g, std::span<float> out, simd tier) {
                        repro::fill::normal_(g, out, 1.7, 0.3, tier);
                    });
}

TEST_CASE("four million bulk normals are those of randn") {
    cpu_generator one(1), many(1);
    std::vector<float> expected(1 << 22), out(1 << 22);
    one.randn(std::span<float>(expected));
    repro::fill::randn(many, std::span<float>(out));
    CHECK(expected == out);
}

TEST_CASE("bulk normals refuse what normal_ refuses, and follow the baseline kernels") {
    cpu_generator g(1), other(1);
    std::vector<float> out(32), expected(32);
    CHECK(support::refusal([&] { repro::fill::normal_(g, out, 0.0, -1.0); }) ==
          repro::errc::argument_invalid);
    CHECK(g.draws() == 0);
    g.follow(repro::pytorch::path::baseline);
    other.follow(repro::pytorch::path::baseline);
    repro::fill::randn(g, out);
    other.randn(std::span<float>(expected));
    CHECK(out == expected);
}

} // namespace
