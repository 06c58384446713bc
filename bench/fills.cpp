// SPDX-License-Identifier: MIT
// Bulk fills of every tier beside NumPy, the standard library, pcg-cpp, Random123 and GSL: equal bits first,
// then times, every contestant once a round. Usage: bench_fills [ROUNDS [N...]]; the table also goes to
// bench/results/fills.md.
#include <repro/compat/numpy/fill.hpp>
#include <repro/compat/numpy/fill/philox.hpp>
#include <repro/rng/fill.hpp>

#include "support/numpy_process.hpp"
#include "support/timing.hpp"

#include <pcg_random.hpp>
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
using repro::simd;

/// One thing to fill, by whoever can.
struct contest {
    std::string name;
    std::size_t bytes_each;
    std::string numpy_case; ///< empty where NumPy has none
    std::vector<bench::timed_case> contestants;
    std::vector<double> numpy_times{};
};

/// Touched memory, in huge pages where the system gives them.
template <class T> std::span<T> memory(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    void* const p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) std::abort();
    ::madvise(p, bytes, MADV_HUGEPAGE);
    std::memset(p, 1, bytes);
    return {static_cast<T*>(p), n};
}

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
        "Generator.random, float64", "random", d, g, [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
    list.back().contestants.push_back(one_by_one(
        "pcg-cpp", d, [e = ::pcg64(42)]() mutable { return static_cast<double>(e() >> 11) * 0x1p-53; }));
    list.back().contestants.push_back(
        one_by_one("std::uniform_real, mt19937_64", d,
                   standard<std::mt19937_64>(std::uniform_real_distribution<double>())));
    list.push_back(between_tiers(
        "Generator.random, float32", "random_f32", f, g, [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
    list.push_back(between_tiers(
        "Generator.integers(0, 100), int64", "integers", i, g,
        [](auto& t, auto out) { t.integers(0, 100, out); },
        [](auto& t, auto out, simd tier) { fill::integers(t, 0, 100, out, tier); }));
    list.back().contestants.push_back(
        one_by_one("std::uniform_int, mt19937_64", i,
                   standard<std::mt19937_64>(std::uniform_int_distribution<std::int64_t>(0, 99))));
    list.push_back(between_tiers(
        "Generator.standard_normal, float64", "standard_normal", d, g,
        [](auto& t, auto out) { t.standard_normal(out); },
        [](auto& t, auto out, simd tier) { fill::standard_normal(t, out, tier); }));
    list.back().contestants.push_back(one_by_one(
        "std::normal, mt19937_64", d, standard<std::mt19937_64>(std::normal_distribution<double>())));
    list.push_back(between_tiers(
        "Generator.standard_exponential, float64", "standard_exponential", d, g,
        [](auto& t, auto out) { t.standard_exponential(out); },
        [](auto& t, auto out, simd tier) { fill::standard_exponential(t, out, tier); }));
    list.push_back(between_tiers(
        "Generator.permutation, int64", "permutation", i, g, [](auto& t, auto out) { t.permutation(out); },
        [](auto& t, auto out, simd tier) { fill::permutation(t, out, tier); }));
    list.back().contestants.push_back(standard_shuffle(i));
    list.push_back(between_tiers(
        "Generator(Philox).random, float64", "philox_random", d, numpy::basic_generator<numpy::philox>(42),
        [](auto& t, auto out) { t.random(out); },
        [](auto& t, auto out, simd tier) { fill::random(t, out, tier); }));
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
        "RandomState.random_sample, and Python's random()", "random_sample", d, rs,
        [](auto& t, auto out) { t.random_sample(out); },
        [](auto& t, auto out, simd tier) { fill::random_sample(t, out, tier); }));
    list.back().contestants.push_back(one_by_one(
        "std::uniform_real, mt19937", d, standard<std::mt19937>(std::uniform_real_distribution<double>())));
    list.push_back(between_tiers(
        "RandomState.randint(0, 100), int64", "randint", i, rs,
        [](auto& t, auto out) { t.randint(0, 100, out); },
        [](auto& t, auto out, simd tier) { fill::randint(t, 0, 100, out, tier); }));
    list.push_back(between_tiers(
        "RandomState.randn", "randn", d, rs, [](auto& t, auto out) { t.standard_normal(out); },
        [](auto& t, auto out, simd tier) { fill::standard_normal(t, out, tier); }));
#if defined(REPRO_BENCH_GSL)
    add_gsl(list[0], list[2], d);
#endif
    list.push_back(between_tiers(
        "RandomState.permutation, int64", "legacy_permutation", i, rs,
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
                                                         "philox_random", u));
#if __has_include(<Random123/philox.h>)
    list[0].contestants.push_back(random123<r123::Philox4x32>(u));
    list[1].contestants.push_back(random123<r123::Threefry2x32>(u));
    list[2].contestants.push_back(random123<r123::Threefry4x64>(u));
    list[3].contestants.push_back(random123<r123::Philox4x64>(u));
#endif
    return list;
}

contest word_contest(std::span<std::uint32_t> w) {
    contest c{"MT19937, 32 bits", sizeof(std::uint32_t), "", {}};
    for (const simd tier : tiers())
        c.contestants.push_back(
            {name_of(tier), [=, e = repro::mt19937(42)]() mutable { fill::words(e, w, tier); }});
    c.contestants.push_back(one_by_one("single draws", w, repro::mt19937(42)));
    c.contestants.push_back(one_by_one("std::mt19937", w, std::mt19937(42)));
    return c;
}

contest raw_contest(std::span<std::uint64_t> u) {
    contest c{"PCG64, 64 bits", sizeof(std::uint64_t), "random_raw", {}};
    for (const simd tier : tiers())
        c.contestants.push_back(
            {name_of(tier), [=, g = numpy::default_rng(42)]() mutable { fill::random_raw(g, u, tier); }});
    c.contestants.push_back(one_by_one("single draws", u, numpy::pcg64(42)));
    c.contestants.push_back(one_by_one("pcg-cpp", u, ::pcg64(42)));
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
    contest c{"default_rng(seed), a thousand of them", 0, "default_rng", {}};
    c.contestants.push_back({"ours", [] {
                                 for (std::uint64_t seed = 0; seed < n; ++seed) {
                                     const std::uint64_t word = numpy::default_rng(seed)();
                                     asm volatile("" : : "r"(word));
                                 }
                             }});
    return c;
}

/// Puts NumPy among the contestants: its times are those that it measures itself.
void add_numpy(contest& c, bench::numpy_process& python, std::size_t n) {
    if (!python.running() || c.numpy_case.empty()) return;
    c.contestants.push_back({"NumPy " + python.version(),
                             [&c, &python, n] { c.numpy_times.push_back(python.run(c.numpy_case, n)); }});
}

double median(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
}

/// The median of the ratios round by round, which is steadier than the ratio of medians.
double ratio(const std::vector<double>& theirs, const std::vector<double>& ours) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i)
        ratios.push_back(theirs[i] / ours[i]);
    return median(ratios);
}

