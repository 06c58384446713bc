// SPDX-License-Identifier: MIT
#include <repro/hash/crc32c.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::detail::crc32c;

static_assert(crc32c("") == 0);
static_assert(crc32c("123456789") == 0xe3069283U);

TEST_CASE("CRC-32C gives the answers of RFC 3720, appendix B.4") {
    std::string rising, falling;
    for (char c = 0; c < 32; ++c) {
        rising += c;
        falling += static_cast<char>(31 - c);
    }
    CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aaU);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
    CHECK(crc32c(rising) == 0x46dd794eU);
    CHECK(crc32c(falling) == 0x113fdb5cU);
}
