// SPDX-License-Identifier: MIT
#include <repro/compat/numpy/fill.hpp>
#include <repro/compat/numpy/fill/philox.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

using repro::simd;
namespace fill = repro::fill;
namespace numpy = repro::numpy;

namespace {

template <class Bits>
bool same_state(const numpy::basic_generator<Bits>& a, const numpy::basic_generator<Bits>& b) {
    return a.bit_generator().state() == b.bit_generator().state() &&
           a.bit_generator().draws() == b.bit_generator().draws();
}
bool same_state(const numpy::random_state& a, const numpy::random_state& b) {
    return a.get_state() == b.get_state() && a.draws() == b.draws();
}

/// Fills of many sizes in a row, with single draws between them that leave half words and normals behind,
/// against the same calls of a second twin's own methods.
template <class T, class Twin, class Own, class Bulk> void check_row(Twin own_twin, Own own, Bulk bulk) {
    Twin bulk_twin = own_twin;
    std::vector<std::size_t> sizes = support::fill_sizes(1032);
    sizes.insert(sizes.end(), {2064, 5000, 100'000});
    for (const std::size_t n : sizes) {
        support::guarded<T> expected(n, 0), out(n, n % 16);
        own(own_twin, expected.values());
        bulk(bulk_twin, out.values());
        INFO("size " << n);
        REQUIRE(out.holds(expected.values()));
        REQUIRE(same_state(own_twin, bulk_twin));
        if (n % 3 == 0)
            REQUIRE(own_twin.template integers<std::int32_t>(0, 10) ==
                    bulk_twin.template integers<std::int32_t>(0, 10));
    }
}

template <class T, class Own, class Bulk> void check_legacy_row(Own own, Bulk bulk) {
    numpy::random_state own_twin(42), bulk_twin(42);
    std::vector<std::size_t> sizes = support::fill_sizes(1032);
    sizes.insert(sizes.end(), {2064, 5001, 100'000});
    for (const std::size_t n : sizes) {
        support::guarded<T> expected(n, 0), out(n, n % 16);
        own(own_twin, expected.values());
        bulk(bulk_twin, out.values());
        INFO("size " << n);
        REQUIRE(out.holds(expected.values()));
        REQUIRE(same_state(own_twin, bulk_twin));
        if (n % 3 == 0) REQUIRE(own_twin.standard_normal() == bulk_twin.standard_normal());
    }
}

} // namespace

TEMPLATE_TEST_CASE_SIG("fills of Generator are its own methods, call after call", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const numpy::generator g = numpy::default_rng(42);
    SECTION("random_raw") {
        check_row<std::uint64_t>(
            g,
            [](auto& own, auto out) {
                for (auto& word : out)
                    word = own();
            },
            [](auto& twin, auto out) { fill::random_raw(twin, out, Tier); });
    }
    SECTION("random, double") {
        check_row<double>(
            g, [](auto& own, auto out) { own.random(out); },
            [](auto& twin, auto out) { fill::random(twin, out, Tier); });
    }
    SECTION("random, float") {
        check_row<float>(
            g, [](auto& own, auto out) { own.random(out); },
            [](auto& twin, auto out) { fill::random(twin, out, Tier); });
    }
    SECTION("standard_normal") {
        check_row<double>(
            g, [](auto& own, auto out) { own.standard_normal(out); },
            [](auto& twin, auto out) { fill::standard_normal(twin, out, Tier); });
    }
    SECTION("standard_exponential") {
        check_row<double>(
            g, [](auto& own, auto out) { own.standard_exponential(out); },
            [](auto& twin, auto out) { fill::standard_exponential(twin, out, Tier); });
    }
    SECTION("permutation") {
        check_row<std::int64_t>(
            g, [](auto& own, auto out) { own.permutation(out); },
            [](auto& twin, auto out) { fill::permutation(twin, out, Tier); });
    }
}

TEMPLATE_TEST_CASE_SIG("fills of Generator's integers are its own, whatever the dtype and the bounds", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto check = []<class T>(T, numpy::wide low, numpy::wide high) {
        check_row<T>(
            numpy::default_rng(7), [=](auto& own, std::span<T> out) { own.integers(low, high, out); },
            [=](auto& twin, std::span<T> out) { fill::integers(twin, low, high, out, Tier); });
    };
    check(std::int64_t{}, 0, 100);
    check(std::int64_t{}, -5, 0x80000001);
    check(std::int64_t{}, 3, 4);
    check(std::int64_t{}, 0, numpy::wide{1} << 32);
    check(std::int64_t{}, 0, numpy::wide{1} << 40);
    check(std::uint64_t{}, 0, numpy::wide{1} << 64);
    check(std::int32_t{}, INT32_MIN, numpy::wide{1} << 31);
    check(std::uint32_t{}, 17, 0xffffffff);
    check(std::int64_t{}, INT64_MIN, numpy::wide{1} << 63);
    check(std::int64_t{}, INT64_MIN, numpy::wide{1} << 62);
    check(std::uint32_t{}, 0, numpy::wide{1} << 32);
    check(std::int16_t{}, -9, 9);
    check(std::int16_t{}, INT16_MIN, INT16_MAX);
    check(std::int16_t{}, INT16_MIN, 1 << 15);
    check(std::uint8_t{}, 0, 256);
    check(std::uint8_t{}, 3, 132);
    check(std::int8_t{}, -128, 128);
    check(bool{}, 0, 2);
    check(bool{}, 1, 2);
    numpy::generator g(1);
    CHECK_THROWS(fill::integers(g, 1, 1, std::span<std::int64_t>(), Tier));
}

TEMPLATE_TEST_CASE_SIG("a million normals take the ziggurat's wedges and its tail", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    numpy::generator own = numpy::default_rng(2026), bulk = own;
    std::vector<double> expected(1'000'000), actual(expected.size());
    own.standard_normal(std::span(expected));
    fill::standard_normal(bulk, std::span(actual), Tier);
    CHECK((expected == actual));
    CHECK(same_state(own, bulk));
    std::size_t beyond = 0;
    for (const double x : actual)
        beyond += std::fabs(x) > 3.6541528853610088 ? 1 : 0;
    numpy::generator again = numpy::default_rng(2026);
    const bool in_blocks = numpy::detail::fill_normal_blocks(again, std::span(actual), Tier) > 0;
    CHECK(in_blocks == (Tier == simd::avx512));
    CHECK(beyond > 150); // only the tail gives such values
    CHECK(bulk.bit_generator().draws() >
          actual.size() + 5 * beyond); // and only wedges take so many more words
}

TEMPLATE_TEST_CASE_SIG("fills of RandomState are its own methods, call after call", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    SECTION("random_sample") {
        check_legacy_row<double>([](auto& own, auto out) { own.random_sample(out); },
                                 [](auto& twin, auto out) { fill::random_sample(twin, out, Tier); });
    }
    SECTION("standard_normal") {
        check_legacy_row<double>([](auto& own, auto out) { own.standard_normal(out); },
                                 [](auto& twin, auto out) { fill::standard_normal(twin, out, Tier); });
    }
    SECTION("permutation") {
        check_legacy_row<std::int64_t>([](auto& own, auto out) { own.permutation(out); },
                                       [](auto& twin, auto out) { fill::permutation(twin, out, Tier); });
    }
    const auto check = []<class T>(T, numpy::wide low, numpy::wide high) {
        check_legacy_row<T>([=](auto& own, std::span<T> out) { own.randint(low, high, out); },
                            [=](auto& twin, std::span<T> out) { fill::randint(twin, low, high, out, Tier); });
    };
    SECTION("randint") {
        check(std::int64_t{}, 0, 100);
        check(std::int64_t{}, -5, 0x80000001);
        check(std::int64_t{}, 3, 4);
        check(std::int64_t{}, 0, numpy::wide{1} << 32);
        check(std::int64_t{}, 0, numpy::wide{1} << 40);
        check(std::uint32_t{}, 0, numpy::wide{1} << 32);
        check(std::int16_t{}, -9, 9);
        check(std::uint16_t{}, 0, 1 << 16);
        check(std::uint8_t{}, 3, 132);
        check(std::int8_t{}, -128, 128);
        check(bool{}, 0, 2);
    }
}

TEMPLATE_TEST_CASE_SIG("fills of Generator over Philox are its own methods, call after call", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    numpy::basic_generator<numpy::philox> g(42);
    SECTION("from a counter about to carry") {
        numpy::philox_state s = g.bit_generator().state();
        s.counter = {UINT64_MAX - 700, UINT64_MAX, UINT64_MAX, 3};
        g.bit_generator().set_state(s);
    }
    SECTION("from the start") {}
    check_row<std::uint64_t>(
        g,
        [](auto& own, auto out) {
            for (auto& word : out)
                word = own();
        },
        [](auto& twin, auto out) { fill::random_raw(twin, out, Tier); });
    check_row<double>(
        g, [](auto& own, auto out) { own.random(out); },
        [](auto& twin, auto out) { fill::random(twin, out, Tier); });
}
