// SPDX-License-Identifier: MIT
#include <repro/capture/command.hpp>
#include <repro/capture/container.hpp>
#include <repro/capture/process.hpp>

#include "support/scoped_variable.hpp"
#include "support/secrets.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

/// Writes a file below a folder that stands for the root of a system.
void put(const fs::path& root, const std::string& name, const std::string& text) {
    const fs::path file = root.native() + name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

repro::container_facts container_below(const fs::path& root) {
    const support::scoped_variable a("APPTAINER_CONTAINER", std::nullopt);
    const support::scoped_variable s("SINGULARITY_CONTAINER", std::nullopt);
    const support::scoped_variable k("KUBERNETES_SERVICE_HOST", std::nullopt);
    const support::scoped_variable c("container", std::nullopt);
    return repro::detail::container_search(root.native()).run();
}

const std::optional<std::string>& value_of(const std::vector<repro::context_fact>& facts,
                                           std::string_view name) {
    for (const repro::context_fact& each : facts)
        if (each.name == name) return each.value;
    throw std::runtime_error("no such fact");
}

} // namespace

TEST_CASE("the command line of this process is read; one that is not there has its reason") {
    const auto facts = repro::capture_command();
    REQUIRE(facts.arguments);
    CHECK_FALSE(facts.arguments->empty());
    CHECK(facts.directory == fs::current_path().native());
    CHECK(facts.missing.empty());
    const auto none = repro::detail::read_command("/nowhere/cmdline");
    CHECK_FALSE(none.arguments);
    CHECK(none.missing.at(0).reason == "/nowhere/cmdline: No such file or directory");
}

TEST_CASE("a command line keeps its empty and its non-UTF-8 arguments, and loses its secrets") {
    const support::temporary_folder folder;
    put(folder.path(), "/cmdline", "train\0\0--name=\xff\0--token\0abc\0"s);
    const auto facts = repro::detail::read_command((folder.path() / "cmdline").c_str());
    CHECK(facts.arguments == std::vector<std::string>{"train", "", "--name=\xff", "--token", "***"});
    CHECK(facts.redactions.all() == std::vector<repro::redaction>{{"command/arguments", "named", 1}});
}

TEST_CASE("a command line loses every secret, however it is written, and keeps what only looks like one") {
    const support::temporary_folder folder;
    std::string block = "train"s + '\0';
    const auto add = [&block](const std::string& argument) { block += argument + '\0'; };
    for (const support::canary& secret : support::token_canaries(1)) {
        for (const char* const before :
             {"", "--key=", "key=", "+trainer.key=", "--url=https://h.example/?x="})
            add(before + secret.text);
        add("--key");
        add(secret.text);
        add("--header");
        add("X-Key: " + secret.text);
        add("{\"key\": \"" + secret.text + "\"}");
        add("--remote=https://me:" + secret.text + "@h.example/a");
    }
    for (const support::canary& secret : support::named_canaries(1)) {
        for (const char* const before : {"--", "", "+trainer."})
            add(before + secret.name + "=" + secret.text);
        add("--" + secret.name);
        add(secret.text);
        add("{\"" + secret.name + "\": \"" + secret.text + "\"}");
    }
    put(folder.path(), "/cmdline", block);
    const auto facts = repro::detail::read_command((folder.path() / "cmdline").c_str());
    REQUIRE(facts.arguments);
    for (const support::canary& secret : support::all_canaries(1))
        for (const std::string& each : *facts.arguments) {
            CAPTURE(secret.label, each);
            CHECK_FALSE(support::tells(each, secret));
        }
    block.clear();
    for (const std::string& each : support::benign_texts())
        add(each);
    put(folder.path(), "/benign", block);
    const auto benign = repro::detail::read_command((folder.path() / "benign").c_str());
    CHECK(benign.arguments == support::benign_texts());
    CHECK(benign.redactions.all().empty());
}

