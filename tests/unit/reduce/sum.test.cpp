// SPDX-License-Identifier: MIT
#include <repro/reduce/moments.hpp>
#include <repro/reduce/sum.hpp>
#include <repro/reduce/thread_pool.hpp>
#include <repro/reduce/tree_sum.hpp>

#include "support/sum_terms.hpp"
#include "support/vectors.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using support::long_terms;

template <class T> T value_at(const support::vector_line& line, std::size_t i) {
    if (line.fields.at(i) == "nan") return std::numeric_limits<T>::quiet_NaN();
    if constexpr (sizeof(T) == 8)
        return std::bit_cast<double>(line.hex(i));
    else
        return std::bit_cast<float>(static_cast<std::uint32_t>(line.hex(i)));
}

template <class T> bool same_sum(T a, T b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T> T reduced(const std::string& name, const std::vector<T>& values) {
    if (name == "sum") return repro::sum(values);
    if (name == "mean") return repro::mean(values);
    if (name == "variance") return repro::variance(values);
    if (name == "norm2") return repro::norm2(values);
    REQUIRE(name == "dot");
    const std::span<const T> all = values;
    return repro::dot(all.first(all.size() / 2), all.subspan(all.size() / 2));
}

template <class T> void check_short(const support::vector_line& line) {
    std::vector<T> values;
    for (std::size_t i = 3; i < line.fields.size(); ++i)
        values.push_back(value_at<T>(line, i));
    INFO(line.text);
    CHECK(same_sum(reduced(line.fields[0], values), value_at<T>(line, 2)));
}

template <class T> void check_long(const support::vector_line& line) {
    const auto values = long_terms<T>(line.decimal(3), static_cast<int>(line.decimal(2)));
    INFO(line.text);
    CHECK(same_sum(repro::sum(values), value_at<T>(line, 4)));
    CHECK(same_sum(repro::mean(values), value_at<T>(line, 5)));
    CHECK(same_sum(repro::norm2(values), value_at<T>(line, 6)));
    CHECK(same_sum(repro::variance(values), value_at<T>(line, 7)));
    const std::span<const T> all = values;
    CHECK(same_sum(repro::dot(all.first(all.size() - 1), all.subspan(1)), value_at<T>(line, 8)));
}

} // namespace

TEST_CASE("reductions are the exact results, rounded once") {
    for (const auto& line : support::read_vectors("sums.txt")) {
        const bool wide = line.fields.at(1) == "f64";
        if (line.fields[0] == "long")
            wide ? check_long<double>(line) : check_long<float>(line);
        else if (line.fields[0] != "tree")
            wide ? check_short<double>(line) : check_short<float>(line);
    }
}

TEST_CASE("a tree's sum follows its fixed tree") {
    for (const auto& line : support::read_vectors("sums.txt")) {
        if (line.fields.at(0) != "tree") continue;
        INFO(line.text);
        for (const repro::simd tier : {repro::simd::avx512, repro::simd::avx2, repro::simd::portable}) {
            if (!repro::has_simd(tier)) continue;
            if (line.fields[1] == "f64")
                CHECK(same_sum(repro::tree_sum(long_terms<double>(line.decimal(2), 40), tier),
                               value_at<double>(line, 3)));
            else
                CHECK(same_sum(repro::tree_sum(long_terms<float>(line.decimal(2), 40), tier),
                               value_at<float>(line, 3)));
        }
    }
}

TEST_CASE("vector instructions, order and pieces change no bit of a sum") {
    std::mt19937 order(7);
    for (const int spread : {1, 25, 60, 200}) {
        auto values = long_terms<double>(10007, spread);
        const double expected = repro::sum(values);
        std::ranges::shuffle(values, order);
        CHECK(repro::sum(values) == expected);
        for (const repro::simd tier : {repro::simd::avx512, repro::simd::avx2, repro::simd::portable}) {
            if (!repro::has_simd(tier)) continue;
            repro::accumulator<double> in_pieces(tier), one_by_one(tier), whole(tier);
            const std::span<const double> all = values;
            whole.add(all);
            for (std::size_t done = 0; done < all.size(); done += 613)
                in_pieces.add(all.subspan(done, std::min<std::size_t>(613, all.size() - done)));
            for (const double x : values)
                one_by_one.add(x);
            CHECK(whole.save() == in_pieces.save());
            CHECK(whole.save() == one_by_one.save());
            CHECK(whole.value() == expected);
        }
    }
}

