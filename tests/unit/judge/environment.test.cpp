// SPDX-License-Identifier: MIT
#include <repro/judge/environment.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/refusal.hpp"
#include "../../support/scoped_variable.hpp"
#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

using nlohmann::json;
using repro::item_kind;
using repro::verify_outcome;

namespace {

/// What becomes of each fact of `document`, in the repository `folder`; this program is below `here`.
repro::detail::verified_items items_of(const json& document, const std::filesystem::path& folder,
                                       const std::filesystem::path& here,
                                       repro::outside_files outside = repro::outside_files::left_alone) {
    repro::detail::verified_items items;
    const repro::recorded_manifest manifest = repro::parse_manifest(document.dump(), here / "m.json");
    repro::verify_options options;
    options.folder = here;
    options.outside = outside;
    repro::detail::file_verifier files(manifest, options);
    repro::detail::verify_environment(manifest, folder, files, items);
    return items;
}

/// What becomes of each fact of `document`, by name, in the repository `folder`.
std::map<std::string, verify_outcome> outcomes(const json& document, const std::filesystem::path& folder) {
    const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::map<std::string, verify_outcome> result;
    for (const repro::verified_item& item : items_of(document, folder, here))
        result[std::string(to_string(item.kind)) + " " + item.path] = item.outcome;
    return result;
}

/// The sample as this machine would record it.
json manifest_of_this_machine(const std::string& sha) {
    json document = support::sample_manifest();
    document["git_sha"] = sha;
    const repro::hardware_facts machine = repro::capture_hardware();
    document["hardware"] = {{"cpu", machine.cpu.value_or("?")},
                            {"gpu", machine.gpu},
                            {"os", machine.os.value_or("?")},
                            {"usable_cores", machine.usable_cores.value_or(0)},
                            {"architecture", machine.architecture.value_or("?")}};
    document["versions"] = repro::log_versions(repro::version_search::files);
    json libraries = json::array();
    for (const repro::mapped_library& each : repro::capture_libraries())
        libraries.push_back(
            {{"name", each.name}, {"build_id", each.build_id ? json(*each.build_id) : json(nullptr)}});
    document["libraries"] = libraries;
    json parts = json::array();
    for (const repro::fingerprint_part& each : repro::fingerprint())
        parts.push_back(
            {{"part", each.name}, {"digest", each.digest.value_or("")}, {"through", each.through}});
    document["fingerprint"] = {{"at_start", json::array()}, {"at_end", parts}};
    for (const repro::context_fact& each : repro::capture_process().system)
        document["system"][each.name] = each.value ? json(*each.value) : json(nullptr);
    document["container"] = {{"kind", repro::capture_container().kind.value_or("none")}};
    document["environment"] = json::object();
    for (const repro::environment_variable& each : repro::capture_environment().variables)
        document["environment"][each.name] = {
            {"at_exec", each.at_exec ? json(*each.at_exec) : json(nullptr)}};
    document["executable"] = {{"path", "self"},
                              {"absolute", std::filesystem::read_symlink("/proc/self/exe").native()},
                              {"sha256", repro::hash_file("/proc/self/exe").sha256.hex()}};
    return document;
}

std::string sha_of(const std::filesystem::path& repository) {
    return repro::capture_git(repository).sha.value();
}

} // namespace

TEST_CASE("this machine, unchanged, matches its own record in all that bit-exact controls") {
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    const auto result = outcomes(manifest_of_this_machine(sha_of(repository)), repository);
    for (const auto& [name, outcome] : result) {
        INFO(name);
        CHECK(outcome == verify_outcome::match);
    }
    for (const char* const name : {"git git_sha", "git git_dirty", "hardware cpu", "hardware os",
                                   "version libc", "fingerprint libm/double"})
        CHECK(result.contains(name));
}

TEST_CASE("another commit or a changed tree does not match") {
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    const json document = manifest_of_this_machine(sha_of(repository));
    sandbox.write("repository/a", "three\n");
    CHECK(outcomes(document, repository).at("git git_dirty") == verify_outcome::changed);
    CHECK(outcomes(document, repository).at("git git_sha") == verify_outcome::match);
    sandbox.commit(repository);
    CHECK(outcomes(document, repository).at("git git_dirty") == verify_outcome::match);
    CHECK(outcomes(document, repository).at("git git_sha") == verify_outcome::changed);
}

TEST_CASE("a run from a changed tree cannot be compared, whatever the tree is now") {
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    json document = manifest_of_this_machine(sha_of(repository));
    document["git_dirty"] = true;
    CHECK(outcomes(document, repository).at("git git_dirty") == verify_outcome::not_recorded);
    sandbox.write("repository/a", "three\n");
    CHECK(outcomes(document, repository).at("git git_dirty") == verify_outcome::not_recorded);
}

