// SPDX-License-Identifier: MIT
#include <repro/capture/compiler.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

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

} // namespace

TEST_CASE("this translation unit is among the builds, as its own macros say") {
    const auto facts = repro::capture_compiler();
    const auto own = repro::detail::describe_build(repro::detail::this_build);
    CHECK(has(own, "ndebug") == here_is_ndebug);
    CHECK(own.standard == static_cast<std::uint64_t>(__cplusplus));
    CHECK(std::any_of(facts.builds.begin(), facts.builds.end(), [&own](repro::build_facts build) {
        build.units = own.units;
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
    const repro::detail::build_note one{"gcc",  {12, 2, 0}, "libstdc++", 12,  20220819,
                                        202002, 0,          "optimize ", true};
    repro::detail::build_note two = one;
    two.flags = "optimize avx2 ";
    const repro::detail::build_note* const notes[] = {&one, &two, &one};
    const auto builds = repro::detail::distinct_builds(notes);
    REQUIRE(builds.size() == 2);
    CHECK(builds[0].compiler == "gcc 12.2.0");
    CHECK(builds[0].standard_library == "libstdc++ 12 (20220819)");
    CHECK(builds[0].flags == std::vector<std::string>{"optimize"});
    CHECK(builds[0].units == 2);
    CHECK(builds[1].flags == std::vector<std::string>{"optimize", "avx2"});
    CHECK(builds[1].units == 1);
}

TEST_CASE("the C library is the one that runs") {
    CHECK(repro::capture_compiler().libc == std::string("glibc ") + gnu_get_libc_version());
}

TEST_CASE("what the preprocessor cannot know is said to be missing") {
    const auto missing = repro::capture_compiler().missing;
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].field == "build.fp_contract");
}
