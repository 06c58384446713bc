// SPDX-License-Identifier: MIT
#include <repro/detail/libm_pow.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>

namespace {

namespace libm = repro::detail::libm;

/// Arguments of every size and sign, and, three times in four, of the size that distributions use.
class arguments {
public:
    double next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        const double unit = static_cast<double>(state_ >> 11) * 0x1p-53;
        switch (turn_++ % 4) {
        case 0:
            return std::bit_cast<double>(state_);
        case 1:
            return unit;
        case 2:
            return 0.9 + 0.2 * unit;
        default:
            return 1600.0 * (unit - 0.5);
        }
    }

private:
    std::uint64_t state_ = 88172645463325252u;
    int turn_ = 0;
};

bool same(double a, double b) {
    return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

template <class Ours, class Host> void compare(Ours ours, Host host) {
    arguments draw;
    int different = 0;
    for (int i = 0; i < 400000; ++i) {
        const double x = draw.next();
        if (!same(ours(x), host(x)) && different++ == 0) UNSCOPED_INFO("first at " << replay::text_of(x));
    }
    CHECK(different == 0);
}

} // namespace

// Printed by glibc 2.36 on a processor with FMA; every value differs from the correctly rounded one.
TEST_CASE("log, exp, pow, log2, log1p and expm1 have the bits of glibc's FMA path on every machine") {
    CHECK(libm::log(0x1.85d6a313fd752p-2) == -0x1.ee75668907041p-1);
    CHECK(libm::log(0x1.2d8b2687a8d3ep-1) == -0x1.0f0ed8f85fd9p-1);
    CHECK(libm::exp(-0x1.a9092fa81bfe8p-1) == 0x1.be72c38b3dfd3p-2);
    CHECK(libm::exp(0x1.c0b67d9bd084ep+1) == 0x1.0a6733febc344p+5);
    CHECK(libm::log2(0x1.d7ce0d9d47babp-1) == -0x1.e32320d65ba73p-4);
    CHECK(libm::log1p(-0x1.169d6f02ff0ddp-1) == -0x1.923ec2788e274p-1);
    CHECK(libm::expm1(0x1.8d6b19d1c730ep+1) == 0x1.54e31d9065226p+4);
    CHECK(libm::pow(0x1.f65d723656056p-1, 0x1.8e4e5f75ef58ep+0) == 0x1.f116756c5961ap-1);
}

TEST_CASE("the logarithms and exponentials equal those of a glibc that uses FMA") {
    if (!support::host_is_reference_libm()) SKIP("the C library of this machine is not the reference");
    compare([](double x) { return libm::log(x); }, [](double x) { return std::log(x); });
    compare([](double x) { return libm::exp(x); }, [](double x) { return std::exp(x); });
    compare([](double x) { return libm::log2(x); }, [](double x) { return std::log2(x); });
    compare([](double x) { return libm::log1p(x); }, [](double x) { return std::log1p(x); });
    compare([](double x) { return libm::expm1(x); }, [](double x) { return std::expm1(x); });
    compare(
        [&](double x) {
            return libm::pow(x, std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) * 7 >> 2));
        },
        [&](double x) {
            return std::pow(x, std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) * 7 >> 2));
        });
}

TEST_CASE("pow treats zeros, infinities, NaN and huge and tiny exponents as C does") {
    if (!support::host_is_reference_libm()) SKIP("the C library of this machine is not the reference");
    const double values[] = {0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             0.5,
                             -0.5,
                             2.0,
                             -2.0,
                             3.0,
                             -3.0,
                             0x1p-1074,
                             -0x1p-1074,
                             0x1p1023,
                             -0x1.8p1000,
                             0x1.0000000000001p52,
                             0x1p-70,
                             0x1.0000000000001p0,
                             INFINITY,
                             -INFINITY,
                             NAN};
    for (const double x : values)
        for (const double y : values) {
            INFO("pow(" << x << ", " << y << ")");
            CHECK(same(libm::pow(x, y), std::pow(x, y)));
        }
}