TEMPLATE_TEST_CASE("vector instructions and pieces change no bit of a sum of products", "", float, double) {
    for (const int spread : {1, 25, 60, 200}) {
        const auto values = long_terms<TestType>(10007, spread);
        const std::span<const TestType> left = std::span(values).first(10000),
                                        right = std::span(values).subspan(7);
        repro::detail::dot_accumulator<TestType> portable(repro::simd::portable);
        portable.add(left, right);
        for (const repro::simd tier : {repro::simd::avx512, repro::simd::avx2}) {
            if (!repro::has_simd(tier)) continue;
            repro::detail::dot_accumulator<TestType> whole(tier), in_pieces(tier);
            whole.add(left, right);
            for (std::size_t done = 0; done < left.size(); done += 613) {
                const std::size_t n = std::min<std::size_t>(613, left.size() - done);
                in_pieces.add(left.subspan(done, n), right.subspan(done, n));
            }
            CHECK(whole.total().digits() == portable.total().digits());
            CHECK(in_pieces.total().digits() == portable.total().digits());
        }
    }
}

TEST_CASE("a sum knows neither rounding mode nor flushing of denormals") {
    const std::vector<double> tiny(3000, std::numeric_limits<double>::denorm_min());
    const auto values = long_terms<double>(5000, 25);
    const double expected = repro::sum(values), mean = repro::mean(values), norm = repro::norm2(values);
    repro::detail::fp_control upward = repro::detail::read_fp_control();
#if defined(__x86_64__)
    upward.main |= 0x8040 | 0x4000; // flush to zero, denormals are zero, round up
#endif
    const repro::detail::fp_control_scope scope(upward);
    const auto units = std::bit_cast<std::uint64_t>(repro::sum(tiny));
    const bool same =
        repro::sum(values) == expected && repro::mean(values) == mean && repro::norm2(values) == norm;
    const repro::detail::fp_control_scope back(repro::detail::default_fp_control());
    CHECK(units == 3000);
    CHECK(same);
}

TEST_CASE("accumulators merge, save and restore to the same bits") {
    const auto values = long_terms<double>(9000, 300);
    const std::span<const double> all = values;
    repro::accumulator<double> left, right, whole, restored;
    left.add(all.first(1234));
    right.add(all.subspan(1234));
    whole.add(all);
    right.merge(left);
    CHECK(right.save() == whole.save());
    restored.restore(left.save());
    restored.add(all.subspan(1234));
    CHECK(restored.save() == whole.save());
    CHECK(restored.value() == whole.value());

    repro::accumulator<double> nothing, negative;
    negative.add(-0.0);
    nothing.merge(negative);
    CHECK(std::signbit(nothing.value()));
    nothing.merge(repro::accumulator<double>());
    CHECK(std::signbit(nothing.value()));
}

TEST_CASE("a NaN or an infinity anywhere among many terms decides the sum") {
    auto values = long_terms<double>(9000, 10);
    const double infinite = std::numeric_limits<double>::infinity();
    for (const std::size_t place :
         {std::size_t{0}, std::size_t{2047}, std::size_t{2048}, values.size() - 1}) {
        const double kept = values[place];
        values[place] = infinite;
        CHECK(repro::sum(values) == infinite);
        CHECK(repro::dot(values, values) == infinite);
        CHECK(repro::norm2(values) == infinite);
        CHECK(std::isnan(repro::variance(values)));
        values[place] = std::numeric_limits<double>::quiet_NaN();
        CHECK(std::isnan(repro::sum(values)));
        CHECK(std::isnan(repro::dot(values, values)));
        values[place] = kept;
    }
    std::vector<float> floats(9000, 1.0f);
    floats[5000] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(repro::sum(floats)));
    floats[5000] = -std::numeric_limits<float>::infinity();
    CHECK(repro::sum(floats) == -std::numeric_limits<float>::infinity());
}

TEST_CASE("products that underflow count, and those that overflow cancel") {
    std::vector<double> tiny(5000, 0x1p-800), huge(5000, 0x1p900);
    CHECK(repro::dot(tiny, tiny) == 0);
    CHECK(repro::norm2(tiny) == std::sqrt(5000.0) * 0x1p-800);
    tiny[17] = 0x1p700;
    CHECK(repro::dot(tiny, huge) == std::numeric_limits<double>::infinity());
    auto opposite = huge;
    for (std::size_t i = 0; i < opposite.size(); i += 2)
        opposite[i] = -opposite[i];
    CHECK(repro::dot(huge, opposite) == 0);
    CHECK(repro::norm2(huge) == std::sqrt(5000.0) * 0x1p900);
}

TEST_CASE("sixteen-bit terms are summed as the floats they are") {
    struct brain {
        std::uint16_t bits;
        explicit operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
    };
    std::vector<brain> halves;
    std::vector<float> floats;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        halves.push_back({static_cast<std::uint16_t>(0x3c00 + i * 7 % 1024)});
        floats.push_back(static_cast<float>(halves.back()));
    }
    STATIC_REQUIRE(std::is_same_v<decltype(repro::sum(halves)), float>);
    CHECK(repro::sum(halves) == repro::sum(floats));
    CHECK(repro::variance(halves) == repro::variance(floats));
}