TEST_CASE("a recorded variable loses every secret, and keeps what only looks like one") {
    const support::temporary_folder folder;
    std::string block;
    std::size_t count = 0;
    const auto add = [&](const std::string& value) {
        block += "REPRO_X" + std::to_string(++count) + "=" + value + '\0';
    };
    for (const support::canary& secret : support::token_canaries(1))
        for (const char* const before : {"", "a,key=", "https://h.example/?x=", "Authorization: Bearer "})
            add(before + secret.text);
    for (const support::canary& secret : support::named_canaries(1)) {
        add(secret.name + "=" + secret.text);
        add("--" + secret.name + ": " + secret.text);
        block += "REPRO_" + std::to_string(++count) + "_" + secret.name + "=" + secret.text + '\0';
    }
    const std::size_t secrets = count;
    const std::vector<std::string> benign = support::benign_texts();
    for (const std::string& each : benign)
        add(each);
    put(folder.path(), "/environ", block);
    const auto facts = repro::detail::read_environment((folder.path() / "environ").c_str(), nullptr);
    REQUIRE(facts.variables.size() == secrets + benign.size());
    for (const support::canary& secret : support::all_canaries(1))
        for (const repro::environment_variable& each : facts.variables) {
            CAPTURE(secret.label, each.name, *each.at_exec);
            CHECK_FALSE(support::tells(*each.at_exec, secret));
        }
    for (std::size_t i = 0; i < benign.size(); ++i) {
        const std::string name = "REPRO_X" + std::to_string(secrets + i + 1);
        const auto found = std::ranges::find(facts.variables, name, &repro::environment_variable::name);
        REQUIRE(found != facts.variables.end());
        CHECK(found->at_exec == benign[i]);
    }
}

TEST_CASE("variables are recorded by a list, with what they were at exec") {
    const support::temporary_folder folder;
    put(folder.path(), "/environ",
        "HOME=/x\0OMP_NUM_THREADS=4\0OMP_NUM_THREADS=5\0TZ=UTC\0"
        "AWS_SECRET_ACCESS_KEY=x\0MKL_CBWR=AVX2\0odd\0"s);
    std::string now[] = {"OMP_NUM_THREADS=8", "TZ=UTC", "HOME=/y", "SLURM_JWT=eyJ", "NCCL_AUTH_TOKEN=abc"};
    char* block[6] = {};
    for (int i = 0; i < 5; ++i)
        block[i] = now[i].data();
    const auto facts = repro::detail::read_environment((folder.path() / "environ").c_str(), block);
    REQUIRE(facts.variables.size() == 4);
    CHECK(facts.variables[0].name == "MKL_CBWR");
    CHECK(facts.variables[0].at_exec == "AVX2");
    CHECK_FALSE(facts.variables[0].now);
    CHECK(facts.variables[0].changed == true);
    CHECK(facts.variables[1].now == "***");
    CHECK(facts.variables[2].at_exec == "4");
    CHECK(facts.variables[2].now == "8");
    CHECK(facts.variables[3].changed == false);

    const auto unknown = repro::detail::read_environment("/nowhere/environ", block);
    CHECK_FALSE(unknown.variables.at(0).changed);
    CHECK(unknown.missing.at(0).field == "environment.at_exec");
}

TEST_CASE("every knob is among the recorded variables, and what modules set") {
    for (const repro::knob& each : repro::knobs)
        CHECK(repro::detail::is_recorded_variable(each.name));
    for (const char* const name : {"LOADEDMODULES", "_LMFILES_", "EBVERSIONGCC", "EBROOTGCC"})
        CHECK(repro::detail::is_recorded_variable(name));
    for (const char* const name : {"HOME", "USER", "AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "PATH",
                                   "SSH_AUTH_SOCK", "TF_VAR_password", ""})
        CHECK_FALSE(repro::detail::is_recorded_variable(name));
}

TEST_CASE("containers are told by their marks") {
    const support::temporary_folder folder;
    const auto marked = [&folder](const std::string& name, const std::string& file, const std::string& text) {
        const fs::path root = folder.path() / name;
        put(root, file, text);
        return container_below(root);
    };
    CHECK(marked("docker", "/.dockerenv", "").kind == "docker");
    CHECK(marked("kubernetes", "/var/run/secrets/kubernetes.io/token", "x").kind == "kubernetes");
    CHECK(marked("apptainer", "/.singularity.d/runscript", "").kind == "apptainer");
    CHECK(marked("nspawn", "/run/systemd/container", "systemd-nspawn\n").kind == "systemd-nspawn");
    CHECK(marked("lxc", "/proc/self/cgroup", "0::/lxc.payload.a/x\n").kind == "lxc");
    CHECK(marked("pods", "/proc/self/cgroup", "1:cpu:/kubepods/besteffort/pod1/a\n").kind == "kubernetes");
    const auto podman = marked("podman", "/run/.containerenv",
                               "engine=\"podman-4.3.1\"\nimage=\"h.example/a:1\"\nimageid=\"ab12\"\n");
    CHECK(podman.kind == "podman");
    CHECK(podman.image == "h.example/a:1");
    CHECK(podman.digest == "sha256:ab12");
    CHECK(podman.told_by == "/run/.containerenv");
    CHECK(podman.missing.empty());
}

