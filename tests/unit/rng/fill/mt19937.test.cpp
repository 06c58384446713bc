// SPDX-License-Identifier: MIT
#include <repro/rng/fill/mt19937.hpp>
#include <repro/rng/mt19937.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

using repro::mt19937;
using repro::simd;

namespace {

mt19937 at_position(std::size_t position) {
    mt19937 engine(20260722);
    for (std::size_t i = 0; i < mt19937::state_size + position; ++i)
        (void)engine();
    return engine;
}

std::vector<std::size_t> positions() {
    std::vector<std::size_t> list;
    for (std::size_t p = 1; p <= mt19937::state_size; p += p < 40 || p > 600 ? 1 : 37)
        list.push_back(p);
    return list;
}

bool same_place(const mt19937& a, const mt19937& b) { return a == b && a.draws() == b.draws(); }

std::uint32_t word(mt19937& engine) { return engine(); }
double real(mt19937& engine) {
    const std::uint32_t first = engine() >> 5;
    const std::uint32_t second = engine() >> 6;
    return (first * 67108864.0 + second) * (1.0 / 9007199254740992.0);
}

template <class T, class Draw, class Fill>
void check_one(const mt19937& start, std::size_t n, std::size_t offset, Draw draw, Fill fill) {
    mt19937 single = start, bulk = start;
    std::vector<T> expected(n);
    for (T& value : expected)
        value = draw(single);
    support::guarded<T> out(n, offset);
    fill(bulk, out.values());
    INFO("position " << start.position() << ", size " << n << ", offset " << offset);
    if (!out.holds(expected)) FAIL("other values");
    if (!same_place(single, bulk)) FAIL("the engine stands elsewhere");
}

template <class T, class Draw, class Fill> void check_everywhere(Draw draw, std::size_t block, Fill fill) {
    for (const std::size_t position : positions())
        for (const std::size_t n : support::fill_sizes(block))
            check_one<T>(at_position(position), n, (position + n) % (64 / sizeof(T)), draw, fill);
    for (const std::size_t offset : {0u, 1u, 6u})
        check_one<T>(at_position(17 * offset + 622), support::million, offset, draw, fill);
    SUCCEED("every position and size");
}

/// Outputs so large that they are written past the cache, from an address that allows it and one that needs a
/// start.
template <class T, class Draw, class Fill> void check_past_the_cache(Draw draw, Fill fill) {
    for (const std::size_t offset : {0u, 5u})
        check_one<T>(at_position(offset), repro::detail::streaming_bytes / sizeof(T) + 77, offset, draw,
                     fill);
}

} // namespace

TEST_CASE("each tier of the twister's fills has its own kernel") {
    using repro::detail::with_mt19937_kernel;
    with_mt19937_kernel(simd::portable, []<class Kernel>(Kernel) {
        CHECK(std::is_same_v<Kernel, repro::detail::mt19937_portable>);
    });
#if defined(__x86_64__)
    if (repro::has_simd(simd::avx2))
        with_mt19937_kernel(simd::avx2, []<class Kernel>(Kernel) {
            CHECK(std::is_same_v<Kernel, repro::detail::mt19937_avx2>);
        });
    if (repro::has_simd(simd::avx512))
        with_mt19937_kernel(simd::avx512, []<class Kernel>(Kernel) {
            CHECK(std::is_same_v<Kernel, repro::detail::mt19937_avx512>);
        });
#endif
}

TEMPLATE_TEST_CASE_SIG(
    "a fill of words equals single words, from any position, and leaves the engine where they do", "",
    ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    check_everywhere<std::uint32_t>(word, 624,
                                    [](mt19937& engine, auto out) { repro::fill::words(engine, out, Tier); });
}

TEMPLATE_TEST_CASE_SIG(
    "a fill of doubles equals single doubles, from any position, and leaves the engine where they do", "",
    ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    check_everywhere<double>(real, 312,
                             [](mt19937& engine, auto out) { repro::fill::doubles(engine, out, Tier); });
}

TEMPLATE_TEST_CASE_SIG("a fill of masked integers equals single ones, with no rejection, some and many", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto check = []<class T>(T low, std::uint32_t range) {
        std::uint32_t mask = 1;
        while (mask < range)
            mask = 2 * mask + 1;
        const auto draw = [=](mt19937& engine) {
            std::uint32_t value = engine() & mask;
            while (value > range)
                value = engine() & mask;
            return static_cast<T>(static_cast<std::uint64_t>(low) + value);
        };
        INFO("range " << range);
        check_everywhere<T>(draw, 600, [=](mt19937& engine, std::span<T> out) {
            repro::fill::integers(engine, low, range, out, Tier);
        });
    };
    check(std::int64_t{-3}, 99);
    check(std::int64_t{INT64_MAX - 255}, 255);
    check(std::uint64_t{7}, 0x80000000u);
    check(std::int32_t{INT32_MIN}, UINT32_MAX);
    check(std::int32_t{0}, 64);
    check(std::uint32_t{1}, 1);
}

TEMPLATE_TEST_CASE_SIG("a shuffle with words equals one element at a time, from any position", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto single = [](mt19937& engine, std::span<std::int32_t> items) {
        for (std::size_t i = items.size(); i-- > 1;) {
            const auto largest = static_cast<std::uint32_t>(i);
            const std::uint32_t mask = UINT32_MAX >> std::countl_zero(largest);
            std::uint32_t j = engine() & mask;
            while (j > largest)
                j = engine() & mask;
            std::swap(items[i], items[j]);
        }
    };
    std::vector<std::size_t> sizes = support::fill_sizes(256);
    sizes.insert(sizes.end(), {4095, 4096, 4097, 65'600, 1'000'000});
    for (const std::size_t n : sizes) {
        std::vector<std::int32_t> one(n);
        for (std::size_t i = 0; i < n; ++i)
            one[i] = static_cast<std::int32_t>(i);
        std::vector<std::int32_t> many = one;
        mt19937 a = at_position(1 + 7 * n % 624), b = a;
        single(a, one);
        repro::fill::shuffle(b, std::span(many), Tier);
        INFO("size " << n);
        REQUIRE((one == many));
        REQUIRE(same_place(a, b));
    }
}
