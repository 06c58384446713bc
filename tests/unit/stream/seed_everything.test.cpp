// SPDX-License-Identifier: MIT
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

using repro::seed_everything;
using repro::seed_report;
using repro::seed_rule;

template <class T>
concept taken_as_seed = requires(T value) { seed_everything(value); };
static_assert(taken_as_seed<int> && taken_as_seed<std::uint64_t> && taken_as_seed<repro::seed>);
static_assert(taken_as_seed<std::nullopt_t> && taken_as_seed<std::optional<repro::seed>>);
static_assert(!taken_as_seed<bool> && !taken_as_seed<double> && !taken_as_seed<const char*>);

namespace {

constexpr std::uint64_t wide = (std::uint64_t{1} << 32) + 5;

/// Ten, or as many, values of each process-wide stream, by the stream's name.
const std::map<std::string, double (*)()> draws = {
    {"python/random", [] { return repro::python::global().random(); }},
    {"numpy/legacy", [] { return repro::numpy::legacy().random_sample(); }},
    {"numpy/generator", [] { return repro::numpy::default_generator().random(); }},
    {"pytorch/cpu", [] { return repro::pytorch::default_generator().rand<double>(); }},
    {"c/random", [] { return static_cast<double>(::random()); }},
    {"c/drand48", [] { return ::drand48(); }},
    {"named", [] { return static_cast<double>(repro::stream("named")() >> 11); }},
};

std::vector<double> numbers_of(const std::string& name, int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i)
        values.push_back(draws.at(name)());
    return values;
}

/// The digest of each stream's state as the ledger has it.
std::map<std::string, std::string> states() {
    std::map<std::string, std::string> digests;
    for (const auto& each : repro::streams().ledger())
        digests[each.name] = each.state.hex();
    return digests;
}

/// The names of the streams whose state is another one than in `before`.
std::vector<std::string> moved(const std::map<std::string, std::string>& before) {
    std::vector<std::string> names;
    for (const auto& [name, digest] : states())
        if (before.at(name) != digest) names.push_back(name);
    return names;
}

repro::stream_facts facts_of(const seed_report& report, std::string_view name) {
    for (const auto& each : report.streams)
        if (each.name == name) return each;
    FAIL("the report does not hold " << name);
    return {};
}

std::string gap_of(const seed_report& report, std::string_view field) {
    for (const auto& each : report.not_seeded)
        if (each.field == field) return each.reason;
    return {};
}

std::string warning_of(const seed_report& report, repro::warn code) {
    for (const auto& each : report.warnings)
        if (each.code == code) return each.text;
    return {};
}

} // namespace

TEST_CASE("ten values of the Python twin after seed 0 are CPython's") {
    (void)seed_everything(0);
    const std::vector<double> expected = {
        0x1.b0580f98a7dbep-1, 0x1.84129978f9c1ap-1, 0x1.aeaa51052e978p-2, 0x1.092178fb945a6p-2,
        0x1.05c5ccdf19707p-1, 0x1.9ea70df588b3cp-2, 0x1.914e0c751c4f5p-1, 0x1.36979c7be0decp-2,
        0x1.e809082dd48fcp-2, 0x1.2ab10cf910f7dp-1}; // CPython 3.11: random.seed(0), then random.random()
    CHECK(numbers_of("python/random", 10) == expected);
}

