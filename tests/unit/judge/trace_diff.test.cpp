// SPDX-License-Identifier: MIT
#include <repro/judge/trace_diff.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <optional>
#include <string>

using repro::first_divergence;
using repro::trace_contents;
using repro::trace_entry;
using repro::trace_parting;

namespace {

trace_entry entry(const std::string& name, std::int64_t step, std::uint64_t digest, std::uint64_t count = 4) {
    return {name, step, repro::element_type::float32, 4, count, digest};
}

const trace_contents base{{entry("w", 0, 1), entry("b", 0, 2), entry("w", 1, 3)}, true};

} // namespace

TEST_CASE("equal traces do not part") {
    CHECK_FALSE(first_divergence(base, base));
    CHECK_FALSE(first_divergence({}, {}));
    trace_contents torn = base;
    torn.complete = false;
    CHECK_FALSE(first_divergence(base, torn));
}

TEST_CASE("the first divergence is the first entry with other bytes, not a later one") {
    trace_contents other = base;
    other.entries[1].digest = 7;
    other.entries[2].digest = 8;
    const auto parted = first_divergence(base, other);
    REQUIRE(parted);
    CHECK(parted->how == trace_parting::values);
    CHECK(parted->index == 1);
    CHECK(parted->name() == "b");
    CHECK(parted->step() == 0);
    CHECK(parted->left == base.entries[1]);
    CHECK(parted->right == other.entries[1]);
}

TEST_CASE("a tensor of another size parts by its shape") {
    trace_contents other = base;
    other.entries[2] = entry("w", 1, 9, 5);
    CHECK(first_divergence(base, other)->how == trace_parting::shape);
}

TEST_CASE("another tensor or another step parts by the order") {
    trace_contents other = base;
    other.entries[2].step = 2;
    CHECK(first_divergence(base, other)->how == trace_parting::order);
    other.entries[1].name = "v";
    CHECK(first_divergence(base, other)->how == trace_parting::order);
    CHECK(first_divergence(base, other)->index == 1);
}

TEST_CASE("a trace that ends early parts by its length, from either side") {
    trace_contents shorter = base;
    shorter.entries.pop_back();
    const auto parted = first_divergence(base, shorter);
    REQUIRE(parted);
    CHECK(parted->how == trace_parting::length);
    CHECK(parted->index == 2);
    CHECK_FALSE(parted->right);
    const auto other_way = first_divergence(shorter, base);
    CHECK(other_way->name() == "w");
    CHECK(other_way->step() == 1);
    CHECK_FALSE(other_way->left);
}
