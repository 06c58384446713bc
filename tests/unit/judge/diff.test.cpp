// SPDX-License-Identifier: MIT
#include <repro/judge/diff.hpp>

#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

using nlohmann::json;
using repro::difference_group;
using repro::likelihood;

static_assert(repro::detail::rule_of("/git_sha").group == difference_group::code);
static_assert(repro::detail::rule_of("/inputs/digits/absolute").care == repro::detail::diff_care::ignored);
static_assert(repro::detail::rule_of("/config/a/absolute").group == difference_group::config);
static_assert(repro::detail::rule_of("/never/heard/of").group == difference_group::record);

namespace {

json recorded() {
    std::ifstream file("tests/vectors/manifest/completed.json");
    return json::parse(file);
}

repro::manifest_diff diff(const json& a, const json& b, const repro::diff_options& options = {}) {
    return repro::diff(repro::parse_manifest(a.dump(), "a.json"), repro::parse_manifest(b.dump(), "b.json"),
                       options);
}

/// What the recorded manifest differs in from itself with one change.
template <class Change> repro::manifest_diff after(Change change) {
    json b = recorded();
    change(b);
    return diff(recorded(), b);
}

/// "group name likelihood a b" of each difference, a line each.
std::vector<std::string> lines(const repro::manifest_diff& found) {
    std::vector<std::string> all;
    for (const repro::difference& each : found.differences)
        all.push_back(std::string(to_string(each.group)) + " " + each.name + " " +
                      std::string(to_string(each.likelihood)) + " " + each.a.value.dump() + " " +
                      each.b.value.dump());
    return all;
}

using lines_of = std::vector<std::string>;

json object_of(const char* name, const char* key, const json& value) {
    return {{"name", name}, {key, value}};
}

} // namespace

TEST_CASE("a manifest does not differ from itself") {
    const auto found = diff(recorded(), recorded());
    CHECK(found.differences.empty());
    CHECK(found.doubts.empty());
    CHECK_FALSE(found.matters());
    CHECK_FALSE(found.unknown());
    CHECK(found.likeliest() == nullptr);
}

TEST_CASE("names of one run are not compared") {
    const auto found = after([](json& m) {
        m["id"] = "other";
        m["run_id"] = "other";
        m["name"] = "other";
        m["started_at"] = "2027-01-01T00:00:00.000Z";
        m["finished_at"] = "2027-01-01T00:00:01.000Z";
        m["executable"]["absolute"] = "/elsewhere/digits-mlp";
        m["inputs"][0]["absolute"] = "/elsewhere/digits.csv";
        m["lockfiles"][0]["absolute"] = "/elsewhere/uv.lock";
        m["git"]["toplevel"] = "/elsewhere";
    });
    CHECK(found.differences.empty());
}

