// SPDX-License-Identifier: MIT
#include <repro/compat/python/hash.hpp>

#include "../../../replay/arguments.hpp"
#include "../../../support/refusal.hpp"
#include "../../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace std::string_literals;
using repro::errc;
using repro::python::hash;
using repro::python::hash_seed;
using repro::python::rules;

static_assert(hash(-1) == -2 && hash(true) == 1 && hash(std::uint64_t{1} << 61) == 1);
static_assert(hash("", 42) == 0 && hash("a", 0) != hash("a", 1));

/// Reads one value as the vector file spells it, and hashes it.
class reader {
public:
    reader(std::string_view text, const hash_seed& seed) : rest_(text), seed_(seed) {}

    std::int64_t value() {
        if (take("(")) return tuple();
        if (take("none")) return hash(nullptr, seed_);
        if (take("str:")) return hash(text(), seed_);
        if (take("bytes:")) return hash(replay::bytes_of_hex(word()), seed_);
        if (take("bool:")) return hash(word() == "1", seed_);
        if (take("float:")) return hash(replay::real(word()), seed_);
        if (take("int:")) return integer();
        throw std::runtime_error("unknown value " + std::string(rest_));
    }

private:
    bool take(std::string_view start) {
        const bool there = rest_.starts_with(start);
        if (there) rest_.remove_prefix(start.size());
        return there;
    }
    std::string word() {
        const std::string result(rest_.substr(0, rest_.find_first_of(",)")));
        rest_.remove_prefix(result.size());
        return result;
    }
    std::string text() {
        const auto bytes = replay::bytes_of_hex(word());
        return {bytes.begin(), bytes.end()};
    }
    std::int64_t tuple() {
        std::vector<std::int64_t> hashes;
        while (!take(")")) {
            hashes.push_back(value());
            take(",");
        }
        return repro::python::tuple_hash(hashes);
    }
    std::int64_t integer() {
        const std::string digits = word();
        const bool negative = digits.starts_with('-');
        const auto limbs = replay::limbs_of(digits);
        const std::int64_t result = hash(repro::python::big_int{limbs, negative}, seed_);
        if (limbs.size() > 2) return result;
        const std::uint64_t magnitude = limbs[0] | (limbs.size() > 1 ? std::uint64_t{limbs[1]} << 32 : 0);
        if (!negative) CHECK(hash(magnitude) == result);
        const auto narrow = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
        if (negative == (narrow < 0)) CHECK(hash(narrow) == result);
        return result;
    }

    std::string_view rest_;
    hash_seed seed_;
};

std::vector<rules> followed(const std::string& newest) {
    if (newest == "3.13") return {rules::python_3_13, rules::python_3_11};
    if (newest == "3.10") return {rules::python_3_10, rules::python_3_9};
    return {rules::python_3_13, rules::python_3_11, rules::python_3_10, rules::python_3_9};
}

} // namespace

TEST_CASE("hash() gives every known answer of CPython 3.8 to 3.13") {
    for (const auto& line : support::read_vectors("python_hash.txt")) {
        INFO(line.text);
        const std::uint64_t seed = line.fields[1] == "-" ? 7 : line.decimal(1);
        const bool has_none = line.fields[2].find("none") != std::string::npos;
        for (const rules which : followed(line.fields[0]))
            if (!has_none || which == rules::python_3_13)
                CHECK(reader(line.fields[2], {seed, which}).value() == std::stoll(line.fields[3]));
    }
}

TEST_CASE("hash() of a std::tuple is that of the Python tuple") {
    const std::array<std::uint8_t, 1> a = {'a'};
    const std::tuple mixed(1, "a", std::span<const std::uint8_t>(a), 1.5, true);
    const std::tuple nested(std::tuple("x"s, 2), std::tuple("y"s, std::tuple(3, "z"s)));
    const std::tuple with_none(nullptr, 1);
    int found = 0;
    for (const auto& line : support::read_vectors("python_hash.txt")) {
        const std::int64_t expected = std::stoll(line.fields[3]);
        const bool without_seed = line.fields[1] == "-";
        const hash_seed seed(without_seed ? 0 : line.decimal(1), followed(line.fields[0])[0]);
        const std::string& value = line.fields[2];
        if (value == "(int:0x1,str:61,bytes:61,float:0x1.8000000000000p+0,bool:1)")
            CHECK((++found, hash(mixed, seed) == expected));
        if (value == "((str:78,int:0x2),(str:79,(int:0x3,str:7a)))")
            CHECK((++found, hash(nested, seed) == expected));
        if (value == "(none,int:0x1)") CHECK((++found, hash(with_none, seed) == expected));
        if (value == "()") CHECK((++found, hash(std::tuple<>(), seed) == expected));
    }
    CHECK(found == 18);
}

TEST_CASE("a hash that would be an address in Python is refused, and so is what is no str") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(support::refusal([&] { (void)hash(nan); }) == errc::argument_invalid);
    CHECK(support::refusal([&] { (void)hash(std::tuple(1, nan), {0, rules::python_3_10}); }) ==
          errc::argument_invalid);
    CHECK(hash(nan, {0, rules::python_3_9}) == 0);
    CHECK(support::refusal([] { (void)hash(nullptr, {0, rules::python_3_11}); }) == errc::argument_invalid);
    for (const std::string& text : {"\xff"s, "a\xc3"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xc0\x80"s})
        CHECK(support::refusal([&] { (void)hash(text, 0); }) == errc::argument_invalid);
}

TEST_CASE("a PYTHONHASHSEED lies between 0 and 2^32 - 1") {
    CHECK(support::refusal([] { (void)hash("a", -1); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)hash("a", std::uint64_t{1} << 32); }) == errc::argument_invalid);
    CHECK_FALSE(support::refusal([] { (void)hash("a", 4294967295u); }));
}
