// SPDX-License-Identifier: MIT
// repro completion, asked by the shell itself.

#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <string>

using support::contains;
using support::run_program;

namespace {

/// Returns what bash offers for a command line whose last word is being typed.
std::string bash_offers(const std::string& words, int last) {
    const support::temporary_folder folder;
    const auto script = folder.write("repro.bash", run_program({"completion", "bash"}).out + "COMP_WORDS=(" +
                                                       words + ")\nCOMP_CWORD=" + std::to_string(last) +
                                                       "\n_repro\necho \"${COMPREPLY[@]}\"\n");
    std::FILE* const shell = ::popen(("bash --norc --noprofile " + script.native() + " 2>&1").c_str(), "r");
    std::string offers;
    for (int c = 0; (c = std::fgetc(shell)) != EOF;)
        offers += static_cast<char>(c);
    CHECK(::pclose(shell) == 0);
    return offers;
}

} // namespace

TEST_CASE("bash completes commands and options") {
    CHECK(bash_offers("repro verif", 1) == "verify\n");
    CHECK(contains(bash_offers("repro ''", 1), "completion"));
    CHECK(bash_offers("repro verify --env", 2) == "--environment\n");
    CHECK(bash_offers("repro report a --outp", 3) == "--output\n");
    CHECK(bash_offers("repro report runs/", 2) == "\n"); // files: bash itself
    CHECK(bash_offers("repro nonsense --j", 2) == "\n");
}

TEST_CASE("bash completes the values of options and the first words of commands that are a fixed set") {
    CHECK(bash_offers("repro compare a b --level ''", 5) == "bit-exact seed-stable distribution-stable\n");
    CHECK(bash_offers("repro compare a b --level seed", 5) == "seed-stable\n");
    CHECK(bash_offers("repro env --format = d", 4) == "docker\n"); // as bash cuts --format=d
    CHECK(bash_offers("repro env --format =", 3) == "sh slurm docker ctest\n");
    CHECK(bash_offers("repro verify a --gate pub", 4) == "publication\n");
    CHECK(bash_offers("repro baseline ''", 2) == "set check\n");
    CHECK(bash_offers("repro export cyc", 2) == "cyclonedx\n");
    CHECK(bash_offers("repro completion z", 2) == "zsh\n");
    CHECK(bash_offers("repro compare a b --metric ''", 5) == "\n"); // any name
    CHECK(bash_offers("repro export dvc ''", 3) == "\n");           // a RUN
}

TEST_CASE("zsh and fish complete the values that are a fixed set") {
    const std::string zsh = run_program({"completion", "zsh"}).out;
    CHECK(contains(zsh, ":value:(bit-exact seed-stable distribution-stable)"));
    CHECK(contains(zsh, "1:value:(set check)"));
    const std::string fish = run_program({"completion", "fish"}).out;
    CHECK(contains(fish, "-l format -x -a 'sh slurm docker ctest' -d "));
    CHECK(contains(fish, "complete -c repro -n '__fish_seen_subcommand_from baseline' -a 'set check'\n"));
}

TEST_CASE("every value that is offered is taken") {
    for (const char* const level : {"bit-exact", "seed-stable", "distribution-stable"})
        CHECK(run_program({"env", "--level", level}).status == 0);
    for (const char* const format : {"sh", "slurm", "docker", "ctest"})
        CHECK(run_program({"env", "--format", format}).status == 0);
    for (const char* const rule : {"equivalence", "source"})
        CHECK(run_program({"compare", "7,1,5", "7,1,5", "--rule", rule}).err.empty());
    for (const char* const across : {"code", "config"})
        CHECK(run_program({"compare", "7,1,5", "7,1,5", "--across", across}).err.empty());
}

TEST_CASE("scripts for the other shells name every command and its options") {
    for (const char* const shell : {"zsh", "fish"}) {
        const auto script = run_program({"completion", shell});
        CHECK(script.status == 0);
        for (const char* const word : {"verify", "report", "environment", "tolerance", "no-color"})
            CHECK(contains(script.out, word));
    }
    CHECK(contains(run_program({"completion", "fish"}).out,
                   "complete -c repro -n '__fish_seen_subcommand_from report' -s o -l output -r -d "));
    const auto none = run_program({"completion", "csh"});
    CHECK(none.status == 2);
    CHECK(contains(none.err, "use bash, zsh or fish"));
}
