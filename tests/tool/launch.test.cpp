// SPDX-License-Identifier: MIT
// repro run, repro env, and what repro explain says of variables.

#include <repro/core/switch_table.hpp>
#include <repro/launch/settings.hpp>

#include "run_program.hpp"
#include "support/command.hpp"
#include "support/contains.hpp"
#include "support/isolation.hpp"
#include "support/sanitized.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <string_view>
#include <sys/personality.h>
#include <vector>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

/// Empties what a level could ask for, so that this machine's own settings do not reach the test.
support::program_options clean(std::vector<std::pair<std::string, std::string>> more = {}) {
    support::program_options options;
    for (const repro::knob& each : repro::knobs)
        if (each.asked_by) options.environment.emplace_back(each.name, "");
    options.environment.insert(options.environment.end(), more.begin(), more.end());
    return options;
}

/// Starts `sh -c line` in `folder` with an environment that contradicts what `env --seed 7` sets and unsets;
/// returns its status.
int run_against(const std::string& line, const support::temporary_folder& folder) {
    const json asked = json::parse(run_program({"env", "--json", "--seed", "7"}).out);
    std::string command = "cd '" + folder.path().native() + "' && env -i PATH=\"$PATH\" HOME=/nowhere";
    for (const auto& [name, value] : asked["set"].items())
        command += " " + name + "=otherwise";
    for (const json& name : asked["unset"])
        command += " " + name.get<std::string>() + "=otherwise";
    return support::run_command(command + " sh -c '" + line + "' 2>&1").status;
}

enum class removals { made, left };

/// Checks that `printed`, lines of NAME=value, are what `env --seed 7` asks for.
void check_environment(std::string printed, removals rule) {
    const json asked = json::parse(run_program({"env", "--json", "--seed", "7"}).out);
    printed = "\n" + printed;
    CHECK(asked["set"].size() > 20);
    CHECK(asked["unset"].size() > 1);
    for (const auto& [name, value] : asked["set"].items()) {
        INFO(name);
        CHECK(contains(printed, "\n" + name + "=" + value.get<std::string>() + "\n"));
    }
    for (const json& name : asked["unset"]) {
        INFO(name);
        CHECK(contains(printed, "\n" + name.get<std::string>() + "=") == (rule == removals::left));
    }
}

/// Returns what the subject prints in a process of its own: the address of a local.
std::string address_of_local(std::vector<std::string> how) {
    how.insert(how.end(), {"--", REPRO_SHAKE_SUBJECT, "where"});
    const auto result = run_program(how, clean());
    if (result.status == 5 && contains(result.err, "address layout"))
        SKIP("no-personality: the address layout cannot be fixed here");
    CHECK(result.status == 0);
    return result.out;
}

} // namespace

TEST_CASE("run hands the level's environment and the seed to a program, and gives its status") {
    const auto result = run_program(
        {"run", "--seed", "18446744073709551615", "--", "sh", "-c",
         "echo $REPRO_SEED $PYTHONHASHSEED $OMP_NUM_THREADS $MKL_CBWR \"$@\"; exit 7", "-", "--seed", "a b"},
        clean());
    CHECK(result.status == 7);
    CHECK(result.out == "18446744073709551615 " + repro::detail::python_hash_seed(UINT64_MAX) +
                            " 1 COMPATIBLE --seed a b\n");
    CHECK(result.err.empty());
}

TEST_CASE("run keeps what the user set, warns where it breaks the promise, and refuses in strict mode") {
    const auto kept =
        run_program({"run", "--", "sh", "-c", "echo $OMP_NUM_THREADS"}, clean({{"OMP_NUM_THREADS", "4"}}));
    CHECK(kept.out == "4\n");
    CHECK(kept.err.empty());
    const auto warned =
        run_program({"run", "--", "sh", "-c", "echo $MKL_CBWR"}, clean({{"MKL_CBWR", "AUTO"}}));
    CHECK(warned.status == 0);
    CHECK(warned.out == "AUTO\n");
    CHECK(contains(warned.err, "E_KNOB_WRONG"));
    const auto refused =
        run_program({"run", "--strict", "--", "echo", "started"}, clean({{"MKL_CBWR", "AUTO"}}));
    CHECK(refused.status == 2);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "MKL_CBWR"));
    CHECK(run_program({"run", "--strict", "--", "true"}, clean({{"OMP_DYNAMIC", "False"}})).status == 0);
    // The looser level does not ask for it.
    CHECK(run_program({"run", "--strict", "--level", "distribution-stable", "--", "true"},
                      clean({{"MKL_CBWR", "AUTO"}}))
              .status == 0);
}

