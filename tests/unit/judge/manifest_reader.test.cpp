// SPDX-License-Identifier: MIT
#include <repro/judge/manifest_reader.hpp>

#include "../../support/temporary_folder.hpp"
#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <sys/stat.h>

using nlohmann::json;
using repro::errc;

namespace {

struct refused {
    errc code = errc::count_; ///< count_: it was taken
    std::string where;
};

template <class Read> refused refusal_of(Read read) {
    try {
        (void)read();
    } catch (const repro::error& problem) {
        CHECK_FALSE(problem.fix().empty());
        CHECK_FALSE(problem.what_failed().empty());
        return {problem.code(), problem.where()};
    }
    return {};
}

refused refusal_of_text(std::string_view text) {
    return refusal_of([&] { return repro::parse_manifest(text, "m.json"); });
}

refused refusal_of_file(const std::filesystem::path& path) {
    return refusal_of([&] { return repro::read_manifest(path); });
}

/// A change of the sample (RFC 6902), and what it is refused with.
struct bad_manifest {
    const char* patch;
    errc code;
    const char* where;
};

constexpr bad_manifest bad_manifests[] = {
    {R"([{"op":"replace","path":"","value":[]}])", errc::field_type, "m.json#"},
    {R"([{"op":"replace","path":"","value":null}])", errc::field_type, "m.json#"},
    {R"([{"op":"replace","path":"","value":{}}])", errc::field_missing, "m.json#/id"},
    {R"([{"op":"remove","path":"/id"}])", errc::field_missing, "m.json#/id"},
    {R"([{"op":"remove","path":"/git_sha"}])", errc::field_missing, "m.json#/git_sha"},
    {R"([{"op":"remove","path":"/git_dirty"}])", errc::field_missing, "m.json#/git_dirty"},
    {R"([{"op":"remove","path":"/seed"}])", errc::field_missing, "m.json#/seed"},
    {R"([{"op":"remove","path":"/config"}])", errc::field_missing, "m.json#/config"},
    {R"([{"op":"remove","path":"/versions"}])", errc::field_missing, "m.json#/versions"},
    {R"([{"op":"remove","path":"/hardware"}])", errc::field_missing, "m.json#/hardware"},
    {R"([{"op":"remove","path":"/started_at"}])", errc::field_missing, "m.json#/started_at"},
    {R"([{"op":"remove","path":"/finished_at"}])", errc::field_missing, "m.json#/finished_at"},
    {R"([{"op":"remove","path":"/wall_seconds"}])", errc::field_missing, "m.json#/wall_seconds"},
    {R"([{"op":"remove","path":"/artifacts"}])", errc::field_missing, "m.json#/artifacts"},
    {R"([{"op":"remove","path":"/status"}])", errc::field_missing, "m.json#/status"},
    {R"([{"op":"remove","path":"/digests"}])", errc::field_missing, "m.json#/digests"},
    {R"([{"op":"remove","path":"/missing"}])", errc::field_missing, "m.json#/missing"},
    {R"([{"op":"remove","path":"/inputs/0/absolute"}])", errc::field_missing, "m.json#/inputs/0/absolute"},
    {R"([{"op":"remove","path":"/digests/loss.npy/sha256"}])", errc::field_missing,
     "m.json#/digests/loss.npy/sha256"},
    {R"([{"op":"remove","path":"/streams/0/engine"}])", errc::field_missing, "m.json#/streams/0/engine"},
    {R"([{"op":"remove","path":"/metrics/rmse/step"}])", errc::field_missing, "m.json#/metrics/rmse/step"},
    {R"([{"op":"replace","path":"/id","value":7}])", errc::field_type, "m.json#/id"},
    {R"([{"op":"replace","path":"/id","value":null}])", errc::field_type, "m.json#/id"},
    {R"([{"op":"replace","path":"/git_sha","value":7}])", errc::field_type, "m.json#/git_sha"},
    {R"([{"op":"replace","path":"/git_dirty","value":"no"}])", errc::field_type, "m.json#/git_dirty"},
    {R"([{"op":"replace","path":"/git_dirty","value":0}])", errc::field_type, "m.json#/git_dirty"},
    {R"([{"op":"replace","path":"/seed","value":"42"}])", errc::field_type, "m.json#/seed"},
    {R"([{"op":"replace","path":"/seed","value":-1}])", errc::field_type, "m.json#/seed"},
    {R"([{"op":"replace","path":"/seed","value":42.0}])", errc::field_type, "m.json#/seed"},
    {R"([{"op":"replace","path":"/seed","value":null}])", errc::field_type, "m.json#/seed"},
    {R"([{"op":"replace","path":"/versions","value":[]}])", errc::field_type, "m.json#/versions"},
    {R"([{"op":"replace","path":"/hardware","value":"a cpu"}])", errc::field_type, "m.json#/hardware"},
    {R"([{"op":"replace","path":"/wall_seconds","value":"6"}])", errc::field_type, "m.json#/wall_seconds"},
    {R"([{"op":"replace","path":"/artifacts","value":{}}])", errc::field_type, "m.json#/artifacts"},
    {R"([{"op":"replace","path":"/artifacts/0","value":1}])", errc::field_type, "m.json#/artifacts"},
    {R"([{"op":"replace","path":"/status","value":null}])", errc::field_type, "m.json#/status"},
    {R"([{"op":"replace","path":"/schema","value":1}])", errc::field_type, "m.json#/schema"},
    {R"([{"op":"replace","path":"/inputs","value":["digits.csv"]}])", errc::field_type, "m.json#/inputs"},
    {R"([{"op":"replace","path":"/digests","value":[]}])", errc::field_type, "m.json#/digests"},
    {R"([{"op":"replace","path":"/digests/loss.npy","value":"x"}])", errc::field_type,
     "m.json#/digests/loss.npy"},
    {R"([{"op":"replace","path":"/digests/~1elsewhere~1plot.svg","value":"x"}])", errc::field_type,
     "m.json#/digests/~1elsewhere~1plot.svg"},
    {R"([{"op":"replace","path":"/executable","value":[]}])", errc::field_type, "m.json#/executable"},
    {R"([{"op":"replace","path":"/metrics/rmse","value":[]}])", errc::field_type, "m.json#/metrics/rmse"},
    {R"([{"op":"replace","path":"/libraries/0/name","value":null}])", errc::field_type,
     "m.json#/libraries/0/name"},
    {R"([{"op":"replace","path":"/warnings/0/code","value":3}])", errc::field_type,
     "m.json#/warnings/0/code"},
    {R"([{"op":"replace","path":"/status","value":"done"}])", errc::field_value, "m.json#/status"},
    {R"([{"op":"replace","path":"/seed_text","value":"43"}])", errc::field_value, "m.json#/seed_text"},
    {R"([{"op":"replace","path":"/started_at","value":"yesterday"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:02"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/finished_at","value":"2026-05-22 19:14:08Z"}])", errc::field_value,
     "m.json#/finished_at"},
    {R"([{"op":"add","path":"/metrics/rmse/step/-","value":2}])", errc::field_value, "m.json#/metrics/rmse"},
    {R"([{"op":"replace","path":"/level","value":"exact"}])", errc::field_value, "m.json#/level"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:2.0"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:0.9"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:1"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:x.y"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"https://example.org/1.0"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/inputs/0/sha256","value":"e3b0"}])", errc::digest_format,
     "m.json#/inputs/0/sha256"},
    {R"([{"op":"replace","path":"/inputs/0/sha256_at_end","value":""}])", errc::digest_format,
     "m.json#/inputs/0/sha256_at_end"},
    {R"([{"op":"replace","path":"/digests/loss.npy/sha256","value":
       "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}])",
     errc::digest_format, "m.json#/digests/loss.npy/sha256"},
    {R"([{"op":"remove","path":"/stream_contract"}])", errc::field_missing, "m.json#/stream_contract"},
    {R"([{"op":"remove","path":"/run_id"}])", errc::field_missing, "m.json#/run_id"},
    {R"([{"op":"remove","path":"/level"}])", errc::field_missing, "m.json#/level"},
    {R"([{"op":"remove","path":"/seed_text"}])", errc::field_missing, "m.json#/seed_text"},
    {R"([{"op":"remove","path":"/seed_source"}])", errc::field_missing, "m.json#/seed_source"},
    {R"([{"op":"remove","path":"/executable"}])", errc::field_missing, "m.json#/executable"},
    {R"([{"op":"remove","path":"/git"}])", errc::field_missing, "m.json#/git"},
    {R"([{"op":"remove","path":"/build"}])", errc::field_missing, "m.json#/build"},
    {R"([{"op":"remove","path":"/lockfiles"}])", errc::field_missing, "m.json#/lockfiles"},
    {R"([{"op":"remove","path":"/inputs"}])", errc::field_missing, "m.json#/inputs"},
    {R"([{"op":"remove","path":"/streams"}])", errc::field_missing, "m.json#/streams"},
    {R"([{"op":"remove","path":"/metrics"}])", errc::field_missing, "m.json#/metrics"},
    {R"([{"op":"remove","path":"/libraries"}])", errc::field_missing, "m.json#/libraries"},
    {R"([{"op":"remove","path":"/warnings"}])", errc::field_missing, "m.json#/warnings"},
    {R"([{"op":"remove","path":"/inputs/0/path"}])", errc::field_missing, "m.json#/inputs/0/path"},
    {R"([{"op":"remove","path":"/lockfiles/0/sha256"}])", errc::field_missing, "m.json#/lockfiles/0/sha256"},
    {R"([{"op":"remove","path":"/executable/absolute"}])", errc::field_missing,
     "m.json#/executable/absolute"},
    {R"([{"op":"remove","path":"/missing/0/reason"}])", errc::field_missing, "m.json#/missing/0/reason"},
    {R"([{"op":"remove","path":"/warnings/0/text"}])", errc::field_missing, "m.json#/warnings/0/text"},
    {R"([{"op":"remove","path":"/libraries/0/build_id"}])", errc::field_missing,
     "m.json#/libraries/0/build_id"},
    {R"([{"op":"remove","path":"/metrics/rmse/value"}])", errc::field_missing, "m.json#/metrics/rmse/value"},
    {R"([{"op":"replace","path":"/seed","value":"NaN"}])", errc::field_type, "m.json#/seed"},
    {R"([{"op":"replace","path":"/started_at","value":null}])", errc::field_type, "m.json#/started_at"},
    {R"([{"op":"replace","path":"/artifacts","value":null}])", errc::field_type, "m.json#/artifacts"},
    {R"([{"op":"replace","path":"/wall_seconds","value":"Infinity"}])", errc::field_type,
     "m.json#/wall_seconds"},
    {R"([{"op":"replace","path":"/stream_contract","value":1.5}])", errc::field_type,
     "m.json#/stream_contract"},
    {R"([{"op":"replace","path":"/streams","value":{}}])", errc::field_type, "m.json#/streams"},
    {R"([{"op":"replace","path":"/streams/0/name","value":1}])", errc::field_type, "m.json#/streams/0/name"},
    {R"([{"op":"replace","path":"/metrics","value":[]}])", errc::field_type, "m.json#/metrics"},
    {R"([{"op":"replace","path":"/metrics/rmse/step","value":{}}])", errc::field_type,
     "m.json#/metrics/rmse/step"},
    {R"([{"op":"replace","path":"/metrics/rmse/step/0","value":"0"}])", errc::field_type,
     "m.json#/metrics/rmse/step"},
    {R"([{"op":"replace","path":"/metrics/rmse/step/0","value":0.5}])", errc::field_type,
     "m.json#/metrics/rmse/step"},
    {R"([{"op":"replace","path":"/metrics/rmse/value/0","value":null}])", errc::field_type,
     "m.json#/metrics/rmse/value"},
    {R"([{"op":"replace","path":"/metrics/rmse/value/0","value":"nan"}])", errc::field_type,
     "m.json#/metrics/rmse/value"},
    {R"([{"op":"replace","path":"/metrics/rmse/value/0","value":"1.5"}])", errc::field_type,
     "m.json#/metrics/rmse/value"},
    {R"([{"op":"replace","path":"/metrics/rmse/value/0","value":[1]}])", errc::field_type,
     "m.json#/metrics/rmse/value"},
    {R"([{"op":"replace","path":"/libraries","value":{}}])", errc::field_type, "m.json#/libraries"},
    {R"([{"op":"replace","path":"/missing","value":null}])", errc::field_type, "m.json#/missing"},
    {R"([{"op":"replace","path":"/inputs/0/sha256","value":7}])", errc::field_type,
     "m.json#/inputs/0/sha256"},
    {R"([{"op":"replace","path":"/inputs/0/path","value":null}])", errc::field_type, "m.json#/inputs/0/path"},
    {R"([{"op":"replace","path":"/lockfiles","value":"uv.lock"}])", errc::field_type, "m.json#/lockfiles"},
    {R"([{"op":"replace","path":"/digests/loss.npy/sha256","value":{}}])", errc::field_type,
     "m.json#/digests/loss.npy/sha256"},
    {R"([{"op":"replace","path":"/status","value":""}])", errc::field_value, "m.json#/status"},
    {R"([{"op":"replace","path":"/status","value":"Completed"}])", errc::field_value, "m.json#/status"},
    {R"([{"op":"replace","path":"/seed_text","value":"042"}])", errc::field_value, "m.json#/seed_text"},
    {R"([{"op":"replace","path":"/seed_text","value":""}])", errc::field_value, "m.json#/seed_text"},
    {R"([{"op":"replace","path":"/started_at","value":""}])", errc::field_value, "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-13-01T00:00:00Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-02-30T00:00:00Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T24:00:00Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:60:00Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:61Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:02.Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:02z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:02+0200"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"12026-05-22T19:14:02Z"}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/started_at","value":"2026-05-22T19:14:02Z "}])", errc::field_value,
     "m.json#/started_at"},
    {R"([{"op":"replace","path":"/metrics/rmse/value","value":[]}])", errc::field_value,
     "m.json#/metrics/rmse"},
    {R"([{"op":"add","path":"/inputs/0/path_b64","value":"?"}])", errc::field_value,
     "m.json#/inputs/0/path_b64"},
    {R"([{"op":"add","path":"/inputs/0/path_b64","value":"QQ"}])", errc::field_value,
     "m.json#/inputs/0/path_b64"},
    {R"([{"op":"add","path":"/inputs/0/path_b64","value":7}])", errc::field_value,
     "m.json#/inputs/0/path_b64"},
    {R"([{"op":"add","path":"/digests/loss.npy/path_b64","value":"YQBi="}])", errc::field_value,
     "m.json#/digests/loss.npy/path_b64"},
    {R"([{"op":"replace","path":"/level","value":""}])", errc::field_value, "m.json#/level"},
    {R"([{"op":"replace","path":"/level","value":"BIT-EXACT"}])", errc::field_value, "m.json#/level"},
    {R"([{"op":"replace","path":"/schema","value":""}])", errc::schema_version, "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:1.-1"}])", errc::schema_version,
     "m.json#/schema"},
    {R"([{"op":"replace","path":"/schema","value":"urn:repro:manifest:99999999999999999999.0"}])",
     errc::schema_version, "m.json#/schema"},
    {R"([{"op":"replace","path":"/lockfiles/0/sha256","value":
       "g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}])",
     errc::digest_format, "m.json#/lockfiles/0/sha256"},
    {R"([{"op":"replace","path":"/executable/sha256","value":
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85"}])",
     errc::digest_format, "m.json#/executable/sha256"},
    {R"([{"op":"replace","path":"/executable/sha256","value":
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550"}])",
     errc::digest_format, "m.json#/executable/sha256"},
};

} // namespace

