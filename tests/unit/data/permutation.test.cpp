// SPDX-License-Identifier: MIT
#include <repro/data/permutation.hpp>

#include "../../support/refusal.hpp"
#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <vector>

namespace {

using repro::permutation;

std::vector<std::uint64_t> order_of(const permutation& p) { return {p.begin(), p.end()}; }

static_assert(std::is_trivially_copyable_v<permutation> && sizeof(permutation) == 120,
              "a kernel's parameter");
static_assert(permutation(42, 0, 1000).position_of(permutation(42, 0, 1000)[17]) == 17,
              "known to the compiler");

} // namespace

TEST_CASE("permutation gives the known answers of the stream contract") {
    int orders = 0, places = 0;
    for (const auto& line : support::read_vectors("contract/permutation.txt")) {
        if (line.fields[0] != "order" && line.fields[0] != "place") continue;
        INFO(line.text);
        const permutation p(line.decimal(1), line.decimal(2), line.decimal(3));
        if (line.fields[0] == "order") {
            REQUIRE(line.fields.size() == 4 + p.size());
            for (std::uint64_t i = 0; i < p.size(); ++i)
                CHECK(p[i] == line.decimal(4 + i));
            ++orders;
        } else {
            for (std::size_t i = 4; i < line.fields.size(); i += 2) {
                CHECK(p[line.decimal(i)] == line.decimal(i + 1));
                CHECK(p.position_of(line.decimal(i + 1)) == line.decimal(i));
            }
            ++places;
        }
    }
    CHECK(orders == 36);
    CHECK(places == 27);
}

TEST_CASE("a permutation of any small size holds each sample once, and position_of is its inverse") {
    for (std::uint64_t n = 0; n <= 300; ++n) {
        INFO(n);
        const permutation p(7, n, n);
        std::vector<std::uint64_t> order = order_of(p), all(n);
        REQUIRE(order.size() == n);
        bool inverse = true;
        for (std::uint64_t i = 0; i < n; ++i)
            inverse = inverse && p.position_of(order[i]) == i;
        CHECK(inverse);
        std::sort(order.begin(), order.end());
        std::iota(all.begin(), all.end(), std::uint64_t{0});
        CHECK(order == all);
    }
}

TEST_CASE("samples copied at once are those asked for one by one") {
    for (const std::uint64_t n : {std::uint64_t{5}, std::uint64_t{16}, std::uint64_t{17}, std::uint64_t{20},
                                  std::uint64_t{1000}, std::uint64_t{1} << 63}) {
        const permutation p(3, 1, n);
        for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 16U, 100U}) {
            if (count > n) continue;
            INFO(count << " of " << n);
            std::vector<std::uint64_t> copied(count), single;
            p.copy(n - count, copied);
            for (std::uint64_t i = n - count; i < n; ++i)
                single.push_back(p[i]);
            CHECK(copied == single);
        }
    }
}

TEST_CASE("seed, epoch and size each give another order") {
    const auto order = order_of(permutation(1, 1, 100));
    CHECK(order == order_of(permutation(1, 1, 100)));
    CHECK(order != order_of(permutation(2, 1, 100)));
    CHECK(order != order_of(permutation(1, 2, 100)));
    const permutation larger(1, 1, 101);
    int alike = 0;
    for (std::uint64_t i = 0; i < 100; ++i)
        alike += larger[i] == order[i] ? 1 : 0;
    CHECK(alike < 10); // one is expected
}

TEST_CASE("a permutation of more than 2^63 samples is refused") {
    CHECK(permutation(1, 0, permutation::max_size).size() == permutation::max_size);
    CHECK(support::refusal([] { (void)permutation(1, 0, permutation::max_size + 1); }) ==
          repro::errc::argument_invalid);
}
