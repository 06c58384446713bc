// SPDX-License-Identifier: MIT
#include <repro/launch/fp_environment.hpp>
#include <repro/launch/fp_facts.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cfenv>
#include <cstdint>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using repro::current_fp_environment;
using repro::fp_environment;
using repro::fp_rounding;
using repro::promised_fp_environment;

namespace {

/// Puts the thread's environment back after a test that changes it.
class kept_environment {
public:
    kept_environment() = default;
    ~kept_environment() { repro::detail::write_fp_control(before_); }
    kept_environment(const kept_environment&) = delete;
    kept_environment& operator=(const kept_environment&) = delete;

private:
    repro::detail::fp_control before_ = repro::detail::read_fp_control();
};

void flush_denormals() {
    auto control = repro::detail::read_fp_control();
#if defined(__x86_64__)
    control.main |= 0x8040;
#elif defined(__aarch64__)
    control.main |= std::uint64_t{1} << 24;
#endif
    repro::detail::write_fp_control(control);
}

double half_of_smallest() {
    const volatile double smallest = 0x1p-1022;
    return smallest / 2;
}

} // namespace

TEST_CASE("a process starts with the promised environment") {
    CHECK(current_fp_environment() == promised_fp_environment());
    CHECK(repro::fp_difference(promised_fp_environment(), current_fp_environment()).empty());
    CHECK(promised_fp_environment().rounding == fp_rounding::nearest);
}

TEST_CASE("each rounding mode that fesetround sets is read back and spelled") {
    const kept_environment kept;
    const std::pair<int, fp_rounding> modes[] = {{FE_TONEAREST, fp_rounding::nearest},
                                                 {FE_DOWNWARD, fp_rounding::downward},
                                                 {FE_UPWARD, fp_rounding::upward},
                                                 {FE_TOWARDZERO, fp_rounding::toward_zero}};
    for (const auto& [number, mode] : modes) {
        std::fesetround(number);
        CHECK(current_fp_environment().rounding == mode);
    }
    std::fesetround(FE_UPWARD);
    CHECK(repro::fp_difference(promised_fp_environment(), current_fp_environment())
              .starts_with("rounding upward instead of nearest"));
}

TEST_CASE("the scope gives the promised environment and takes it back, sticky flags left alone") {
    const kept_environment kept;
    std::fesetround(FE_DOWNWARD);
    flush_denormals();
    const fp_environment outside = current_fp_environment();
    CHECK(half_of_smallest() == 0.0);
    std::feclearexcept(FE_ALL_EXCEPT);
    {
        const repro::fp_scope promised;
        CHECK(current_fp_environment() == promised_fp_environment());
        CHECK(half_of_smallest() != 0.0);
        std::feraiseexcept(FE_DIVBYZERO);
    }
    CHECK(current_fp_environment() == outside);
    CHECK(std::fetestexcept(FE_DIVBYZERO) != 0);
    std::feclearexcept(FE_ALL_EXCEPT);
}

TEST_CASE("a worker inherits its maker's environment, is found out by the check, and mended by the scope") {
    const kept_environment kept;
    repro::detail::set_fp_reference(current_fp_environment());
    flush_denormals();
    std::string before, within;
    std::thread([&] {
        before = repro::check_fp_thread("worker-3");
        const repro::fp_scope promised;
        within = repro::check_fp_thread("worker-3");
    }).join();
    CHECK(before == "denormal results flushed to zero, denormal operands taken as zero");
    CHECK(within.empty());
    const auto facts = repro::detail::checked_fp_threads();
    CHECK(facts.checked == 2);
    CHECK(facts.differing == 1);
    CHECK(facts.first == "worker-3: " + before);
}

TEST_CASE("a module linked with -ffast-math changes the process, and is named as the probable cause") {
    const kept_environment kept;
    repro::fp_facts facts = repro::capture_fp_at_start();
    CHECK(repro::fp_doubts(facts).empty());
    const auto causes_before = facts.probable_causes;
    void* const module = ::dlopen(REPRO_FAST_MATH_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    repro::capture_fp_at_end(facts);
    ::dlclose(module);
    REQUIRE(facts.at_end);
    CHECK(facts.at_end->flush_to_zero);
    CHECK(facts.at_end->denormals_are_zero);
    REQUIRE(facts.probable_causes.size() == causes_before.size() + 1);
    CHECK(facts.probable_causes.back().name == REPRO_FAST_MATH_MODULE);
    CHECK(facts.probable_causes.back().late);
    const auto doubts = repro::fp_doubts(facts);
    REQUIRE(doubts.size() == 1);
    CHECK(doubts[0].code == repro::warn::fp_changed);
    CHECK(doubts[0].text.find("denormal results flushed to zero") != std::string::npos);
    CHECK(doubts[0].text.find("probably by the constructor in libfast_math_module.so") != std::string::npos);
}

TEST_CASE("a check in between says where the change was met first, once, and which object came with it") {
    const kept_environment kept;
    repro::fp_facts facts = repro::capture_fp_at_start();
    CHECK(repro::check_floating_point("before").empty());
    void* const module = ::dlopen(REPRO_FAST_MATH_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    CHECK(repro::check_floating_point("dlopen of a plugin") ==
          "denormal results flushed to zero, denormal operands taken as zero");
    CHECK_FALSE(repro::check_floating_point("later").empty());
    ::dlclose(module);
    const std::vector<repro::fp_change> changes = repro::detail::seen_fp_changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].seen == "dlopen of a plugin");
    CHECK(changes[0].probable_causes == std::vector<std::string>{REPRO_FAST_MATH_MODULE});
    repro::capture_fp_at_end(facts); // when the object is gone
    const auto doubts = repro::fp_doubts(facts);
    REQUIRE(doubts.size() == 2);
    CHECK(doubts[0].text == "the floating-point environment changed during the run: denormal results flushed "
                            "to zero, denormal operands taken as zero, first seen at dlopen of a plugin, "
                            "probably by the constructor in libfast_math_module.so, linked with -ffast-math");
    (void)repro::capture_fp_at_start(); // another run begins
    CHECK(repro::detail::seen_fp_changes().empty());
}

