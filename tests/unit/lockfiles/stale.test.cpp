// SPDX-License-Identifier: MIT
#include <repro/lockfiles/stale.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace repro::lockfiles::detail;

namespace {

// Poetry 2.5.1 and PDM 2.29.4 computed these for the project files under tests/vectors/lockfiles.
constexpr std::string_view poetry_digest_now =
    "fdca3e405b2a6e9cd842583004634995dee90a96558ed8f385bcd559e49379e1";
constexpr std::string_view poetry_digest_before_2_3 =
    "49792de476b566f400deb66b81fb12009cc8ec69fa8acc8e83afbd9cf095368a";
constexpr std::string_view poetry_digest_legacy =
    "aa7559e594f2b8b049013c44c922878894e208190e174041b879edd07a8b5888";
constexpr std::string_view pdm_digest =
    "sha256:ec5540bb5962f265027c6c664b9a9439cd715958f4ae52e59a0a9eea08f3e97c";

std::string sample(const std::string& name) {
    std::ifstream stream("tests/vectors/lockfiles/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

repro::lockfiles::context beside(const std::string& name, std::string text) {
    repro::lockfiles::context made;
    made.companions.emplace(name, std::move(text));
    return made;
}

} // namespace

TEST_CASE("JSON is written as Python writes it") {
    CHECK(python_json({{"b", {1, 2}}, {"a", "\xc3\xbc\x7f"}, {"c", json::object()}}) ==
          R"({"a": "\u00fc\u007f", "b": [1, 2], "c": {}})");
}

TEST_CASE("Poetry's digest is computed as Poetry does, before and after 2.3") {
    const std::string project = sample("poetry/pyproject.toml");
    const auto around = beside("pyproject.toml", project);
    CHECK(poetry_stale(around, poetry_digest_now) == false);
    CHECK(poetry_stale(around, poetry_digest_before_2_3) == false);
    CHECK(poetry_stale(beside("pyproject.toml", project + "scipy = \"^1\"\n"), poetry_digest_now) == true);
    CHECK(poetry_stale({}, poetry_digest_now) == std::nullopt);
    CHECK(poetry_stale(beside("pyproject.toml", "[["), poetry_digest_now) == std::nullopt);
}

TEST_CASE("Poetry's digest of a project without a standard table counts absent keys as null") {
    const auto around =
        beside("pyproject.toml", "[tool.poetry.dependencies]\npython=\"^3.11\"\nnumpy=\"^1.26\"\n");
    CHECK(poetry_stale(around, poetry_digest_legacy) == false);
}

TEST_CASE("PDM's digest is computed as PDM does") {
    const std::string project = sample("pdm/pyproject.toml");
    CHECK(pdm_stale(beside("pyproject.toml", project), pdm_digest) == false);
    CHECK(pdm_stale(beside("pyproject.toml", project + "x = 1\n"), pdm_digest) == true);
    CHECK(pdm_stale(beside("pyproject.toml", "dependency-groups = 3\n"), pdm_digest) == true);
    CHECK(pdm_stale({}, pdm_digest) == std::nullopt);
}

TEST_CASE("pipenv's digest is computed as pipenv does") {
    const std::string project = sample("pipfile/Pipfile");
    const json lock = json::parse(sample("pipfile/Pipfile.lock"));
    const std::string recorded = lock.at("_meta").at("hash").at("sha256");
    CHECK(pipfile_stale(beside("Pipfile", project), recorded) == false);
    CHECK(pipfile_stale(beside("Pipfile", project + "\n[docs]\nmkdocs = \"*\"\n"), recorded) == true);
    CHECK(pipfile_stale(beside("Pipfile", "[packages]\n"), recorded) == std::nullopt);
}
