// SPDX-License-Identifier: MIT
// repro run: starts a program in the environment that a level asks for.

#include "command.hpp"
#include "commands.hpp"
#include "launch.hpp"

#include <memory>
#include <sys/personality.h>

namespace tool {
namespace {

struct run_arguments {
    std::string level, seed;
    bool strict = false, fixed_addresses = false;
    std::vector<std::string> command;
};

void fix_addresses() {
    const int before = ::personality(0xffffffff);
    if (before == -1 || ::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE) == -1)
        throw repro::error(repro::errc::unwritable, "address layout", "cannot be fixed here",
                           "leave --fixed-addresses out, or allow personality() in this container");
}

exit_code run(const run_arguments& given, console& out) {
    const repro::level wanted = level_or_strictest(given.level);
    prepare_environment(wanted, seed_or_none(given.seed),
                        given.strict ? contradictions::refused : contradictions::warned_of, out);
    if (given.fixed_addresses) fix_addresses();
    return static_cast<exit_code>(become(given.command, out));
}

} // namespace

command run_command() {
    const auto given = std::make_shared<run_arguments>();
    return {"run",
            "Start a program in the environment that a level asks for",
            {{"--level", "bit-exact (where absent), seed-stable or distribution-stable", &given->level,
              presence::optional, level_names()},
             {"--seed", "Hand this seed to the program and its children: REPRO_SEED, PYTHONHASHSEED",
              &given->seed},
             {"--strict", "Refuse to start where a variable is set against the level", &given->strict},
             {"--fixed-addresses", "Give the program the same memory layout in every run",
              &given->fixed_addresses},
             {"COMMAND", "The program and its arguments, after --", &given->command, presence::required}},
            [given](console& out) { return run(*given, out); }};
}

} // namespace tool
