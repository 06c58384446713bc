// SPDX-License-Identifier: MIT
// What it costs to know whether a working tree of 70,000 files is clean: this library, git's own status and
// libgit2's, side by side. bench_git [RESULT.md [FILES]]; the answers have to be equal before any clock runs.

#include <repro/capture/git.hpp>

#include "support/report.hpp"
#include "support/timing.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

namespace {

constexpr int rounds = 9;
constexpr int budget_ms = 600'000; // nobody is cut short here

/// What all three say of a tree.
struct answer {
    std::uint64_t staged = 0, modified = 0, untracked = 0;
    friend bool operator==(const answer&, const answer&) = default;
};

std::string text(const answer& a) {
    return std::to_string(a.staged) + " staged, " + std::to_string(a.modified) + " modified, " +
           std::to_string(a.untracked) + " untracked";
}

std::string output_of(const std::string& command) {
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot start " + command);
    std::string all;
    std::array<char, 65536> piece;
    for (std::size_t count; (count = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
        all.append(piece.data(), count);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed");
    return all;
}

class tree {
public:
    explicit tree(int files)
        : folder_(fs::temp_directory_path() / ("repro-bench-" + std::to_string(::getpid()))) {
        std::uint32_t noise = 1;
        for (int i = 0; i < files; ++i) {
            const fs::path file = folder_ / name_of(i);
            if (i % 35 == 0) fs::create_directories(file.parent_path());
            noise = noise * 1664525U + 1013904223U;
            std::string line = "x" + std::to_string(i) + " = x * 3 + 1;\n", content;
            for (std::uint32_t lines = 5 + (noise >> 24); lines > 0; --lines)
                content += line;
            std::ofstream(file) << content;
        }
        git("init -q .");
        git("add -A");
        git("-c user.name=n -c user.email=e commit -q -m all");
    }
    tree(const tree&) = delete;
    tree& operator=(const tree&) = delete;
    ~tree() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    [[nodiscard]] const fs::path& folder() const noexcept { return folder_; }
    [[nodiscard]] std::string command(const std::string& words) const {
        return "cd '" + folder_.native() +
               "' && GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C git --no-optional-locks " +
               words;
    }
    std::string git(const std::string& words) const { return output_of(command(words)); }

    /// Adds files that git does not know, some ignored.
    void add_untracked(int count) const {
        std::ofstream(folder_ / ".git/info/exclude") << "*.o\nbuild/\n";
        fs::create_directories(folder_ / "new/build");
        for (int i = 0; i < count; ++i) {
            const std::string number = std::to_string(i);
            for (const std::string& name : {number + ".txt", number + ".o", "build/" + number})
                std::ofstream(folder_ / "new" / name) << i;
        }
    }
    void change() const {
        for (int i = 0; i < 20; ++i)
            std::ofstream(folder_ / name_of(i * 40)) << "changed\n";
        git("add " + name_of(0));
        fs::remove(folder_ / name_of(1));
    }
    /// Gives every file other times than git has seen.
    void make_stale() const {
        output_of("cd '" + folder_.native() + "' && git ls-files -z | xargs -0 touch -d '2001-01-01'");
    }

private:
    [[nodiscard]] static std::string name_of(int i) {
        const int folder = i / 35;
        return "module" + std::to_string(folder / 100) + "/part" + std::to_string(folder / 10 % 10) + "/sub" +
               std::to_string(folder % 10) + "/file_" + std::to_string(i % 35) + ".cpp";
    }

    fs::path folder_;
};

answer ask_us(const tree& where, bool untracked) {
    const repro::detail::git_repository_ptr repository = repro::detail::open_git_at(where.folder().native());
    repro::detail::git_scan scan(repro::detail::monotonic_ms() + budget_ms, {});
    using wanted = repro::detail::git_scan::untracked;
    scan.look_at(repository.get(), untracked ? wanted::counted : wanted::passed_over);
    if (!scan.stopped().empty() || !scan.untracked_stopped().empty())
        throw std::runtime_error(scan.stopped());
    return {scan.counts().staged, scan.counts().modified, scan.untracked_paths().size()};
}

answer ask_git(const tree& where, bool untracked) {
    const std::string lines = where.git(std::string("status --porcelain -z --no-renames ") +
                                        (untracked ? "--untracked-files=all" : "--untracked-files=no"));
    answer found;
    for (std::string_view rest = lines; !rest.empty();) {
        const std::string_view line = repro::detail::next_token(rest, '\0');
        if (line.starts_with("??")) {
            ++found.untracked;
            continue;
        }
        found.staged += line[0] != ' ' ? 1 : 0;
        found.modified += line[1] != ' ' ? 1 : 0;
    }
    return found;
}

answer ask_libgit2(const tree& where, bool untracked) {
    const repro::detail::git_repository_ptr repository = repro::detail::open_git_at(where.folder().native());
    git_status_options options;
    ::git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.flags = untracked ? GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS : 0U;
    git_status_list* list = nullptr;
    if (::git_status_list_new(&list, repository.get(), &options) != 0)
        throw std::runtime_error(repro::detail::git_reason());
    answer found;
    for (std::size_t i = 0, count = ::git_status_list_entrycount(list); i < count; ++i) {
        const unsigned status = ::git_status_byindex(list, i)->status;
        constexpr unsigned index = GIT_STATUS_INDEX_NEW | GIT_STATUS_INDEX_MODIFIED |
                                   GIT_STATUS_INDEX_DELETED | GIT_STATUS_INDEX_TYPECHANGE;
        constexpr unsigned worktree =
            GIT_STATUS_WT_MODIFIED | GIT_STATUS_WT_DELETED | GIT_STATUS_WT_TYPECHANGE;
        found.staged += (status & index) != 0 ? 1 : 0;
        found.modified += (status & worktree) != 0 ? 1 : 0;
        found.untracked += (status & GIT_STATUS_WT_NEW) != 0 ? 1 : 0;
    }
    ::git_status_list_free(list);
    return found;
}

void contest(const tree& where, const std::string& state, bool untracked, bench::report& to) {
    const answer ours = ask_us(where, untracked), git = ask_git(where, untracked),
                 libgit2 = ask_libgit2(where, untracked);
    const std::string name = state + (untracked ? ", with untracked" : ", tracked only");
    if (ours != git || ours != libgit2)
        throw std::runtime_error(name + ": " + text(ours) + "; git: " + text(git) +
                                 "; libgit2: " + text(libgit2));
    std::vector<bench::timed_case> cases = {
        {"repro, in process", [&] { (void)ask_us(where, untracked); }},
        {"git --no-optional-locks status", [&] { (void)ask_git(where, untracked); }},
        {"libgit2's status", [&] { (void)ask_libgit2(where, untracked); }}};
    bench::run_rounds(cases, rounds);
    for (const bench::timed_case& each : cases)
        to.text("| " + name + " | " + each.name + " | " + bench::decimal(each.quantile(0) / 1000, 1) + " | " +
                bench::decimal(each.quantile(0.5) / 1000, 1) + ", " +
                bench::decimal(each.quantile(1) / 1000, 1) + " | " +
                bench::ratio(each.microseconds, cases[0].microseconds) + " |\n");
}

void both(const tree& where, const std::string& state, bench::report& to) {
    for (const bool untracked : {false, true})
        contest(where, state, untracked, to);
}

} // namespace

int main(int argc, char** argv) try {
    const int files = argc > 2 ? std::atoi(argv[2]) : 70'000;
    bench::report to(argc > 1 ? argv[1] : "bench_git.md");
    repro::detail::start_libgit2();
    const tree where(files);
    const std::string version = where.git("--version");
    to.text(
        "# Is the working tree clean?\n\nWritten by bench_git on " + bench::today() + ": a repository of " +
        std::to_string(files) + " files, warm cache, " + std::to_string(rounds) +
        " rounds in turn; equal answers before any clock ran.\nGit runs as a process of its own, the others "
        "within this one.\n\n- Machine: " +
        bench::processor() + ", " + std::to_string(std::thread::hardware_concurrency()) +
        " processors\n- Git: " + version + "- libgit2: " LIBGIT2_VERSION "\n\n" +
        "| tree | by | ms, min | median, max | takes, of minima | median, spread "
        "|\n|---|---|---|---|---|---|\n");
    both(where, "clean", to);
    where.add_untracked(2'000);
    contest(where, "clean, 2,000 untracked and 4,000 ignored", true, to);
    where.change();
    both(where, "19 modified, 1 removed, 1 staged", to);
    where.make_stale();
    both(where, "the same, and all times stale", to);
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench_git: %s\n", e.what());
    return 1;
}
