// SPDX-License-Identifier: MIT
#include <repro/detail/base64.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::detail::from_base64;
using repro::detail::to_base64;

TEST_CASE("base64 has the test vectors of RFC 4648") {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& vector : vectors) {
        CHECK(to_base64(vector.first) == vector.second);
        CHECK(from_base64(vector.second) == vector.first);
    }
}

TEST_CASE("base64 gives every byte back") {
    std::string bytes;
    for (int value = 255; value >= 0; --value)
        bytes += static_cast<char>(value);
    CHECK(from_base64(to_base64(bytes)) == bytes);
}

TEST_CASE("what base64 never writes is not read") {
    for (const char* const text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Z g==", "Zg==\n", "=",
                                   "====", "Zm9v!", "_-8="}) {
        INFO(text);
        CHECK_FALSE(from_base64(text));
    }
}
