// SPDX-License-Identifier: MIT
#include <repro/detail/libm_trigonometric.hpp>

#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

namespace {

namespace libm = repro::detail::libm;

static_assert(libm::rounded_sin(1.0) == 0x1.aed548f090ceep-1);
static_assert(libm::rounded_cos(1.0) == 0x1.14a280fb5068cp-1);
static_assert(libm::rounded_tan(1.0) == 0x1.8eb245cbee3a6p+0);
static_assert(libm::rounded_acos(0.5) == 0x1.0c152382d7366p+0);

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

const std::map<std::string, double (*)(double) noexcept> functions = {{"sin", libm::rounded_sin},
                                                                      {"cos", libm::rounded_cos},
                                                                      {"tan", libm::rounded_tan},
                                                                      {"acos", libm::rounded_acos}};

} // namespace

TEST_CASE("the rounded sin, cos, tan and acos give the double nearest to the true value") {
    for (const auto& line : support::read_vectors("trigonometric.txt")) {
        INFO(line.text);
        const double result = functions.at(line.fields[0])(line.real(1));
        CHECK(bits(result) == bits(line.real(2)));
    }
}

TEST_CASE("an argument that 128 bits do not decide gets 256") {
    const libm::parts hard = libm::take_apart(0x1.dffffffffff1fp-22);
    CHECK_FALSE(libm::tan_of<2>(hard).certain);
    CHECK(libm::tan_of<4>(hard).certain);
    CHECK(libm::rounded_tan(0x1.dffffffffff1fp-22) == libm::tan_of<4>(hard).value);
}

TEST_CASE("128 bits, where they decide, decide as 256 do") {
    std::uint64_t state = 88172645463325252u;
    for (int i = 0; i < 2000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const double unit = static_cast<double>(state >> 11) * 0x1p-53;
        const double any = std::bit_cast<double>((state & ~(std::uint64_t{1} << 62)) | 0x3000000000000000u);
        for (const double x : {7.0 * unit, any, 1e300 * unit}) {
            const libm::parts p = libm::take_apart(x);
            CHECK(libm::sin_of<2>(p, 0).value == libm::sin_of<4>(p, 0).value);
            CHECK(libm::sin_of<2>(p, 1).value == libm::sin_of<4>(p, 1).value);
            CHECK(libm::tan_of<2>(p).value == libm::tan_of<4>(p).value);
        }
        const libm::parts cosine = libm::take_apart(unit);
        CHECK(libm::acos_of<2>(cosine).value == libm::acos_of<4>(cosine).value);
    }
}

TEST_CASE("the rounded functions are NaN where there is no value, and keep the sign of zero") {
    for (const double x : {INFINITY, -INFINITY, NAN}) {
        CHECK(std::isnan(libm::rounded_sin(x)));
        CHECK(std::isnan(libm::rounded_cos(x)));
        CHECK(std::isnan(libm::rounded_tan(x)));
        CHECK(std::isnan(libm::rounded_acos(x)));
    }
    CHECK(std::isnan(libm::rounded_acos(0x1.0000000000001p0)));
    CHECK(std::isnan(libm::rounded_acos(-0x1.0000000000001p0)));
    CHECK(bits(libm::rounded_sin(-0.0)) == bits(-0.0));
    CHECK(bits(libm::rounded_tan(-0.0)) == bits(-0.0));
    CHECK(bits(libm::rounded_acos(1.0)) == bits(0.0));
}

// Printed by glibc 2.36 on a processor with FMA; none is the nearest double.
TEST_CASE("a host has the reference when its functions give the bits of glibc's FMA path") {
    const bool reference = libm::host_has_reference();
    WARN(libm::host_libm());
    CHECK(libm::host_libm().ends_with("(FMA path)") == reference);
    CHECK((libm::trigonometry_in_use() == libm::of_the_host) == reference);
    if (!reference) return;
    CHECK(libm::sin(0x1.87c82d3784022p+2) == -0x1.4980c7935b406p-3);
    CHECK(libm::sin(0x1.6d2c90a98c80fp+0) == 0x1.faad151ffae98p-1);
    CHECK(libm::cos(0x1.39497fd9a5fecp+2) == 0x1.7422cc2fc6ba6p-3);
    CHECK(libm::cos(0x1.22d4d26116581p+2) == -0x1.56bfd8d505254p-3);
    CHECK(libm::acos(0x1.3c9f7dec598c4p-2) == 0x1.41a634d165ae8p+0);
    CHECK(libm::acos(-0x1.a9a485458dec4p-1) == 0x1.46b1b9ba8a9e4p+1);
}

// glibc 2.36 is off by up to 13 ulp where a huge argument is near a multiple of pi / 2.
TEST_CASE("sin, cos and acos of arguments that are not huge are within an ulp, whatever the host") {
    for (const auto& line : support::read_vectors("trigonometric.txt")) {
        if (line.fields[0] == "tan" || std::fabs(line.real(1)) > 0x1p20) continue;
        INFO(line.text);
        const libm::trigonometry& use = libm::trigonometry_in_use();
        const std::map<std::string, double (*)(double) noexcept> used = {
            {"sin", use.sin}, {"cos", use.cos}, {"acos", use.acos}};
        const std::uint64_t want = bits(line.real(2)), have = bits(used.at(line.fields[0])(line.real(1)));
        CHECK(want - have + 1 <= 2); // an ulp to either side
    }
}
