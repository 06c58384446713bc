// SPDX-License-Identifier: MIT
#include <repro/rng/fill/pcg64.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <pcg_random.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

using repro::simd;
using repro::fill::half_word;
using repro::fill::pcg64_core;

namespace {

struct generator {
    pcg64_core core;
    half_word half;
    friend bool operator==(const generator&, const generator&) = default;
};

// The state of numpy.random.PCG64(42), some way on.
generator start(std::uint64_t words_taken, bool with_half) {
    using repro::detail::make_uint128;
    generator g{{make_uint128(0xceb12e53a08fd4e2, 0x6f9e5a9fbfa06c8e),
                 make_uint128(0x9d9a6c9b1f4d1fa9, 0x2cfb9ad3bdbe7c2b)},
                {}};
    g.core.advance(words_taken);
    if (with_half) (void)repro::detail::next_half(g.core, g.half);
    return g;
}

template <class T, class Draw, class Fill>
void check_pcg64(generator from, std::size_t n, std::size_t offset, Draw draw, Fill fill) {
    generator single = from, bulk = from;
    std::vector<T> expected(n);
    for (T& value : expected)
        value = draw(single);
    support::guarded<T> out(n, offset);
    fill(bulk, out.values());
    INFO("size " << n << ", offset " << offset << ", half word " << from.half.present);
    if (!out.holds(expected)) FAIL("other values");
    if (!(single == bulk)) FAIL("the generator stands elsewhere");
}

template <class T, class Draw, class Fill> void check_pcg64_everywhere(Draw draw, Fill fill) {
    for (const bool with_half : {false, true}) {
        for (std::size_t block : {64u, 1024u})
            for (const std::size_t n : support::fill_sizes(block))
                check_pcg64<T>(start(n * n, with_half), n, n % 17, draw, fill);
        for (const std::size_t offset : {0u, 1u})
            check_pcg64<T>(start(offset, with_half), support::million + offset, offset, draw, fill);
    }
    SUCCEED("every size and offset");
}

/// Outputs so large that they are written past the cache: from an address that allows it, ones that need a
/// start, and one that never comes to a multiple of 64 in whole words.
template <class T, class Draw, class Fill> void check_pcg64_past_the_cache(Draw draw, Fill fill) {
    for (const std::size_t offset : {0u, 2u, 5u})
        check_pcg64<T>(start(offset, offset == 2), repro::detail::streaming_bytes / sizeof(T) + 77, offset,
                       draw, fill);
}

template <class T> T bounded(generator& g, T low, std::uint32_t range) {
    const std::uint32_t count = range + 1;
    std::uint64_t product = std::uint64_t{repro::detail::next_half(g.core, g.half)} * count;
    if (static_cast<std::uint32_t>(product) < count) {
        const std::uint32_t threshold = (UINT32_MAX - range) % count;
        while (static_cast<std::uint32_t>(product) < threshold)
            product = std::uint64_t{repro::detail::next_half(g.core, g.half)} * count;
    }
    return static_cast<T>(static_cast<std::uint64_t>(low) + (product >> 32));
}

template <class T> void check_integers(simd tier, T low, std::uint32_t range) {
    INFO("range " << range);
    check_pcg64_everywhere<T>(
        [&](generator& g) { return bounded<T>(g, low, range); },
        [&](generator& g, auto out) { repro::fill::integers(g.core, g.half, low, range, out, tier); });
}

} // namespace

static_assert(repro::detail::inverse_modulo_2_128(pcg64_core::multiplier) * pcg64_core::multiplier == 1);

TEST_CASE("the core is pcg-cpp's pcg64, and goes ahead as it does") {
    pcg64 theirs(42, 54);
    pcg64_core ours = start(0, false).core;
    ours.increment = 2 * 54 + 1;
    ours.state = (42 + ours.increment) * pcg64_core::multiplier + ours.increment; // as pcg-cpp seeds
    for (int i = 0; i < 1000; ++i)
        REQUIRE(ours() == theirs());
    theirs.advance(123456789);
    ours.advance(123456789);
    CHECK(ours() == theirs());
}

TEST_CASE("one step back undoes one step") {
    pcg64_core core = start(5, false).core;
    const pcg64_core before = core;
    (void)core();
    repro::detail::step_back(core);
    CHECK(core == before);
}

