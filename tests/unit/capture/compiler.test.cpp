// SPDX-License-Identifier: MIT
#include <repro/capture/compiler.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <dlfcn.h>
#include <string>
#include <string_view>
#include <vector>

repro::compiler_facts facts_seen_by_another_unit(); // compiler_other.cpp, whose NDEBUG is not ours

namespace {

bool has(const repro::build_facts& build, std::string_view flag) {
    return std::find(build.flags.begin(), build.flags.end(), flag) != build.flags.end();
}

constexpr bool here_is_ndebug =
#ifdef NDEBUG
    true;
#else
    false;
#endif

double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }
double rounded_twice(double a, double b, double c) {
    const volatile double product = a * b;
    return product + c;
}
double first_back(double a, double b) {
    const volatile double sum = a + b;
    return sum - a;
}
double quotient(double a) {
    const volatile double three = 3.0;
    return a / three;
}
double sum_with_zero(double a) {
    const volatile double zero = 0.0;
    return a + zero;
}

/// What a unit does whose compiler takes no liberties, and one that takes all.
constexpr repro::detail::fp_probes plain = {rounded_twice, first_back, quotient, sum_with_zero};
constexpr repro::detail::fp_probes unsafe = {fused, [](double, double b) { return b; },
                                             [](double a) { return a * 0x1.5555555555555p-2; },
                                             [](double a) { return a; }};

} // namespace

TEST_CASE("this translation unit is among the builds, as its own macros say") {
    const auto facts = repro::capture_compiler();
    const auto own = repro::detail::describe_build(repro::detail::this_build);
    CHECK(has(own, "ndebug") == here_is_ndebug);
    CHECK(own.standard == static_cast<std::uint64_t>(__cplusplus));
    CHECK(std::any_of(facts.builds.begin(), facts.builds.end(), [&own](repro::build_facts build) {
        build.units = own.units;
        build.files = own.files;
        return build == own;
    }));
}

TEST_CASE("units compiled with other flags are told apart, and none decides for the other") {
    const auto facts = repro::capture_compiler();
    const auto with = std::count_if(facts.builds.begin(), facts.builds.end(),
                                    [](const auto& build) { return has(build, "ndebug"); });
    CHECK(with >= 1);
    CHECK(static_cast<std::size_t>(with) < facts.builds.size());
    CHECK(facts_seen_by_another_unit().builds == facts.builds);
}

TEST_CASE("equal builds are counted, not repeated") {
    repro::detail::build_note one = repro::detail::this_build;
    one.compiler = "gcc";
    one.version[0] = 12;
    one.version[1] = 2;
    one.version[2] = 0;
    one.standard_library = "libstdc++";
    one.library_version = 12;
    one.library_date = 20220819;
    one.flags = "optimize ";
    one.unit = "one.cpp";
    one.probes = plain;
    repro::detail::build_note two = one;
    two.flags = "optimize ndebug ";
    two.unit = "two.cpp";
    const repro::detail::build_note* const notes[] = {&one, &two, &one};
    const auto builds = repro::detail::distinct_builds(notes);
    REQUIRE(builds.size() == 2);
    CHECK(builds[0].compiler == "gcc 12.2.0");
    CHECK(builds[0].standard_library == "libstdc++ 12 (20220819)");
    CHECK(builds[0].flags == std::vector<std::string>{"optimize"});
    CHECK(builds[0].units == 2);
    CHECK(builds[1].flags == std::vector<std::string>{"optimize", "ndebug"});
    CHECK(builds[1].units == 1);
    CHECK(builds[0].files == std::vector<std::string>{"one.cpp", "one.cpp"});
}

TEST_CASE("the C library is the one that runs") {
    CHECK(repro::capture_compiler().libc == std::string("glibc ") + gnu_get_libc_version());
}

TEST_CASE("a unit is named by its file, without the folders that lead there") {
    const std::string_view unit = repro::detail::this_build.unit;
    CHECK((unit == "compiler.test.cpp" || unit.starts_with("cmake_pch")));
    for (const auto& build : repro::capture_compiler().builds)
        for (const std::string& file : build.files)
            CHECK(file.find('/') == std::string::npos);
}