TEST_CASE("without a repository, or without a record, git cannot be compared") {
    const support::git_sandbox sandbox;
    const json document = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    CHECK(outcomes(document, sandbox.path()).at("git git_sha") == verify_outcome::unreadable);
    const auto repository = sandbox.repository();
    json unknown = document;
    unknown["git_sha"] = nullptr;
    unknown["git_dirty"] = nullptr;
    CHECK(outcomes(unknown, repository).at("git git_sha") == verify_outcome::not_recorded);
    CHECK(outcomes(unknown, repository).at("git git_dirty") == verify_outcome::not_recorded);
}

TEST_CASE("each level compares what it controls, and nothing else") {
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    json document = manifest_of_this_machine(sha_of(repository));
    document["hardware"]["cpu"] = "another cpu";
    document["executable"]["sha256"] = support::digest_of_nothing;
    for (json& library : document["libraries"])
        if (!library["build_id"].is_null()) library["build_id"] = "00";
    document["versions"]["libc"] = document["versions"]["libc"].get<std::string>() + ".9";

    const auto count = [&](const char* level) {
        document["level"] = level == nullptr ? json(nullptr) : json(level);
        std::map<std::string, std::size_t> changed;
        for (const auto& [name, outcome] : outcomes(document, repository)) {
            const std::string kind = name.substr(0, name.find(' '));
            changed[kind] += outcome == verify_outcome::changed ? 1 : 0;
        }
        return changed;
    };
    auto exact = count("bit-exact");
    CHECK(exact.at("hardware") == 1);
    CHECK(exact.at("executable") == 1);
    CHECK(exact.at("version") == 1);
    CHECK(exact.at("library") > 0);
    CHECK(count(nullptr) == exact);
    auto stable = count("seed-stable");
    CHECK_FALSE(stable.contains("hardware"));
    CHECK_FALSE(stable.contains("executable"));
    CHECK(stable.at("version") == 0);
    CHECK(stable.at("library") == 0);
    CHECK(count("distribution-stable").size() == 1); // git
}

TEST_CASE("another libm is seen by its fingerprint, and a BLAS that is not mapped here is not judged") {
    const support::git_sandbox sandbox;
    json document = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    json& parts = document["fingerprint"]["at_end"];
    parts[0]["digest"] = "0000000000000000";
    parts.push_back({{"part", "blas"}, {"digest", "00"}, {"through", "/nowhere/libblas.so"}});
    parts.push_back({{"part", "blas"}, {"digest", nullptr}, {"through", "/nowhere/libblas.so"}});
    auto result = outcomes(document, sandbox.path());
    CHECK(result.at("fingerprint libm/double") == verify_outcome::changed);
    CHECK(result.at("fingerprint libm/roots") == verify_outcome::match);
    CHECK_FALSE(result.contains("fingerprint blas"));
    document["fingerprint"] = {{"at_start", parts}, {"at_end", json::array()}}; // it was interrupted
    CHECK(outcomes(document, sandbox.path()).at("fingerprint libm/double") == verify_outcome::changed);
    for (const json& odd :
         {json(nullptr), json(3), json::object(), json{{"at_end", "x"}}, json{{"at_end", {1}}}}) {
        document["fingerprint"] = odd;
        CHECK_FALSE(outcomes(document, sandbox.path()).contains("fingerprint libm/double"));
    }
}

TEST_CASE("at seed-stable another major version or a missing library counts") {
    const support::git_sandbox sandbox;
    json document = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    document["level"] = "seed-stable";
    document["versions"]["libc"] = "glibc 1.0";
    document["libraries"] = json::parse(
        R"([{"name": "/usr/lib/nowhere/libx.so.1", "build_id": "00"}, {"name": "", "build_id": null}])");
    const auto result = outcomes(document, sandbox.path());
    CHECK(result.at("version libc") == verify_outcome::changed);
    CHECK(result.at("library /usr/lib/nowhere/libx.so.1") == verify_outcome::missing);
    CHECK_FALSE(result.contains("library "));
}

TEST_CASE("each layer of the machine is compared by itself, and what was not recorded is said to be so") {
    const support::git_sandbox sandbox;
    const json same = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    const auto after = [&](const char* pointer, const json& value, const char* item) {
        json document = same;
        document[json::json_pointer(pointer)] = value;
        return outcomes(document, sandbox.path()).at(item);
    };
    CHECK(after("/libraries/0/build_id", "00", "build build-id") == verify_outcome::changed);
    CHECK(after("/system/os_version_id", "0", "system os_version_id") == verify_outcome::changed);
    CHECK(after("/system/cudnn_installed", "0.0.0", "cuda cudnn_installed") != verify_outcome::match);
    CHECK(after("/system/cpu_flags", "fpu", "hardware cpu_flags") == verify_outcome::changed);
    CHECK(after("/container/kind", "a box", "container kind") == verify_outcome::changed);
    CHECK(after("/container/digest", "sha256:00", "container digest") != verify_outcome::match);
    CHECK(after("/environment/OMP_NUM_THREADS/at_exec", "77", "environment OMP_NUM_THREADS") ==
          verify_outcome::changed);
    CHECK(after("/system", nullptr, "system system") == verify_outcome::not_recorded);
    CHECK(after("/container", nullptr, "container container") == verify_outcome::not_recorded);
    CHECK(after("/environment", nullptr, "environment environment") == verify_outcome::not_recorded);
}

