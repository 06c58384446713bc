// SPDX-License-Identifier: MIT
#include <repro/hash/sha2.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr bool starts_with(std::span<const std::uint8_t> digest, std::initializer_list<std::uint8_t> bytes) {
    return std::equal(bytes.begin(), bytes.end(), digest.begin());
}

std::string hex512(std::string_view text) {
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    return repro::detail::to_hex(repro::sha512(bytes));
}

struct answer {
    std::string_view text;
    std::string_view sha256;
    std::string_view sha512;
};

// FIPS 180-4's examples (one block, two blocks of SHA-256, two blocks of SHA-512), and the digests of
// nothing.
constexpr answer answers[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
     "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
     "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrs"
     "tnopqrs"
     "tu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
     "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
     "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
};

} // namespace

static_assert(starts_with(repro::sha256("abc").bytes, {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}));
static_assert(starts_with(repro::sha512({}), {0xcf, 0x83, 0xe1, 0x35, 0x7e, 0xef, 0xb8, 0xbd}));

TEST_CASE("SHA-256 and SHA-512 give the published digests") {
    for (const answer& each : answers) {
        INFO('"' << each.text << '"');
        CHECK(repro::sha256(each.text).hex() == each.sha256);
        CHECK(hex512(each.text) == each.sha512);
    }
}

TEST_CASE("SHA-256 and SHA-512 of a million letters are the published ones") {
    const std::string million(1'000'000, 'a');
    CHECK(repro::sha256(million).hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(hex512(million) == "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                             "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

TEST_CASE("every length around the padding and block edges has its own digest") {
    // One digest over the digests of all lengths from 0 to 300 of the letter a: computed with Python's
    // hashlib,
    //   hashlib.sha256(b"".join(hashlib.sha256(b"a" * n).digest() for n in range(301))), and so for SHA-512.
    repro::sha256_hash all256;
    repro::detail::sha2<repro::detail::sha512_traits> all512;
    for (std::size_t n = 0; n <= 300; ++n) {
        const std::vector<std::uint8_t> bytes(n, 'a');
        all256.update(repro::sha256(bytes).bytes);
        all512.update(repro::sha512(bytes));
    }
    CHECK(repro::detail::to_hex(all256.finish()) ==
          "e8e4a8cfe049153f6f930f2156161a5b19bb9b3dc4b698c20e4d44a29d7f9526");
    CHECK(repro::detail::to_hex(all512.finish()) ==
          "b0252e29bae50b5a42c84d684a695d3ce9eb9f45564b98f09503ce01bcdc907c"
          "14d2fad620cea072e46915da1321a945dee073b717b9c105a6a57beb402eddc5");
}

TEST_CASE("a text hashed in pieces has the digest of the whole") {
    const std::string text(200, 'x');
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        repro::sha256_hash hash;
        hash.update(std::string_view(text).substr(0, cut));
        hash.update(std::string_view(text).substr(cut));
        CHECK(repro::digest256{hash.finish()} == repro::sha256(text));
    }
}

TEST_CASE("bytes above 127 hash alike as text and as bytes") {
    const std::string text = "\x80\xff\x7f\x00\xfe";
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    CHECK(repro::sha256(text) == repro::sha256(std::span<const std::uint8_t>(bytes)));
}
