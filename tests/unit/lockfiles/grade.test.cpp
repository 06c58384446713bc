// SPDX-License-Identifier: MIT
#include <repro/lockfiles/grade.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
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

TEST_CASE("what real tools wrote is counted as an independent reader counts it") {
    std::ifstream rows(samples / "real/expected.txt");
    std::string line;
    std::size_t files = 0;
    while (std::getline(rows, line)) {
        if (line.starts_with('#')) continue;
        INFO(line);
        const std::vector<std::string> row = fields(line);
        const lockfiles::report report = grade_sample(samples / "real" / row[0]);
        CHECK(report.format_version == row[1]);
        const std::string counts = text_of(report.counts);
        CHECK(counts.substr(0, counts.rfind(' ')) ==
              row[2]);                        // whether a version is exact is not counted there
        CHECK(!report.stale.value_or(false)); // locked a moment before
        ++files;
    }
    CHECK(files == 23);
}

namespace {

/// One sample beside a project file that was changed after it was locked.
struct stale_row {
    std::string_view file;
    std::string_view project;
    std::string_view old_text;
    std::string_view new_text;
    std::optional<bool> unchanged;
};

constexpr stale_row stale_rows[] = {
    {"uv/uv.lock", "pyproject.toml", "rich>=13", "rich>=14", false},
    {"uv/uv.lock", "pyproject.toml", "\"iniconfig\"", "\"iniconfig\", \"torch\"", false},
    {"uv/uv.lock", "pyproject.toml", "dev = [\"iniconfig\"]", "", false},
    {"uv/pylock.toml", "pyproject.toml", "\"readers\"", "\"readers\", \"torch\"", std::nullopt},
    {"poetry/poetry.lock", "pyproject.toml", ">=13", ">=14", false},
    {"pdm/pdm.lock", "pyproject.toml", ">=13", ">=14", false},
    {"pipenv/Pipfile.lock", "Pipfile", ">=13", ">=14", false},
    {"pip_tools/requirements.txt", "requirements.in", "rich", "numpy\nrich", std::nullopt},
    {"cargo/Cargo.lock", "Cargo.toml", "upper = \"2\"", "upper = \"2\"\nother = \"1\"", std::nullopt},
    {"cargo/Cargo.lock", "Cargo.toml", "lowest = \"0.1\"", "", std::nullopt},
    {"conan_1/conan.lock", "conanfile.txt", "zlib/1.3.1", "zlib/1.3.0", false},
    {"go/go.mod", "go.sum", "packages.example/upper v1.0.0", "packages.example/upper v1.0.1", false},
    {"npm/package-lock.json", "package.json", "\"left\": \"^1.0.0\"", "\"left\": \"^1.1.0\"", false},
    {"npm_2/package-lock.json", "package.json", "\"only-mac\"", "\"only-this\"", false},
    {"yarn/yarn.lock", "package.json", "\"left\": \"^1.0.0\"", "\"left\": \"^1.1.0\"", false},
};

} // namespace

TEST_CASE("a project file that changed since makes what real tools wrote stale") {
    for (const stale_row& row : stale_rows) {
        INFO(row.file << ": " << row.new_text);
        const std::filesystem::path file = samples / "real" / row.file;
        std::string project = content(file.parent_path() / row.project);
        lockfiles::context around;
        around.companions.emplace(row.project, project);
        CHECK(lockfiles::grade(file.native(), content(file), around).stale == row.unchanged);
        for (std::size_t at = 0; (at = project.find(row.old_text, at)) != std::string::npos;
             at += row.new_text.size())
            project.replace(at, row.old_text.size(), row.new_text);
        around.companions[std::string(row.project)] = project;
        CHECK(lockfiles::grade(file.native(), content(file), around).stale == true);
    }
}

TEST_CASE(
    "pnpm's lockfile is stale where package.json asks for other ranges or names, in each of its formats") {
    const char* const project = R"({"name": "train", "dependencies": {"chalk": "^5.0.0"},
                                    "devDependencies": {"@types/node": "~20"}})";
    const std::string packages = "packages:\n  chalk@5.3.0:\n    resolution: {integrity: sha512-x}\n";
    const std::string five = "lockfileVersion: 5.4\nspecifiers:\n  chalk: ^5.0.0\n  '@types/node': ~20\n";
    const std::string nine = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      chalk:\n"
                             "        specifier: ^5.0.0\n        version: 5.3.0\n    devDependencies:\n"
                             "      '@types/node':\n        specifier: ~20\n        version: 20.1.0\n";
    const auto stale = [&](const std::string& head, std::string_view old_text, std::string_view new_text) {
        std::string changed = project;
        if (!old_text.empty()) changed.replace(changed.find(old_text), old_text.size(), new_text);
        lockfiles::context around;
        around.companions.emplace("package.json", changed);
        return lockfiles::grade("pnpm-lock.yaml", head + packages, around).stale;
    };
    for (const std::string& head : {five, nine}) {
        INFO(head);
        CHECK(stale(head, "", "") == false);
        CHECK(stale(head, "^5.0.0", "^5.1.0") == true);
        CHECK(stale(head, "chalk", "kleur") == true);
        CHECK(stale(head, "{\"@types/node\": \"~20\"}", "{}") == true);
        CHECK(stale(head + "overrides:\n  chalk: 5.3.0\n", "^5.0.0", "^5.1.0") == std::nullopt);
    }
}