TEST_CASE("run unsets what the level asks to be unset, says so, and refuses it in strict mode") {
    constexpr const char* name = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";
    const std::string ask = "echo ${" + std::string(name) + "-none}";
    const auto unset = run_program({"run", "--", "sh", "-c", ask}, clean({{name, "1"}}));
    CHECK(unset.status == 0);
    CHECK(unset.out == "none\n");
    CHECK(contains(unset.err, std::string(name) + " is 1, and level bit-exact asks for it to be unset"));
    const auto empty = run_program({"run", "--strict", "--", "sh", "-c", ask}, clean({{name, ""}}));
    CHECK(empty.out == "none\n"); // an empty value asks for nothing
    CHECK(empty.err.empty());
    const auto refused = run_program({"run", "--strict", "--", "sh", "-c", ask}, clean({{name, "1"}}));
    CHECK(refused.status == 2);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, name));
    const auto looser =
        run_program({"run", "--level", "distribution-stable", "--", "sh", "-c", ask}, clean({{name, "1"}}));
    CHECK(looser.out == "1\n");
}

TEST_CASE("run takes any value of a variable that only has to be the same, but not one that says random") {
    const std::vector<std::string> ask = {"run", "--", "sh", "-c", "echo $PYTHONHASHSEED"};
    CHECK(run_program(ask, clean({{"PYTHONHASHSEED", "17"}})).out == "17\n");
    const auto random = run_program(ask, clean({{"PYTHONHASHSEED", "random"}}));
    CHECK(random.out == "random\n");
    CHECK(contains(random.err, "E_KNOB_WRONG"));
    const auto refused =
        run_program({"run", "--strict", "--", "echo", "started"}, clean({{"PYTHONHASHSEED", "random"}}));
    CHECK(refused.status == 2);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "PYTHONHASHSEED is random"));
}

