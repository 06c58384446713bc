// SPDX-License-Identifier: MIT
#include <repro/rng/seed_sequence.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

using repro::seed_sequence;

TEST_CASE("seed_sequence gives NumPy's words for every known entropy, key and pool") {
    auto cases = nlohmann::json::array();
    for (const auto& c : support::golden_cases("numpy_generator.json"))
        if (c["stream"] == "numpy.seed_sequence") cases.push_back(c);
    CHECK(support::replayed(cases).passed == 120);
}

TEST_CASE("an integer seeds as its limbs do, and a child of one call is not the child of the next") {
    const std::uint32_t limbs[] = {5, 1};
    CHECK(seed_sequence((std::uint64_t{1} << 32) + 5) ==
          seed_sequence(std::span<const std::uint32_t>(limbs)));
    seed_sequence parent(42);
    const auto first = parent.spawn(1), second = parent.spawn(1);
    CHECK_FALSE(first[0] == second[0]);
    CHECK(parent.n_children_spawned() == 2);
}
