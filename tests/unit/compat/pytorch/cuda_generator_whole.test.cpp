// SPDX-License-Identifier: MIT
#include "../../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("every known answer of PyTorch 2.11 on an H100 is given, values and offset") {
    const replay::tally t = support::replayed(support::golden_cases("torch_cuda.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed == 74); // all but normals and exponentials in float
    CHECK(t.not_promised == 15);
}

TEST_CASE("tensors of PyTorch 2.11 on an H100 are given, up to ten million elements") {
    replay::json chosen =
        replay::json::array(); // the largest of one seed: each takes seconds without optimisation
    for (const auto& c : support::golden_cases("torch_cuda_h100.json"))
        if (c["args"].value("n", std::size_t{0}) < 2'000'000 || c["seed"]["int"] == "42") chosen.push_back(c);
    const replay::tally t = support::replayed(chosen);
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == chosen.size());
    CHECK(chosen.size() == 331);
}
