// SPDX-License-Identifier: MIT
#include <repro/lockfiles/grade.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lockfiles = repro::lockfiles;

namespace {

const std::filesystem::path samples = "tests/vectors/lockfiles";

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Grades a sample with the files beside it, as grade_file does.
lockfiles::report grade_sample(const std::filesystem::path& file) {
    lockfiles::context around;
    for (const std::string_view name : lockfiles::companions_of(file.filename().native())) {
        const std::filesystem::path beside = file.parent_path() / name;
        if (std::filesystem::exists(beside)) around.companions.emplace(name, content(beside));
    }
    return lockfiles::grade(file.native(), content(file), around);
}

std::vector<std::string> fields(const std::string& line) {
    std::vector<std::string> parts;
    std::string_view rest = line;
    while (parts.size() < 6)
        parts.emplace_back(repro::detail::trimmed(repro::detail::next_token(rest, '|')));
    return parts;
}

std::string text_of(const lockfiles::package_counts& counts) {
    std::ostringstream text;
    text << counts.packages << ' ' << counts.direct << ' ' << counts.transitive << ' ' << counts.hashed << ' '
         << counts.local << ' ' << counts.floating << ' ' << counts.inexact;
    return text.str();
}

std::string warnings_of(const lockfiles::report& report) {
    std::string text;
    for (const repro::warning& each : report.warnings)
        text.append(text.empty() ? "" : " ").append(to_string(each.code));
    return text;
}

const lockfiles::package& named(const lockfiles::report& report, std::string_view name) {
    const auto found = std::ranges::find(report.packages, name, &lockfiles::package::name);
    REQUIRE(found != report.packages.end());
    return *found;
}

std::string fact(const lockfiles::report& report, std::string_view name) {
    const auto found = std::ranges::find(report.facts, name, &lockfiles::fact::name);
    return found == report.facts.end() ? "" : found->value;
}

} // namespace

TEST_CASE("every sample has the grade, the counts and the warnings that were counted by hand") {
    std::ifstream rows(samples / "expected.txt");
    std::string line;
    std::set<std::string> kinds;
    while (std::getline(rows, line)) {
        if (line.starts_with('#')) continue;
        INFO(line);
        const std::vector<std::string> row = fields(line);
        const lockfiles::report report = grade_sample(samples / row[0]);
        CHECK(to_string(report.grade) == row[1]);
        CHECK(to_string(report.scope) == row[2]);
        CHECK(report.format_version == row[3]);
        CHECK(text_of(report.counts) == row[4]);
        CHECK(warnings_of(report) == row[5]);
        CHECK(report.sha256 == repro::detail::evp_sha256(content(samples / row[0])));
        kinds.insert(report.kind);
    }
    CHECK(kinds.size() >= 27);
}

TEST_CASE("no report holds a user, a password or a token of a sample") {
    for (const auto& each : std::filesystem::recursive_directory_iterator(samples)) {
        if (!each.is_regular_file() || each.path().filename() == "expected.txt") continue;
        try {
            const lockfiles::report report = grade_sample(each.path());
            std::string all;
            for (const auto& one : report.packages)
                all.append(one.name)
                    .append(one.version)
                    .append(one.source)
                    .append(one.hash)
                    .append(one.markers);
            for (const auto& one : report.facts)
                all.append(one.value);
            for (const auto& one : report.warnings)
                all.append(one.text);
            INFO(each.path());
            for (const std::string_view secret : {"secret", "hidden-word", "pass-word", "me:", "user:"})
                CHECK(all.find(secret) == std::string::npos);
        } catch (const repro::error& problem) {
            CHECK(problem.code() == repro::errc::lock_unknown_format); // a project file, not a lockfile
        }
    }
}

TEST_CASE("packages carry version, source and digest") {
    const auto cargo = grade_sample(samples / "cargo/Cargo.lock");
    CHECK(named(cargo, "shards").source == "git+https://git.example/shards?branch=main");
    CHECK(named(cargo, "shards").hash.starts_with("git:"));
    CHECK(named(cargo, "rand_core").version == "0.6.4");
    CHECK(named(cargo, "rand_core").direct == true);
    CHECK(named(cargo, "getrandom").direct == false);
    CHECK(named(cargo, "train").local);
    const auto vcpkg = grade_sample(samples / "vcpkg/vcpkg.json");
    CHECK(named(vcpkg, "zlib").version == "1.3.1");
    CHECK(named(vcpkg, "beicode").source == "https://git.example/own");
    CHECK(named(vcpkg, "openblas").source == "https://git.example/vcpkg");
    const auto wrap = grade_sample(samples / "wrap/tensors.wrap");
    CHECK(wrap.packages[0].name == "tensors");
    const auto cmake = grade_sample(samples / "fetch_content/CMakeLists.txt");
    CHECK(named(cmake, "Catch2").source == "https://git.example/catchorg/Catch2.git");
    const auto go = grade_sample(samples / "go/go.mod");
    CHECK(named(go, "gonum.org/v1/gonum").version == "v0.15.0");
}