TEST_CASE(
    "the streams of NumPy, PyTorch and the C library stand where the originals do after the same seed") {
    (void)seed_everything(0);
    CHECK(numbers_of("pytorch/cpu", 1) == // PyTorch 2.11: torch.manual_seed(0), then rand(1, dtype=float64)
          std::vector<double>{0x1.f0aac97c4aa2fp-1});
    CHECK(numbers_of("numpy/legacy", 3) == // NumPy 2.2.4: np.random.seed(0), then random_sample()
          std::vector<double>{0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1, 0x1.349d66b6e894bp-1});
    CHECK(numbers_of("numpy/generator", 3) == // NumPy 2.2.4: default_rng(0).random()
          std::vector<double>{0x1.461fd79fb3850p-1, 0x1.1442f7e20b674p-2, 0x1.4fa7b529d9bd0p-5});
    (void)seed_everything(42);
    CHECK(numbers_of("numpy/generator", 3) ==
          std::vector<double>{0x1.8c43f79a2db24p-1, 0x1.c16959869e47ep-2, 0x1.b79a2584ddb42p-1});
    CHECK(numbers_of("numpy/legacy", 3) ==
          std::vector<double>{0x1.7f8771e5f51ecp-2, 0x1.e6c4068bbd654p-1, 0x1.76c7e8f1e6751p-1});
    CHECK(numbers_of("c/random", 3) ==
          std::vector<double>{71876166, 708592740, 1483128881}); // glibc: srandom(42)
}

TEST_CASE("the same seed twice gives the same values of every stream, another seed gives others") {
    for (const auto& [name, draw] : draws) {
        INFO(name);
        (void)seed_everything(42);
        const auto first = numbers_of(name, 10);
        (void)seed_everything(42);
        CHECK(numbers_of(name, 10) == first);
        (void)seed_everything(43);
        CHECK(numbers_of(name, 10) != first);
    }
}

TEST_CASE("drawing from one stream moves no other") {
    (void)seed_everything(42);
    (void)repro::stream("named");
    for (const auto& [name, draw] : draws)
        for (int i = 0; i < 3; ++i) {
            const auto before = states();
            (void)draw();
            INFO(name);
            CHECK(moved(before) == std::vector<std::string>{name});
        }
}

TEST_CASE("seeding one stream moves no other") {
    (void)seed_everything(42);
    const auto check = [](const std::string& name, auto reseed) {
        const auto before = states();
        reseed();
        INFO(name);
        CHECK(moved(before) == std::vector<std::string>{name});
    };
    check("python/random", [] { repro::python::global().seed(1); });
    check("numpy/legacy", [] { repro::numpy::legacy().seed(1); });
    check("numpy/generator", [] { repro::numpy::default_generator() = repro::numpy::default_rng(1); });
    check("pytorch/cpu", [] { repro::pytorch::default_generator().manual_seed(1); });
    check("c/random", [] { ::srandom(1); });
    check("c/random", [] { std::srand(2); });
    check("c/drand48", [] { ::srand48(1); });
}

TEST_CASE("the report holds each stream with engine, seed, rule, draws and digest") {
    const auto report = seed_everything(42);
    CHECK(report.seed == 42);
    CHECK(report.source == repro::seed_source::code);
    for (const char* name :
         {"python/random", "numpy/legacy", "numpy/generator", "pytorch/cpu", "c/random", "c/drand48"}) {
        const auto facts = facts_of(report, name);
        INFO(name);
        CHECK(facts.seed == "42");
        CHECK(facts.rule == seed_rule::exact);
        CHECK(facts.note.empty());
        CHECK_FALSE(facts.engine.empty());
        CHECK(facts.state != repro::digest256{});
        CHECK(facts.draws.has_value() == facts.draws_reason.empty());
        CHECK(report.text().find("seeded      " + std::string(name)) != std::string::npos);
    }
    CHECK(report.text().starts_with("seed 42 (code)\n"));
}

TEST_CASE("a seed that an original does not take is derived by the stated rule, never cut") {
    const auto report = seed_everything(wide);
    CHECK(facts_of(report, "python/random").seed == "4294967301");
    CHECK(facts_of(report, "python/random").rule == seed_rule::exact);
    CHECK(facts_of(report, "numpy/generator").rule == seed_rule::exact);
    CHECK(facts_of(report, "pytorch/cpu").seed == "4294967301");
    CHECK(facts_of(report, "pytorch/cpu").rule == seed_rule::exact);
    CHECK(facts_of(report, "numpy/legacy").seed == "[5, 1]");
    CHECK(facts_of(report, "numpy/legacy").rule == seed_rule::derived);
    constexpr std::array<std::uint32_t, 2> words = {5, 1};
    repro::numpy::random_state expected{std::span<const std::uint32_t>(words)};
    CHECK(repro::numpy::legacy().random_sample() == expected.random_sample());
    for (const char* name : {"c/random", "c/drand48"}) {
        const auto facts = facts_of(report, name);
        CHECK(facts.rule == seed_rule::derived);
        CHECK(facts.seed ==
              std::to_string(static_cast<std::uint32_t>(repro::derive_seed(repro::root_key(wide), name))));
    }
    (void)seed_everything(5);
    const auto of_low_half = numbers_of("c/random", 3);
    (void)seed_everything(wide);
    CHECK(numbers_of("c/random", 3) != of_low_half);
}

