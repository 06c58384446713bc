// SPDX-License-Identifier: MIT
#include "../tool/run_program.hpp"
#include "runner.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using nlohmann::json;

/// random.Random(42).random() on CPython 3.13.0, and where it leaves the stream.
json right_case() {
    return {{"id", "right"},
            {"stream", "cpython.random"},
            {"version", "3.13.0"},
            {"seed", {{"int", "42"}}},
            {"call", "random"},
            {"args", json::object()},
            {"expected", "0x1.4762f307200c5p-1"},
            {"class", "int"},
            {"after", {{"pos", 2}}}};
}

json changed(const std::string& id, const std::string& field, const json& content) {
    json c = right_case();
    c["id"] = id;
    c[field] = content;
    return c;
}

support::program_result replayed(const std::vector<json>& cases) {
    const support::temporary_folder folder;
    return support::run_program({folder.write("cases.json", json{{"cases", cases}}.dump()).native()});
}

bool tells(const support::program_result& r, const std::string& text) {
    return r.out.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("replay counts what passed, what failed, and what it does not know, and says what differs") {
    const auto right = replayed(std::vector<json>{right_case()});
    CHECK(right.out == "1 passed, 0 failed, 0 unsupported, 0 not promised\n");
    CHECK(right.status == 0);
    const auto r = replayed({right_case(), changed("wrong", "expected", "0x1.4762f307200c6p-1"),
                             changed("after", "after", {{"pos", 3}}), changed("unknown", "call", "rando"),
                             changed("later", "version", "4.0"), changed("malformed", "seed", "42"),
                             changed("nothing", "expected", json::object()), "no case"});
    INFO(r.out);
    CHECK(r.out.ends_with("\n1 passed, 2 failed, 5 unsupported, 0 not promised\n"));
    CHECK(tells(r, "wrong failed: random {}: expected 0x1.4762f307200c6p-1, got 0x1.4762f307200c5p-1"));
    CHECK(tells(r, "after failed: after.pos: expected 3, got 2"));
    CHECK(tells(r, "unknown unsupported: rando {}: unknown call 'rando'"));
    CHECK(r.status == 1);
}

TEST_CASE("replay finds a wrong element at any end of an array, and else in its digest") {
    const auto with = [](const std::string& id, const json& expected) {
        return json{{"id", id},
                    {"stream", "numpy.generator"},
                    {"seed", {{"int", "42"}}},
                    {"call", "integers"},
                    {"args", {{"low", 0}, {"high", 100}, {"size", 5}}},
                    {"expected", expected}};
    };
    // default_rng(42).integers(0, 100, 5) on NumPy 2.2.4
    const json shape = {{"dtype", "int64"}, {"shape", {5}}};
    const auto r =
        replayed({with("data", {{"dtype", "int64"}, {"shape", {5}}, {"data", {8, 77, 65, 43, 43}}}),
                  with("element", {{"dtype", "int64"}, {"shape", {5}}, {"data", {8, 77, 65, 44, 43}}}),
                  with("last", {{"first", {8, 77}}, {"last", {43, 42}}, {"sha256", "00"}}),
                  with("digest", {{"first", {8, 77}}, {"last", {43, 43}}, {"sha256", "00"}}),
                  with("dtype", {{"dtype", "int32"}, {"shape", {5}}, {"data", {8, 77, 65, 43, 43}}}),
                  with("shape", {{"dtype", "int64"}, {"shape", {1, 5}}, {"data", {8, 77, 65, 43, 43}}})});
    INFO(r.out);
    CHECK(r.out.ends_with("\n1 passed, 5 failed, 0 unsupported, 0 not promised\n"));
    CHECK(tells(r, "element failed: integers {\"high\":100,\"low\":0,\"size\":5}: [3]: expected 44, got 43"));
    CHECK(tells(r, "[4]: expected 42, got 43"));
    CHECK(tells(r, " digest differs: expected 00, got "));
}

TEST_CASE("replay measures what is not promised instead of failing it, but never excuses the position") {
    json c = changed("loose", "class", "layout");
    c["expected"] = "0x1.4762f307200c7p-1";
    const auto loose = replayed(std::vector<json>{c});
    CHECK(loose.out == "loose not promised (layout, 2 ulp): random {}: expected 0x1.4762f307200c7p-1, got "
                       "0x1.4762f307200c5p-1\n1 cases of class layout: at most 2 ulp from the answers\n"
                       "0 passed, 0 failed, 0 unsupported, 1 not promised\n");
    CHECK(loose.status == 0);
    c["after"]["pos"] = 4;
    CHECK(replayed(std::vector<json>{c}).status == 1);
}

TEST_CASE("replay names a file that it cannot read") {
    const support::temporary_folder folder;
    CHECK(support::run_program({}).status == 2);
    CHECK(support::run_program({folder.path().native()}).status == 2);
    CHECK(support::run_program({folder.write("no.json", "{").native()}).status == 2);
    const auto r = support::run_program({folder.write("empty.json", "{}").native()});
    CHECK(r.status == 2);
    CHECK(r.err.find("empty.json: has no \"cases\"") != std::string::npos);
}
