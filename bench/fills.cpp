// SPDX-License-Identifier: MIT
// Bulk fills of every tier beside NumPy, the standard library, pcg-cpp, Random123 and GSL, then every method
// of the NumPy twins beside NumPy's: equal bits first, then times, every contestant once a round. Usage:
// bench_fills [RESULT.md [ROUNDS [N...]]], in the project's folder. Without CMake:
//     g++ -std=c++20 -O3 -Iinclude -Ibench bench/fills.cpp bench/method*.cpp -o bench_fills
#include <repro/compat/numpy/fill.hpp>
#include <repro/compat/numpy/fill/threads.hpp>
#include <repro/rng/fill.hpp>

#include "support/arguments.hpp"
#include "support/contest.hpp"
#include "support/memory.hpp"
#include "support/methods.hpp"
#include "support/numpy_process.hpp"
#include "support/report.hpp"
#include "support/timing.hpp"

#if __has_include(<pcg_random.hpp>)
#include <pcg_random.hpp>
#endif
#if __has_include(<Random123/philox.h>)
#include <Random123/philox.h>
#include <Random123/threefry.h>
#endif
#if defined(REPRO_BENCH_GSL)
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#endif

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace {

namespace fill = repro::fill;
namespace numpy = repro::numpy;
using bench::contest;
using repro::simd;

const char* name_of(simd tier) {
    constexpr const char* names[] = {"portable", "AVX2", "AVX-512"};
    return names[static_cast<int>(tier)];
}

std::vector<simd> tiers() {
    std::vector<simd> list;
    for (const simd tier : {simd::avx512, simd::avx2, simd::portable})
        if (repro::has_simd(tier)) list.push_back(tier);
    return list;
}

[[noreturn]] void differ(const std::string& name, simd tier) {
    std::fprintf(stderr, "%s, %s: other bits than single draws\n", name.c_str(), name_of(tier));
    std::exit(1);
}

/// A contest between the tiers of `bulk(twin, out, tier)`, after each gave the bits of `single(twin, out)`.
template <class T, class Twin, class Single, class Bulk>
contest between_tiers(std::string name, const char* numpy_case, std::span<T> out, Twin twin, Single single,
                      Bulk bulk) {
    contest c{name, sizeof(T), numpy_case, {}};
    std::vector<T> expected(std::min<std::size_t>(out.size(), 1'000'003));
    Twin reference = twin;
    single(reference, std::span<T>(expected));
    for (const simd tier : tiers()) {
        Twin check = twin;
        const auto first = out.first(expected.size());
        bulk(check, first, tier);
        if (std::memcmp(first.data(), expected.data(), first.size_bytes()) != 0) differ(name, tier);
        c.contestants.push_back({name_of(tier), [=]() mutable { bulk(twin, out, tier); }});
    }
    c.contestants.push_back({"single draws", [=]() mutable { single(twin, out); }});
    return c;
}

/// The same by threads, one a processor but four at most, after it gave the bits of one thread.
template <class T, class Twin> void add_threads(contest& c, std::span<T> out, Twin twin) {
    const fill::threads how{std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4)};
    if (how.count == 1) return;
    Twin one = twin, many = twin;
    std::vector<T> expected(std::min<std::size_t>(out.size(), 1'000'003));
    const auto first = out.first(expected.size());
    fill::random(one, std::span<T>(expected));
    fill::random(many, first, how);
    if (std::memcmp(first.data(), expected.data(), first.size_bytes()) != 0)
        differ(c.name, repro::best_simd());
    c.contestants.push_back(
        {std::to_string(how.count) + " threads", [=]() mutable { fill::random(twin, out, how); }});
}

template <class T, class Draw> bench::timed_case one_by_one(const char* name, std::span<T> out, Draw draw) {
    return {name, [=]() mutable {
                for (T& value : out)
                    value = static_cast<T>(draw());
            }};
}

template <class T> bench::timed_case standard_shuffle(std::span<T> out) {
    return {"std::shuffle, mt19937_64", [out, engine = std::mt19937_64(42)]() mutable {
                std::iota(out.begin(), out.end(), T{0});
                std::shuffle(out.begin(), out.end(), engine);
            }};
}

template <class Engine, class Distribution> auto standard(Distribution distribution) {
    return [engine = Engine(42), distribution]() mutable { return distribution(engine); };
}

