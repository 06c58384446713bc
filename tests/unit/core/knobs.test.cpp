// SPDX-License-Identifier: MIT
#include <repro/core/knobs.hpp>

#include "support/process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

using namespace std::string_view_literals;
using repro::detail::holds_entry;

TEST_CASE("an entry is found only whole") {
    constexpr std::string_view environment = "A=1\0AB=2\0EMPTY=\0PATH=/a=b\0"sv;
    CHECK(holds_entry(environment, "A", "1"));
    CHECK(holds_entry(environment, "AB", "2"));
    CHECK(holds_entry(environment, "EMPTY", ""));
    CHECK(holds_entry(environment, "PATH", "/a=b"));
    CHECK_FALSE(holds_entry(environment, "A", "2"));
    CHECK_FALSE(holds_entry(environment, "A", ""));
    CHECK_FALSE(holds_entry(environment, "A", "12"));
    CHECK_FALSE(holds_entry(environment, "B", "2"));
    CHECK_FALSE(holds_entry(environment, "PATH", "b"));
    CHECK_FALSE(holds_entry("", "A", ""));
    CHECK(holds_entry("A=1", "A", "1")); // the last entry may lack its NUL
}

TEST_CASE("every knob has one name and a reader") {
    std::set<std::string_view> names;
    for (const repro::knob& each : repro::knobs) {
        INFO(each.name);
        CHECK(names.insert(each.name).second);
        CHECK_FALSE(each.name.empty());
        CHECK_FALSE(each.reader.empty());
    }
}

TEST_CASE("a knob that stood when the process started is not late, one set or changed since is",
          "[.late-knobs]") {
    std::string late;
    for (const repro::knob& each : repro::knobs_set_late())
        late.append(each.name).append(" ");
    ::setenv("MKL_CBWR", "COMPATIBLE", 1);
    ::setenv("OMP_DYNAMIC", "true", 1);
    late += "then ";
    for (const repro::knob& each : repro::knobs_set_late())
        late.append(each.name).append(" ");
    support::answer(late);
}

TEST_CASE("knobs set after the process started are told from those that stood") {
    // The fresh process inherits OMP_DYNAMIC=false and sets MKL_CBWR and OMP_DYNAMIC itself.
    ::setenv("OMP_DYNAMIC", "false", 1);
    ::unsetenv("MKL_CBWR");
    CHECK(support::in_fresh_process("late-knobs") == "then OMP_DYNAMIC MKL_CBWR ");
    ::unsetenv("OMP_DYNAMIC");
}
