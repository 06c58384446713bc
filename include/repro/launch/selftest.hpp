// SPDX-License-Identifier: MIT
#pragma once
// Whether this build, with its compiler and flags, in this environment, gives the promised bits.

#include <repro/detail/fp_probes.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/fast_math_objects.hpp>
#include <repro/launch/fp_environment.hpp>
#include <repro/launch/twin_answers.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// One question of the self-test, and what became of it.
struct selftest_item {
    std::string name;
    bool holds = false;
    std::string expected;
    std::string found;
    std::string source; ///< where the expected value comes from
    std::string fix;    ///< what to do; empty where it holds
};

/// What the self-test found. That something does not hold is a value, not an error.
struct selftest_report {
    std::vector<selftest_item> items;

    [[nodiscard]] bool holds() const noexcept {
        return std::all_of(items.begin(), items.end(), [](const selftest_item& each) { return each.holds; });
    }
};

namespace detail {

[[nodiscard]] inline std::string answer_text(const answer_words& words) {
    std::string text;
    for (const std::uint64_t word : words) {
        std::uint8_t bytes[8];
        for (unsigned i = 0; i < 8; ++i)
            bytes[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
        text.append(text.empty() ? "" : " ").append(to_hex(bytes));
    }
    return text;
}

[[nodiscard]] inline selftest_item ask(const known_answer& question) {
    const answer_words found = question.compute();
    selftest_item item{std::string(question.name),     found == question.expected,
                       answer_text(question.expected), answer_text(found),
                       std::string(question.source),   {}};
    if (!item.holds)
        item.fix = "see the environment and the flags below; where they hold, report this with compiler, "
                   "version and flags";
    return item;
}

/// Asks one thing about floating point.
[[nodiscard]] inline selftest_item fp_item(std::string_view name, bool holds, std::string_view expected,
                                           std::string_view found, std::string_view source, std::string fix) {
    return {std::string(name),     holds,
            std::string(expected), std::string(holds ? expected : found),
            std::string(source),   holds ? std::string() : std::move(fix)};
}

inline void ask_environment(std::vector<selftest_item>& items) {
    const std::string wrong = fp_difference(promised_fp_environment(), current_fp_environment());
    std::string fix = "put a repro::fp_scope around the work, or find who set it";
    if (!wrong.empty())
        for (const std::string& name : fast_math_objects())
            fix += "; probably the constructor in " + (name.empty() ? "the program" : name) +
                   ", linked with -ffast-math: link it without";
    items.push_back(fp_item("floating-point environment", wrong.empty(), "nearest, denormals kept", wrong,
                            "control registers of this thread", fix));
    const volatile double smallest = 0x1p-1022;
    const volatile double half = smallest / 2;
    const volatile double back = half * 2;
    items.push_back(fp_item("denormal numbers", half != 0 && back == smallest, "2^-1023 and back",
                            "zero, or another number", "IEEE 754",
                            "switch FTZ and DAZ off; on other hardware, denormals are not to be had"));
    const volatile double one = 1.0;
    const volatile double tiny = 0x1p-60;
    const bool nearest = one + tiny == 1.0 && one - tiny == 1.0 && -one - tiny == -1.0;
    items.push_back(fp_item("rounding of 1 + 2^-60", nearest, "1", "a neighbour of 1", "IEEE 754, nearest",
                            "call fesetround(FE_TONEAREST), or put a repro::fp_scope around the work"));
}

inline void ask_unit(std::vector<selftest_item>& items, const fp_probes& unit,
                     double (*guarded)(double, double, double)) {
    const volatile double a = 1.0 + 0x1p-27;
    const volatile double c = -(1.0 + 0x1p-26);
    const bool rounds_twice = [&] {
        const fp_control_scope nearest(default_fp_control()); // the question is what was compiled
        return opaque(guarded)(a, a, c) == 0.0;
    }();
    items.push_back(fp_item("a * b + c through detail/fp.hpp", rounds_twice, "two roundings", "another sum",
                            "IEEE 754", "compile with -ffp-contract=off and without -ffast-math"));
    const fp_habits habits = observe(unit);
    const auto flag = [&items](std::string_view name, bool bad, std::string_view expected,
                               std::string_view found, std::string fix) {
        items.push_back(fp_item(name, !bad, expected, found, "this translation unit", std::move(fix)));
    };
    flag("(a + b) - a", habits.reassociates, "as written", "b: sums are reordered",
         "compile without -fassociative-math, -funsafe-math-optimizations and -ffast-math");
    flag("a / 3", habits.reciprocates, "a division", "a product with 1 / 3",
         "compile without -freciprocal-math, -funsafe-math-optimizations and -ffast-math");
    flag("-0 + 0", habits.drops_zero_signs, "0", "-0: signs of zeros are dropped",
         "compile without -fno-signed-zeros, -funsafe-math-optimizations and -ffast-math");
}

/// The self-test, with what the translation unit that calls it hands over: how its compiler treats
/// expressions. So no inline function depends on flags.
struct selftest_of_unit {
    fp_probes unit;
    double (*guarded)(double, double, double);

    [[nodiscard]] selftest_report operator()() const {
        selftest_report report;
        for (const known_answer& each : engine_answers)
            report.items.push_back(ask(each));
        for (const known_answer& each : twin_answers)
            report.items.push_back(ask(each));
        ask_environment(report.items);
        ask_unit(report.items, unit, guarded);
        return report;
    }
};

} // namespace detail

/// Returns whether this program gives the promised bits: `repro::selftest()`, in well below a millisecond.
///
/// Asked are known answers of every engine, of our own distributions and of the twins, the floating-point
/// environment of the calling thread, and what the compiler makes of floating-point expressions in the
/// calling translation unit. Whether that unit fuses a * b + c is not asked: promised bits do not depend on
/// it.
/// Errors:  none but std::bad_alloc.
/// Threads: safe to call from any; speaks of the calling one.
/// Example:
///     if (!repro::selftest().holds()) return 1;
constexpr detail::selftest_of_unit selftest = {
    detail::this_unit_probes, [](double a, double b, double c) { return detail::mul_add(a, b, c); }};

} // namespace repro::inline v0