TEST_CASE("a change that no constructor explains blames nobody, and each other environment is told") {
    const kept_environment kept;
    (void)repro::capture_fp_at_start();
    std::fesetround(FE_UPWARD);
    (void)repro::check_floating_point("one");
    std::fesetround(FE_TONEAREST);
    CHECK(repro::check_floating_point("two").empty());
    std::fesetround(FE_DOWNWARD);
    (void)repro::check_floating_point("three");
    const auto changes = repro::detail::seen_fp_changes();
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].difference.starts_with("rounding upward instead of nearest"));
    CHECK(changes[0].probable_causes.empty());
    CHECK(changes[1].seen == "three");
}

TEST_CASE("a module linked without -ffast-math is not blamed") {
    void* const module = ::dlopen(REPRO_PLAIN_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    const auto blamed = repro::fast_math_objects();
    ::dlclose(module);
    CHECK(std::find(blamed.begin(), blamed.end(), REPRO_PLAIN_MODULE) == blamed.end());
}

TEST_CASE("a start with another environment is doubtful, and so are differing threads") {
    repro::fp_facts facts;
    facts.at_start = promised_fp_environment();
    CHECK(repro::fp_doubts(facts).empty());
    facts.at_start.rounding = fp_rounding::upward;
    facts.at_end = facts.at_start;
    facts.threads = {5, 2, "loader: rounding upward instead of nearest"};
    const auto doubts = repro::fp_doubts(facts);
    REQUIRE(doubts.size() == 2);
    CHECK(doubts[0] == repro::warning{repro::warn::fp_environment,
                                      "the run starts with rounding upward instead of nearest"});
    CHECK(doubts[1].text ==
          "2 of 5 checks of threads differ from the run's start; the first: loader: rounding "
          "upward instead of nearest");
}

#if defined(__x86_64__)
TEST_CASE(
    "only code that reads the register, sets FTZ or DAZ and writes it back is taken for the constructor") {
    // crtfastmath.o of GCC 12.2, x86-64.
    const std::vector<std::uint8_t> gcc = {0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0xae, 0x5c, 0x24,
                                           0xfc, 0x81, 0x4c, 0x24, 0xfc, 0x40, 0x80, 0x00,
                                           0x00, 0x0f, 0xae, 0x54, 0x24, 0xfc, 0xc3};
    CHECK(repro::detail::turns_denormals_off(gcc));
    for (std::size_t size = 0; size + 4 < gcc.size(); ++size) // cut before the last instruction is whole
        if (size < 20) CHECK_FALSE(repro::detail::turns_denormals_off(std::span(gcc).first(size)));
    auto other_bits = gcc;
    other_bits[13] = 0x00; // or $0x2000: a rounding mode
    other_bits[14] = 0x20;
    CHECK_FALSE(repro::detail::turns_denormals_off(other_bits));
    auto fences = gcc;
    fences[6] = 0xdc; // a register operand
    CHECK_FALSE(repro::detail::turns_denormals_off(fences));
}
#endif

#if defined(__x86_64__)
TEST_CASE("the precision of the x87 is told, as fldcw sets it, and a scope restores it") {
    const kept_environment kept;
    for (const auto& [bits, precision] : {std::pair{0x0000, 24U}, {0x0200, 53U}, {0x0300, 64U}}) {
        std::uint16_t word = 0;
        asm volatile("fnstcw %0" : "=m"(word));
        word = static_cast<std::uint16_t>((word & ~0x0300) | bits);
        asm volatile("fldcw %0" : : "m"(word));
        const fp_environment now = current_fp_environment();
        CHECK(now.x87_precision == precision);
        CHECK(fp_difference(promised_fp_environment(), now) ==
              (precision == 64 ? "" : "x87 with " + std::to_string(precision) + " bits instead of 64"));
        {
            const repro::fp_scope promised;
            CHECK(current_fp_environment().x87_precision == 64U);
        }
        CHECK(current_fp_environment().x87_precision == precision);
    }
}
#endif
