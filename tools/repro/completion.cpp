// SPDX-License-Identifier: MIT
// repro completion: the words of the command line for a shell, made from the table of the commands.

#include "command.hpp"
#include "commands.hpp"
#include "shell_word.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace tool {
namespace {

/// An option as shells complete it.
struct option_words {
    std::vector<std::string> names; ///< "-o" and "--output"
    std::string help;
    bool takes_value;
    std::vector<std::string> choices; ///< of the value, where they are a fixed set
};

/// Returns the options of a command, those that every command has after its own.
std::vector<option_words> options_of(const command& from) {
    std::vector<option_words> options;
    for (const argument& each : from.arguments) {
        if (!each.name.starts_with('-')) continue;
        const bool flag = std::holds_alternative<bool*>(each.value);
        const std::size_t comma = each.name.find(',');
        std::vector<std::string> names{each.name.substr(0, comma)};
        if (comma != std::string::npos) names.push_back(each.name.substr(comma + 1));
        options.push_back({std::move(names), each.help, !flag, each.choices});
    }
    options.push_back({{"--json"}, "Print one JSON document", false, {}});
    options.push_back({{"--no-color"}, "Print without colour", false, {}});
    options.push_back({{"--help"}, "Print what the command takes", false, {}});
    return options;
}

/// Returns the choices of a command's first word that is no option; none where it is free.
std::vector<std::string> first_word_choices(const command& from) {
    const bool any = !from.arguments.empty() && !from.arguments.front().name.starts_with('-');
    return any ? from.arguments.front().choices : std::vector<std::string>();
}

std::string one_line(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words)
        text += (text.empty() ? "" : " ") + each;
    return text;
}

/// Returns the lines of bash that offer the values of options, by command and option, and the first words of
/// commands.
std::string bash_values(const std::vector<command>& commands) {
    std::string cases;
    const auto add = [&cases](const std::string& pattern, const std::vector<std::string>& choices) {
        if (!choices.empty())
            cases += fmt::format("    {}) options={} ;;\n", pattern, shell_word(one_line(choices)));
    };
    for (const command& each : commands) {
        for (const option_words& option : options_of(each))
            for (const std::string& name : option.names)
                add(each.name + ":*:" + name, option.choices);
        add(each.name + ":2:" + each.name, first_word_choices(each));
    }
    return cases;
}

std::string bash_completion(const std::vector<command>& commands) {
    std::string names, cases;
    for (const command& each : commands) {
        std::string options;
        for (const option_words& option : options_of(each))
            for (const std::string& name : option.names)
                options += (options.empty() ? "" : " ") + name;
        names += (names.empty() ? "" : " ") + each.name;
        cases += fmt::format("    {}) options={} ;;\n", each.name, shell_word(options));
    }
    return fmt::format(
        "_repro() {{\n"
        "  local options= word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "  COMPREPLY=()\n"
        "  if [ \"$word\" = = ]; then word=\n" // bash cuts --level=VALUE into three words
        "  elif [ \"$before\" = = ]; then before=${{COMP_WORDS[COMP_CWORD-2]}}; fi\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then options={}\n"
        "  else case $word in\n"
        "  -*) case ${{COMP_WORDS[1]}} in\n{}  esac ;;\n"
        "  *) case ${{COMP_WORDS[1]}}:$COMP_CWORD:$before in\n{}  esac ;; esac; fi\n"
        "  local IFS=$' \\n'\n"
        "  if [ -n \"$options\" ]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\")); fi\n"
        "}}\n"
        "complete -o bashdefault -o default -F _repro repro\n",
        shell_word(names), cases, bash_values(commands));
}

/// Returns help as zsh takes it between brackets.
std::string zsh_help(const std::string& help) {
    std::string words;
    for (const char c : help)
        words += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return words;
}

std::string zsh_choices(const std::vector<std::string>& choices) {
    return fmt::format(":value:({})", one_line(choices));
}

std::string zsh_completion(const std::vector<command>& commands) {
    std::string list, cases;
    for (const command& each : commands) {
        list += fmt::format("    {}\n", shell_word(each.name + ":" + zsh_help(each.summary)));
        cases += fmt::format("    {}) _arguments -S", each.name);
        for (const option_words& option : options_of(each))
            for (const std::string& name : option.names)
                cases += " \\\n      " +
                         shell_word(fmt::format("*{}[{}]{}", name, zsh_help(option.help),
                                                !option.takes_value      ? ""
                                                : option.choices.empty() ? ":value:_files"
                                                                         : zsh_choices(option.choices)));
        if (const auto choices = first_word_choices(each); !choices.empty())
            cases += " \\\n      " + shell_word("1" + zsh_choices(choices));
        cases += " \\\n      '*:file:_files' ;;\n";
    }
    return fmt::format(
        "#compdef repro\n"
        "_repro() {{\n"
        "  local -a names\n"
        "  names=(\n{}  )\n"
        "  if (( CURRENT == 2 )); then _describe command names; return; fi\n"
        "  local name=$words[2]\n"
        "  shift words\n"
        "  (( CURRENT-- ))\n"
        "  case $name in\n{}  esac\n"
        "}}\n"
        "if [ \"$funcstack[1]\" = _repro ]; then _repro \"$@\"; else compdef _repro repro; fi\n",
        list, cases);
}

/// Returns text as a word of fish, whose single quotes know two escapes.
std::string fish_word(const std::string& text) {
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return word + "'";
}

std::string fish_completion(const std::vector<command>& commands) {
    std::string lines;
    for (const command& each : commands) {
        lines += fmt::format("complete -c repro -n __fish_use_subcommand -a {} -d {}\n", each.name,
                             fish_word(each.summary));
        for (const option_words& option : options_of(each)) {
            lines += fmt::format("complete -c repro -n '__fish_seen_subcommand_from {}'", each.name);
            for (const std::string& name : option.names)
                lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.choices.empty())
                lines += " -x -a " + fish_word(one_line(option.choices));
            else if (option.takes_value)
                lines += " -r";
            lines += fmt::format(" -d {}\n", fish_word(option.help));
        }
        if (const auto choices = first_word_choices(each); !choices.empty())
            lines += fmt::format("complete -c repro -n '__fish_seen_subcommand_from {}' -a {}\n", each.name,
                                 fish_word(one_line(choices)));
    }
    return lines;
}

exit_code print_completion(const std::string& shell, console& out) {
    const std::vector<command> commands = all_commands();
    std::string script;
    if (shell == "bash")
        script = bash_completion(commands);
    else if (shell == "zsh")
        script = zsh_completion(commands);
    else if (shell == "fish")
        script = fish_completion(commands);
    else
        throw repro::error(repro::errc::argument_invalid, "SHELL '" + excerpt(shell, 80) + "'",
                           "is no shell that words can be made for", "use bash, zsh or fish");
    if (out.json())
        out.answer({{"shell", shell}, {"script", script}});
    else
        out.print(script);
    return exit_code::holds;
}

} // namespace

command completion_command() {
    const auto shell = std::make_shared<std::string>();
    return {"completion",
            "Print what a shell needs to complete command lines",
            {{"SHELL", "bash, zsh or fish", shell.get(), presence::required, {"bash", "zsh", "fish"}}},
            [shell](console& out) { return print_completion(*shell, out); }};
}

} // namespace tool
