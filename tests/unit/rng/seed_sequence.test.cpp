// SPDX-License-Identifier: MIT
#include <repro/rng/seed_sequence.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace support;
using repro::seed_sequence;

/// An integer, or the integers of a sequence one after the other.
std::vector<std::uint32_t> entropy_limbs(const json& entropy) {
    if (!entropy.contains("array")) return limbs_of(entropy);
    std::vector<std::uint32_t> limbs;
    for (const json& element : entropy["array"])
        repro::detail::append_limbs(limbs, integer_as<std::uint64_t>(element));
    return limbs;
}

seed_sequence make(const json& description) {
    std::vector<std::uint32_t> key;
    for (const json& element : description.value("spawn_key", json::array()))
        repro::detail::append_limbs(key, integer_as<std::uint64_t>(element));
    return seed_sequence(std::span<const std::uint32_t>(entropy_limbs(description["entropy"])), key,
                         description.value("pool_size", seed_sequence::default_pool_size));
}

} // namespace

TEST_CASE("seed_sequence gives NumPy's words for every known entropy, key and pool") {
    const json file = read_golden("numpy_generator.json");
    int states = 0, spawns = 0;
    for (const json& c : file["cases"]) {
        if (c["stream"] != "numpy.seed_sequence") continue;
        INFO(c["id"].get<std::string>());
        seed_sequence sequence = make(c["seed"]["seed_sequence"]);
        if (c["call"] == "generate_state") {
            const auto n = c["args"]["n_words"].get<std::size_t>();
            if (c["args"]["dtype"] == "uint32")
                CHECK(encode_array(sequence.generate_state<std::uint32_t>(n)) == c["expected"]);
            else
                CHECK(encode_array(sequence.generate_state<std::uint64_t>(n)) == c["expected"]);
            ++states;
            continue;
        }
        auto children = sequence.spawn(2);
        children.push_back(sequence.spawn(1)[0]);
        children.push_back(children[1].spawn(1)[0]);
        for (std::size_t i = 0; i < children.size(); ++i)
            CHECK(encode_array(children[i].generate_state<std::uint64_t>(4)) == c["expected"][i]);
        ++spawns;
    }
    CHECK(states == 96);
    CHECK(spawns == 24);
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
