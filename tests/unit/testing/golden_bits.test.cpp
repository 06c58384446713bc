// SPDX-License-Identifier: MIT
#include <repro/testing/golden_bits.hpp>

#include "support/contains.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace {

namespace golden = repro::testing;
using support::contains;

/// A folder of golden files, nothing approved.
struct golden_place {
    support::temporary_folder folder;
    support::scoped_variable unapproved{"REPRO_APPROVE", std::nullopt};

    template <class T> golden::golden_outcome hold(const std::vector<T>& values) const {
        return golden::same_bits(values, "deep/loss", folder.path());
    }
    template <class T> golden::golden_outcome approve(const std::vector<T>& values) const {
        const support::scoped_variable yes("REPRO_APPROVE", "1");
        return hold(values);
    }
    [[nodiscard]] std::filesystem::path file() const { return folder / "deep/loss.bits"; }
    [[nodiscard]] std::string text() const {
        std::ifstream stream(file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
};

} // namespace

TEST_CASE("a golden file is written where it is approved, and never else") {
    const golden_place place;
    const std::vector<double> values = {0.5, 1.0, 2.0};
    const auto missing = place.hold(values);
    CHECK_FALSE(missing.same());
    CHECK(contains(missing.problem, "there is no golden file"));
    CHECK(contains(missing.problem, "REPRO_APPROVE=1"));
    CHECK_FALSE(std::filesystem::exists(place.file()));
    {
        const support::scoped_variable other("REPRO_APPROVE", "0");
        CHECK_FALSE(place.hold(values).same());
        CHECK_FALSE(std::filesystem::exists(place.file()));
    }
    const auto approved = place.approve(values);
    CHECK(approved.same());
    CHECK(approved.approved);
    std::ifstream known("tests/unit/testing/golden/powers.bits", std::ios::binary); // its digest by sha256sum
    CHECK(place.text() == std::string(std::istreambuf_iterator<char>(known), {}));
    CHECK(place.hold(values).same());
    CHECK_FALSE(place.approve(values).approved); // nothing to approve

    const std::string before = place.text();
    CHECK_FALSE(place.hold(std::vector<double>{0.5, 1.0, 4.0}).same());
    CHECK(place.text() == before);
}

TEST_CASE("a mismatch names the first index, both values, their bits, their distance and the count") {
    const golden_place place;
    REQUIRE(place.approve(std::vector<double>{0.5, 1.0, 2.0, 3.0}).approved);
    const double next = std::nextafter(std::nextafter(1.0, 2.0), 2.0);
    const auto found = place.hold(std::vector<double>{0.5, next, 2.0, 4.0});
    CHECK(contains(found.problem,
                   "index 1 is 1.0000000000000004 (0x3ff0000000000002), was 1 (0x3ff0000000000000), "
                   "2 ulp apart; 2 of 4 differ"));
    CHECK(contains(place.hold(std::vector<double>{0.5, 1.0}).problem, "there are 2 values, were 4"));
    CHECK(contains(place.hold(std::vector<double>{0.25, 1.0}).problem, "index 0"));
    CHECK(contains(place.hold(std::vector<float>{0.5F, 1.0F, 2.0F, 3.0F}).problem,
                   "the type is float32, was float64"));
}

TEST_CASE("bits are compared, not values") {
    const golden_place place;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    REQUIRE(place.approve(std::vector<double>{0.0, nan, -INFINITY}).approved);
    CHECK(place.hold(std::vector<double>{0.0, nan, -INFINITY}).same()); // NaN is not NaN, its bits are
    const auto zero = place.hold(std::vector<double>{-0.0, nan, -INFINITY});
    CHECK(contains(zero.problem,
                   "index 0 is -0 (0x8000000000000000), was 0 (0x0000000000000000), 0 ulp apart"));
}

TEST_CASE("a distance counts the numbers of the type between two of them") {
    using repro::detail::golden_bits_of;
    using repro::detail::golden_distance;
    const float least = std::numeric_limits<float>::denorm_min();
    CHECK(golden_distance<float>(golden_bits_of(-least), golden_bits_of(least)) == 2);
    CHECK(golden_distance<double>(golden_bits_of(1.0), golden_bits_of(2.0)) == std::uint64_t{1} << 52);
    CHECK(golden_distance<std::int32_t>(golden_bits_of(std::int32_t{-3}), golden_bits_of(std::int32_t{4})) ==
          7);
    CHECK(golden_distance<std::uint8_t>(golden_bits_of(std::uint8_t{255}), golden_bits_of(std::uint8_t{0})) ==
          255);
}

TEST_CASE("every width goes to a golden file and back") {
    const golden_place place;
    const auto back = [&](const auto& values) {
        std::filesystem::remove(place.file());
        return place.approve(values).approved && place.hold(values).same();
    };
    CHECK(back(std::vector<std::int8_t>{-128, 0, 127}));
    CHECK(back(std::vector<std::uint16_t>{0, 65535}));
    CHECK(back(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), -1}));
    CHECK(back(std::vector<float>{0.1F, -1e-45F}));
    CHECK(back(std::vector<double>{}));
}

TEST_CASE("a golden file that was changed by hand or cut is refused, and approval makes it whole") {
    const golden_place place;
    const std::vector<std::int32_t> values = {1, -1, 7};
    REQUIRE(place.approve(values).approved);
    const std::string whole = place.text();
    const auto put = [&](const std::string& text) { place.folder.write("deep/loss.bits", text); };
    std::string changed = whole;
    changed[changed.find("00000007") + 7] = '8';
    const std::string damaged[] = {changed, whole.substr(0, whole.size() - 11), whole.substr(0, 30), "",
                                   "version https://git-lfs\n"};
    for (const std::string& text : damaged) {
        put(text);
        INFO(text);
        CHECK(contains(place.hold(values).problem, "E_DIGEST_MISMATCH"));
        CHECK(place.text() == text);
    }
    CHECK(place.approve(values).approved);
    CHECK(place.text() == whole);
}

TEST_CASE("the macros of GoogleTest approve, hold and fail as those of Catch2 do") {
#ifndef REPRO_GTEST_SUBJECT
    SKIP("no-gtest: GoogleTest is not installed");
#else
    const support::temporary_folder folder;
    const auto run = [&](const std::string& second, const std::string& more) {
        const std::string line = "env -u REPRO_APPROVE GOLDEN_FOLDER='" + folder.path().native() +
                                 "' SECOND_VALUE=" + second + " " + more + " '" REPRO_GTEST_SUBJECT "' > '" +
                                 (folder / "out").native() + "' 2>&1";
        const int status = std::system(line.c_str());
        std::ifstream stream(folder / "out");
        return std::to_string(status == 0 ? 0 : 1) + std::string(std::istreambuf_iterator<char>(stream), {});
    };
    CHECK(contains(run("1", ""), "there is no golden file"));
    CHECK(run("1", "REPRO_APPROVE=1")[0] == '0');
    CHECK(run("1", "")[0] == '0');
    const std::string failed = run("3", "");
    CHECK(failed[0] == '1');
    CHECK(contains(failed,
                   "golden/checked.bits: index 1 is 3 (0x4008000000000000), was 1 (0x3ff0000000000000)"));
    CHECK(contains(failed, "golden/required.bits"));
#endif
}
