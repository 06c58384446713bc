// SPDX-License-Identifier: MIT
#include <repro/trace/describe.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

template <class T>
repro::trace_entry described(const T& tensor, repro::trace_keep keep = repro::trace_keep::digests) {
    return repro::detail::describe_tensor("t", 0, repro::detail::view_for_trace(tensor), keep);
}

} // namespace

TEST_CASE("one changed element changes the digest of its chunk alone, and that of the whole") {
    std::vector<std::int32_t> tensor(5000);
    const auto before = described(tensor);
    REQUIRE(before.chunks.size() == 5);
    for (const std::size_t element : {0u, 1023u, 1024u, 4095u, 4096u, 4999u}) {
        tensor[element] = 1;
        const auto after = described(tensor);
        CHECK(after.digest != before.digest);
        for (std::size_t i = 0; i < 5; ++i)
            CHECK((after.chunks[i] != before.chunks[i]) == (i == element / 1024));
        tensor[element] = 0;
    }
}

TEST_CASE("exchanged chunks change the digest of the whole") {
    std::vector<std::int32_t> tensor(2048);
    std::fill(tensor.begin(), tensor.begin() + 1024, 7);
    const auto before = described(tensor);
    std::rotate(tensor.begin(), tensor.begin() + 1024, tensor.end());
    const auto after = described(tensor);
    CHECK(before.chunks[0] == after.chunks[1]);
    CHECK(before.digest != after.digest);
}

TEST_CASE("values are kept of every element of a small tensor, and evenly spread of a large one") {
    using repro::trace_keep;
    const std::array<std::int16_t, 3> small = {1, -2, 300};
    CHECK(described(small).values.empty());
    CHECK(described(small, trace_keep::values).values == std::string("\x01\0\xfe\xff\x2c\x01", 6));
    std::vector<std::uint16_t> large(4096 * 3 + 1);
    for (std::size_t i = 0; i < large.size(); ++i)
        large[i] = static_cast<std::uint16_t>(i);
    const std::string values = described(large, trace_keep::values).values;
    REQUIRE(values.size() == 2 * 3073); // every fourth
    CHECK(values.substr(2, 2) == std::string("\x04\0", 2));
    CHECK(values.substr(values.size() - 2) == std::string("\0\x30", 2));
}

TEST_CASE("what has no numbers keeps no values") {
    struct pair {
        std::int32_t a, b;
    };
    const std::vector<pair> pairs = {{1, 2}};
    CHECK(described(pairs, repro::trace_keep::values).values.empty());
    const std::array<std::byte, 8> bytes{};
    const repro::trace_view odd{bytes, repro::element_type::float32, 8}; // says 4, and has 8
    CHECK(repro::detail::describe_tensor("t", 0, odd, repro::trace_keep::values).values.empty());
}
