// SPDX-License-Identifier: MIT
#include <repro/stream/key.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <string_view>

using repro::derive_key;
using repro::key_hash;
using repro::root_key;

static_assert(derive_key(root_key(42), "a") == derive_key(root_key(42), "a"));
static_assert(derive_key(root_key(42), "a") != derive_key(root_key(42), "b"));
static_assert(derive_key(root_key(42), "a") != derive_key(root_key(43), "a"));

TEST_CASE("keys and derived seeds are those of the contract") {
    int lines = 0;
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        const auto root = root_key(line.decimal(1));
        INFO(line.text);
        if (line.fields[0] == "key") {
            ++lines;
            CHECK(derive_key(root, line.fields[2]) == repro::stream_key{line.hex(3), line.hex(4)});
        } else if (line.fields[0] == "seed") {
            ++lines;
            CHECK(repro::derive_seed(root, line.fields[2]) == line.hex(3));
        }
    }
    CHECK(lines == 32);
}

TEST_CASE("a thousand names under one seed, and one name under a thousand seeds, have keys of their own") {
    std::set<repro::stream_key> keys;
    for (unsigned i = 0; i < 1000; ++i) {
        keys.insert(derive_key(root_key(42), "layer." + std::to_string(i)));
        keys.insert(derive_key(root_key(100 + i), "layer"));
    }
    CHECK(keys.size() == 2000);
}

TEST_CASE("fields that join to the same bytes have different keys") {
    const auto key = [](auto... fields) {
        key_hash hash("test");
        (hash.add(fields), ...);
        return hash.key();
    };
    using text = std::string_view;
    const std::set<repro::stream_key> keys = {
        key(text("ab"), text("c")),
        key(text("a"), text("bc")),
        key(text("abc")),
        key(text("abc"), text("")),
        key(text(""), text("abc")),
        key(text("")),
        key(),
        key(std::uint64_t{0}),
        key(std::uint64_t{0}, std::uint64_t{0}),
        key(std::uint64_t{1}),
        key(text("\0", 1)),
        key(std::uint64_t{1} << 56),
    };
    CHECK(keys.size() == 11); // the empty text is its length, 0: no derivation mixes the two kinds of field
    CHECK(key(text("")) == key(std::uint64_t{0}));
}

TEST_CASE("one purpose's derivations are apart from another's") {
    CHECK(key_hash("stream").add(std::uint64_t{1}).key() != key_hash("split").add(std::uint64_t{1}).key());
    CHECK(repro::derive_seed(root_key(1), "a") != derive_key(root_key(1), "a")[0]);
}