TEST_CASE("run warns of a number of threads that is none, and refuses it in strict mode") {
    for (const char* const name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"})
        for (const char* const value : {"abc", "0", "-3"}) {
            INFO(name << "=" << value);
            const auto warned = run_program({"run", "--", "echo", "started"}, clean({{name, value}}));
            CHECK(warned.out == "started\n");
            CHECK(contains(warned.err, std::string(name) + " is " + value));
            const auto refused =
                run_program({"run", "--strict", "--", "echo", "started"}, clean({{name, value}}));
            CHECK(refused.status == 2);
            CHECK(refused.out.empty());
            CHECK(contains(refused.err, "E_KNOB_WRONG"));
        }
    CHECK(run_program({"run", "--strict", "--", "true"}, clean({{"OMP_NUM_THREADS", "4,2"}})).status == 0);
}

TEST_CASE("run --fixed-addresses gives a program the same addresses in every start") {
    const std::string first = address_of_local({"run", "--fixed-addresses"});
    CHECK(first.size() > 4);
    for (int i = 0; i < 3; ++i)
        CHECK(address_of_local({"run", "--fixed-addresses"}) == first);
    const bool fixed_anyway = (::personality(0xffffffff) & ADDR_NO_RANDOMIZE) != 0;
    if (fixed_anyway || support::file_text("/proc/sys/kernel/randomize_va_space") != "2\n") return;
    std::set<std::string> seen;
    for (int i = 0; i < 4; ++i)
        seen.insert(address_of_local({"run"}));
    CHECK(seen.size() > 1);
}

TEST_CASE("run leaves alone what is only recorded, in strict mode as well") {
    const auto kept = run_program({"run", "--strict", "--", "sh", "-c", "echo $OPENBLAS_CORETYPE"},
                                  clean({{"OPENBLAS_CORETYPE", "Prescott"}}));
    CHECK(kept.status == 0);
    CHECK(kept.out == "Prescott\n");
    CHECK(kept.err.empty());
}

TEST_CASE("run says as a shell does that there is no such program, or that it cannot be started") {
    CHECK(run_program({"run", "--", "/no/such/program"}).status == 127);
    CHECK(run_program({"run", "--", "/"}).status == 126);
    CHECK(run_program({"run"}).status == 2);
    CHECK(run_program({"run", "--level", "exact", "--", "true"}).status == 2);
    CHECK(run_program({"run", "--seed", "-1", "--", "true"}).status == 2);
}

#ifndef REPRO_TEST_SANITIZED // which needs /proc itself
TEST_CASE("run, audit and doctor work where /proc is hidden, and say what they cannot know") {
    const auto hidden = [](const std::vector<std::string>& arguments) {
        support::program_options options = clean();
        options.prepare = support::hide_proc;
        const auto result = run_program(arguments, options);
        if (result.status == support::cannot_isolate)
            SKIP("no-namespaces: this user may not take anything away from a process");
        return result;
    };
    const auto started =
        hidden({"run", "--seed", "3", "--", "sh", "-c", "echo $REPRO_SEED $OMP_NUM_THREADS; exit 7"});
    CHECK(started.status == 7);
    CHECK(started.out == "3 1\n");
    const auto audited = hidden({"audit", "--json", "--", "sh", "-c", "exit 7"});
    CHECK(audited.status == 7);
    const auto examined = hidden({"doctor"});
    CHECK(examined.status == 1); // /proc is required
    CHECK(contains(examined.out, "missing"));
    CHECK(contains(examined.out, "to do: proc: "));
    CHECK(contains(examined.out, "relaunch"));
}
#endif

TEST_CASE("env prints what a shell takes") {
    const auto result = run_program({"env", "--level", "seed-stable", "--seed", "7"});
    CHECK(result.status == 0);
    CHECK(contains(result.out, "export REPRO_SEED='7'\n"));
    CHECK(contains(result.out, "export CUBLAS_WORKSPACE_CONFIG=':4096:8'\n"));
    CHECK(contains(result.out, "unset TORCH_ALLOW_TF32_CUBLAS_OVERRIDE\n"));
    CHECK_FALSE(contains(result.out, "OMP_NUM_THREADS")); // bit-exact asks for it
    const auto evaluated = run_program(
        {"run", "--", "sh", "-c", "eval \"$0\" && echo $CUBLAS_WORKSPACE_CONFIG", result.out}, clean());
    CHECK(evaluated.out == ":4096:8\n");
}

TEST_CASE("env has the formats of other launchers, and refuses those it does not know") {
    CHECK(contains(run_program({"env", "--format", "slurm"}).out, "#SBATCH --export=ALL\n"));
    CHECK(contains(run_program({"env", "--format", "docker"}).out, "OMP_NUM_THREADS=1\n"));
    CHECK(contains(run_program({"env", "--format", "ctest"}).out, "[==[OMP_NUM_THREADS=set:1]==]"));
    const auto document = json::parse(run_program({"env", "--json", "--seed", "3"}).out);
    CHECK(document["level"] == "bit-exact");
    CHECK(document["set"]["REPRO_SEED"] == "3");
    const auto refused = run_program({"env", "--format", "fish"});
    CHECK(refused.status == 2);
    CHECK(contains(refused.err, "sh, slurm, docker or ctest"));
}

TEST_CASE("what env prints for sh and slurm, a shell turns into the environment that is asked for") {
    for (const char* const format : {"sh", "slurm"}) {
        INFO(format);
        const support::temporary_folder folder;
        const std::string text = run_program({"env", "--format", format, "--seed", "7"}).out;
        folder.write("script", "#!/bin/sh\n" + text + "env > printed\n");
        CHECK(run_against("set -eu; . ./script", folder) == 0);
        const std::string printed = support::file_text(folder / "printed");
        check_environment(printed, removals::made);
        const bool slurm = std::string_view(format) == "slurm";
        CHECK(text.starts_with("#SBATCH --export=ALL\n") == slurm); // before any command, as sbatch wants it
        CHECK(contains(printed, "SRUN_EXPORT_ENV=ALL\n") == slurm);
    }
}

TEST_CASE("what env prints for docker is NAME=value, each line taken as it stands") {
    const support::temporary_folder folder;
    const auto result = run_program({"env", "--format", "docker", "--seed", "7"});
    CHECK(contains(result.err, "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE")); // which an env-file cannot unset
    folder.write("env-file", result.out);
    CHECK(
        run_against("while IFS= read -r line; do set -- \"$@\" \"$line\"; done < env-file; env \"$@\" env > "
                    "printed",
                    folder) == 0);
    check_environment(support::file_text(folder / "printed"), removals::left);
}

TEST_CASE("what env prints for ctest, ctest gives to the tests that are named") {
    const support::temporary_folder folder;
    folder.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\n"
                                   "project(launched NONE)\n"
                                   "enable_testing()\n"
                                   "add_test(NAME asked COMMAND sh -c \"env > asked\")\n"
                                   "add_test(NAME other COMMAND sh -c \"env > other\")\n"
                                   "set(tests asked)\n" +
                                       run_program({"env", "--format", "ctest", "--seed", "7"}).out);
    REQUIRE(run_against(REPRO_CMAKE " -S . -B build && " REPRO_CTEST " --test-dir build", folder) == 0);
    check_environment(support::file_text(folder / "build/asked"), removals::made);
    CHECK(contains(support::file_text(folder / "build/other"), "OMP_NUM_THREADS=otherwise\n"));
}