TEST_CASE("a container that nothing tells of is unknown, and not none") {
    const support::temporary_folder folder;
    const auto unknown = container_below(folder.path());
    CHECK_FALSE(unknown.kind);
    CHECK(unknown.missing.at(0).field == "container.kind");
    fs::create_directories(folder.path() / "proc/self/ns");
    fs::create_symlink("pid:[4026531836]", folder.path() / "proc/self/ns/pid");
    const auto none = container_below(folder.path());
    CHECK(none.kind == "none");
    CHECK(none.missing.empty());
    // The containers of a host show among its mounts; they are not this process's.
    put(folder.path(), "/proc/self/mountinfo",
        "1 2 0:1 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw\n");
    CHECK(container_below(folder.path()).kind == "none");
    put(folder.path(), "/proc/self/mountinfo",
        "1 2 8:1 /var/lib/docker/containers/ab/hostname /etc/hostname rw - ext4 /dev/a rw\n");
    CHECK(container_below(folder.path()).kind == "docker");
}

TEST_CASE("an image is what the variable names, with its digest") {
    const support::temporary_folder folder;
    put(folder.path(), "/.dockerenv", "");
    const support::scoped_variable image("REPRO_CONTAINER_IMAGE", "h.example/a:1@sha256:ab");
    const auto facts = container_below(folder.path());
    CHECK(facts.image == "h.example/a:1@sha256:ab");
    CHECK(facts.digest == "sha256:ab");
}

TEST_CASE("facts of process and system are there, or have their reason") {
    const auto facts = repro::capture_process();
    std::size_t absent = 0;
    for (const auto* const list : {&facts.process, &facts.system})
        for (const repro::context_fact& each : *list)
            absent += each.value ? 0 : 1;
    CHECK(absent == facts.missing.size());
    CHECK(value_of(facts.process, "affinity"));
    CHECK(value_of(facts.process, "locale"));

    const support::temporary_folder folder;
    const support::scoped_variable zone("TZ", std::nullopt);
    const support::scoped_variable home("CUDA_HOME", std::nullopt);
    put(folder.path(), "/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    put(folder.path(), "/proc/self/cgroup", "0::/a/b\n");
    put(folder.path(), "/sys/fs/cgroup/a/cpu.max", "200000 100000\n");
    put(folder.path(), "/sys/fs/cgroup/a/b/memory.max", "1073741824\n");
    put(folder.path(), "/usr/local/cuda/version.json",
        R"({"cuda" : {"name" : "CUDA SDK", "version" : "12.4.1"}})");
    put(folder.path(), "/usr/include/cudnn_version.h",
        "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 0\n");
    put(folder.path(), "/proc/cpuinfo", "microcode\t: 0x2b\nflags\t\t: fpu avx2\n");
    fs::create_symlink("/usr/share/zoneinfo/Europe/Rome", folder.path() / "etc/localtime");
    const auto made = repro::detail::process_search(folder.path().native()).run();
    CHECK(value_of(made.system, "os_id") == "debian");
    CHECK(value_of(made.system, "os_version_id") == "12");
    CHECK(value_of(made.system, "cuda_toolkit") == "12.4.1");
    CHECK(value_of(made.system, "cudnn_installed") == "9.1.0");
    CHECK(value_of(made.system, "microcode") == "0x2b");
    CHECK(value_of(made.process, "cgroup_cpu") == "200000 100000");
    CHECK(value_of(made.process, "cgroup_memory_bytes") == "1073741824");
    CHECK(value_of(made.process, "time_zone") == "Europe/Rome");
    CHECK_FALSE(value_of(made.process, "affinity"));
}
