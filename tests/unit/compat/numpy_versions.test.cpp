// SPDX-License-Identifier: MIT
#include <repro/compat/numpy.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("both NumPy twins equal NumPy 1.24.2, 2.2.4 and 2.5.2, each told to follow it") {
    const replay::tally t = support::replayed(support::golden_cases("numpy_versions.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 133);
    CHECK((t.not_promised <= 2 || !support::host_is_reference_libm()));
    CHECK(t.calls == 399);
}
