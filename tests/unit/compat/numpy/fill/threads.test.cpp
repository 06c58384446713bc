// SPDX-License-Identifier: MIT
#include <repro/compat/numpy/fill/threads.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace fill = repro::fill;
namespace numpy = repro::numpy;

namespace {

/// Rows of fills by 1, 2, 3 and 5 threads, of sizes around the pieces, against the twin's own draws, one
/// after the other; single draws between them leave half words and half-read blocks behind.
template <class T, class Bits, class Own, class Fill>
void check_threads(numpy::basic_generator<Bits> own, Own draw, Fill by_threads) {
    numpy::basic_generator<Bits> bulk = own;
    for (const std::size_t count : {1u, 2u, 3u, 5u})
        for (const std::size_t n : {0u, 1u, 2u, 4095u, 4097u, 8192u, 12'289u, 50'003u}) {
            std::vector<T> expected(n), out(n);
            for (T& value : expected)
                value = draw(own);
            by_threads(bulk, std::span(out), fill::threads{count});
            INFO(count << " threads, size " << n);
            REQUIRE((expected == out));
            REQUIRE(own.bit_generator().state() == bulk.bit_generator().state());
            REQUIRE(own.draws() == bulk.draws());
            if (n % 3 == 0)
                REQUIRE(own.template integers<std::int32_t>(0, 10) ==
                        bulk.template integers<std::int32_t>(0, 10));
        }
}

constexpr auto by_threads = [](auto& g, auto out, fill::threads how) { fill::random(g, out, how); };
constexpr auto raw_by_threads = [](auto& g, auto out, fill::threads how) { fill::random_raw(g, out, how); };

} // namespace

TEST_CASE("any number of threads fills with the generator's own draws and leaves it where they do") {
    const numpy::generator pcg = numpy::default_rng(42);
    check_threads<std::uint64_t>(pcg, [](auto& g) { return g(); }, raw_by_threads);
    check_threads<double>(pcg, [](auto& g) { return g.random(); }, by_threads);
    check_threads<float>(pcg, [](auto& g) { return g.template random<float>(); }, by_threads);
    const numpy::basic_generator<numpy::philox> philox(42);
    check_threads<std::uint64_t>(philox, [](auto& g) { return g(); }, raw_by_threads);
    check_threads<double>(philox, [](auto& g) { return g.random(); }, by_threads);
}

TEST_CASE("any number of threads makes the blocks of consecutive counters, over a carry as well") {
    const auto check = []<class Generator>(Generator, typename Generator::block counter) {
        const typename Generator::key key = {42, 43};
        for (const std::size_t n : {0u, 3u, 4096u, 20'001u}) {
            std::vector<typename Generator::block::value_type> expected(n), out(n);
            fill::blocks<Generator>(counter, key, std::span(expected), repro::simd::portable);
            for (const std::size_t count : {1u, 2u, 3u, 5u}) {
                fill::blocks<Generator>(counter, key, std::span(out), fill::threads{count});
                INFO(count << " threads, size " << n);
                REQUIRE((expected == out));
            }
        }
    };
    check(repro::philox4x32<10>(), {UINT32_MAX - 1000, UINT32_MAX, 7, 8});
    check(repro::philox4x64<10>(), {UINT64_MAX - 1000, UINT64_MAX, 7, 8});
    check(repro::threefry2x32<20>(), {UINT32_MAX - 1000, 7});
    check(repro::threefry4x64<20>(), {UINT64_MAX - 1000, UINT64_MAX, 7, 8});
}
