// SPDX-License-Identifier: MIT
#include <repro/judge/trace_diff.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using repro::element_range;
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

TEST_CASE("the last equal tensor stands before the first that differs") {
    trace_contents other = base;
    other.entries[1].digest = 7;
    CHECK(first_divergence(base, other)->last_equal == base.entries[0]);
    other.entries[0].digest = 7;
    CHECK_FALSE(first_divergence(base, other)->last_equal);
}

TEST_CASE("values that one of two kept make no divergence") {
    trace_contents other = base;
    other.entries[1].values = std::string(16, 'v');
    CHECK_FALSE(first_divergence(base, other));
}

TEST_CASE("the ranges are the chunks that differ, neighbours as one, up to the last element") {
    trace_contents left{{entry("w", 0, 1, 4500)}, true};
    left.entries[0].chunks = {1, 2, 3, 4, 5};
    trace_contents right = left;
    right.entries[0].digest = 2;
    right.entries[0].chunks = {1, 7, 7, 4, 7};
    CHECK(first_divergence(left, right)->ranges == std::vector<element_range>{{1024, 3071}, {4096, 4499}});
    const trace_contents small{{entry("w", 0, 2, 7)}, true}, changed{{entry("w", 0, 3, 7)}, true};
    CHECK(first_divergence(small, changed)->ranges == std::vector<element_range>{{0, 6}});
}

TEST_CASE("an order that parts says which tensor comes later in the other trace") {
    trace_contents other = base;
    other.entries.insert(other.entries.begin() + 1, entry("extra", 0, 1));
    const auto parted = first_divergence(base, other);
    REQUIRE(parted);
    CHECK(parted->how == trace_parting::order);
    CHECK(parted->left_is_later_in_right);
    CHECK_FALSE(parted->right_is_later_in_left);
    CHECK(first_divergence(other, base)->right_is_later_in_left);
}

TEST_CASE("streams stand where they stood at the first entry that differs, not later") {
    const auto drawn = [](std::uint64_t words) { return repro::stream_mark{repro::mark_kind::draws, words}; };
    trace_contents left = base, right = base;
    left.marks = {{0, "a", drawn(1)},
                  {0, "same", drawn(5)},
                  {1, "a", drawn(2)},
                  {2, "a", drawn(99)},
                  {2, "late", drawn(1)}};
    right.marks = {{0, "a", drawn(1)}, {0, "same", drawn(5)}, {1, "a", drawn(3)}, {1, "right", drawn(4)}};
    right.entries[1].digest = 7;
    const auto parted = first_divergence(left, right);
    REQUIRE(parted->streams.size() == 3);
    CHECK(parted->streams[0].name == "a");
    CHECK(parted->streams[0].left == drawn(2));
    CHECK(parted->streams[0].right == drawn(3));
    CHECK(parted->streams[0].differs());
    CHECK(parted->streams[1].name == "right");
    CHECK(parted->streams[1].differs());
    CHECK_FALSE(parted->streams[1].left);
    CHECK_FALSE(parted->streams[2].differs());
}

TEST_CASE("a stream that one side did not look at is not said to differ") {
    const repro::stream_mark state{repro::mark_kind::state, 1};
    CHECK_FALSE(repro::stream_standing{"c/random", state, repro::stream_mark{}}.differs());
    CHECK_FALSE(repro::stream_standing{"libtorch", std::nullopt, repro::stream_mark{}}.differs());
    CHECK(repro::stream_standing{"late", state, std::nullopt}.differs());
    CHECK(
        repro::stream_standing{"c/random", state, repro::stream_mark{repro::mark_kind::state, 2}}.differs());
}
