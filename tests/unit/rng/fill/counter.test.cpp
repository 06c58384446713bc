// SPDX-License-Identifier: MIT
#include <repro/rng/fill/counter.hpp>

#include "support/fills.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

using repro::simd;

namespace {

template <class Block> void increment(Block& counter) {
    for (auto& word : counter)
        if (++word != 0) return;
}

template <class Generator>
void check_one(simd tier, typename Generator::block counter, std::size_t n, std::size_t offset) {
    using word = typename Generator::block::value_type;
    typename Generator::key key{};
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<word>(0x9e3779b97f4a7c15u * (i + 1));
    std::vector<word> expected;
    for (auto next = counter; expected.size() < n; increment(next))
        for (const word w : Generator::apply(next, key))
            if (expected.size() < n) expected.push_back(w);
    support::guarded<word> out(n, offset);
    repro::fill::blocks<Generator>(counter, key, out.values(), tier);
    INFO("size " << n << ", offset " << offset);
    REQUIRE(out.holds(expected));
}

/// Counters at rest, in the middle, and so close below a carry into each word that the fill runs across it.
template <class Generator> std::vector<typename Generator::block> counters() {
    using word = typename Generator::block::value_type;
    std::vector<typename Generator::block> list(2);
    list[1].fill(static_cast<word>(0x243f6a8885a308d3u));
    for (std::size_t full = 1; full <= list[0].size(); ++full)
        for (const word before : {0u, 1u, 37u, 200u}) {
            typename Generator::block counter{};
            for (std::size_t i = 0; i < full; ++i)
                counter[i] = static_cast<word>(-1);
            counter[0] -= before;
            list.push_back(counter);
        }
    return list;
}

template <class Generator> void check(simd tier) {
    support::need_simd(tier);
    for (const auto& counter : counters<Generator>())
        for (const std::size_t n : support::fill_sizes(256))
            check_one<Generator>(tier, counter, n, n % 9);
    check_one<Generator>(tier, {5}, 1'000'003, 1);
}

} // namespace

TEMPLATE_TEST_CASE_SIG("blocks of philox4x32 are the function's, across every carry", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    check<repro::philox4x32<10>>(Tier);
}
TEMPLATE_TEST_CASE_SIG("blocks of philox4x64 are the function's, across every carry", "", ((simd Tier), Tier),
                       simd::portable, simd::avx2, simd::avx512) {
    check<repro::philox4x64<10>>(Tier);
}
TEMPLATE_TEST_CASE_SIG("blocks of threefry2x32 are the function's, across every carry", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    check<repro::threefry2x32<20>>(Tier);
}
TEMPLATE_TEST_CASE_SIG("blocks of threefry4x64 are the function's, across every carry", "",
                       ((simd Tier), Tier), simd::portable, simd::avx2, simd::avx512) {
    check<repro::threefry4x64<20>>(Tier);
}
TEST_CASE("other rounds are filled as well, without kernels of their own") {
    check<repro::philox4x32<7>>(repro::best_simd());
    check<repro::threefry2x32<13>>(repro::best_simd());
}

#if defined(__x86_64__)
static_assert(std::is_same_v<repro::detail::counter_kernels<repro::philox4x32<10>>::avx512,
                             repro::detail::philox4x32_avx512>);
static_assert(std::is_same_v<repro::detail::counter_kernels<repro::threefry4x64<20>>::avx2,
                             repro::detail::threefry4x64_avx2>);
#endif