TEST_CASE("each place of a manifest is told in its group, with its likelihood and both values") {
    struct row {
        const char* pointer;
        json value;
        const char* line;
    };
    const row rows[] = {
        {"/git_dirty", true, "code git_dirty likely false true"},
        {"/git/branch", "x", "code git/branch unlikely \"main\" \"x\""},
        {"/stream_contract", 2, "code stream_contract very likely 1 2"},
        {"/executable/path", "train", nullptr},
        {"/executable/size", 1, nullptr},
        {"/lockfiles/0/tracked", false, "lockfiles lockfiles/uv.lock/tracked unlikely true false"},
        {"/libraries/15/since", "later", "libraries libraries/libm.so.6/since possible \"start\" \"later\""},
        {"/libraries/15/build_id", "ff",
         "libraries libraries/libm.so.6/build_id likely "
         "\"d6e6f9e3af1243eed9bf5efd366dd015a9f22c13\" \"ff\""},
        {"/libraries/14/build_id", "ff",
         "libraries libraries/libz.so.1/build_id possible "
         "\"1f95d5498d283b79505861523e20b3db2afdf518\" \"ff\""},
        {"/libraries/1/build_id", "ff",
         "libraries libraries/linux-vdso.so.1/build_id none "
         "\"e95baaeaec8534edc5df3654182ddf12b19d9b23\" \"ff\""},
        {"/libraries/0/build_id", "ff",
         "executable libraries/(program)/build_id likely "
         "\"4e44695117160f0fac9644f11f25fd6d5491165c\" \"ff\""},
        {"/libraries/15/name", "/opt/libm.so.6",
         "libraries libraries/libm.so.6/name unlikely "
         "\"/lib/x86_64-linux-gnu/libm.so.6\" \"/opt/libm.so.6\""},
        {"/versions/libgit2", "1.6", "libraries versions/libgit2 possible \"1.5.1\" \"1.6\""},
        {"/versions/compiler", "gcc 13", "build versions/compiler likely \"gcc 12.2.0\" \"gcc 13\""},
        {"/versions/cuda", "unread: x", nullptr},
        {"/versions/libc", "unread: x", "libraries versions/libc unknown \"glibc 2.36\" \"unread: x\""},
        {"/versions/cuda", "12.4",
         "libraries versions/cuda likely \"absent: not mapped into this process\" "
         "\"12.4\""},
        {"/build/builds/0/flags/0", "o2",
         "build build/builds/0/flags likely [\"optimize\",\"ndebug\"] [\"o2\",\"ndebug\"]"},
        {"/config/lr", 0.2, "config config/lr very likely 0.1 0.2"},
        {"/config/layers/1", 16, "config config/layers very likely [64,32,10] [64,16,10]"},
        {"/config/dropout", nullptr, "config config/dropout very likely 0.25 null"},
        {"/config/out~1dir", "x", "config config/out/dir possible null \"x\""},
        {"/seed_source", "environment", "streams seed_source unlikely \"code\" \"environment\""},
        {"/streams/6/draws", 4, "streams streams/data/shuffle/draws result 3 4"},
        {"/streams/6/engine", "pcg64",
         "streams streams/data/shuffle/engine very likely \"philox4x64-10\" \"pcg64\""},
        {"/inputs/0/role", "x", "inputs inputs/data/digits.csv/role unlikely \"training set\" \"x\""},
        {"/hardware/cpu", "x", "hardware hardware/cpu likely \"AMD EPYC\" \"x\""},
        {"/hardware/gpu_driver", "1", "hardware hardware/gpu_driver likely null \"1\""},
        {"/hardware/usable_cores", 1, "hardware hardware/usable_cores possible 2 1"},
        {"/hardware/ram_gb", 1, "hardware hardware/ram_gb unlikely 24 1"},
        {"/status", "failed", "metrics status result \"completed\" \"failed\""},
        {"/wall_seconds", 1, "times wall_seconds none 0.040068 1"},
        {"/schema", "urn:repro:manifest:1.9",
         "record schema none \"urn:repro:manifest:1.0\" \"urn:repro:manifest:1.9\""},
        {"/unheard_of", 1, "record unheard_of unknown null 1"},
    };
    for (const row& each : rows) {
        INFO(each.pointer);
        const auto found = after([&](json& m) { m[json::json_pointer(each.pointer)] = each.value; });
        CHECK(lines(found) == (each.line == nullptr ? lines_of{} : lines_of{each.line}));
    }
}

TEST_CASE("causes stand before results, likely ones before others, and the first is the likeliest") {
    const auto found = after([](json& m) {
        m["wall_seconds"] = 1;
        m["digests"]["loss.npy"]["sha256"] = support::digest_of_nothing;
        m["hardware"]["ram_gb"] = 1;
        m["hardware"]["cpu"] = "x";
        m["git_sha"] = "ffff";
        m["config"]["lr"] = 1;
        m["environment"] = json::object({{"LANG", {{"now", "C"}}}});
    });
    std::vector<std::string> names;
    for (const repro::difference& each : found.differences)
        names.push_back(each.name);
    CHECK(names == std::vector<std::string>{"config/lr", "git_sha", "hardware/cpu", "hardware/ram_gb",
                                            "environment", "digests/loss.npy/sha256", "wall_seconds"});
    REQUIRE(found.likeliest() != nullptr);
    CHECK(found.likeliest()->name == "config/lr");
    CHECK(found.likeliest()->why == "the numbers are computed from it");
}

TEST_CASE("what follows from another seed is no cause") {
    const auto found = after([](json& m) {
        m["seed"] = 1;
        m["seed_text"] = "1";
        m["streams"][6]["seed"] = "key 1 2";
        m["streams"][6]["state_at_start"] = support::digest_of_nothing;
    });
    CHECK(lines(found).front() == "streams seed very likely 18446744073709551615 1");
    REQUIRE(found.differences.size() == 3);
    CHECK(found.differences[1].likelihood == likelihood::result);
    CHECK(found.differences[1].why == "it follows from the seed");
}

TEST_CASE("times alone do not matter, and what one of the two lacks cannot be told") {
    CHECK_FALSE(after([](json& m) { m["wall_seconds"] = 1; }).matters());
    const auto found = after([](json& m) { m["floating_point"] = json::object({{"threads", 1}}); });
    CHECK_FALSE(found.matters());
    CHECK(found.unknown());
    CHECK(found.likeliest() == nullptr);
}

