// SPDX-License-Identifier: MIT
// What determinism at launch costs: the second start, the checks, the pictures of what is mapped, and a
// program under the audit. bench_launch [TOOL [RESULT.md]]; without the repro program the audit is left out.

#include <repro/repro.hpp>

#include "support/report.hpp"
#include "support/timing.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

constexpr int check_rounds = 51, start_rounds = 25, audit_rounds = 5;
constexpr std::uint64_t draws = 100'000'000, clock_reads = 10'000'000;

/// Runs a program with its output in `output`, or nowhere; returns its processor time in seconds.
double cost_of(const std::vector<std::string>& command, std::string* output = nullptr) {
    std::vector<std::string> words = command;
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::array<char, 4096> chunk{};
    for (ssize_t count = 0; (count = ::read(ends[0], chunk.data(), chunk.size())) > 0;)
        if (output != nullptr) output->append(chunk.data(), static_cast<std::size_t>(count));
    ::close(ends[0]);
    int status = 0;
    rusage used{};
    if (::wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(command.front() + " failed");
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// What the program does when it is started by itself.
int play(int argc, char** argv) {
    const std::string part = argv[1] + std::strlen("--play=");
    if (part == "relaunch") { // moves the program to fixed addresses, which always takes a second start
        const auto& report = repro::relaunch_if_needed(argc, argv, repro::level::distribution_stable,
                                                       repro::address_layout::fixed);
        if (!report.nanoseconds_between) return 3;
        std::printf("%lld\n", static_cast<long long>(*report.nanoseconds_between));
        return 0;
    }
    unsigned sum = 0;
    if (part == "rand")
        for (std::uint64_t i = 0; i < draws; ++i)
            sum += static_cast<unsigned>(std::rand());
    timespec now{};
    if (part == "clock")
        for (std::uint64_t i = 0; i < clock_reads; ++i)
            sum += static_cast<unsigned>(::clock_gettime(CLOCK_MONOTONIC, &now));
    std::printf("%u\n", sum);
    return 0;
}

void print_checks(bench::report& out) {
    const auto mapped = repro::capture_libraries();
    std::vector<bench::timed_case> cases = {
        {"`check_knobs`", [] { (void)repro::check_knobs(repro::level::bit_exact); }},
        {"libraries: list", [] { (void)repro::capture_libraries(); }},
        {"libraries: the files behind them", [&] { (void)repro::capture_library_files(mapped); }},
        {"`read_back`", [&] { (void)repro::read_back(mapped, repro::read_back_scope::settled); }},
        {"`fingerprint`", [] { (void)repro::fingerprint(repro::read_back_scope::settled); }},
        {"`fast_math_objects`", [] { (void)repro::fast_math_objects(); }},
        {"`check_floating_point`", [] { (void)repro::check_floating_point("bench"); }},
    };
    bench::run_rounds(cases, check_rounds);
    out.text("| " + std::to_string(mapped.size()) +
             " mapped objects | us, median | min | max |\n|---|---|---|---|\n");
    for (const bench::timed_case& each : cases)
        out.text("| " + each.name + " | " + bench::decimal(each.quantile(0.5), 2) + " | " +
                 bench::decimal(each.quantile(0), 2) + " | " + bench::decimal(each.quantile(1), 2) + " |\n");
}

void print_relaunch(bench::report& out, const std::string& self) {
    std::vector<double> milliseconds;
    for (int i = 0; i < start_rounds; ++i) {
        std::string text;
        try {
            (void)cost_of({self, "--play=relaunch"}, &text);
        } catch (const std::runtime_error&) {
            return out.text("\nRelaunch: not measured, the container forbids a fixed memory layout.\n");
        }
        milliseconds.push_back(std::strtod(text.c_str(), nullptr) / 1e6);
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    out.text("\n| from the decision to the second start | ms, median | min | max |\n|---|---|---|---|\n| "
             "this program | " +
             bench::decimal(milliseconds[milliseconds.size() / 2], 2) + " | " +
             bench::decimal(milliseconds.front(), 2) + " | " + bench::decimal(milliseconds.back(), 2) +
             " |\n");
}

void print_audit(bench::report& out, const std::string& self, const std::string& tool) {
    out.text("\n| processor time, least of " + std::to_string(audit_rounds) +
             " | alone, s | audited, s | ns a call |\n|---|---|---|---|\n");
    for (const auto& [part, calls] :
         {std::pair<std::string, std::uint64_t>{"rand", draws}, {"clock", clock_reads}}) {
        double alone = 1e9, audited = 1e9;
        for (int i = 0; i < audit_rounds; ++i) {
            alone = std::min(alone, cost_of({self, "--play=" + part}));
            audited = std::min(audited, cost_of({tool, "audit", "--", self, "--play=" + part}));
        }
        out.text("| " + part + ", " + std::to_string(calls) + " calls | " + bench::decimal(alone, 2) + " | " +
                 bench::decimal(audited, 2) + " | " +
                 bench::decimal((audited - alone) * 1e9 / static_cast<double>(calls), 1) + " |\n");
    }
}

} // namespace

int main(int argc, char** argv) {
    ::setenv("REPRO_QUIET", "1", 1);
    if (argc > 1 && std::strncmp(argv[1], "--play=", std::strlen("--play=")) == 0) return play(argc, argv);
    const std::string self = repro::detail::own_program();
    bench::report out(argc > 2 ? argv[2] : "/dev/null");
    out.text("Written by bench_launch on " + bench::today() + ".\n\n- Machine: " + bench::processor() + ", " +
             std::to_string(std::thread::hardware_concurrency()) + " processors\n- glibc " +
             ::gnu_get_libc_version() + ", compiler " + repro::capture_compiler().builds.front().compiler +
             "\n\n");
    print_checks(out);
    print_relaunch(out, self);
    if (argc > 1) print_audit(out, self, argv[1]);
    return 0;
}
