// SPDX-License-Identifier: MIT
#include <repro/core/error.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

static_assert(to_string(repro::errc::argument_invalid) == "E_ARGUMENT_INVALID");
static_assert(to_string(repro::errc::id_invalid) == "E_ID_INVALID");
static_assert(to_string(repro::errc::name_taken) == "E_NAME_TAKEN");
static_assert(to_string(repro::errc::not_seeded) == "E_NOT_SEEDED");
static_assert(to_string(repro::errc::seed_invalid) == "E_SEED_INVALID");
static_assert(to_string(repro::errc::snapshot_damaged) == "E_SNAPSHOT_DAMAGED");
static_assert(to_string(repro::errc::state_invalid) == "E_STATE_INVALID");
static_assert(to_string(repro::errc::unwritable) == "E_UNWRITABLE");
static_assert(to_string(repro::warn::artifact_missing) == "W_ARTIFACT_MISSING");
static_assert(to_string(repro::warn::seed_changed) == "W_SEED_CHANGED");
static_assert(to_string(repro::warn::volatile_fs) == "W_VOLATILE_FS");

namespace {

/// Returns whether `name` is `prefix` and then words of capital letters joined by underscores.
bool well_spelled(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix) || name.ends_with('_') || name.find("__") != std::string_view::npos)
        return false;
    for (const char c : name)
        if (c != '_' && (c < 'A' || c > 'Z')) return false;
    return name.size() > prefix.size();
}

/// Returns the name as code spells it, by which the lists are sorted.
std::string in_code(std::string_view name) {
    std::string lower(name);
    for (char& c : lower)
        c = c == '_' ? c : static_cast<char>(c - 'A' + 'a');
    return lower;
}

template <class Code> void check_names(std::string_view prefix) {
    std::set<std::string_view> seen;
    std::string previous;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Code::count_); ++i) {
        const std::string_view name = to_string(static_cast<Code>(i));
        INFO(name);
        CHECK(well_spelled(name, prefix));
        CHECK(seen.insert(name).second);
        CHECK(previous < in_code(name)); // both lists are sorted, so no code takes its neighbour's name
        previous = in_code(name);
    }
}

} // namespace

TEST_CASE("every error code has a spelling of its own") { check_names<repro::errc>("E_"); }

TEST_CASE("every warning code has a spelling of its own") { check_names<repro::warn>("W_"); }

TEST_CASE("an error says where, what, the fix and the code") {
    const repro::error problem(repro::errc::name_taken, "stream 'a'", "exists already",
                               "choose another name");
    CHECK(problem.code() == repro::errc::name_taken);
    CHECK(problem.where() == "stream 'a'");
    CHECK(problem.what_failed() == "exists already");
    CHECK(problem.fix() == "choose another name");
    CHECK(std::string(problem.what()) == "stream 'a': exists already (choose another name) [E_NAME_TAKEN]");
}

TEST_CASE("an error is caught as the standard's runtime_error") {
    try {
        throw repro::error(repro::errc::internal, "a", "b", "c");
    } catch (const std::runtime_error& problem) {
        CHECK(std::string_view(problem.what()).ends_with("[E_INTERNAL]"));
    }
}