TEST_CASE("a manifest is read with its files, level and status") {
    const std::string text = support::sample_manifest().dump();
    const repro::recorded_manifest manifest = repro::parse_manifest(text, "folder/manifest.json");
    CHECK(manifest.path == "folder/manifest.json");
    CHECK(manifest.id == "2026-05-22-softmax");
    CHECK(manifest.run_id == "0196f9a1-0000-7000-8000-000000000000");
    CHECK(manifest.status == repro::run_status::completed);
    CHECK(manifest.level == repro::level::bit_exact);
    CHECK(manifest.started_at == "2026-05-22T19:14:02.310Z");
    REQUIRE(manifest.artifacts.size() == 2);
    CHECK(manifest.artifacts[0].path == "loss.npy");
    CHECK(manifest.artifacts[0].sha256 == repro::digest256::parse(support::digest_of_nothing));
    CHECK_FALSE(manifest.artifacts[0].outside);
    CHECK_FALSE(manifest.artifacts[1].sha256);
    CHECK(manifest.artifacts[1].outside);
    REQUIRE(manifest.inputs.size() == 1);
    CHECK(manifest.inputs[0].absolute == "/src/digits.csv");
    CHECK(manifest.inputs[0].sha256_at_end == manifest.inputs[0].sha256);
    REQUIRE(manifest.lockfiles.size() == 1);
    CHECK(manifest.lockfiles[0].path == "uv.lock");
    REQUIRE(manifest.executable);
    CHECK(manifest.executable->absolute == "/bin/train");
    CHECK(manifest.document == support::sample_manifest());
}

