// SPDX-License-Identifier: MIT
#include "shake/child.hpp"

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tool {
namespace {

using repro::detail::descriptor;
using std::chrono::steady_clock;

constexpr const char* padding_name = "REPRO_SHAKE_PADDING";

/// What an entry takes on the stack of the new program: its bytes, its NUL, its pointer.
std::size_t entry_size(const std::string& entry) { return entry.size() + 1 + sizeof(char*); }

std::vector<std::string> changed_environment(const std::vector<variable_change>& changes) {
    std::vector<std::string> entries;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string entry = *each;
        const std::string name = entry.substr(0, entry.find('='));
        const auto same = [&name](const variable_change& change) { return change.first == name; };
        if (std::ranges::none_of(changes, same)) entries.push_back(entry);
    }
    for (auto each = changes.begin(); each != changes.end(); ++each) {
        const auto same = [&each](const variable_change& later) { return later.first == each->first; };
        const bool last = std::none_of(each + 1, changes.end(), same);
        if (last && each->second) entries.push_back(each->first + "=" + *each->second);
    }
    return entries;
}

std::size_t total_size(const std::vector<std::string>& entries) {
    std::size_t total = 0;
    for (const std::string& each : entries)
        total += entry_size(each);
    return total;
}

/// Fills up to a size that is the same in every run: the environment lies above the stack and moves it.
void pad(std::vector<std::string>& entries, std::size_t wanted) {
    std::string padding = std::string(padding_name) + "=";
    const std::size_t used = total_size(entries) + entry_size(padding);
    if (used < wanted) padding.append(wanted - used, '.');
    entries.push_back(padding);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words)
        all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

descriptor open_for_writing(const std::filesystem::path& path) {
    descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file)
        throw repro::error(repro::errc::unwritable, path.native(),
                           std::string("cannot be made: ") + repro::detail::errno_text(errno),
                           "free some space, or set TMPDIR to a folder that can be written");
    return file;
}

sigset_t interrupts() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int each : {SIGINT, SIGTERM, SIGHUP})
        ::sigaddset(&set, each);
    return set;
}

sigset_t awaited_signals() {
    sigset_t set = interrupts();
    ::sigaddset(&set, SIGCHLD);
    return set;
}

/// What the child needs, all of it made before the fork.
struct launch {
    std::vector<char*> argv;
    std::vector<char*> environment;
    const conditions* under;
    int in, out, err, failure;
    sigset_t mask;
};

bool take_conditions(const conditions& under) {
    if (under.only_processor) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(*under.only_processor), &one);
        if (::sched_setaffinity(0, sizeof one, &one) != 0) return false;
    }
    const int before = ::personality(0xffffffff);
    if (before == -1) return under.addresses == addresses::randomised;
    const auto without = static_cast<unsigned long>(before) & ~static_cast<unsigned long>(ADDR_NO_RANDOMIZE);
    const bool fixed = under.addresses == addresses::fixed;
    return ::personality(fixed ? without | ADDR_NO_RANDOMIZE : without) != -1 || !fixed;
}

/// In the child: takes the conditions on and becomes the program, or says by its errno why not.
[[noreturn]] void become(const launch& what) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::sigprocmask(SIG_SETMASK, &what.mask, nullptr);
    const bool open = what.in >= 0 && what.out >= 0 && what.err >= 0;
    if (open && take_conditions(*what.under) && ::dup2(what.in, 0) >= 0 && ::dup2(what.out, 1) >= 0 &&
        ::dup2(what.err, 2) >= 0)
        ::execvpe(what.argv[0], what.argv.data(), what.environment.data());
    const int reason = errno;
    (void)!::write(what.failure, &reason, sizeof reason);
    ::_exit(127);
}

/// Waits for SIGCHLD, an interrupt (its number) or the end of time (0).
int wait_for_signal(const sigset_t& set, steady_clock::time_point deadline) {
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - steady_clock::now());
        const auto nanoseconds = std::max<std::int64_t>(0, left.count());
        const timespec time{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
        const int signal = ::sigtimedwait(&set, nullptr, &time);
        if (signal > 0) return signal;
        if (errno != EINTR) return 0;
    }
}

