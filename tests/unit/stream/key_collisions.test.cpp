// SPDX-License-Identifier: MIT
// A million keys, apart from the other tests of stream/key.hpp because they take their time without
// optimisation.
#include <repro/stream/key.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

TEST_CASE("a thousand names under a thousand seeds have a million keys") {
    std::vector<repro::stream_key> keys;
    keys.reserve(1'000'000);
    for (std::uint64_t s = 0; s < 1000; ++s) {
        const auto root = repro::root_key(s);
        for (unsigned n = 0; n < 1000; ++n)
            keys.push_back(repro::derive_key(root, "layer." + std::to_string(n)));
    }
    std::sort(keys.begin(), keys.end());
    CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
}
