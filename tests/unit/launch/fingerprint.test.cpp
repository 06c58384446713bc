// SPDX-License-Identifier: MIT
#include <repro/launch/fingerprint.hpp>

#include "support/command.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <cfenv>
#include <cstddef>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using parts = std::map<std::string, std::string>;

/// Returns the digests that the subject prints, with `variables` before its name and `libraries` behind.
parts in_another_process(const std::string& variables, const std::string& libraries = "") {
    const auto made =
        support::run_command("env " + variables + " " REPRO_FINGERPRINT_SUBJECT " " + libraries);
    REQUIRE(made.status == 0);
    std::istringstream lines(made.output);
    parts found;
    for (std::string name, digest, through; lines >> name >> digest && std::getline(lines, through);)
        found[name] = digest;
    return found;
}

parts here(repro::read_back_scope scope = repro::read_back_scope::everything) {
    parts found;
    for (const repro::fingerprint_part& each : repro::fingerprint(scope))
        found[each.name] = each.digest.value_or("none");
    return found;
}

} // namespace

TEST_CASE("libm has three parts, each with a digest and the object that computed it") {
    const std::vector<repro::fingerprint_part> found = repro::fingerprint();
    REQUIRE(found.size() >= 3);
    const char* const names[] = {"libm/double", "libm/float", "libm/roots"};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(found[i].name == names[i]);
        CHECK(found[i].digest.value_or("").size() == 16);
        CHECK(found[i].through.find("libm") != std::string::npos);
        CHECK(found[i].reason.empty());
    }
}

TEST_CASE("the fingerprint is the same again, and in a program that other flags compiled") {
    const parts first = here();
    CHECK(here() == first);
    const parts elsewhere = in_another_process("");
    for (const char* const name : {"libm/double", "libm/float", "libm/roots"})
        CHECK(elsewhere.at(name) == first.at(name));
}

TEST_CASE("rounding, flags and errno of the caller neither count nor change") {
    const parts plain = here();
    std::fesetround(FE_UPWARD);
    std::feclearexcept(FE_ALL_EXCEPT);
    errno = 77;
    const parts upward = here();
    const int raised = std::fetestexcept(FE_ALL_EXCEPT);
    const int number = errno;
    const int rounding = std::fegetround();
    std::fesetround(FE_TONEAREST);
    CHECK(upward == plain);
    CHECK(raised == 0);
    CHECK(number == 77);
    CHECK(rounding == FE_UPWARD);
}

TEST_CASE("libm without FMA gives other digests, but the same roots") {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("avx2"))
        SKIP("no-fma: the processor has one variant of libm alone");
    const parts with = in_another_process("-u GLIBC_TUNABLES");
    const parts without = in_another_process("GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA");
    CHECK(without.at("libm/double") != with.at("libm/double"));
    CHECK(without.at("libm/float") != with.at("libm/float"));
    CHECK(without.at("libm/roots") == with.at("libm/roots"));
    const parts old_spelling = in_another_process("GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable");
    CHECK(old_spelling.at("libm/double") == with.at("libm/double")); // ignored in silence since glibc 2.33
#else
    SKIP("no-fma: libm has one variant here");
#endif
}

TEST_CASE("a sum cut for any small number of threads has bits of its own") {
    std::vector<repro::detail::reduction_sums> sums;
    for (const unsigned threads : {1U, 2U, 3U, 4U, 6U, 8U, 12U, 16U, 24U, 32U, 48U, 64U, 96U, 128U})
        sums.push_back(repro::detail::sums_in_pieces(threads));
    for (std::size_t i = 0; i < sums.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            CHECK_FALSE(sums[i] == sums[j]);
}

TEST_CASE("what no object defines is found in none, and what libm defines in libm") {
    using repro::detail::hashed_name;
    using repro::detail::objects_that_define;
    CHECK(objects_that_define(std::vector{hashed_name("repro_defines_no_such_name")}).empty());
    const auto paths = objects_that_define(std::vector{hashed_name("tgammaf")});
    REQUIRE(paths.size() == 1);
    CHECK(paths.front().find("libm") != std::string::npos);
}