TEST_CASE("each tier of PCG64's fills has its own kernel") {
    using repro::detail::with_pcg64_kernel;
    with_pcg64_kernel(simd::portable, []<class Kernel>(Kernel) {
        CHECK(std::is_same_v<Kernel, repro::detail::pcg64_portable>);
    });
#if defined(__x86_64__)
    if (repro::has_simd(simd::avx512))
        with_pcg64_kernel(simd::avx512, []<class Kernel>(Kernel) {
            CHECK(std::is_same_v<Kernel, repro::detail::pcg64_avx512>);
        });
#endif
}

TEMPLATE_TEST_CASE_SIG("a fill of 64-bit words equals single words and leaves the generator where they do",
                       "", ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto draw = [](generator& g) { return g.core(); };
    const auto fill = [](generator& g, auto out) { repro::fill::words(g.core, out, Tier); };
    check_pcg64_everywhere<std::uint64_t>(draw, fill);
    check_pcg64_past_the_cache<std::uint64_t>(draw, fill);
}

TEMPLATE_TEST_CASE_SIG(
    "a fill of doubles from PCG64 equals single doubles and leaves the generator where they do", "",
    ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto draw = [](generator& g) {
        return static_cast<double>(g.core() >> 11) * (1.0 / 9007199254740992.0);
    };
    const auto fill = [](generator& g, auto out) { repro::fill::doubles(g.core, out, Tier); };
    check_pcg64_everywhere<double>(draw, fill);
    check_pcg64_past_the_cache<double>(draw, fill);
}

TEMPLATE_TEST_CASE_SIG("a fill of floats equals single floats, half words and all", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto draw = [](generator& g) {
        return static_cast<float>(repro::detail::next_half(g.core, g.half) >> 8) * (1.0f / 16777216.0f);
    };
    const auto fill = [](generator& g, auto out) { repro::fill::floats(g.core, g.half, out, Tier); };
    check_pcg64_everywhere<float>(draw, fill);
    check_pcg64_past_the_cache<float>(draw, fill);
}

TEMPLATE_TEST_CASE_SIG("a fill of bounded integers equals single ones, with no rejection, rare ones and many",
                       "", ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    check_integers<std::int64_t>(Tier, -7, 99);
    check_integers<std::int64_t>(Tier, INT64_MAX - 1000, 999);
    check_integers<std::uint64_t>(Tier, 1u, 255);
    check_integers<std::int32_t>(Tier, INT32_MIN, 0x80000000u);
    check_integers<std::int64_t>(Tier, 0, 0x80000000u);
    check_integers<std::uint32_t>(Tier, 0u, 0xfffffffeu);
    check_integers<std::int64_t>(Tier, 5, 0xaaaaaaaau);
    check_integers<std::int64_t>(Tier, 5, 0x10000001u);
}

TEST_CASE("bounds just above 2^31 do reject half of the words") {
    generator g = start(0, false);
    const pcg64_core before = g.core;
    std::vector<std::int64_t> out(1000);
    repro::fill::integers(g.core, g.half, std::int64_t{0}, 0x80000000u, std::span(out));
    pcg64_core counted = before;
    int words = 0;
    while (!(counted == g.core) && words < 2000) {
        (void)counted();
        ++words;
    }
    CHECK(words > 900); // 500 would do if none were rejected
    CHECK(words < 1100);
}

TEMPLATE_TEST_CASE_SIG("a shuffle with half words equals one element at a time", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    support::need_simd(Tier);
    const auto single = [](generator& g, std::span<std::int32_t> items) {
        for (std::size_t i = items.size(); i-- > 1;) {
            const auto largest = static_cast<std::uint32_t>(i);
            const std::uint32_t mask = UINT32_MAX >> std::countl_zero(largest);
            std::uint32_t j = repro::detail::next_half(g.core, g.half) & mask;
            while (j > largest)
                j = repro::detail::next_half(g.core, g.half) & mask;
            std::swap(items[i], items[j]);
        }
    };
    std::vector<std::size_t> sizes = support::fill_sizes(256);
    sizes.insert(sizes.end(), {4095, 4096, 4097, 65'600, 1'000'000});
    for (const bool with_half : {false, true})
        for (const std::size_t n : sizes) {
            std::vector<std::int32_t> one(n);
            for (std::size_t i = 0; i < n; ++i)
                one[i] = static_cast<std::int32_t>(i);
            std::vector<std::int32_t> many = one;
            generator a = start(n, with_half), b = a;
            single(a, one);
            repro::fill::shuffle(b.core, b.half, std::span(many), Tier);
            INFO("size " << n << ", half word " << with_half);
            REQUIRE((one == many));
            REQUIRE((a == b));
        }
}
