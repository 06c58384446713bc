// SPDX-License-Identifier: MIT
#pragma once
// NumPy as one more contestant: a Python that runs a case each time it is asked, so that it takes its turn in
// every round.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

class numpy_process {
public:
    /// Starts `python3 script`; without NumPy there it is not running().
    explicit numpy_process(const char* script) {
        int to[2], from[2];
        if (::pipe(to) != 0 || ::pipe(from) != 0) return;
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(to[0], 0);
            ::dup2(from[1], 1);
            if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(127);
            for (const int end : {to[0], to[1], from[0], from[1]})
                ::close(end);
            ::execlp("python3", "python3", script, static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(to[0]);
        ::close(from[1]);
        requests_ = ::fdopen(to[1], "w");
        answers_ = ::fdopen(from[0], "r");
        version_ = line();
    }
    numpy_process(const numpy_process&) = delete;
    numpy_process& operator=(const numpy_process&) = delete;
    ~numpy_process() {
        if (requests_ != nullptr) std::fclose(requests_);
        if (answers_ != nullptr) std::fclose(answers_);
        if (child_ > 0) ::waitpid(child_, nullptr, 0);
    }

    [[nodiscard]] bool running() const { return !version_.empty(); }
    [[nodiscard]] const std::string& version() const { return version_; }

    /// Returns the answer to "WHAT N EXPRESSION"; bench/numpy_fills.py says which there are.
    std::string ask(const char* what, const std::string& expression, std::size_t n) {
        std::fprintf(requests_, "%s %zu %s\n", what, n, expression.c_str());
        std::fflush(requests_);
        return line();
    }

    /// Runs an expression once and returns the microseconds it took there.
    double run(const std::string& expression, std::size_t n) {
        return std::strtod(ask("time", expression, n).c_str(), nullptr) * 1e6;
    }

private:
    std::string line() {
        char text[128] = "";
        if (answers_ == nullptr || std::fgets(text, sizeof text, answers_) == nullptr) return "";
        std::string result = text;
        return result.substr(0, result.find('\n'));
    }

    pid_t child_ = -1;
    std::FILE* requests_ = nullptr;
    std::FILE* answers_ = nullptr;
    std::string version_;
};

} // namespace bench