TEST_CASE("facts tell indexes, overrides and platforms") {
    CHECK(fact(grade_sample(samples / "uv/uv.lock"), "index") == "https://packages.example/simple");
    CHECK(fact(grade_sample(samples / "uv/uv.lock"), "requires-python") == ">=3.11, <3.13");
    CHECK(fact(grade_sample(samples / "pnpm/pnpm-lock.yaml"), "override") == "semver");
    CHECK(fact(grade_sample(samples / "conda_lock/conda-lock.yml"), "channel") ==
          "https://packages.example/t/***/conda-forge");
    CHECK(fact(grade_sample(samples / "conda_lock/conda-lock.yml"), "weak digests") == "1: MD5 or SHA-1");
    CHECK(fact(grade_sample(samples / "requirements/requirements-loose.txt"), "includes") == "base.txt");
    CHECK(fact(grade_sample(samples / "vcpkg/vcpkg.json"), "override") == "zlib");
    CHECK(grade_sample(samples / "poetry/poetry.lock").tool == "Poetry 2.5.1");
}

TEST_CASE("submodules are held by the commits in the tree") {
    const std::string text = content(samples / "submodules/.gitmodules");
    lockfiles::context around;
    around.gitlinks = {{"third_party/fmt", std::string(40, 'a')}, {"third_party/json", std::string(40, 'b')}};
    const auto held = lockfiles::grade(".gitmodules", text, around);
    CHECK(held.grade == lockfiles::letter::a);
    CHECK(named(held, "third_party/fmt").version == std::string(40, 'a'));
    around.gitlinks.pop_back();
    CHECK(lockfiles::grade(".gitmodules", text, around).grade == lockfiles::letter::d);
}

TEST_CASE("the same requirements are constraints where a tool takes them as such") {
    const std::string text = content(samples / "requirements/requirements-hashed.txt");
    lockfiles::context around;
    CHECK(lockfiles::grade("requirements.txt", text, around).grade == lockfiles::letter::a);
    around.constraints = true;
    const auto report = lockfiles::grade("requirements.txt", text, around);
    CHECK(report.grade == lockfiles::letter::d);
    CHECK(report.scope == lockfiles::scope::constraints);
}

TEST_CASE("a configuration beside the manifest replaces vcpkg's own registry") {
    const std::string manifest = content(samples / "vcpkg/vcpkg.json");
    CHECK(lockfiles::grade("vcpkg.json", manifest).grade == lockfiles::letter::a);
    lockfiles::context around;
    around.companions["vcpkg-configuration.json"] =
        R"({"default-registry": {"kind": "git", "repository": "https://git.example/v", "baseline": "main"}})";
    CHECK(lockfiles::grade("vcpkg.json", manifest, around).grade == lockfiles::letter::d);
}

TEST_CASE("one digest that is missing or cut short takes grade A away") {
    std::string text = content(samples / "uv/uv.lock");
    const std::size_t digest = text.find("sha256:");
    CHECK(lockfiles::grade("uv.lock", text).grade == lockfiles::letter::a);
    text.erase(digest + 20, 1);
    const auto report = lockfiles::grade("uv.lock", text);
    CHECK(report.grade == lockfiles::letter::b);
    CHECK(report.counts.hashed == 5);
    CHECK(warnings_of(report) == "W_LOCK_PARTIAL_HASH W_LOCK_LOCAL_PATH");
}

TEST_CASE("a byte order mark does not hide a lockfile") {
    const std::string text = "\xef\xbb\xbf" + content(samples / "conan/conan.lock");
    const auto report = lockfiles::grade("conan.lock", text);
    CHECK(report.grade == lockfiles::letter::a);
    CHECK(report.sha256 == repro::detail::evp_sha256(text));
}