TEST_CASE("phases are compared by name: times do not matter, and how often one was gone through follows") {
    json a = recorded(), b = recorded();
    a["phases"] = {{"load", {{"count", 1}, {"seconds", 0.5}}}, {"train", {{"count", 3}, {"seconds", 2.0}}}};
    b["phases"] = {{"load", {{"count", 1}, {"seconds", 0.75}}}, {"train", {{"count", 4}, {"seconds", 2.0}}}};
    CHECK(lines(diff(a, b)) ==
          lines_of{"metrics phases/train/count result 3 4", "times phases/load/seconds none 0.5 0.75"});
    b["phases"] = {{"load", {{"count", 1}, {"seconds", 0.5}}}};
    const auto found = diff(a, b);
    REQUIRE(found.differences.size() == 1);
    CHECK(found.differences[0].name == "phases/train");
    CHECK_FALSE(found.unknown());
}

TEST_CASE("elements of a list belong together by name, whatever their order") {
    const auto shuffled = after([](json& m) {
        for (const char* const list : {"libraries", "streams"})
            std::reverse(m[list].begin(), m[list].end());
    });
    CHECK(shuffled.differences.empty());
    const auto found = after([](json& m) {
        m["libraries"].erase(15);
        m["libraries"].push_back({{"name", "/opt/libblas.so.3"}, {"build_id", "aa"}, {"since", "later"}});
    });
    REQUIRE(found.differences.size() == 2);
    CHECK(found.differences[0].name == "libraries/libm.so.6");
    CHECK(found.differences[0].a.pointer == "/libraries/15");
    CHECK(found.differences[0].b.absent());
    CHECK(found.differences[1].name == "libraries/libblas.so.3");
    CHECK(found.differences[1].a.absent());
    CHECK(found.differences[1].likelihood == likelihood::likely);
}

TEST_CASE("pointers lead to the values of each document") {
    json b = recorded();
    b["libraries"].erase(2);
    b["libraries"][14]["build_id"] = "ff";
    const json a = recorded();
    for (const repro::difference& each : diff(a, b).differences) {
        if (!each.a.absent()) CHECK(a.at(json::json_pointer(each.a.pointer)) == each.a.value);
        if (!each.b.absent()) CHECK(b.at(json::json_pointer(each.b.pointer)) == each.b.value);
    }
}

TEST_CASE("elements of one name are told apart by their order") {
    const auto found = after([](json& m) {
        m["streams"].push_back(m["streams"][6]);
        m["streams"].push_back(m["streams"][6]);
    });
    REQUIRE(found.differences.size() == 2);
    CHECK(found.differences[0].name == "streams/data/shuffle (2)");
    CHECK(found.differences[1].name == "streams/data/shuffle (3)");
}

TEST_CASE("a value recorded at both ends is told once unless it changed in between") {
    json a = recorded();
    a["environment"] = {{"LANG", {{"at_exec", "C"}, {"now", "C"}, {"changed", false}}}};
    json b = a;
    b["environment"]["LANG"] = {{"at_exec", "de"}, {"now", "de"}, {"changed", false}};
    b["inputs"][0]["sha256"] = b["inputs"][0]["sha256_at_end"] = support::digest_of_nothing;
    std::vector<std::string> names;
    for (const repro::difference& each : diff(a, b).differences)
        names.push_back(each.name);
    CHECK(names == std::vector<std::string>{"inputs/data/digits.csv/sha256", "environment/LANG/now"});
    b["environment"]["LANG"] = {{"at_exec", "C"}, {"now", "de"}, {"changed", true}};
    b["inputs"] = a["inputs"];
    b["inputs"][0]["sha256_at_end"] = support::digest_of_nothing;
    names.clear();
    for (const repro::difference& each : diff(a, b).differences)
        names.push_back(each.name);
    CHECK(names == std::vector<std::string>{"inputs/data/digits.csv/sha256_at_end", "environment/LANG/now"});
}

