// SPDX-License-Identifier: MIT
#include "seed_children.hpp"

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tool {
namespace {

using seed_clock = std::chrono::steady_clock;

struct child_at_work {
    pid_t id;
    std::size_t which;
    seed_clock::time_point since;
    repro::detail::descriptor told; ///< why it could not be started, from the child
};

class group_of_children {
public:
    group_of_children() {
        ::sigemptyset(&awaited_);
        for (const int each : {SIGCHLD, SIGINT, SIGTERM, SIGHUP})
            ::sigaddset(&awaited_, each);
        ::signal(SIGCHLD, SIG_DFL); // ignored, it would take the children's status away
        ::sigprocmask(SIG_BLOCK, &awaited_, &before_);
    }
    group_of_children(const group_of_children&) = delete;
    group_of_children& operator=(const group_of_children&) = delete;
    ~group_of_children() {
        stop(SIGTERM);
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }

    [[nodiscard]] std::size_t count() const noexcept { return at_work_.size(); }

    void start(const seed_child& what, std::size_t which) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
        repro::detail::descriptor told(ends[0]);
        const repro::detail::descriptor tells(ends[1]);
        const pid_t parent = ::getpid(), id = ::fork();
        if (id < 0) fail("fork");
        if (id == 0) become(what, parent, tells.get());
        ::setpgid(id, id); // whoever of the two comes first
        at_work_.push_back({id, which, seed_clock::now(), std::move(told)});
    }

    /// Waits until a child has ended or a signal came; returns the signal, else 0.
    int wait(const std::function<void(const seed_child_end&)>& ended) {
        for (;;) {
            if (reap(ended)) return 0;
            const int signal = ::sigwaitinfo(&awaited_, nullptr);
            if (signal > 0 && signal != SIGCHLD) return signal;
        }
    }

    /// Ends what is at work.
    void stop(int signal) {
        tell(signal);
        const auto deadline = seed_clock::now() + std::chrono::seconds(5);
        while (!at_work_.empty() && seed_clock::now() < deadline) {
            if (reap([](const seed_child_end&) {})) continue;
            constexpr timespec pause{0, 50'000'000};
            sigset_t only;
            ::sigemptyset(&only);
            ::sigaddset(&only, SIGCHLD);
            (void)::sigtimedwait(&only, nullptr, &pause);
        }
        tell(SIGKILL);
        for (const child_at_work& each : at_work_)
            ::waitpid(each.id, nullptr, 0);
        at_work_.clear();
    }

private:
    [[noreturn]] static void fail(const char* what) {
        throw repro::error(repro::errc::unwritable, what, repro::detail::errno_text(errno),
                           "raise the limit of processes or files, or give fewer --jobs");
    }

    [[noreturn]] void become(const seed_child& what, pid_t parent, int tells) {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1); // it is gone already
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
        for (const repro::setting& each : what.environment)
            ::setenv(each.name.c_str(), each.value.c_str(), 1);
        std::vector<std::string> words = what.command;
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const int out = ::open(what.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (in >= 0 && out >= 0 && ::dup2(in, 0) == 0 && ::dup2(out, 1) == 1 && ::dup2(out, 2) == 2)
            ::execvp(argv[0], argv.data());
        const int reason = errno;
        (void)!::write(tells, &reason, sizeof reason);
        ::_exit(127);
    }

    void tell(int signal) const {
        for (const child_at_work& each : at_work_)
            ::kill(-each.id, signal);
    }

    /// Returns whether some child has ended.
    bool reap(const std::function<void(const seed_child_end&)>& ended) {
        bool any = false;
        for (std::size_t i = 0; i < at_work_.size();) {
            int status = 0;
            if (::waitpid(at_work_[i].id, &status, WNOHANG) == 0) {
                ++i;
                continue;
            }
            ::kill(-at_work_[i].id, SIGKILL); // what it started and left behind
            const child_at_work done = std::move(at_work_[i]);
            at_work_.erase(at_work_.begin() + static_cast<std::ptrdiff_t>(i));
            const std::chrono::duration<double> took = seed_clock::now() - done.since;
            ended({done.which, problem_of(status, done.told.get()), took.count()});
            any = true;
        }
        return any;
    }

    static std::string problem_of(int status, int told) {
        int reason = 0;
        if (repro::detail::read_up_to(told, &reason, sizeof reason) == sizeof reason)
            return std::string("cannot be started: ") + repro::detail::errno_text(reason);
        if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
        return WEXITSTATUS(status) == 0 ? "" : fmt::format("exit status {}", WEXITSTATUS(status));
    }

    sigset_t awaited_{}, before_{};
    std::vector<child_at_work> at_work_;
};

} // namespace

int run_seed_children(const std::vector<seed_child>& children, std::size_t jobs,
                      const std::function<bool(std::size_t)>& prepare,
                      const std::function<void(const seed_child_end&)>& ended) {
    group_of_children group;
    for (std::size_t next = 0; next < children.size() || group.count() > 0;) {
        if (next < children.size() && group.count() < jobs) {
            const std::size_t which = next++;
            if (prepare(which)) group.start(children[which], which);
            continue;
        }
        if (const int signal = group.wait(ended)) {
            group.stop(signal);
            return signal;
        }
    }
    return 0;
}

} // namespace tool
