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
    const replay::tally t = support::replayed(support::golden_cases("torch_cuda_h100.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed == 279); // all but normals and exponentials in float
    CHECK(t.not_promised == 78);
}