TEST_CASE("a variable that a relaunch sets is no difference of the shell") {
    const support::git_sandbox sandbox;
    json document = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    document["environment"]["OMP_NUM_THREADS"]["at_exec"] = "77";
    document["relaunch"]["settings"]["OMP_NUM_THREADS"] = "77";
    CHECK_FALSE(outcomes(document, sandbox.path()).contains("environment OMP_NUM_THREADS"));
}

TEST_CASE(
    "a variable that repro run or repro seeds had set is no difference of the shell, another value is") {
    const support::git_sandbox sandbox;
    const support::scoped_variable no_threads("OMP_NUM_THREADS", std::nullopt),
        no_hash("PYTHONHASHSEED", std::nullopt);
    json document = manifest_of_this_machine("0123456789abcdef0123456789abcdef01234567");
    document["level"] = "bit-exact";
    document["seed"] = 42;
    document["seed_text"] = "42";
    const auto outcome_of = [&](const char* name, const char* at_exec) {
        json run = document;
        run["environment"][name]["at_exec"] = at_exec;
        const auto all = outcomes(run, sandbox.path());
        const auto found = all.find("environment " + std::string(name));
        return found == all.end() ? "none" : std::string(to_string(found->second));
    };
    CHECK(outcome_of("OMP_NUM_THREADS", "1") == "none");
    CHECK(outcome_of("OMP_NUM_THREADS", "2") == "changed");
    CHECK(outcome_of("PYTHONHASHSEED", "42") == "none");
    CHECK(outcome_of("PYTHONHASHSEED", "43") == "changed");
    const support::scoped_variable threads("OMP_NUM_THREADS", "4"); // the user's: it is another one
    CHECK(outcome_of("OMP_NUM_THREADS", "1") == "changed");
}

namespace {

/// A folder of a run, and a library of this machine with its build-id, which is put anywhere.
class stray_library {
public:
    stray_library() {
        for (const repro::mapped_library& each : repro::capture_libraries())
            if (each.name.starts_with('/') && each.build_id) {
                std::ifstream file(each.name, std::ios::binary);
                bytes_.assign(std::istreambuf_iterator<char>(file), {});
                build_id_ = *each.build_id;
            }
        std::filesystem::create_directories(sandbox / "run");
    }
    [[nodiscard]] std::string put(const std::string& name) const {
        return sandbox.write(name, bytes_).native();
    }
    /// What becomes of a library that a manifest in the run's folder names.
    [[nodiscard]] repro::verified_item
    item(const std::string& name, repro::outside_files outside = repro::outside_files::left_alone) const {
        json document = support::sample_manifest();
        document["libraries"] = {{{"name", name}, {"build_id", build_id_}}};
        for (repro::verified_item& each : items_of(document, sandbox.path(), sandbox / "run", outside))
            if (each.kind == item_kind::library) return each;
        throw std::runtime_error("no such item");
    }

    support::git_sandbox sandbox;

private:
    std::string bytes_, build_id_;
};

} // namespace

TEST_CASE("a library is opened in the run's folder and where the loader looks, and nowhere else") {
    const stray_library library;
    CHECK(library.item(library.put("run/lib/libx.so.1")).outcome == verify_outcome::match);
    const std::string elsewhere = library.put("elsewhere/libx.so.1");
    std::filesystem::create_symlink(elsewhere, library.sandbox / "run/liblink.so");
    const std::string up = (library.sandbox / "run/../elsewhere/libx.so.1").native();
    const std::string climbing = "/usr/lib/../.." + elsewhere;
    const std::string through = "/usr/lib" + std::string(40, '/') + "../../.." + elsewhere;
    const std::string link = (library.sandbox / "run/liblink.so").native();
    for (const std::string& name : {elsewhere, up, climbing, through, link, std::string("/nowhere/libx.so"),
                                    std::string("/dev/zero.so"), std::string("/proc/self/mem.so")}) {
        const repro::verified_item item = library.item(name);
        INFO(name);
        CHECK(item.outcome == verify_outcome::outside);
        CHECK(item.found.empty());
        CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
        CHECK(item.reason.find("--allow-outside") != std::string::npos);
    }
    for (const std::string& name : {elsewhere, up, climbing, link})
        CHECK(library.item(name, repro::outside_files::read).outcome == verify_outcome::match);
}