TEST_CASE("variables of repro's own are no cause, and the hash seed follows from a seed that differs") {
    const auto set = [](json& m, const char* name, const char* value) {
        m["environment"][name] = {{"at_exec", value}, {"now", value}};
    };
    json a = recorded(), b = recorded();
    a["environment"] = b["environment"] = json::object();
    for (const char* const name : {"REPRO_RUN_DIR", "REPRO_SEED"}) {
        set(a, name, "1");
        set(b, name, "2");
    }
    set(b, "REPRO_QUIET", "1");
    const auto own = diff(a, b);
    CHECK(own.differences.size() >= 3);
    for (const repro::difference& each : own.differences) {
        INFO(each.name);
        CHECK(each.likelihood == likelihood::none);
    }
    CHECK_FALSE(own.matters());

    const auto likelihood_of_hash_seed = [&] {
        for (const repro::difference& each : diff(a, b).differences)
            if (each.name.find("PYTHONHASHSEED") != std::string::npos) return each.likelihood;
        return likelihood::none;
    };
    set(a, "PYTHONHASHSEED", "1");
    set(b, "PYTHONHASHSEED", "2");
    CHECK(likelihood_of_hash_seed() == likelihood::possible); // set by hand, under one seed
    b["seed"] = a["seed"].get<int>() + 1;
    b["seed_text"] = std::to_string(b["seed"].get<int>());
    CHECK(likelihood_of_hash_seed() == likelihood::result);
    for (json* const each : {&a, &b})
        (*each)["knobs"] = json::array(
            {object_of("PYTHONHASHSEED", "value", (*each)["environment"]["PYTHONHASHSEED"]["now"])});
    CHECK(likelihood_of_hash_seed() == likelihood::result);
}

TEST_CASE("a variable among the knobs is told there and not again in the environment") {
    json a = recorded();
    a["environment"] = {{"OMP_NUM_THREADS", {{"now", "1"}}}};
    a["knobs"] = json::array({object_of("OMP_NUM_THREADS", "value", "1")});
    json b = a;
    b["environment"]["OMP_NUM_THREADS"]["now"] = "8";
    b["knobs"][0]["value"] = "8";
    CHECK(lines(diff(a, b)) == lines_of{"launch knobs/OMP_NUM_THREADS/value likely \"1\" \"8\""});
}

TEST_CASE("a fingerprint of any shape is compared part by part") {
    json a = recorded();
    a["fingerprint"] = {
        {"version", 1},
        {"parts", json::array({object_of("libm", "sha256", "aa"), object_of("blas", "sha256", "bb")})}};
    json b = a;
    b["fingerprint"]["parts"][1]["sha256"] = "cc";
    CHECK(lines(diff(a, b)) == lines_of{"launch fingerprint/parts/blas/sha256 very likely \"bb\" \"cc\""});
    a["fingerprint"] = "aa";
    b["fingerprint"] = "bb";
    CHECK(lines(diff(a, b)) == lines_of{"launch fingerprint very likely \"aa\" \"bb\""});
}

TEST_CASE("a fingerprint as a run records it is told by the names of its parts") {
    const auto part = [](const char* name, const char* digest) {
        return json{{"part", name}, {"digest", digest}, {"through", "/lib/libm.so.6"}};
    };
    json a = recorded();
    a["fingerprint"] = {{"at_start", json::array()},
                        {"at_end", {part("libm/float", "aa"), part("libm/double", "bb")}}};
    json b = a;
    b["fingerprint"]["at_end"][1]["digest"] = "cc";
    CHECK(lines(diff(a, b)) ==
          lines_of{"launch fingerprint/at_end/libm/double/digest very likely \"bb\" \"cc\""});
    b = a;
    b["fingerprint"]["at_end"].insert(b["fingerprint"]["at_end"].begin(), part("blas/double", "dd"));
    const auto inserted = diff(a, b);
    REQUIRE_FALSE(inserted.differences.empty());
    for (const repro::difference& each : inserted.differences) {
        INFO(each.name);
        CHECK(each.group == difference_group::launch);
        CHECK(each.likelihood == likelihood::very_likely);
        CHECK(each.name.starts_with("fingerprint/at_end/blas/double"));
    }
}

TEST_CASE("a metric is told by its first step that differs and by its largest difference") {
    const auto found = after([](json& m) {
        m["metrics"]["loss"] = {{"step", {0, 1, 2, 3}}, {"value", {0.3333333333333333, 0.5, 0.6, "NaN"}}};
    });
    REQUIRE(found.differences.size() == 1);
    const repro::difference& loss = found.differences.front();
    CHECK(loss.name == "metrics/loss");
    CHECK(loss.likelihood == likelihood::result);
    CHECK(loss.a.value == 0.25);
    CHECK(loss.b.value == 0.5);
    REQUIRE(loss.metric);
    CHECK(loss.metric->first_step == 1);
    CHECK(loss.metric->largest_step == 2);
    CHECK(loss.metric->largest == 0.6 - 0.2);
    CHECK(loss.metric->differing == 2);
    CHECK(loss.metric->compared == 4);
}