TEST_CASE("four expressions tell what a unit does to floating point, in any rounding mode") {
    using repro::detail::fp_habits;
    using repro::detail::observe;
    const auto before = repro::detail::read_fp_control();
    for (const std::uint64_t mode : {0u, 1u, 2u, 3u}) {
        auto control = before;
#if defined(__x86_64__)
        control.main = (control.main & ~std::uint64_t{0x6000}) | mode << 13;
#endif
        const repro::detail::fp_control_scope scope(control);
        CHECK(observe(plain) == fp_habits{});
        CHECK(observe(unsafe) == fp_habits{true, true, true, true});
        CHECK(repro::detail::read_fp_control() == control);
    }
}

TEST_CASE("code for instructions that this processor lacks is never called") {
    std::vector<std::string> flags = {"optimize"};
    CHECK(repro::detail::can_run(flags));
#if defined(__x86_64__)
    flags.emplace_back("fma4"); // no processor has both
    flags.emplace_back("avx512f");
    REQUIRE_FALSE(repro::detail::can_run(flags));
    constexpr repro::detail::fp_probes lethal{};
    repro::detail::add_habits(flags, lethal);
    CHECK(flags.back() == "unprobed");
#endif
}

TEST_CASE("shared libraries speak for themselves, and a disagreement names the units on both sides") {
    const auto before = repro::capture_compiler();
    void* const module = ::dlopen(REPRO_CONTRACTING_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    const auto facts = repro::capture_compiler();
    ::dlclose(module);
    const auto build = std::find_if(facts.builds.begin(), facts.builds.end(), [](const auto& each) {
        return each.object.find("contracting_module") != std::string::npos;
    });
    REQUIRE(build != facts.builds.end());
    CHECK(build->files == std::vector<std::string>{"contracting.cpp"});
    CHECK(has(*build, "ndebug"));
    CHECK(facts.missing.empty());
    CHECK(std::none_of(before.builds.begin(), before.builds.end(),
                       [&](const auto& each) { return each.object == build->object; }));
#if defined(__x86_64__)
    if (__builtin_cpu_supports("fma") == 0) {
        CHECK(has(*build, "unprobed"));
        return;
    }
    CHECK(has(*build, "fma"));
#endif
    CHECK(has(*build, "contracts"));
    const auto warnings = repro::build_disagreements(facts);
    if (has(repro::detail::describe_build(repro::detail::this_build), "contracts")) return; // all agree
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].code == repro::warn::builds_differ);
    CHECK(warnings[0].text.find("contracts in contracting.cpp (") != std::string::npos);
    CHECK(warnings[0].text.find("none in ") != std::string::npos);
}

TEST_CASE("parts of -ffast-math that no macro tells are seen in what the unit computes") {
    const auto facts = repro::capture_compiler();
    const auto unit = std::find_if(facts.builds.begin(), facts.builds.end(), [](const auto& each) {
        return std::find(each.files.begin(), each.files.end(), "unsafe_maths.cpp") != each.files.end();
    });
    REQUIRE(unit != facts.builds.end());
    CHECK(has(*unit, "reassociates"));
    CHECK(has(*unit, "reciprocates"));
    CHECK(has(*unit, "drops-zero-signs"));
    CHECK_FALSE(has(*unit, "fast-math"));
    CHECK(repro::build_disagreements(facts).size() == 1);
}

TEST_CASE("units that agree about numbers give no warning, whatever else differs") {
    repro::compiler_facts facts;
    for (const char* const flags : {"optimize ", "ndebug avx2 "}) {
        repro::detail::build_note note = repro::detail::this_build;
        note.flags = flags;
        note.probes = plain;
        repro::detail::add_build(facts.builds, repro::detail::describe_build(note));
    }
    REQUIRE(facts.builds.size() == 2);
    CHECK(repro::build_disagreements(facts).empty());
    facts.builds[1].evaluation_method = 2;
    CHECK(repro::build_disagreements(facts).size() == 1);
}
