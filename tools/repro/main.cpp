// SPDX-License-Identifier: MIT
// The program: reads the command line, runs one command, and turns what it throws into a message and an exit
// code.

#include <repro/detail/edit_distance.hpp>
#include <repro/version.hpp>

#include "command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace tool {
namespace {

struct common_options {
    bool json = false;
    bool no_colour = false;
};

void declare(CLI::App& app, const argument& each) {
    CLI::Option* option = nullptr;
    if (bool* const* flag = std::get_if<bool*>(&each.value))
        option = app.add_flag(each.name, **flag, each.help);
    else if (std::string* const* text = std::get_if<std::string*>(&each.value))
        option = app.add_option(each.name, **text, each.help)->type_name("");
    else if (const optional_text* const maybe = std::get_if<optional_text>(&each.value))
        option = app.add_option(each.name, *maybe->value, each.help)
                     ->type_name("")
                     ->expected(0, 1)
                     ->default_str(maybe->alone);
    else
        option =
            app.add_option(each.name, *std::get<std::vector<std::string>*>(each.value), each.help)
                ->type_name("")
                ->take_all()
                ->allow_extra_args(!each.name.starts_with("-")); // else it would take `--` and what follows
    option->required(each.presence == presence::required);
}

exit_code meaning(repro::errc code) {
    using enum repro::errc;
    switch (code) {
    case argument_invalid:
    case id_invalid:
    case knob_unknown:
    case knob_wrong:
    case level_unknown:
    case name_taken:
    case seed_invalid:
    case run_ambiguous:
    case seed_duplicate:
        return exit_code::usage;
    case not_repeatable:
        return exit_code::undecided;
    case internal:
    case signing_failed:
    case unwritable:
    case no_space:
    case read_only:
        return exit_code::internal;
    default:
        return exit_code::unreadable;
    }
}

exit_code run(const command& chosen, const common_options& options) {
    console out(options.json ? format::json : format::text,
                options.no_colour ? colour::never : colour::on_terminals);
    const auto fail = [&](const repro::error& problem) {
        out.fail(problem);
        return meaning(problem.code());
    };
    try {
        const exit_code code = chosen.run(out);
        out.flush();
        return code;
    } catch (const repro::error& problem) {
        return fail(problem);
    } catch (const std::exception& problem) {
        return fail({repro::errc::internal, "repro " + chosen.name,
                     std::string("failed unexpectedly: ") + problem.what(),
                     "report it, with the command line and this message"});
    }
}

/// Returns the words of the command line; "help COMMAND" is "COMMAND --help".
std::vector<std::string> words_of_line(int argc, char** argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (!words.empty() && words.front() == "help") {
        words.erase(words.begin());
        words.emplace_back("--help");
    }
    return words;
}

/// Returns `problem`, which ends with words of the command line, with these as they may be told: of "--token
/// X" only both together say what X is.
std::string told_of(std::string problem, const std::vector<std::string>& words) {
    const std::vector<std::string> clean = told(words);
    for (std::size_t i = words.size(); i-- > 0;) {
        const std::size_t at = problem.rfind(' ' + words[i]);
        if (clean[i] != words[i] && at != std::string::npos)
            problem.replace(at + 1, words[i].size(), clean[i]);
    }
    return problem;
}

/// Returns whether a document is asked for, by a line that was not understood: what follows `--` belongs to
/// another program.
bool asks_for_json(const std::vector<std::string>& words) {
    const auto end = std::ranges::find(words, "--");
    return std::find(words.begin(), end, "--json") != end;
}

exit_code fail_usage(const repro::error& problem, bool json) {
    console(json ? format::json : format::text, colour::never).fail(problem);
    return meaning(problem.code());
}

/// Returns the error of a line whose first word is no command, with the nearest one.
repro::error unknown_command(const std::string& word, const std::vector<command>& commands) {
    const std::string start = excerpt(word, 80);
    const auto distance = [&start](const command& each) {
        return repro::detail::edit_distance(each.name, start);
    };
    const command& nearest = *std::ranges::min_element(commands, {}, distance);
    const std::size_t far =
        std::max<std::size_t>(1, nearest.name.size() / 2); // half of its letters are other ones
    return {repro::errc::argument_invalid, "command '" + start + "'", "is unknown",
            (distance(nearest) > far ? "" : "did you mean " + nearest.name + "? ") +
                "repro --help lists the commands"};
}

/// Returns the error of a line that does not fit its command: an unknown option, a missing argument.
repro::error misused(const std::string& problem, const std::vector<std::string>& words,
                     const std::vector<command>& commands) {
    const bool known = !words.empty() && std::ranges::count(commands, words.front(), &command::name) > 0;
    return {repro::errc::argument_invalid, known ? "repro " + words.front() : "repro",
            "was called wrongly: " + excerpt(problem, 400),
            known ? "repro help " + words.front() + " says what it takes"
                  : "repro --help lists the commands"};
}

exit_code run(int argc, char** argv) {
    CLI::App app("Checks and shows what training runs recorded.", "repro");
    app.set_version_flag(
        "--version", fmt::format("repro {} (stream contract {})", repro::version, repro::stream_contract));
    app.require_subcommand(1);
    app.footer(
        "repro help COMMAND says what a command takes.\n"
        "Exit codes: 0 holds, 1 does not hold, 2 usage, 3 cannot decide, 4 unreadable input, 5 internal.\n"
        "A RUN is a manifest, a run's folder, the beginning of an id under $REPRO_EXPERIMENTS (else\n"
        "./experiments), or @last.");

    common_options options;
    const std::vector<command> commands = all_commands();
    for (const command& each : commands) {
        CLI::App* const sub = app.add_subcommand(each.name, each.summary);
        for (const argument& option : each.arguments)
            declare(*sub, option);
        sub->add_flag("--json", options.json, "Print one JSON document");
        sub->add_flag("--no-color", options.no_colour, "Print without colour, as with NO_COLOR set");
    }
    std::vector<std::string> words = words_of_line(argc, argv);
    if (!words.empty() && !words.front().starts_with('-') &&
        std::ranges::count(commands, words.front(), &command::name) == 0)
        return fail_usage(unknown_command(words.front(), commands), asks_for_json(words));
    try {
        app.parse(std::vector(words.rbegin(), words.rend())); // the last word first, as CLI11 takes them
    } catch (const CLI::Success& asked) {                     // --help and --version
        app.exit(asked);
        return exit_code::holds;
    } catch (const CLI::ParseError& problem) {
        return fail_usage(misused(told_of(problem.what(), words), words, commands), asks_for_json(words));
    }
    for (const command& each : commands)
        if (app.got_subcommand(each.name)) return run(each, options);
    return exit_code::usage;
}

constexpr const char* without_memory =
    "repro: error E_INTERNAL: out of memory, or standard error cannot be written\n";

bool is_out_of_memory(const std::exception_ptr& reason) noexcept {
    try {
        if (reason) std::rethrow_exception(reason);
        return false;
    } catch (const std::bad_alloc&) {
        return true;
    } catch (...) {
        return false;
    }
}

/// Ends the program where memory ran out in a destructor that may not throw: that of a JSON document
/// allocates.
[[noreturn]] void end_in_a_destructor() {
    if (!is_out_of_memory(std::current_exception())) std::abort(); // a fault of this program
    std::fputs(without_memory, stderr);
    std::_Exit(static_cast<int>(exit_code::internal));
}

} // namespace
} // namespace tool

int main(int argc, char** argv) {
    std::set_terminate(tool::end_in_a_destructor);
    try {
        return static_cast<int>(tool::run(argc, argv));
    } catch (...) { // not even the command line or the message could be dealt with
        std::fputs(tool::without_memory, stderr);
        return static_cast<int>(tool::exit_code::internal);
    }
}