TEST_CASE("series of other steps are compared where both have a value") {
    const json a = {{"step", {3, 1, 1, 2}}, {"value", {30, 10, 11, 20}}};
    const json b = {{"step", {1, 1, 2, 4}}, {"value", {10, 12, 20, 40}}};
    const auto compared = repro::detail::compare_series(a, b);
    CHECK(compared.parted);
    CHECK(compared.found.first_step == 1);
    CHECK(compared.found.compared == 3);
    CHECK(compared.found.differing == 1);
    CHECK(compared.found.only_a == 1);
    CHECK(compared.found.only_b == 1);
    CHECK(compared.a == 11);
    CHECK(compared.b == 12);
}

TEST_CASE("values of a metric are compared bit by bit") {
    const auto parted = [](const json& x, const json& y) {
        const json a = {{"step", {0}}, {"value", json::array({x})}};
        const json b = {{"step", {0}}, {"value", json::array({y})}};
        const auto found = repro::detail::compare_series(a, b);
        return found.parted ? found.found.largest : -1.0;
    };
    CHECK(parted(1, 1.0) == -1.0);
    CHECK(parted("NaN", "NaN") == -1.0);
    CHECK(parted(0.0, -0.0) == 0.0);
    CHECK(std::isinf(parted("NaN", 1)));
    CHECK(std::isinf(parted("Infinity", "-Infinity")));
    const auto signed_zero = after([](json& m) { m["metrics"]["accuracy"]["value"][0] = -0.5; });
    CHECK(signed_zero.differences.size() == 1);
}

TEST_CASE("the sign of a metric's zero is told through the whole manifest") {
    json a = recorded(), b = recorded();
    a["metrics"]["loss"]["value"][0] = 0.0;
    b["metrics"]["loss"]["value"][0] = -0.0;
    CHECK(diff(a, b).differences.size() == 1);
}

TEST_CASE("two changed trees are a doubt, for the changes are in no record") {
    json a = recorded();
    a["git_dirty"] = true;
    const auto found = diff(a, a);
    CHECK(found.differences.empty());
    REQUIRE(found.doubts.size() == 1);
    a["git_dirty"] = nullptr;
    CHECK(diff(a, a).doubts.size() == 1);
}

TEST_CASE("only the groups that are asked for are compared") {
    json b = recorded();
    b["config"]["lr"] = 1;
    b["git_sha"] = "ffff";
    repro::diff_options options;
    options.only = {difference_group::code};
    const auto found = diff(recorded(), b, options);
    CHECK(lines(found).size() == 1);
    CHECK(found.differences.front().group == difference_group::code);
    std::size_t compared = 0;
    for (const repro::group_summary& each : found.groups)
        compared += each.compared ? 1u : 0u;
    CHECK(compared == 1);
}

TEST_CASE("differences beyond the limit are counted") {
    json b = recorded();
    for (int i = 0; i < 10; ++i)
        b["config"]["x" + std::to_string(i)] = i;
    repro::diff_options options;
    options.limit = 3;
    const auto found = diff(recorded(), b, options);
    CHECK(found.differences.size() == 3);
    CHECK(found.left_out == 7);
    CHECK(found.matters());
}

TEST_CASE("lockfiles are told package by package where somebody can") {
    json b = recorded();
    b["lockfiles"][0]["sha256"] = support::digest_of_nothing;
    repro::diff_options options;
    options.packages = [](const repro::recorded_file& x, const repro::recorded_file& y) {
        CHECK(x.path == "uv.lock");
        CHECK(y.sha256->hex() == support::digest_of_nothing);
        return std::vector<repro::package_difference>{{"numpy", "2.0.1", "2.1.0"}, {"jax", "", "0.5"}};
    };
    const auto found = diff(recorded(), b, options);
    CHECK(lines(found) == lines_of{"lockfiles lockfiles/uv.lock/numpy likely \"2.0.1\" \"2.1.0\"",
                                   "lockfiles lockfiles/uv.lock/jax likely null \"0.5\""});
    options.packages = [](const auto&, const auto&) { return std::nullopt; };
    CHECK(diff(recorded(), b, options).differences.front().name == "lockfiles/uv.lock/sha256");
    options.packages = [](const auto&, const auto&) { return std::vector<repro::package_difference>{}; };
    CHECK(diff(recorded(), b, options).differences.front().name == "lockfiles/uv.lock/sha256");
}

TEST_CASE("a manifest of another program is compared as far as both go") {
    const auto found = diff(recorded(), support::source_manifest());
    CHECK(found.matters());
    CHECK(found.unknown());
    for (const repro::difference& each : found.differences)
        if (each.name == "streams" || each.name == "hardware/architecture")
            CHECK(each.likelihood == likelihood::unknown);
}