TEST_CASE("the digest of a manifest is that of its bytes") {
    const std::string text = support::sample_manifest().dump(3) + "\n";
    const support::temporary_folder folder;
    const auto path = folder.write("manifest.json", text);
    CHECK(repro::read_manifest(path).sha256 == repro::hash_file(path).sha256);
}

TEST_CASE("a manifest that holds the source schema's keys alone is read") {
    const auto manifest = repro::parse_manifest(support::source_manifest().dump(), "m.json");
    CHECK(manifest.id == "2026-05-22-softmax-stability");
    CHECK_FALSE(manifest.status);
    REQUIRE(manifest.artifacts.size() == 2);
    CHECK_FALSE(manifest.artifacts[0].sha256);
}

TEST_CASE("a manifest that the library wrote is read") {
    const auto manifest = repro::read_manifest("tests/vectors/manifest/completed.json");
    CHECK(manifest.status == repro::run_status::completed);
    CHECK(manifest.level == repro::level::bit_exact);
    CHECK(manifest.artifacts.size() == 3);
    CHECK(manifest.artifacts[0].sha256);
    CHECK(manifest.inputs.size() == 1);
    CHECK(manifest.lockfiles.size() == 1);
    CHECK(manifest.executable);
    CHECK(manifest.document.at("seed") == UINT64_MAX);
}

