// SPDX-License-Identifier: MIT
#include <repro/capture/program.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using repro::detail::program_call;
using repro::detail::run_programs;

namespace {

program_call shell(const std::string& script) { return {{"/bin/sh", "-c", script}}; }

program_call ran(program_call call, int budget_ms = 10'000) {
    std::vector<program_call> calls{std::move(call)};
    run_programs(calls, budget_ms);
    return calls.front();
}

/// Whether this process has no child left, running or dead.
bool is_childless() {
    errno = 0;
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

std::size_t open_descriptors() {
    const auto all = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

} // namespace

TEST_CASE("a program's standard output is kept, and nothing else of it") {
    const auto call = ran(shell("echo out; echo err >&2"));
    CHECK(call.output == "out\n");
    CHECK(call.failure.empty());
    CHECK(is_childless());
}

TEST_CASE("a program finds nothing to read") { CHECK(ran(shell("wc -c")).output.starts_with("0")); }

TEST_CASE("programs run side by side and keep their order") {
    std::vector<program_call> calls{shell("sleep 0.1; echo one"), shell("echo two"), shell("exit 3")};
    run_programs(calls, 10'000);
    CHECK(calls[0].output == "one\n");
    CHECK(calls[1].output == "two\n");
    CHECK(calls[2].failure == "it failed");
    CHECK(is_childless());
}

TEST_CASE("a program that is not there fails with the system's reason") {
    CHECK(ran({{"/nowhere/program"}}).failure == "No such file or directory");
    CHECK(is_childless());
}

TEST_CASE("a program that does not end is ended") {
    SECTION("while it is silent") {
        CHECK(ran(shell("sleep 1000"), 50).failure == "it did not answer in time");
    }
    SECTION("though it asks not to be") {
        CHECK(ran(shell("trap '' TERM INT HUP; while :; do sleep 1; done"), 50).failure ==
              "it did not answer in time");
    }
    SECTION("after it closed its output") {
        CHECK(ran(shell("exec >&-; sleep 1000"), 50).failure == "it did not answer in time");
    }
    CHECK(is_childless());
}

TEST_CASE("what a program leaves running behind it is ended with it") {
    const support::temporary_folder folder;
    const std::string alive = (folder / "alive").native();
    const auto call = ran(shell("(sleep 1000; : > '" + alive + "') & echo $!"), 200);
    CHECK(call.failure == "it did not answer in time");
    const pid_t grandchild = std::stoi(call.output);
    for (int tries = 0; tries < 10'000 && ::kill(grandchild, 0) == 0; ++tries)
        repro::detail::sleep_a_little();
    CHECK(::kill(grandchild, 0) == -1);
    CHECK(is_childless());
}

TEST_CASE("a flood of output is cut off") {
    const auto call = ran(shell("while :; do echo 0123456789012345678901234567890123456789; done"), 2000);
    CHECK(call.output.size() <= repro::detail::most_output + 4096);
    CHECK(is_childless());
}

TEST_CASE("a host that ignores its children's end loses nothing") {
    struct sigaction ignore{};
    struct sigaction before{};
    ignore.sa_handler = SIG_IGN;
    REQUIRE(::sigaction(SIGCHLD, &ignore, &before) == 0);
    const auto call = ran(shell("echo out"));
    REQUIRE(::sigaction(SIGCHLD, &before, nullptr) == 0);
    CHECK(call.output == "out\n");
    CHECK(call.failure.empty());
}

TEST_CASE("no descriptor stays open and none is inherited") {
    const auto before = open_descriptors();
    const int kept = ::open("/dev/null", O_RDONLY); // a host's own, without close-on-exec, is its business
    const auto call = ran(shell("ls /proc/self/fd | wc -l"));
    ::close(kept);
    CHECK(open_descriptors() == before);
    CHECK(std::stoul(call.output) <= before + 2);
    (void)ran(shell("sleep 1000"), 20);
    CHECK(open_descriptors() == before);
}

TEST_CASE("the search passes over relative entries, folders and what is not executable") {
    const support::temporary_folder folder;
    folder.write("plain/tool", "");
    std::filesystem::create_directories(folder / "folder/tool");
    const auto wanted = folder.write("good/tool", "#!/bin/sh\n");
    std::filesystem::permissions(wanted, std::filesystem::perms::owner_all);
    const auto before = std::filesystem::current_path();
    const char* const variable = std::getenv("PATH");
    REQUIRE(variable != nullptr);
    const std::string path = variable;
    std::filesystem::current_path(folder / "good");
    ::setenv("PATH",
             ("::.:../good:" + (folder / "plain").native() + ":" + (folder / "folder").native()).c_str(), 1);
    const auto none = repro::detail::find_program("tool");
    ::setenv(
        "PATH",
        ("." + std::string(":") + (folder / "plain").native() + ":" + (folder / "good").native()).c_str(), 1);
    const auto found = repro::detail::find_program("tool");
    ::unsetenv("PATH");
    const auto without = repro::detail::find_program("tool");
    ::setenv("PATH", path.c_str(), 1);
    std::filesystem::current_path(before);
    CHECK_FALSE(none);
    CHECK(found == wanted.native());
    CHECK_FALSE(without);
}
