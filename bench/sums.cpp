// SPDX-License-Identifier: MIT
// Sums and scalar products beside a plain read, the standard library, NumPy and ReproBLAS: equal bits under
// every tier and number of threads first, then times, every contestant once a round. Usage: bench_sums
// [RESULT.md [ROUNDS [N...]]], in the project's folder. Without CMake:
//     g++ -std=c++20 -O3 -Iinclude -Ibench bench/sums.cpp -o bench_sums
// and with ReproBLAS: -DREPRO_BENCH_REPROBLAS -I.../include and its library.
#include <repro/reduce/dot.hpp>
#include <repro/reduce/moments.hpp>
#include <repro/reduce/thread_pool.hpp>
#include <repro/reduce/tree_sum.hpp>

#include "support/arguments.hpp"
#include "support/contest.hpp"
#include "support/memory.hpp"
#include "support/numpy_process.hpp"
#include "support/report.hpp"
#include "support/timing.hpp"

#if defined(REPRO_BENCH_REPROBLAS)
extern "C" {
double reproBLAS_dsum(int n, const double* x, int step);
float reproBLAS_ssum(int n, const float* x, int step);
double reproBLAS_ddot(int n, const double* x, int x_step, const double* y, int y_step);
}
#endif

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace {

using bench::contest;
using repro::simd;

volatile double kept; ///< results go here, so that nobody leaves out their work

/// Numbers in [-0.5, 0.5).
template <class T> std::span<T> terms(std::size_t n) {
    const std::span<T> all = bench::huge_pages<T>(n);
    std::uint64_t state = 42;
    for (T& x : all) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        x = static_cast<T>(static_cast<double>(state >> 11) * 0x1p-53 - 0.5);
    }
    return all;
}

/// The fastest read there is: every word once, into registers that nobody adds up before the end.
template <int Bytes> struct words_of {
    typedef std::uint64_t type __attribute__((vector_size(Bytes)));
};
template <int Bytes> [[gnu::always_inline]] inline double words_xored(const char* from, std::size_t bytes) {
    using word = typename words_of<Bytes>::type;
    word all[8] = {};
    for (std::size_t i = 0; i + 8 * Bytes <= bytes; i += 8 * Bytes)
#pragma GCC unroll 8
        for (std::size_t k = 0; k < 8; ++k) {
            word x;
            __builtin_memcpy(&x, from + i + Bytes * k, Bytes);
            all[k] ^= x;
        }
    std::uint64_t together = 0;
    for (std::size_t i = 0; i < 8; ++i)
        for (std::size_t k = 0; k < Bytes / 8; ++k)
            together ^= all[i][k];
    return static_cast<double>(together);
}
#if defined(__x86_64__)
[[gnu::target("avx512f"), gnu::noinline]] double read_avx512(const char* from, std::size_t bytes) {
    return words_xored<64>(from, bytes);
}
[[gnu::target("avx2"), gnu::noinline]] double read_avx2(const char* from, std::size_t bytes) {
    return words_xored<32>(from, bytes);
}
#endif
template <class T> double plain_read(std::span<const T> all) {
    const auto* const from = reinterpret_cast<const char*>(all.data());
#if defined(__x86_64__)
    if (repro::has_simd(simd::avx512)) return read_avx512(from, all.size_bytes());
    if (repro::has_simd(simd::avx2)) return read_avx2(from, all.size_bytes());
#endif
    return words_xored<16>(from, all.size_bytes());
}

template <class T> T exact(std::span<const T> all, simd tier) {
    repro::accumulator<T> sum(tier);
    sum.add(all);
    return sum.value();
}

void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s: other bits\n", what);
    std::exit(1);
}

template <class T> void check(std::span<const T> all) {
    for (const simd tier : {simd::avx2, simd::portable}) {
        if (!repro::has_simd(tier)) continue;
        demand(exact(all, tier) == repro::sum(all), "the exact sum of another tier");
        demand(repro::tree_sum(all, tier) == repro::tree_sum(all), "the tree's sum of another tier");
    }
    repro::thread_pool pool(2);
    demand(repro::sum(all, pool) == repro::sum(all), "the exact sum of two threads");
    demand(repro::tree_sum(all, pool) == repro::tree_sum(all), "the tree's sum of two threads");
    demand(repro::dot(all, all, pool) == repro::dot(all, all), "the scalar product of two threads");
}