child_end end_of(int status) {
    return WIFEXITED(status) ? child_end{ending::exited, WEXITSTATUS(status)}
                             : child_end{ending::killed, WTERMSIG(status)};
}

[[noreturn]] void end_by(int signal, const std::function<void()>& before) {
    before();
    ::signal(signal, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::raise(signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::_exit(128 + signal);
}

child_end await(pid_t child, const sigset_t& set, std::chrono::milliseconds timeout,
                const std::function<void()>& before_interrupted) {
    const auto deadline = steady_clock::now() + timeout;
    int status = 0, signal = SIGCHLD;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        signal = wait_for_signal(set, deadline);
        if (signal == SIGCHLD) continue;
        ::kill(-child, SIGKILL);
        ::waitpid(child, &status, 0);
        if (signal != 0) end_by(signal, before_interrupted);
        return {ending::timed_out, 0};
    }
    ::kill(-child, SIGKILL); // what it started and left behind
    return end_of(status);
}

class blocked_signals {
public:
    explicit blocked_signals(const sigset_t& set) { ::sigprocmask(SIG_BLOCK, &set, &before_); }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;
    ~blocked_signals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

repro::error not_started(const std::string& program, int reason) {
    return {repro::errc::unreadable, program,
            std::string("cannot be started: ") + repro::detail::errno_text(reason),
            "check its name and that it may be executed"};
}

} // namespace

held_interrupts::held_interrupts() noexcept {
    const sigset_t set = interrupts();
    ::sigprocmask(SIG_BLOCK, &set, &before_);
}

held_interrupts::~held_interrupts() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

std::string to_string(const child_end& end) {
    if (end.how == ending::timed_out) return "timed out";
    return end.how == ending::exited ? fmt::format("exit status {}", end.number)
                                     : fmt::format("killed by signal {}", end.number);
}

child_end run_child(const std::vector<std::string>& command, const conditions& under,
                    const child_files& files, std::chrono::milliseconds timeout, const held_interrupts& held,
                    const std::function<void()>& before_interrupted) {
    std::vector<std::string> words = command;
    std::vector<std::string> environment = changed_environment(under.variables);
    pad(environment, under.environment_bytes);
    const descriptor out = open_for_writing(files.out), err = open_for_writing(files.err);
    const descriptor in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw not_started(command.front(), errno);
    const descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    ::signal(SIGCHLD, SIG_DFL); // ignored, it would take the status of the child away
    const sigset_t set = awaited_signals();
    const blocked_signals blocked(set);
    const launch what{pointers(words), pointers(environment), &under,       in.get(), out.get(),
                      err.get(),       writing.get(),         held.before()};
    const pid_t child = ::fork();
    if (child < 0) throw not_started(command.front(), errno);
    if (child == 0) become(what);
    ::setpgid(child, child); // whoever of the two comes first
    writing.reset();
    int reason = 0;
    const bool failed = repro::detail::read_up_to(reading.get(), &reason, sizeof reason) == sizeof reason;
    const child_end end = await(child, set, timeout, before_interrupted);
    if (failed) throw not_started(command.front(), reason);
    return end;
}

bool addresses_can_be_fixed() {
    const int before = ::personality(0xffffffff);
    if (before == -1) return false;
    const bool possible = ::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE) != -1;
    (void)::personality(static_cast<unsigned long>(before));
    return possible;
}

std::vector<int> allowed_processors() {
    std::vector<int> allowed;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return allowed;
    for (int each = 0; each < CPU_SETSIZE; ++each)
        if (CPU_ISSET(static_cast<std::size_t>(each), &set)) allowed.push_back(each);
    return allowed;
}

std::size_t environment_size(const std::vector<variable_change>& changes) {
    return total_size(changed_environment(changes));
}

} // namespace tool