TEST_CASE("what is not called as a library is not opened as one, wherever it lies") {
    const stray_library library;
    for (const std::string& name :
         {library.put("run/secret"), library.put("run/.so"), library.put("run/x.so.conf"),
          library.put("run/x.sock"), std::string("/etc/shadow"), std::string("/usr/lib/os-release")}) {
        INFO(name);
        CHECK(library.item(name).outcome == verify_outcome::outside);
    }
    CHECK(library.item("/usr/lib/os-release", repro::outside_files::read).outcome ==
          verify_outcome::unreadable); // it has no build-id
}

TEST_CASE("a pipe, a folder or a name with a zero byte is no library") {
    const stray_library library;
    const std::string pipe = (library.sandbox / "run/libpipe.so").native();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::string folder = (library.sandbox / "run/libfolder.so").native();
    std::filesystem::create_directory(folder);
    for (const auto outside : {repro::outside_files::left_alone, repro::outside_files::read}) {
        CHECK(library.item(pipe, outside).reason.starts_with("E_NOT_REGULAR"));
        CHECK(library.item(folder, outside).reason.starts_with("E_NOT_REGULAR"));
        const std::string cut = std::string("/usr/lib/os-release") + '\0' + ".so";
        CHECK(library.item(cut, outside).outcome == verify_outcome::missing);
    }
}

TEST_CASE("a program is read in the run's folder and where the system keeps programs, and nowhere else") {
    const support::git_sandbox sandbox;
    std::filesystem::create_directories(sandbox / "run");
    json document = support::sample_manifest();
    const auto outcome = [&](const std::string& path,
                             repro::outside_files outside = repro::outside_files::left_alone) {
        document["executable"] = {{"path", "p"}, {"absolute", path}, {"sha256", support::digest_of_nothing}};
        for (const auto& each : items_of(document, sandbox.path(), sandbox / "run", outside))
            if (each.kind == item_kind::executable) return each.outcome;
        throw std::runtime_error("no such item");
    };
    const std::string secret = sandbox.write("secret", "").native();
    CHECK(outcome(secret) == verify_outcome::outside);
    CHECK(outcome("/etc/passwd") == verify_outcome::outside);
    CHECK(outcome("") == verify_outcome::outside);
    CHECK(outcome("/usr/bin/../.." + secret) == verify_outcome::outside);
    CHECK(outcome(secret, repro::outside_files::read) == verify_outcome::match);
    CHECK(outcome(sandbox.write("run/train", "").native()) == verify_outcome::match);
    CHECK(outcome("/bin/sh") == verify_outcome::changed);
}

TEST_CASE("a link in a folder of the system may lead to another one, and no further") {
    const support::git_sandbox sandbox;
    const std::string library = sandbox.write("b/libx.so.1.2", "").native();
    sandbox.write("secret", "");
    std::filesystem::create_directories(sandbox / "a");
    std::filesystem::create_directory_symlink("b", sandbox / "linked"); // as /lib is one to /usr/lib
    std::filesystem::create_symlink(library, sandbox / "a/libx.so");
    std::filesystem::create_symlink("../secret", sandbox / "a/libout.so");
    std::filesystem::create_symlink("nowhere", sandbox / "a/libgone.so");
    const auto place = [&](const char* name) {
        return repro::detail::system_place({sandbox / "a", sandbox / "linked"}, sandbox / name);
    };
    CHECK(place("a/libx.so") == library);
    CHECK(place("linked/libx.so.1.2") == library);
    CHECK(support::refusal([&] { (void)place("a/libout.so"); }) == repro::errc::path_escape);
    CHECK(support::refusal([&] { (void)place("a/libgone.so"); }) == repro::errc::artifact_missing);
    CHECK(support::refusal([&] { (void)place("a/libnone.so"); }) == repro::errc::artifact_missing);
}

TEST_CASE("the loader's folders are those of its configuration, too, and one that includes itself ends") {
    const support::git_sandbox sandbox;
    const auto configuration = sandbox.write("ld.so.conf", "# a comment\n"
                                                           "/opt/first \n"
                                                           "\tinclude  conf.d/*.conf # more\n"
                                                           "include ld.so.conf\n"
                                                           "relative\n"
                                                           "include nothing/*\n");
    sandbox.write("conf.d/a.conf", "/opt/second");
    const auto folders = repro::detail::loader_folders(configuration);
    for (const char* const name : {"/lib", "/usr/lib", "/opt/first", "/opt/second"})
        CHECK(std::ranges::count(folders, name) > 0);
    CHECK(std::ranges::count(folders, "relative") == 0);
    CHECK(folders.size() < 100);
}
