// SPDX-License-Identifier: MIT
#include <repro/capture/libraries.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string_view>

namespace {

/// An ELF note: header, name, content, each padded to `alignment`.
std::vector<std::uint8_t> note(std::string_view name, std::uint32_t type, std::vector<std::uint8_t> content,
                               std::size_t alignment = 4) {
    std::vector<std::uint8_t> bytes;
    const auto word = [&bytes](std::uint32_t value) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    };
    const auto pad = [&bytes, alignment] {
        while (bytes.size() % alignment != 0)
            bytes.push_back(0);
    };
    word(static_cast<std::uint32_t>(name.size() + 1));
    word(static_cast<std::uint32_t>(content.size()));
    word(type);
    bytes.insert(bytes.end(), name.begin(), name.end());
    bytes.push_back(0);
    pad();
    bytes.insert(bytes.end(), content.begin(), content.end());
    pad();
    return bytes;
}

std::vector<std::uint8_t> joined(std::vector<std::uint8_t> first, const std::vector<std::uint8_t>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

} // namespace

TEST_CASE("the program comes first and has a name of its own: none") {
    const auto libraries = repro::capture_libraries();
    REQUIRE(libraries.size() > 2);
    CHECK(libraries.front().name.empty());
}

TEST_CASE("the C library is found with its build-id") {
    const auto libraries = repro::capture_libraries();
    const auto libc = std::find_if(libraries.begin(), libraries.end(), [](const auto& library) {
        return library.name.find("libc.so") != std::string::npos;
    });
    REQUIRE(libc != libraries.end());
    REQUIRE(libc->build_id);
    CHECK(libc->build_id->size() == 40);
    CHECK(libc->build_id->find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("two captures of an unchanged process are equal") {
    CHECK(repro::capture_libraries() == repro::capture_libraries());
}

TEST_CASE("a build-id is found behind other notes") {
    const auto notes =
        joined(note("GNU", NT_GNU_ABI_TAG, {1, 2, 3, 4}), note("GNU", NT_GNU_BUILD_ID, {0xab, 0x01}));
    CHECK(repro::detail::find_build_id(notes, 4) == "ab01");
    const auto wide =
        joined(note("GNU", NT_GNU_PROPERTY_TYPE_0, {1, 2, 3}, 8), note("GNU", NT_GNU_BUILD_ID, {0xcd}, 8));
    CHECK(repro::detail::find_build_id(wide, 8) == "cd");
}

TEST_CASE("another vendor's note of the same type is no build-id") {
    CHECK_FALSE(repro::detail::find_build_id(note("XYZ", NT_GNU_BUILD_ID, {1}), 4));
}

TEST_CASE("cut and lying notes are left without being read past their end") {
    const auto whole = note("GNU", NT_GNU_BUILD_ID, {1, 2, 3, 4, 5, 6, 7, 8});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        INFO(size);
        CHECK_FALSE(repro::detail::find_build_id(cut, 4));
    }
    for (std::size_t field = 0; field < 8; ++field) {
        auto lying = whole;
        lying[field] = 0xff;
        INFO(field);
        CHECK_FALSE(repro::detail::find_build_id(lying, 4));
    }
}