TEST_CASE("a path that is not UTF-8 is read from its bytes, and not from what is shown of it") {
    json document = support::sample_manifest();
    document["inputs"][0]["path_b64"] = "Zf9n";
    document["inputs"][0]["absolute_b64"] = "L3NyYy9l/2c=";
    document["digests"]["loss.npy"]["path_b64"] = "bP9z";
    const auto manifest = repro::parse_manifest(document.dump(), "m.json");
    CHECK(manifest.inputs[0].path == "e\xffg");
    CHECK(manifest.inputs[0].absolute == "/src/e\xffg");
    CHECK(manifest.artifacts[0].path == "l\xffs");
}

TEST_CASE("unknown keys and a newer minor version are taken") {
    json document = support::sample_manifest();
    document["schema"] = "urn:repro:manifest:1.7";
    document["something_new"] = {{"deep", {1, 2, 3}}};
    CHECK(refusal_of_text(document.dump()).code == errc::count_);
}

TEST_CASE("facts that are unknown may be null") {
    json document = support::sample_manifest();
    for (const char* const key :
         {"git_sha", "git_dirty", "config", "versions", "hardware", "finished_at", "wall_seconds", "run_id",
          "level", "executable", "git", "build", "libraries"})
        document[key] = nullptr;
    CHECK(refusal_of_text(document.dump()).code == errc::count_);
}

