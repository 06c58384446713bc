// SPDX-License-Identifier: MIT
#include <repro/lockfiles/toml_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::lockfiles::detail::json;
using repro::lockfiles::detail::read_toml;

TEST_CASE("TOML becomes the same document as JSON, dates as texts") {
    const json document =
        read_toml("a = 1\nb = [1.5, true, \"x\"]\nday = 2024-05-01\n[t.u]\nv = 'w'\n[[l]]\n[[l]]\nn = 2\n");
    CHECK(document == json{{"a", 1},
                           {"b", {1.5, true, "x"}},
                           {"day", "2024-05-01"},
                           {"t", {{"u", {{"v", "w"}}}}},
                           {"l", {json::object(), {{"n", 2}}}}});
}

TEST_CASE("brackets in texts, comments and lists are no tables") {
    const char* const texts[] = {
        "a = \"[[ = [\"\n",
        "a = '[[ = ['\n",
        "a = \"\"\"\n[[ = [\n\"\"\"\n",
        "a = '''\n[ = [\n'''\n",
        "a = '''\n[ = [\n'''''\n",
        "# [[ = [\na = 1\n",
        "a = [\n[ 1 ],\n[ \"x\" ],\n[{b = 1}],\n]\n",
        "a = \"\\\"[\"\n[b] # [[ = [\n",
        "[\"quoted ]\"]\nb = 1\n",
        "['quoted ].[']\n[[ c . d ]]\n",
    };
    for (const char* const text : texts) {
        INFO(text);
        CHECK_NOTHROW(read_toml(text));
    }
}

TEST_CASE("what toml++ would assert on is refused before it sees it") {
    for (const char* const text : {"[[ = [", "[ = ]\n", "[[", "[", "[\n]", "[ # x\n", "x = 1\n  [=]\n",
                                   "[\xc3\xa4]\n", "[[a]]\n[[.b]]\n"}) {
        INFO(text);
        CHECK_THROWS_AS(read_toml(text), repro::lockfiles::detail::fault);
    }
}