void print(bench::report& out, const contest& c, std::size_t n) {
    out.text("\n### " + c.name + ", " + std::to_string(n) +
             "\n\n| | GB/s | least us | median us | times a plain read |\n|---|---|---|---|---|\n");
    for (const bench::timed_case& each : c.contestants) {
        const double least = each.quantile(0);
        out.text("| " + each.name + " | " +
                 bench::decimal(static_cast<double>(n * c.bytes_each) / least / 1e3, 1) + " | " +
                 bench::decimal(least, 1) + " | " + bench::decimal(each.quantile(0.5), 1) + " | " +
                 bench::ratio(each.microseconds, c.contestants.front().microseconds) + " |\n");
    }
}

template <class T>
void compete(bench::report& out, bench::numpy_process& python, std::span<const T> all, int rounds) {
    const bool wide = sizeof(T) == 8;
    repro::thread_pool pool(2);
    const std::size_t repeats = all.size() < 100000 ? 100000 / all.size() : 1;
    const auto often = [repeats](auto work) {
        return [work, repeats] {
            for (std::size_t i = 0; i < repeats; ++i)
                kept = static_cast<double>(work());
        };
    };
    contest sums{std::string("Sum of ") + (wide ? "doubles" : "floats"),
                 sizeof(T) * repeats,
                 repeats > 1 ? ""
                 : wide      ? "out('f8').sum()"
                             : "out('f4').sum()",
                 {}};
    const auto add = [&](contest& to, std::string name, auto work) {
        to.contestants.push_back({std::move(name), often(work)});
    };
    add(sums, "plain read", [all] { return plain_read(all); });
    add(sums, "tree_sum", [all] { return repro::tree_sum(all); });
    add(sums, "sum, exact", [all] { return repro::sum(all); });
    add(sums, "sum, exact, AVX2", [all] { return exact(all, simd::avx2); });
    add(sums, "sum, exact, portable", [all] { return exact(all, simd::portable); });
    add(sums, "tree_sum, 2 threads", [all, &pool] { return repro::tree_sum(all, pool); });
    add(sums, "sum, exact, 2 threads", [all, &pool] { return repro::sum(all, pool); });
    add(sums, "std::accumulate", [all] { return std::accumulate(all.begin(), all.end(), T{0}); });
    add(sums, "std::reduce", [all] { return std::reduce(all.begin(), all.end(), T{0}); });
#if defined(REPRO_BENCH_REPROBLAS)
    const auto n = static_cast<int>(all.size());
    if constexpr (sizeof(T) == 8)
        add(sums, "ReproBLAS dsum", [all, n] { return reproBLAS_dsum(n, all.data(), 1); });
    else
        add(sums, "ReproBLAS ssum", [all, n] { return reproBLAS_ssum(n, all.data(), 1); });
#endif
    bench::run(sums, python, all.size(), rounds);
    print(out, sums, all.size());

    contest products{
        std::string("Square sums of ") + (wide ? "doubles" : "floats"), sizeof(T) * repeats, "", {}};
    add(products, "plain read", [all] { return plain_read(all); });
    add(products, "dot, exact", [all] { return repro::dot(all, all); });
    add(products, "norm2, exact", [all] { return repro::norm2(all); });
    add(products, "variance, exact", [all] { return repro::variance(all); });
    add(products, "dot, exact, 2 threads", [all, &pool] { return repro::dot(all, all, pool); });
    add(products, "std::inner_product",
        [all] { return std::inner_product(all.begin(), all.end(), all.begin(), T{0}); });
#if defined(REPRO_BENCH_REPROBLAS)
    if constexpr (sizeof(T) == 8)
        add(products, "ReproBLAS ddot", [all, n] { return reproBLAS_ddot(n, all.data(), 1, all.data(), 1); });
#endif
    bench::run(products, python, all.size(), rounds);
    print(out, products, all.size());
}

} // namespace

int main(int argc, char** argv) {
    const auto [path, rounds, sizes] =
        bench::parse_arguments(argc, argv, {"/dev/null", 15, {1000, 100000, 10000000, 100000000}});
    bench::report out(path);
    bench::numpy_process python("bench/numpy_fills.py");
    out.text("# Sums\n\n" + bench::processor() + ", " + bench::today() + ", compiled by " + __VERSION__ +
             ". The smallest of " + std::to_string(rounds) + " rounds; ratios as in the other tables.\n");
    for (const std::size_t n : sizes) {
        const std::span<const double> doubles = terms<double>(n);
        check(doubles);
        compete(out, python, doubles, rounds);
        const std::span<const float> floats = terms<float>(n);
        check(floats);
        compete(out, python, floats, rounds);
    }
}
