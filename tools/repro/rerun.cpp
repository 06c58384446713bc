// SPDX-License-Identifier: MIT
// repro rerun: rebuilds the sources of a run, runs its command again, and compares the results.

#include <repro/judge/compare.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "judgement_output.hpp"
#include "rerun_plan.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "worktree.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace tool {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct rerun_arguments {
    std::string run;
    rerun_choices choices;
    bool yes = false, keep = false;
};

/// A folder that goes when the command is over, unless it is to be kept.
class temporary_tree {
public:
    explicit temporary_tree(bool keep) : keep_(keep) {
        path_ = (fs::temp_directory_path() / "repro-rerun-XXXXXX").native();
        if (::mkdtemp(path_.data()) == nullptr)
            throw repro::error(repro::errc::unwritable, path_, repro::detail::errno_text(errno),
                               "set TMPDIR to a folder that can be written");
    }
    temporary_tree(const temporary_tree&) = delete;
    temporary_tree& operator=(const temporary_tree&) = delete;
    ~temporary_tree() {
        std::error_code ignored;
        if (!keep_) fs::remove_all(path_, ignored);
    }
    [[nodiscard]] fs::path tree() const { return fs::path(path_) / "tree"; }

private:
    std::string path_;
    bool keep_;
};

json as_json(const rerun_plan& plan) {
    json environment = json::object();
    for (const repro::setting& each : plan.environment)
        environment[each.name] = each.value;
    return {{"repository", plan.source.repository.native()},
            {"commit", plan.source.sha},
            {"patch", plan.source.patch.empty() ? json(nullptr) : json(plan.source.patch.native())},
            {"program", plan.program.native()},
            {"arguments", told(plan.arguments)},
            {"directory", plan.directory.native()},
            {"environment", environment},
            {"unset", plan.removals},
            {"run_folder", plan.run_folder.native()},
            {"level", to_string(plan.level)},
            {"notes", plan.notes}};
}

void print_plan(const rerun_plan& plan, const repro::recorded_manifest& manifest, console& out) {
    out.print(fmt::format("{}\n", out.paint(tone::heading, "To run " + clipped(manifest.id) + " again:")));
    table rows;
    const auto row = [&rows](std::string_view name, const std::string& value) {
        rows.row({{name, tone::faint}, value});
    };
    row("commit", plan.source.sha + " of " + plan.source.repository.native() + ", in a temporary folder");
    if (!plan.source.patch.empty()) row("patch", plan.source.patch.native());
    row("program", plan.program.native());
    std::string command;
    for (const std::string& each : told(plan.arguments))
        command += (command.empty() ? "" : " ") + each;
    row("command", command);
    row("starts in", plan.directory.is_absolute()
                         ? plan.directory.native()
                         : (fs::path("<tree>") / plan.directory).lexically_normal().native());
    for (const repro::setting& each : plan.environment)
        row("set", each.name + "=" + each.value);
    for (const std::string& each : plan.removals)
        row("unset", each);
    row("compared at", std::string(to_string(plan.level)));
    for (const std::string& each : plan.notes)
        row("note", each);
    rows.print(out);
}

[[noreturn]] void become_child(const rerun_plan& plan, const fs::path& tree, bool quiet) {
    for (const std::string& each : plan.removals)
        ::unsetenv(each.c_str());
    for (const repro::setting& each : plan.environment)
        ::setenv(each.name.c_str(), each.value.c_str(), 1);
    std::vector<std::string> words = plan.arguments;
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    if (quiet) ::dup2(STDERR_FILENO, STDOUT_FILENO); // standard output is for the one document
    if (::chdir((tree / plan.directory).c_str()) == 0) ::execv(plan.program.c_str(), argv.data());
    ::_exit(errno == ENOENT ? 127 : 126);
}

/// Runs the program to its end and returns its status as a shell counts.
int run_child(const rerun_plan& plan, const fs::path& tree, console& out) {
    out.flush();
    const pid_t child = ::fork();
    if (child < 0)
        throw repro::error(repro::errc::unreadable, plan.program.native(), repro::detail::errno_text(errno),
                           "end some processes");
    if (child == 0) become_child(plan, tree, out.json());
    const auto interrupt = std::signal(SIGINT, SIG_IGN); // it reaches the program, too, which ends
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    std::signal(SIGINT, interrupt);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

exit_code judge_repetition(const repro::recorded_manifest& then, const rerun_plan& plan, console& out) {
    const fs::path manifest = plan.run_folder / "manifest.json";
    std::error_code ignored;
    if (!fs::exists(manifest, ignored))
        throw repro::error(repro::errc::not_repeatable, manifest.native(),
                           "the program ended well and left no manifest there",
                           "look where it records its runs");
    const repro::judge::judgement result =
        repro::judge::compare({then}, {repro::read_manifest(manifest)}, plan.level);
    if (out.json()) {
        out.answer({{"id", then.id},
                    {"plan", as_json(plan)},
                    {"status", 0},
                    {"verdict", to_string(result.verdict())},
                    {"judgement", judgement_json(result)}});
    } else {
        print_judgement(result, out);
        out.print(fmt::format("\n{}\n", printable(plan.run_folder.native())));
    }
    return exit_code_of(result.verdict());
}

exit_code rerun(const rerun_arguments& given, console& out) {
    const repro::recorded_manifest manifest = repro::read_manifest(find_run(given.run, out));
    const rerun_plan plan = plan_rerun(manifest, given.choices);
    if (!out.json()) print_plan(plan, manifest, out);
    if (!given.yes) {
        if (out.json())
            out.answer({{"id", manifest.id}, {"plan", as_json(plan)}, {"verdict", nullptr}});
        else
            out.print("\nNothing was run: add --yes to run it.\n");
        return exit_code::holds;
    }
    const temporary_tree place(given.keep);
    rebuild(plan.source, place.tree());
    if (given.keep) out.warn("the rebuilt tree stays in " + place.tree().native());
    const int status = run_child(plan, place.tree(), out);
    if (status == 0) return judge_repetition(manifest, plan, out);
    if (out.json())
        out.answer({{"id", manifest.id}, {"plan", as_json(plan)}, {"status", status}, {"verdict", nullptr}});
    out.warn(fmt::format("the program ended with {}, and nothing was compared", status));
    return static_cast<exit_code>(status);
}

} // namespace

command rerun_command() {
    const auto given = std::make_shared<rerun_arguments>();
    return {
        "rerun",
        "Rebuild the sources of a run, run its command again, and compare the results",
        {{"RUN", "The run", &given->run, presence::required},
         {"--yes", "Run it; without this the plan is printed and nothing is run", &given->yes},
         {"--keep", "Keep the rebuilt tree", &given->keep},
         {"--exec", "The program, where the recorded one is gone or has changed", &given->choices.program},
         {"--repository", "A clone that has the commit, where the recorded one is gone",
          &given->choices.repository}},
        [given](console& out) { return rerun(*given, out); }};
}

} // namespace tool
