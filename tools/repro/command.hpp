// SPDX-License-Identifier: MIT
#pragma once
// What a command is: a name, arguments that land in plain variables, and a function. A new command is a file
// that defines one of these and a line in commands.cpp.

#include "console.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace tool {

/// Exit codes of the program. Commands that run another program give that one's status instead. An interrupt
/// ends it by its signal, which a shell reports as 130.
enum class exit_code : int {
    holds = 0,      ///< the answer is yes, or there was nothing to decide
    differs = 1,    ///< the answer is no
    usage = 2,      ///< the command line makes no sense
    undecided = 3,  ///< what was recorded does not suffice
    unreadable = 4, ///< an input is missing or malformed
    internal = 5    ///< the tool itself failed
};

enum class presence { optional, required };

/// An option that can stand alone: its text is then `alone`.
struct optional_text {
    std::string* value;
    std::string alone;
};

/// An argument of a command: a flag where it fills a bool, an option or a positional where it fills a text,
/// and one that can be given several times where it fills a list. A positional list takes what follows `--`
/// as it stands.
struct argument {
    std::string name; ///< "--environment", or "RUN"
    std::string help;
    std::variant<bool*, std::string*, std::vector<std::string>*, optional_text> value;
    tool::presence presence = presence::optional;
    std::vector<std::string> choices = {}; ///< the values, where they are a fixed set: for completion
};

/// Returns the names of the levels, strictest first.
[[nodiscard]] std::vector<std::string> level_names();

struct command {
    std::string name;
    std::string summary;
    std::vector<argument> arguments;
    std::function<exit_code(console&)> run;
};

/// Returns every command, in the order in which help lists them.
[[nodiscard]] std::vector<command> all_commands();

} // namespace tool