TEST_CASE("a requirement that no supported Python meets is missing from uv's lockfile, which is not stale") {
    const std::string lock = "version = 1\n[[package]]\nname = \"t\"\nsource = { virtual = \".\" }\n"
                             "[package.metadata]\nrequires-dist = [{ name = \"tomli\", marker = "
                             "\"python_full_version < '3.11'\" }]\n";
    lockfiles::context around;
    around.companions["pyproject.toml"] =
        "[project]\nname = \"t\"\ndependencies = [\"tomli; python_version < '3.11'\"]\n";
    CHECK(lockfiles::grade("uv.lock", lock, around).stale == false);
    around.companions["pyproject.toml"] += "optional-dependencies = { x = [\"rich >= 13, <16\"] }\n";
    CHECK(lockfiles::grade("uv.lock", lock, around).stale == true);
}

TEST_CASE("project files of conda, pixi and Yarn tell what is direct and what is missing") {
    const auto sample = [](const std::string& file, const std::string& project, std::string text) {
        lockfiles::context around;
        around.companions.emplace(project, std::move(text));
        return lockfiles::grade(file, content(samples / file), around);
    };
    const std::string environment = "dependencies:\n  - python=3.11\n  - conda-forge::tzdata\n  - pip:\n";
    auto report =
        sample("real/conda_lock/conda-lock.yml", "environment.yml", environment + "    - rich>=13\n");
    CHECK(report.stale == std::nullopt);
    CHECK(report.counts.direct == 5);
    CHECK(report.counts.transitive == 2);
    CHECK(sample("real/conda_lock/conda-lock.yml", "environment.yml", environment + "    - torch\n").stale ==
          true);
    report =
        sample("real/rattler/pixi.lock", "pixi.toml",
               "[dependencies]\npython = \"3.11.*\"\n[pypi-dependencies]\nrich = \"*\"\n"
               "[feature.docs.dependencies]\ntzdata = \"*\"\n[feature.unused.dependencies]\nno = \"*\"\n");
    CHECK(report.stale == std::nullopt);
    CHECK(report.counts.direct == 4);
    CHECK(sample("real/rattler/pixi.lock", "pixi.toml", "[dependencies]\ncmake = \"*\"\n").stale == true);
    report = sample("yarn_berry/yarn.lock", "package.json", R"({"dependencies": {"isarray": "2.0.5"}})");
    CHECK(report.stale == false);
    CHECK(named(report, "isarray").direct == true);
    CHECK(named(report, "helper").direct == false);
    CHECK(sample("yarn_berry/yarn.lock", "package.json", R"({"dependencies": {"isarray": "2.0.4"}})").stale ==
          true);
}

TEST_CASE("specs of Spack that were added or left out make its lockfile stale, lists of lists say nothing") {
    const auto stale = [](const std::string& specs) {
        lockfiles::context around;
        around.companions["spack.yaml"] = "spack:\n  specs: [" + specs + "]\n  view: true\n";
        return lockfiles::grade("spack.lock", content(samples / "spack/spack.lock"), around).stale;
    };
    CHECK(stale("openblas@0.3.26 +fortran") == std::nullopt);
    CHECK(stale("openblas, fftw") == true);
    CHECK(stale("fftw") == true);
    CHECK(stale("openblas, $more") == std::nullopt);
}

TEST_CASE("specs of Spack tell one version from those that start with it, and lists are named") {
    const auto report = grade_sample(samples / "spack_yaml/spack.yaml");
    CHECK(named(report, "openblas").version == "0.3.26");
    CHECK(named(report, "openblas").exact);
    CHECK(named(report, "hdf5").version == "1.14");
    CHECK_FALSE(named(report, "hdf5").exact);
    CHECK(named(report, "fftw").version.empty());
    CHECK(fact(report, "list of specs") == "$mpis");
}

TEST_CASE("dpkg's list tells packages that are installed, with their versions") {
    const auto report = grade_sample(samples / "debian/dpkg-list.txt");
    CHECK(named(report, "zlib1g:amd64").version == "1:1.2.13.dfsg-1");
    CHECK(named(report, "libopenblas0-pthread:amd64").version == "0.3.21+ds-4"); // on hold
    CHECK(std::ranges::count(report.packages, "linux-image-6.1.0-20-amd64", &lockfiles::package::name) == 0);
}

TEST_CASE("folders of ports that stand in for vcpkg's registries are told") {
    lockfiles::context around;
    around.companions["vcpkg-configuration.json"] = R"({"overlay-ports": ["ports"]})";
    const auto report = lockfiles::grade("vcpkg.json", content(samples / "vcpkg/vcpkg.json"), around);
    CHECK(fact(report, "overlay-ports") == "ports");
}

TEST_CASE("a commit behind pixi's address holds a package, whatever tag it was asked for by") {
    const auto report = grade_sample(samples / "real/rattler/pixi.lock");
    CHECK(named(report, "shards").hash == "git:c402114d9a09ac0d76c28f039f15391869b8dc1e");
    CHECK(!named(report, "rich").hashed()); // the writer was given no digest of it
    CHECK(report.grade == lockfiles::letter::b);
}

TEST_CASE("what one file of a list of conda leaves to pip is counted, too") {
    const auto report = grade_sample(samples / "real/conda_lock/conda-linux-64.lock");
    CHECK(named(report, "rich").hash.starts_with("sha256:"));
}

TEST_CASE("npm finds what the project asks for in the nearest node_modules, and a folder stands once") {
    const auto report = grade_sample(samples / "real/npm/package-lock.json");
    CHECK(named(report, "right").direct == false);
    CHECK(named(report, "helper").direct == true);
    CHECK(std::ranges::count(report.packages, "helper", &lockfiles::package::name) == 1);
    CHECK(named(report, "part").local);
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
