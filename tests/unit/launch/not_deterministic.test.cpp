// SPDX-License-Identifier: MIT
#include <repro/launch/not_deterministic.hpp>

#include "support/process.hpp"
#include "support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

using repro::level;
using repro::not_deterministic;
using repro::detail::scoped_level;

namespace {

std::uint64_t count_of(std::string_view name) {
    for (const repro::not_deterministic_use& each : repro::not_deterministic_uses())
        if (each.name == name) return each.count;
    return 0;
}

/// Returns what `body` prints to stderr, in a process of its own.
template <class Body> std::string printed(Body body) {
    const support::scoped_variable loud("REPRO_QUIET", std::nullopt);
    return support::read_from_child([&](int out) {
        ::dup2(out, STDERR_FILENO);
        body();
    });
}

std::size_t lines(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        count += c == '\n' ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("not_deterministic throws at level bit-exact, with name, hint and place, every time") {
    const scoped_level declared(level::bit_exact);
    for (std::uint64_t call = 1; call <= 2; ++call) {
        try {
            not_deterministic("thrown", "use the ordered one");
            FAIL("nothing was thrown");
        } catch (const repro::error& problem) {
            CHECK(problem.code() == repro::errc::not_deterministic);
            CHECK(problem.what_failed().starts_with("thrown is not deterministic"));
            CHECK(problem.fix() == "use the ordered one");
            CHECK(problem.where().find("not_deterministic.test.cpp:") != std::string::npos);
        }
        CHECK(count_of("thrown") == call);
    }
}

TEST_CASE("not_deterministic warns once for each name at level seed-stable") {
    const std::string text = printed([] {
        const scoped_level declared(level::seed_stable);
        for (int i = 0; i < 3; ++i) {
            not_deterministic("warned/a", "use b");
            not_deterministic("warned/b");
        }
    });
    CHECK(lines(text) == 2);
    CHECK(text.find("repro: warning: warned/a is not deterministic (") == 0);
    CHECK(text.find("use b [W_NOT_DETERMINISTIC]\n") != std::string::npos);
}

TEST_CASE("not_deterministic prints nothing at level distribution-stable, without a level, or when asked to "
          "be quiet") {
    const auto call = [](std::optional<level> which) {
        const scoped_level declared(which);
        not_deterministic("silent");
    };
    CHECK(printed([&] { call(level::distribution_stable); }).empty());
    CHECK(printed([&] { call(std::nullopt); }).empty());
    CHECK(printed([&] {
              ::setenv("REPRO_QUIET", "1", 1);
              call(level::seed_stable);
          }).empty());
}

TEST_CASE("not_deterministic counts every call of every thread") {
    const scoped_level declared(level::distribution_stable);
    constexpr std::uint64_t calls = 5000, names = 8;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([] {
            for (std::uint64_t call = 0; call < calls; ++call)
                not_deterministic("threads/" + std::to_string(call % names), "hint");
        });
    for (std::thread& each : threads)
        each.join();
    std::uint64_t found = 0;
    for (const repro::not_deterministic_use& each : repro::not_deterministic_uses())
        if (each.name.starts_with("threads/")) {
            ++found;
            CHECK(each.count == 4 * calls / names);
            CHECK(each.hint == "hint");
        }
    CHECK(found == names);
}

TEST_CASE("not_deterministic keeps the hint and the place of a name's first call") {
    not_deterministic("first", "one", "a.cpp", 1);
    not_deterministic("first", "two", "b.cpp", 2);
    for (const repro::not_deterministic_use& each : repro::not_deterministic_uses())
        if (each.name == "first") CHECK(each == repro::not_deterministic_use{"first", "one", "a.cpp:1", 2});
}

TEST_CASE("a control character in a name does not reach the terminal") {
    const std::string text = printed([] {
        const scoped_level declared(level::seed_stable);
        not_deterministic("bell\a", "\x1b[31m");
    });
    CHECK(text.find_first_of("\a\x1b") == std::string::npos);
}

TEST_CASE("a scoped level brings back what was declared before, once") {
    const scoped_level outer(level::distribution_stable);
    scoped_level inner(level::bit_exact);
    CHECK(repro::declared_level() == level::bit_exact);
    inner.end();
    CHECK(repro::declared_level() == level::distribution_stable);
    const scoped_level none(std::nullopt);
    CHECK(repro::declared_level() == level::distribution_stable);
}