TEST_CASE("REPRO_SEED replaces what the code passed, and is recorded as such") {
    ::setenv("REPRO_SEED", "0x2a", 1);
    const auto report = seed_everything(7);
    ::unsetenv("REPRO_SEED");
    CHECK(report.seed == 42);
    CHECK(report.source == repro::seed_source::environment);
    CHECK(repro::streams().seed() == 42);
}

TEST_CASE("a malformed REPRO_SEED is a named error and changes nothing") {
    (void)seed_everything(42);
    const std::string before = repro::snapshot();
    for (const char* text : {"", "-1", "4 2", "18446744073709551616"}) {
        ::setenv("REPRO_SEED", text, 1);
        CHECK(support::refusal([] { (void)seed_everything(7); }) == repro::errc::seed_invalid);
    }
    ::unsetenv("REPRO_SEED");
    CHECK(support::refusal([] { (void)seed_everything(-1); }) == repro::errc::seed_invalid);
    CHECK(repro::snapshot() == before);
}

TEST_CASE("a seed that nobody gave is drawn, printed and recorded", "[.drawn]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::dup2(ends[1], 2);
    const auto report = seed_everything(std::nullopt);
    ::close(ends[1]);
    ::close(2);
    const std::string printed = support::read_all(ends[0]);
    const std::string number = std::to_string(report.seed.value());
    const bool recorded = report.source == repro::seed_source::drawn &&
                          repro::streams().seed() == report.seed &&
                          !warning_of(report, repro::warn::seed_drawn).empty();
    support::answer(number + (printed.find(number) != std::string::npos ? " printed" : "") +
                    (recorded ? " recorded" : ""));
}

TEST_CASE("each process without a seed draws its own") {
    const std::string first = support::in_fresh_process("drawn");
    const std::string second = support::in_fresh_process("drawn");
    CHECK(first.ends_with(" printed recorded"));
    CHECK(second.ends_with(" printed recorded"));
    CHECK(first != second);
}

TEST_CASE("a second call with another seed is warned of, with the same seed it is not") {
    (void)seed_everything(42);
    CHECK(warning_of(seed_everything(42), repro::warn::seed_changed).empty());
    const std::string text = warning_of(seed_everything(43), repro::warn::seed_changed);
    CHECK(text.find("42") != std::string::npos);
    CHECK(text.find("43") != std::string::npos);
}

TEST_CASE("threads that run already are counted and named") {
    const auto running = [] { // the thread sanitizer has one of its own
        unsigned count = 0;
        for (const auto& [name, times] : repro::detail::running_threads())
            count += times;
        return count;
    };
    const bool alone = running() == 1;
    CHECK(warning_of(seed_everything(42), repro::warn::threads_running).empty() == alone);
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&held);
    std::thread early([&] {
        pthread_mutex_lock(&held);
        pthread_mutex_unlock(&held);
    });
    pthread_setname_np(early.native_handle(), "early bird");
    const unsigned count = running();
    const std::string text = warning_of(seed_everything(42), repro::warn::threads_running);
    pthread_mutex_unlock(&held);
    early.join();
    CHECK(text.starts_with(std::to_string(count) + " threads"));
    CHECK(text.find("early bird") != std::string::npos);
}