std::string decimal(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

class report {
public:
    explicit report(std::FILE* file) : file_(file) {}

    void text(const std::string& text) {
        for (std::FILE* const to : {file_, stdout}) {
            if (to == nullptr) continue;
            std::fputs(text.c_str(), to);
            std::fflush(to);
        }
    }

    void head(std::size_t n) {
        text("\n## n = " + std::to_string(n) + "\n\n" +
             "| fill | by | ns each, median | min to max | NumPy takes | of the store limit |\n" +
             "|---|---|---|---|---|---|\n");
    }

    void rows(const contest& c, std::size_t n, double limit_per_byte) {
        const auto each = [&](double microseconds) { return microseconds * 1000.0 / static_cast<double>(n); };
        for (const bench::timed_case& by : c.contestants) {
            const double middle = each(by.quantile(0.5));
            const double part = limit_per_byte * static_cast<double>(c.bytes_each) / middle;
            text("| " + c.name + " | " + by.name + " | " + decimal(middle, 3) + " | " +
                 decimal(each(by.quantile(0.0)), 3) + " to " + decimal(each(by.quantile(1.0)), 3) + " | " +
                 (c.numpy_times.empty() ? "" : decimal(ratio(c.numpy_times, by.microseconds), 1) + "x") +
                 " | " + (c.bytes_each == 0 ? "" : decimal(100.0 * part, 0) + " %") + " |\n");
        }
    }

private:
    std::FILE* file_;
};

void run(contest& c, bench::numpy_process& python, std::size_t n, int rounds) {
    add_numpy(c, python, n);
    bench::run_rounds(c.contestants, rounds);
    if (c.numpy_times.empty()) return;
    c.numpy_times.erase(c.numpy_times.begin()); // the round that does not count
    c.contestants.back().microseconds = c.numpy_times;
}

std::string processor() {
    std::FILE* const file = std::fopen("/proc/cpuinfo", "r");
    char line[256];
    std::string name = "unknown processor";
    while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr)
        if (std::strncmp(line, "model name", 10) == 0) name = std::strchr(line, ':') + 2;
    if (file != nullptr) std::fclose(file);
    return name.substr(0, name.find('\n'));
}

