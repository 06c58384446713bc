// SPDX-License-Identifier: MIT
#include <repro/lockfiles/yaml_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::lockfiles::detail::json;
using repro::lockfiles::detail::read_yaml;

TEST_CASE("YAML's scalars are texts, and nothing is null") {
    const json document = read_yaml("a: 1\nb: [1.5, true, 'null']\nc: ~\nd:\ne: null\nf: {g: \"h\"}\n");
    CHECK(document == json{{"a", "1"},
                           {"b", {"1.5", "true", "null"}},
                           {"c", nullptr},
                           {"d", nullptr},
                           {"e", nullptr},
                           {"f", {{"g", "h"}}}});
}

TEST_CASE("aliases, second documents, keys that are no texts, and keys twice are refused") {
    for (const char* const text : {"a: &x 1\nb: *x\n", "a: 1\n--- \nb: 2\n", "? [1]\n: 2\n", "a: 1\na: 2\n",
                                   "a: b: c\n", "\t- x\n", "", "# nothing\n"}) {
        INFO(text);
        CHECK_THROWS_AS(read_yaml(text), repro::lockfiles::detail::fault);
    }
}
