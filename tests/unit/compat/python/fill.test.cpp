// SPDX-License-Identifier: MIT
#include <repro/compat/python/fill.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <span>
#include <vector>

using repro::simd;

TEMPLATE_TEST_CASE_SIG("a fill of random() is as many calls of it", "", ((simd Tier), Tier), simd::portable,
                       simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    repro::python::random_generator own(42), bulk(42);
    for (const std::size_t n : support::fill_sizes(312)) {
        std::vector<double> expected(n);
        own.random(std::span(expected));
        support::guarded<double> out(n, n % 8);
        repro::fill::random(bulk, out.values(), Tier);
        REQUIRE(out.holds(expected));
        REQUIRE(own.save() == bulk.save());
        REQUIRE(own.getrandbits(7) == bulk.getrandbits(7));
    }
}