TEST_CASE("a variable that was set too late is named") {
    ::setenv("OMP_SCHEDULE", "static", 1);
    const std::string text = warning_of(seed_everything(42), repro::warn::environment_late);
    ::unsetenv("OMP_SCHEDULE");
    CHECK(text.find("OMP_SCHEDULE") != std::string::npos);
}

TEST_CASE("a forked child that seeds everything is warned that it draws its parent's numbers") {
    CHECK(warning_of(seed_everything(42), repro::warn::forked).empty());
    CHECK(support::in_forked_child([] {
              return warning_of(seed_everything(42), repro::warn::forked).empty() ? "silent" : "warned";
          }) == "warned");
}

TEST_CASE("a default_rng() without a seed is flagged", "[.unseeded]") {
    const bool before = warning_of(seed_everything(42), repro::warn::unseeded_generator).empty();
    (void)repro::numpy::default_rng();
    const bool after = warning_of(seed_everything(42), repro::warn::unseeded_generator).empty();
    support::answer(std::to_string(before) + std::to_string(after));
}

TEST_CASE("a default_rng() without a seed is flagged, and only then") {
    CHECK(support::in_fresh_process("unseeded") == "10");
}

TEST_CASE("what no seed reaches is named with the reason") {
    ::unsetenv("PYTHONHASHSEED");
    const auto report = seed_everything(42);
    CHECK(gap_of(report, "PYTHONHASHSEED").find("PYTHONHASHSEED=42") != std::string::npos);
    CHECK_FALSE(gap_of(report, "std::random_device, getrandom").empty());
    ::setenv("PYTHONHASHSEED", "42", 1);
    CHECK(gap_of(seed_everything(42), "PYTHONHASHSEED").empty());
    CHECK_FALSE(gap_of(seed_everything(43), "PYTHONHASHSEED").empty());
    ::unsetenv("PYTHONHASHSEED");
}

TEST_CASE("an adapter that is handed in is seeded and reported, and handed in again it takes its place") {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    const auto report = seed_everything(42, support::number_source{"adapter", &first});
    CHECK(first == 42);
    CHECK(facts_of(report, "adapter").seed == "42");
    CHECK(gap_of(report, "adapter/other") == "untouched");
    const auto again = seed_everything(43, support::number_source{"adapter", &second});
    CHECK(first == 42);
    CHECK(second == 43);
    CHECK(std::count_if(again.streams.begin(), again.streams.end(),
                        [](const auto& each) { return each.name == "adapter"; }) == 1);
    repro::streams().untrack("adapter");
}

TEST_CASE("every stream of a new process", "[.everything]") {
    (void)seed_everything(1);
    repro::restore(support::question());
    std::string text;
    for (const auto& [name, draw] : draws)
        for (int i = 0; i < 5; ++i)
            text += std::to_string(draw()) + " ";
    support::answer(text);
}

TEST_CASE("a new process goes on from a snapshot of everything") {
    (void)seed_everything(42);
    for (const auto& [name, draw] : draws)
        (void)draw();
    const std::string text = repro::snapshot();
    std::string expected;
    for (const auto& [name, draw] : draws)
        for (int i = 0; i < 5; ++i)
            expected += std::to_string(draw()) + " ";
    CHECK(support::in_fresh_process("everything", text) == expected);
}

TEST_CASE("an isolated scope puts every stream back") {
    (void)seed_everything(42);
    (void)repro::stream("named");
    const auto before = states();
    {
        const repro::isolate guard;
        for (const auto& [name, draw] : draws)
            (void)draw();
        (void)seed_everything(43);
    }
    CHECK(moved(before).empty());
    CHECK(repro::streams().seed() == 42);
}

TEST_CASE("after a fork the twins go on as the originals would, the named streams are the child's own") {
    for (const auto& [name, draw] : draws) {
        (void)seed_everything(42);
        (void)draw();
        const std::string in_child = support::in_forked_child([own = draw] { return std::to_string(own()); });
        INFO(name);
        CHECK((in_child == std::to_string(draw())) == (name != "named"));
    }
}
