// SPDX-License-Identifier: MIT
#include <repro/launch/selftest.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cfenv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <span>
#include <string>

repro::selftest_report selftest_of_unsafe_unit(); // unsafe_selftest.cpp

namespace {

using nlohmann::json;

std::uint64_t word_of(const json& value) {
    if (value.is_number_integer()) return static_cast<std::uint64_t>(value.get<std::int64_t>());
    const auto text = value.get<std::string>();
    if (text.find("0x") != std::string::npos)
        return repro::detail::as_word(std::strtod(text.c_str(), nullptr));
    return text.starts_with('-') ? static_cast<std::uint64_t>(std::stoll(text)) : std::stoull(text);
}

/// Returns the first words that a case of a golden file expects.
repro::detail::answer_words golden(const std::string& file, const std::string& id) {
    static std::map<std::string, json> files;
    json& document = files[file];
    if (document.is_null()) document = json::parse(std::ifstream("tests/vectors/golden/" + file));
    for (const json& each : document.at("cases")) {
        if (each.at("id") != id) continue;
        const json& expected = each.at("expected");
        const json& data = expected.is_object() ? expected.at("data") : expected;
        repro::detail::answer_words words{};
        for (std::size_t i = 0; i < words.size() && i < data.size(); ++i)
            words[i] = word_of(data[i]);
        return words;
    }
    throw std::runtime_error("no case " + id);
}

/// Whether one line of a vector file ends in these words.
bool stands_in(const std::string& file, const repro::detail::answer_words& words) {
    const auto lines = support::read_vectors(file);
    return std::any_of(lines.begin(), lines.end(), [&words](const support::vector_line& line) {
        const std::string& what = line.fields[0]; // numbers below a bound and places stand in decimal
        const bool decimal =
            what.starts_with("below_") || what.starts_with("bernoulli_") || what == "shuffle";
        for (std::size_t first = decimal ? 3 : 1; first < line.fields.size(); ++first) {
            std::size_t same = 0;
            for (std::size_t i = first; i < line.fields.size() && same < words.size(); ++i, ++same) {
                const std::string& field = line.fields[i];
                const bool real = field.find("0x") != std::string::npos;
                if (!real && field.find_first_not_of("0123456789abcdef") != std::string::npos) break;
                const std::uint64_t word = real      ? repro::detail::as_word(line.real(i))
                                           : decimal ? line.decimal(i)
                                                     : line.hex(i);
                if (word != words[same]) break;
            }
            if (same == words.size() || (same >= 2 && first + same == line.fields.size() && words[same] == 0))
                return true;
        }
        return false;
    });
}

bool holds(const repro::selftest_report& report, std::string_view name) {
    for (const repro::selftest_item& each : report.items)
        if (each.name == name) return each.holds;
    throw std::runtime_error("the self-test does not ask " + std::string(name));
}

} // namespace

TEST_CASE("the self-test holds here") {
    const auto report = repro::selftest();
    CHECK(report.items.size() > 30);
    for (const repro::selftest_item& each : report.items) {
        INFO(each.name << ": expected " << each.expected << ", found " << each.found);
        CHECK(each.holds);
        CHECK(each.fix.empty());
        CHECK_FALSE(each.source.empty());
    }
    CHECK(report.holds());
}

TEST_CASE("every known answer of the self-test stands in the file that it names") {
    for (const auto& each : repro::detail::twin_answers) {
        const std::string source(each.source);
        const std::size_t space = source.find(' ');
        INFO(each.name);
        auto stands = golden(source.substr(0, space), source.substr(space + 1));
        for (std::size_t i = stands.size(); i > 1 && each.expected[i - 1] == 0; --i)
            stands[i - 1] = 0; // fewer words are asked
        CHECK(stands == each.expected);
    }
    for (const auto& each : repro::detail::engine_answers) {
        INFO(each.name);
        CHECK(stands_in(std::string(each.source), each.expected));
    }
}

TEST_CASE("rounding upward makes the self-test fail, in the environment and in the numbers") {
    std::fesetround(FE_UPWARD);
    const auto report = repro::selftest();
    std::fesetround(FE_TONEAREST);
    CHECK_FALSE(report.holds());
    CHECK_FALSE(holds(report, "floating-point environment"));
    CHECK_FALSE(holds(report, "rounding of 1 + 2^-60"));
    CHECK_FALSE(holds(report, "normal"));
    CHECK(holds(report, "philox4x32")); // integers do not care
    for (const repro::selftest_item& each : report.items)
        CHECK(each.fix.empty() == each.holds);
}

#if defined(__x86_64__) || defined(__aarch64__)
TEST_CASE("flushing denormals makes the self-test fail, and a scope makes it hold again") {
    auto control = repro::detail::read_fp_control();
#if defined(__x86_64__)
    control.main |= 0x8040;
#else
    control.main |= std::uint64_t{1} << 24;
#endif
    const repro::detail::fp_control_scope flushing(control);
    const auto report = repro::selftest();
    CHECK_FALSE(holds(report, "floating-point environment"));
    CHECK_FALSE(holds(report, "denormal numbers"));
    const repro::fp_scope promised;
    CHECK(repro::selftest().holds());
}
#endif

TEST_CASE("a wrong answer is shown with what was expected, what was found and what to do") {
    repro::detail::known_answer question = repro::detail::engine_answers[0];
    question.expected[3] ^= 1;
    const auto item = repro::detail::ask(question);
    CHECK_FALSE(item.holds);
    CHECK(item.expected != item.found);
    CHECK_FALSE(item.fix.empty());
}

TEST_CASE("a fused guard and each liberty of a compiler make the self-test fail") {
    const repro::detail::selftest_of_unit fused{
        repro::detail::this_unit_probes, [](double a, double b, double c) { return __builtin_fma(a, b, c); }};
    CHECK_FALSE(holds(fused(), "a * b + c through detail/fp.hpp"));
    auto unit = repro::detail::this_unit_probes;
    unit.add_subtract = [](double, double b) { return b; };
    CHECK_FALSE(holds(repro::detail::selftest_of_unit{unit, repro::selftest.guarded}(), "(a + b) - a"));
}

TEST_CASE("a unit whose unsafe maths the compiler does not announce is refused or found out") {
    const auto report = selftest_of_unsafe_unit();
#if defined(__clang__)
    CHECK_FALSE(report.holds());
    CHECK_FALSE(holds(report, "(a + b) - a"));
    CHECK_FALSE(holds(report, "a / 3"));
    CHECK_FALSE(holds(report, "-0 + 0"));
#else
    CHECK_FALSE(holds(report, "-0 + 0")); // GCC announces the other parts, and fp.hpp refuses them
#endif
    CHECK(repro::selftest().holds()); // this unit was compiled without
}