void run_size(std::size_t n, int rounds, bench::numpy_process& python, report& out) {
    const std::span<double> d = memory<double>(n);
    const std::span<float> f(reinterpret_cast<float*>(d.data()), n);
    const std::span<std::int64_t> i(reinterpret_cast<std::int64_t*>(d.data()), n);
    const std::span<std::uint64_t> u(reinterpret_cast<std::uint64_t*>(d.data()), n);
    const std::span<std::uint32_t> w(reinterpret_cast<std::uint32_t*>(d.data()), n);

    contest limit = limit_contest(d);
    run(limit, python, n, rounds);
    double fastest = limit.contestants[0].quantile(0.5);
    for (const bench::timed_case& by : limit.contestants)
        fastest = std::min(fastest, by.quantile(0.5));
    const double limit_per_byte = fastest * 1000.0 / static_cast<double>(n) / sizeof(double);
    out.head(n);
    out.rows(limit, n, limit_per_byte);

    const auto run_all = [&](std::vector<contest> contests) {
        for (contest& c : contests) {
            run(c, python, n, rounds);
            out.rows(c, n, limit_per_byte);
        }
    };
    run_all(generator_contests(d, f, i));
    run_all(legacy_contests(d, i));
    run_all(counter_contests(u));
    run_all({word_contest(w), raw_contest(u)});
    ::munmap(d.data(), d.size_bytes());
}

} // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 11;
    std::vector<std::size_t> sizes;
    for (int i = 2; i < argc; ++i)
        sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    if (sizes.empty()) sizes = {1'000'000, 10'000'000};

    bench::numpy_process python("bench/numpy_fills.py");
    std::FILE* const file = std::fopen("bench/results/fills.md", "w");
    report out(file);
    out.text("# Bulk fills\n\nWritten by bench_fills; docs/fills.md explains the method. One core, " +
             std::to_string(rounds) + " rounds, every bit equal to single draws before any clock ran.\n\n" +
             processor() + ", best tier " + name_of(repro::best_simd()) + "; compiler " + __VERSION__ +
             "; NumPy " + (python.running() ? python.version() : "absent") + "; processors " +
             std::to_string(std::thread::hardware_concurrency()) + ".\n");
    for (const std::size_t n : sizes)
        run_size(n, rounds, python, out);
    contest seeding = seeding_contest();
    run(seeding, python, 1000, rounds);
    out.head(1000);
    out.rows(seeding, 1000, 0.0);
    if (file != nullptr) std::fclose(file);
    return 0;
}