std::vector<contest> generator_contests(std::span<double> d, std::span<float> f, std::span<std::int64_t> i) {
    const numpy::generator g = numpy::default_rng(42);
    std::vector<contest> list;
    list.push_back(between_tiers(
        "Generator.random, float64", "g.random(out=out(np.float64))", d, g,
        [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
    add_threads(list.back(), d, g);
#if __has_include(<pcg_random.hpp>)
    list.back().contestants.push_back(one_by_one(
        "pcg-cpp", d, [e = ::pcg64(42)]() mutable { return static_cast<double>(e() >> 11) * 0x1p-53; }));
#endif
    list.back().contestants.push_back(
        one_by_one("std::uniform_real, mt19937_64", d,
                   standard<std::mt19937_64>(std::uniform_real_distribution<double>())));
    list.push_back(between_tiers(
        "Generator.random, float32", "g.random(out=out(np.float32), dtype=np.float32)", f, g,
        [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
    list.push_back(between_tiers(
        "Generator.integers(0, 100), int64", "g.integers(0, 100, n)", i, g,
        [](auto& t, auto out) { t.integers(0, 100, out); },
        [](auto& t, auto out, simd tier) { fill::integers(t, 0, 100, out, tier); }));
    list.back().contestants.push_back(
        one_by_one("std::uniform_int, mt19937_64", i,
                   standard<std::mt19937_64>(std::uniform_int_distribution<std::int64_t>(0, 99))));
    list.push_back(between_tiers(
        "Generator.standard_normal, float64", "g.standard_normal(out=out(np.float64))", d, g,
        [](auto& t, auto out) { t.standard_normal(out); },
        [](auto& t, auto out, simd tier) { fill::standard_normal(t, out, tier); }));
    list.back().contestants.push_back(one_by_one(
        "std::normal, mt19937_64", d, standard<std::mt19937_64>(std::normal_distribution<double>())));
    list.push_back(between_tiers(
        "Generator.standard_exponential, float64", "g.standard_exponential(out=out(np.float64))", d, g,
        [](auto& t, auto out) { t.standard_exponential(out); },
        [](auto& t, auto out, simd tier) { fill::standard_exponential(t, out, tier); }));
    list.push_back(between_tiers(
        "Generator.permutation, int64", "g.permutation(n)", i, g,
        [](auto& t, auto out) { t.permutation(out); },
        [](auto& t, auto out, simd tier) { fill::permutation(t, out, tier); }));
    list.back().contestants.push_back(standard_shuffle(i));
    list.push_back(between_tiers(
        "Generator(Philox).random, float64", "philox.random(out=out(np.float64))", d,
        numpy::basic_generator<numpy::philox>(42), [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
    add_threads(list.back(), d, numpy::basic_generator<numpy::philox>(42));
    return list;
}

#if defined(REPRO_BENCH_GSL)
void add_gsl(contest& uniform, contest& normal, std::span<double> d) {
    gsl_rng* const engine = gsl_rng_alloc(gsl_rng_mt19937);
    uniform.contestants.push_back(one_by_one("GSL", d, [=] { return gsl_rng_uniform(engine); }));
    normal.contestants.push_back(one_by_one("GSL, polar", d, [=] { return gsl_ran_gaussian(engine, 1.0); }));
}
#endif

std::vector<contest> legacy_contests(std::span<double> d, std::span<std::int64_t> i) {
    const numpy::random_state rs(42);
    std::vector<contest> list;
    list.push_back(between_tiers(
        "RandomState.random_sample, and Python's random()", "rs.random_sample(n)", d, rs,
        [](auto& t, auto out) { t.random_sample(out); },
        [](auto& t, auto out, simd tier) { fill::random_sample(t, out, tier); }));
    list.back().contestants.push_back(one_by_one(
        "std::uniform_real, mt19937", d, standard<std::mt19937>(std::uniform_real_distribution<double>())));
    list.push_back(between_tiers(
        "RandomState.randint(0, 100), int64", "rs.randint(0, 100, n)", i, rs,
        [](auto& t, auto out) { t.randint(0, 100, out); },
        [](auto& t, auto out, simd tier) { fill::randint(t, 0, 100, out, tier); }));
    list.push_back(between_tiers(
        "RandomState.randn", "rs.standard_normal(n)", d, rs,
        [](auto& t, auto out) { t.standard_normal(out); },
        [](auto& t, auto out, simd tier) { fill::standard_normal(t, out, tier); }));
#if defined(REPRO_BENCH_GSL)
    add_gsl(list[0], list[2], d);
#endif
    list.push_back(between_tiers(
        "RandomState.permutation, int64", "rs.permutation(n)", i, rs,
        [](auto& t, auto out) { t.permutation(out); },
        [](auto& t, auto out, simd tier) { fill::permutation(t, out, tier); }));
    return list;
}

/// Blocks of consecutive counters, written as 64-bit words.
template <class Generator>
contest blocks_contest(const char* name, const char* numpy_case, std::span<std::uint64_t> out) {
    using word = typename Generator::block::value_type;
    const typename Generator::key key = {42, 43};
    const auto words = [](std::span<std::uint64_t> o) {
        return std::span<word>(reinterpret_cast<word*>(o.data()), o.size_bytes() / sizeof(word));
    };
    const auto single = [=](auto& counter, std::span<std::uint64_t> o) {
        repro::detail::counter_fill<repro::detail::counter_portable<Generator>, Generator>(counter, key,
                                                                                           words(o));
    };
    return between_tiers(name, numpy_case, out, typename Generator::block{}, single,
                         [=](auto& counter, std::span<std::uint64_t> o, simd tier) {
                             fill::blocks<Generator>(counter, key, words(o), tier);
                         });
}

#if __has_include(<Random123/philox.h>)
template <class Generator> bench::timed_case random123(std::span<std::uint64_t> out) {
    return {"Random123", [out] {
                typename Generator::ctr_type counter{};
                typename Generator::key_type key{};
                constexpr std::size_t words = sizeof(counter) / sizeof(std::uint64_t);
                for (std::size_t i = 0; i + words <= out.size(); i += words, counter.incr()) {
                    const auto block = Generator()(counter, key);
                    std::memcpy(out.data() + i, &block, sizeof block);
                }
            }};
}
#endif

std::vector<contest> counter_contests(std::span<std::uint64_t> u) {
    std::vector<contest> list;
    list.push_back(blocks_contest<repro::philox4x32<10>>("Philox4x32-10, 64 bits", "", u));
    list.push_back(blocks_contest<repro::threefry2x32<20>>("Threefry2x32-20, 64 bits", "", u));
    list.push_back(blocks_contest<repro::threefry4x64<20>>("Threefry4x64-20, 64 bits", "", u));
    list.push_back(blocks_contest<repro::philox4x64<10>>("Philox4x64-10, 64 bits (NumPy: random())",
                                                         "philox.random(out=out(np.float64))", u));
#if __has_include(<Random123/philox.h>)
    list[0].contestants.push_back(random123<r123::Philox4x32>(u));
    list[1].contestants.push_back(random123<r123::Threefry2x32>(u));
    list[2].contestants.push_back(random123<r123::Threefry4x64>(u));
    list[3].contestants.push_back(random123<r123::Philox4x64>(u));
#endif
    return list;
}

/// Single draws into every element.
constexpr auto word_by_word = [](auto& engine, auto out) {
    for (auto& word : out)
        word = engine();
};

contest word_contest(std::span<std::uint32_t> w) {
    contest c = between_tiers("MT19937, 32 bits", "", w, repro::mt19937(42), word_by_word,
                              [](auto& e, auto out, simd tier) { fill::words(e, out, tier); });
    c.contestants.push_back(one_by_one("std::mt19937", w, std::mt19937(42)));
    return c;
}

contest raw_contest(std::span<std::uint64_t> u) {
    contest c =
        between_tiers("PCG64, 64 bits", "g.bit_generator.random_raw(n)", u, numpy::default_rng(42),
                      word_by_word, [](auto& g, auto out, simd tier) { fill::random_raw(g, out, tier); });
#if __has_include(<pcg_random.hpp>)
    c.contestants.push_back(one_by_one("pcg-cpp", u, ::pcg64(42)));
#endif
    return c;
}

/// What no fill can beat: writing the same bytes.
contest limit_contest(std::span<double> d) {
    contest c{"store limit, 8 bytes", sizeof(double), "", {}};
    c.contestants.push_back({"memset", [=] {
                                 std::memset(d.data(), 3, d.size_bytes());
                                 asm volatile("" : : "r"(d.data()) : "memory");
                             }});
#if defined(__x86_64__)
    c.contestants.push_back({"streaming stores", [=] {
                                 for (std::size_t i = 0; i < d.size(); ++i)
                                     __builtin_ia32_movnti64(reinterpret_cast<long long*>(d.data() + i), 7);
                                 __builtin_ia32_sfence();
                             }});
#endif
    return c;
}

contest seeding_contest() {
    constexpr std::uint64_t n = 1000;
    contest c{"default_rng(seed), a thousand of them", 0, "[np.random.default_rng(i) for i in range(n)]", {}};
    c.contestants.push_back({"ours", [] {
                                 for (std::uint64_t seed = 0; seed < n; ++seed) {
                                     const std::uint64_t word = numpy::default_rng(seed)();
                                     asm volatile("" : : "r"(word));
                                 }
                             }});
    return c;
}

void head(bench::report& out, std::size_t n) {
    out.text("\n## Fills, n = " + std::to_string(n) + "\n\n" +
             "| fill | by | ns each, min | median, max | the fill's last row takes, of minima | median, "
             "spread | of the store limit "
             "|\n|---|---|---|---|---|---|---|\n");
}

void rows(bench::report& out, const contest& c, std::size_t n, double limit_per_byte) {
    const auto each = [&](double microseconds) { return microseconds * 1000.0 / static_cast<double>(n); };
    for (const bench::timed_case& by : c.contestants) {
        const double least = each(by.quantile(0.0));
        const double part = limit_per_byte * static_cast<double>(c.bytes_each) / least;
        out.text("| " + c.name + " | " + by.name + " | " + bench::decimal(least, 3) + " | " +
                 bench::decimal(each(by.quantile(0.5)), 3) + ", " +
                 bench::decimal(each(by.quantile(1.0)), 3) + " | " +
                 bench::ratio(c.contestants.back().microseconds, by.microseconds) + " | " +
                 (c.bytes_each == 0 ? "" : bench::decimal(100.0 * part, 0) + " %") + " |\n");
    }
}

void run_size(std::size_t n, int rounds, bench::numpy_process& python, bench::report& out) {
    const std::span<double> d = bench::huge_pages<double>(n);
    const std::span<float> f(reinterpret_cast<float*>(d.data()), n);
    const std::span<std::int64_t> i(reinterpret_cast<std::int64_t*>(d.data()), n);
    const std::span<std::uint64_t> u(reinterpret_cast<std::uint64_t*>(d.data()), n);
    const std::span<std::uint32_t> w(reinterpret_cast<std::uint32_t*>(d.data()), n);

    contest limit = limit_contest(d);
    run(limit, python, n, rounds);
    double fastest = limit.contestants[0].quantile(0.0);
    for (const bench::timed_case& by : limit.contestants)
        fastest = std::min(fastest, by.quantile(0.0));
    const double limit_per_byte = fastest * 1000.0 / static_cast<double>(n) / sizeof(double);
    head(out, n);
    rows(out, limit, n, limit_per_byte);

    const auto run_all = [&](std::vector<contest> contests) {
        for (contest& c : contests) {
            run(c, python, n, rounds);
            rows(out, c, n, limit_per_byte);
        }
    };
    run_all(generator_contests(d, f, i));
    run_all(legacy_contests(d, i));
    run_all(counter_contests(u));
    run_all({word_contest(w), raw_contest(u)});
    ::munmap(d.data(), d.size_bytes());
}

std::string compiler() {
#if defined(__clang__)
    return __VERSION__;
#else
    return std::string("GCC ") + __VERSION__;
#endif
}

/// What takes no part here, and why.
std::string absent(const bench::numpy_process& python) {
    std::string names;
    const auto add = [&](bool there, const char* name) {
        if (!there) names += (names.empty() ? "" : ", ") + std::string(name);
    };
    add(python.running(), "NumPy (no python3 that has it)");
#if !__has_include(<pcg_random.hpp>)
    add(false, "pcg-cpp (no header)");
#endif
#if !__has_include(<Random123/philox.h>)
    add(false, "Random123 (no header)");
#endif
#if !defined(REPRO_BENCH_GSL)
    add(false, "GSL (not built with it)");
#endif
    return names.empty() ? "nobody" : names;
}

} // namespace

int main(int argc, char** argv) {
    const auto [path, rounds, sizes] =
        bench::parse_arguments(argc, argv, {"bench/results/fills.md", 15, {1'000'000, 10'000'000}});
    bench::numpy_process python("bench/numpy_fills.py");
    bench::report out(path);
    out.text("# Bulk fills\n\nWritten by bench_fills on " + bench::today() +
             "; docs/fills.md explains the method. One core, " + std::to_string(rounds) +
             " rounds, every bit equal to single draws before any clock ran.\n\n" +
             "- Machine: " + bench::processor() + ", " + std::to_string(std::thread::hardware_concurrency()) +
             " processors\n" + "- Best tier: " + name_of(repro::best_simd()) + "\n- Compiler: " + compiler() +
             "\n- NumPy: " + (python.running() ? python.version() : "absent") +
             "\n- Absent: " + absent(python) + "\n");
    for (const std::size_t n : sizes)
        run_size(n, rounds, python, out);
    contest seeding = seeding_contest();
    run(seeding, python, 1000, rounds);
    head(out, 1000);
    rows(out, seeding, 1000, 0.0);
    bench::method_table(python, rounds, out);
    return 0;
}