TEST_CASE("explain ends with the nearest name for an unknown variable, and not for a code") {
    const auto variable = run_program({"explain", "OMP_NUM_THREAD"});
    CHECK(variable.status == 2);
    CHECK(variable.out.empty());
    CHECK(contains(variable.err, "E_KNOB_UNKNOWN"));
    CHECK(contains(variable.err, "did you mean OMP_NUM_THREADS?"));
    for (const char* const other : {"E_KNOB_UNKNOW", "W_KNOB_WRON", "omp_num_thread", "OMPNUMTHREADS"}) {
        INFO(other);
        const auto refused = run_program({"explain", other});
        CHECK(refused.status == 2);
        CHECK(contains(refused.err, "is neither a code nor a level"));
    }
}

TEST_CASE("explain has a page for every variable, a table of them, and the three levels") {
    for (const repro::knob& each : repro::knobs) {
        const auto page = run_program({"explain", std::string(each.name), "--json"});
        INFO(each.name);
        CHECK(page.status == 0);
        const json answer = json::parse(page.out);
        CHECK(answer["reader"] == each.reader);
        CHECK(answer["source"] == each.source);
    }
    const auto threads = run_program({"explain", "OMP_NUM_THREADS"}).out;
    CHECK(contains(threads, "bit-exact"));
    CHECK(contains(threads, "How this is known\n    OpenMP 5.2"));
    const auto all = run_program({"explain", "knobs"}).out;
    CHECK(contains(all, "NCCL_ALGO"));
    CHECK(contains(all, "cublasSetAtomicsMode"));
    const auto levels = run_program({"explain", "level"}).out;
    for (const char* const word : {"bit-exact", "seed-stable", "distribution-stable", "0.01", "five seeds"})
        CHECK(contains(levels, word));
}

TEST_CASE("explain has a page for every setting that is no variable, by each of its spellings") {
    for (const repro::code_switch& each : repro::code_switches) {
        INFO(each.name);
        const auto page = run_program({"explain", "--json", "--", std::string(each.name)});
        CHECK(page.status == 0);
        const json answer = json::parse(page.out);
        CHECK(answer["name"] == each.name);
        CHECK(answer["source"] == each.source);
    }
    const auto other = run_program({"explain", "at::globalContext().setBenchmarkCuDNN"});
    CHECK(contains(other.out, "torch.backends.cudnn.benchmark: heeded by PyTorch"));
    CHECK(contains(other.out, "seed-stable"));
    CHECK(contains(run_program({"explain", "ffast-math"}).out, "-ffast-math: heeded by GCC"));
    const json all = json::parse(run_program({"explain", "knobs", "--json"}).out);
    CHECK(all["switches"].size() == repro::code_switches.size());
    CHECK(all["switches"][0]["needed_by"] == "bit-exact");
}