TEST_CASE("a seed of 64 bits is read without losing a digit") {
    json document = support::sample_manifest();
    document["seed"] = UINT64_MAX;
    document["seed_text"] = "18446744073709551615";
    const auto manifest = repro::parse_manifest(document.dump(), "m.json");
    CHECK(manifest.document.at("seed") == UINT64_MAX);
}

TEST_CASE("a bad manifest is refused with the right code and place") {
    for (const bad_manifest& bad : bad_manifests) {
        INFO(bad.patch);
        const refused result =
            refusal_of_text(support::sample_manifest().patch(json::parse(bad.patch)).dump());
        CHECK(to_string(result.code) == to_string(bad.code));
        CHECK(result.where == bad.where);
    }
}

TEST_CASE("every beginning of a manifest is refused as cut short") {
    const std::string text = support::sample_manifest().dump(1);
    for (std::size_t length = 0; length < text.size(); ++length) {
        const refused result = refusal_of_text(std::string_view(text).substr(0, length));
        if (result.code != errc::json_syntax) {
            INFO(length);
            CHECK(to_string(result.code) == "E_JSON_SYNTAX");
        }
    }
    CHECK(refusal_of_text(text).code == errc::count_);
}

TEST_CASE("only a regular file is read as a manifest") {
    const support::temporary_folder folder;
    CHECK(refusal_of_file(folder / "none.json").code == errc::manifest_missing);
    CHECK(refusal_of_file(folder.path()).code == errc::not_regular);
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(refusal_of_file(folder / "fifo").code == errc::not_regular);
    CHECK(refusal_of_file("/dev/zero").code == errc::not_regular);
    CHECK(refusal_of_file("/proc/self/environ").code == errc::pseudo_fs);
    CHECK(refusal_of_file(folder.write("empty.json", "")).code == errc::json_syntax);
    CHECK(refusal_of_file(folder.write("utf16.json", std::string("\xff\xfe{\0}\0", 6))).code ==
          errc::json_encoding);
}

TEST_CASE("a file too large for a manifest is refused without reading it whole") {
    const support::temporary_folder folder;
    const auto path = folder.write("huge.json", "{");
    std::filesystem::resize_file(path, std::uintmax_t{1} << 40); // sparse
    CHECK(refusal_of_file(path).code == errc::bytes_too_many);
}
