// SPDX-License-Identifier: MIT
#include "watched_run.hpp"

#include <repro/detail/descriptor.hpp>

#include "launch.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tool {
namespace {

namespace fs = std::filesystem;
using repro::detail::descriptor;
using repro::detail::entropy_table;

/// Returns the tool's own file: by /proc, and where that is hidden by the name that it was started with.
fs::path own_file() {
    std::error_code failed;
    const fs::path by_proc = fs::read_symlink("/proc/self/exe", failed);
    return failed ? fs::absolute(reinterpret_cast<const char*>(::getauxval(AT_EXECFN))) : by_proc;
}

} // namespace

fs::path audit_library() {
    const fs::path library = own_file().parent_path() / "../lib/repro/repro-audit.so";
    std::error_code failed;
    fs::path found = fs::canonical(library, failed);
    if (failed)
        throw repro::error(repro::errc::unreadable, library.lexically_normal().native(),
                           "the library that watches is not there", "install repro as a whole");
    if (found.native().find_first_of(" :") != std::string::npos)
        throw repro::error(repro::errc::unreadable, found.native(),
                           "cannot be preloaded: the loader takes a space or colon for the end of the path",
                           "install repro elsewhere");
    return found;
}

namespace {

/// The block of counts in a file of its own, which goes when this goes.
class table_file {
public:
    table_file() {
        std::error_code failed;
        fs::path folder = fs::temp_directory_path(failed);
        path_ = ((failed ? fs::path("/tmp") : folder) / "repro-audit-XXXXXX").native();
        const descriptor file(::mkostemp(path_.data(), O_CLOEXEC));
        if (!file) fail();
        void* block = MAP_FAILED;
        if (::ftruncate(file.get(), sizeof(entropy_table)) == 0)
            block = ::mmap(nullptr, sizeof(entropy_table), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
        if (block == MAP_FAILED) {
            const int reason = errno;
            ::unlink(path_.c_str());
            errno = reason;
            fail();
        }
        table_ = static_cast<entropy_table*>(block);
        table_->start();
    }
    table_file(const table_file&) = delete;
    table_file& operator=(const table_file&) = delete;
    ~table_file() {
        ::munmap(table_, sizeof(entropy_table));
        ::unlink(path_.c_str());
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const entropy_table& operator*() const noexcept { return *table_; }

private:
    [[noreturn]] void fail() const {
        throw repro::error(repro::errc::unwritable, path_,
                           std::string("no file can be made for the counts: ") +
                               repro::detail::errno_text(errno),
                           "point TMPDIR to a folder that can be written");
    }

    std::string path_;
    entropy_table* table_ = nullptr;
};

volatile std::sig_atomic_t child_of_signals = 0;

void forward(int number) {
    if (child_of_signals > 0) ::kill(child_of_signals, number);
}

/// While the program runs: what the terminal sends reaches it, too, and is its affair; what is sent to this
/// process alone is handed on.
class signals_of_parent {
public:
    explicit signals_of_parent(pid_t child) {
        child_of_signals = child;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            struct sigaction action{};
            action.sa_flags = SA_RESTART;
            if (numbers[i] == SIGINT || numbers[i] == SIGQUIT)
                action.sa_handler = SIG_IGN;
            else
                action.sa_handler = forward;
            ::sigaction(numbers[i], &action, &before_[i]);
        }
    }
    signals_of_parent(const signals_of_parent&) = delete;
    signals_of_parent& operator=(const signals_of_parent&) = delete;
    ~signals_of_parent() {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            ::sigaction(numbers[i], &before_[i], nullptr);
        child_of_signals = 0;
    }

private:
    static constexpr std::array<int, 6> numbers = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    std::array<struct sigaction, 6> before_{};
};

/// In the child: becomes the program, or tells the parent through `told` that it could not.
[[noreturn]] void become_watched(const std::vector<std::string>& command, const std::string& library,
                                 const std::string& table, child_output output, int told, console& out) {
    const char* const others = std::getenv("LD_PRELOAD");
    const bool alone = others == nullptr || *others == '\0';
    ::setenv("LD_PRELOAD", (alone ? library : library + ":" + others).c_str(), 1);
    ::setenv("REPRO_AUDIT_TABLE", table.c_str(), 1);
    if (output == child_output::on_standard_error) ::dup2(STDERR_FILENO, STDOUT_FILENO);
    const int status = become(command, out);
    (void)!::write(told, &status, sizeof status);
    ::_exit(status);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/// Returns where a shell finds the program.
std::string path_of(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* const variable = std::getenv("PATH");
    std::string_view folders = variable != nullptr ? variable : "/bin:/usr/bin";
    while (!folders.empty()) {
        const std::string_view folder = repro::detail::next_token(folders, ':');
        std::string path = folder.empty() ? name : std::string(folder) + "/" + name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    return name;
}

/// Returns why the program was not seen; empty where it was.
std::string reason_unseen(const repro::entropy_report& seen, pid_t child, const std::string& path) {
    for (const repro::entropy_process& each : seen.processes)
        if (each.pid == child) return {};
    const std::string obstacle = obstacle_to_watching(path);
    return obstacle.empty() ? "the loader did not take the audit's library into it" : obstacle;
}

} // namespace

watched_run run_watched(const std::vector<std::string>& command, child_output output, console& out) {
    const std::string library = audit_library().native();
    const table_file table;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw repro::error(repro::errc::unwritable, "pipe", repro::detail::errno_text(errno), "try again");
    const descriptor told(ends[0]);
    descriptor tells(ends[1]);
    out.flush();
    const pid_t child = ::fork();
    if (child == 0) become_watched(command, library, table.path(), output, tells.get(), out);
    if (child < 0)
        throw repro::error(repro::errc::unwritable, "fork", repro::detail::errno_text(errno),
                           "raise the limit of processes");
    tells.reset();
    watched_run result;
    int status = 0;
    {
        const signals_of_parent handed_on(child);
        int failed = 0;
        result.started = repro::detail::read_up_to(told.get(), &failed, sizeof failed) == 0;
        status = wait_for(child);
    }
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.status = WIFSIGNALED(status) ? 128 + result.signal : WEXITSTATUS(status);
    result.seen = repro::detail::read_entropy(*table);
    result.unseen = reason_unseen(result.seen, child, path_of(command.front()));
    return result;
}

void end_by(int signal) {
    const rlimit none{0, 0}; // the program has left its own core, where it was to leave one
    ::setrlimit(RLIMIT_CORE, &none);
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    ::sigaction(signal, &standard, nullptr);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::kill(::getpid(), signal);
}

} // namespace tool
