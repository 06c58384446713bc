// SPDX-License-Identifier: MIT
// The audit that is compiled into a program, seen from outside.

#include "support/process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace {

/// Runs the program that has the audit compiled in, and returns what it told.
std::string told_after(std::vector<std::string> actions) {
    actions.insert(actions.begin(), REPRO_AUDIT_WITHIN);
    actions.emplace_back("tell");
    return support::read_from_child([&](int out) {
        std::vector<char*> argv;
        for (std::string& each : actions)
            argv.push_back(each.data());
        argv.push_back(nullptr);
        ::dup2(out, STDOUT_FILENO);
        ::unsetenv("LD_PRELOAD");
        ::execv(argv[0], argv.data());
    });
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

TEST_CASE("a program without draws tells of none") { CHECK(has_line(told_after({}), "watched 1, taken 0")); }

TEST_CASE("the audit within sees std::random_device in another library, and names library and function") {
    const std::string told = told_after({"device"});
    INFO(told);
    CHECK(has_line(told, "watched 1, taken 3"));
    CHECK(has_line(told,
                   "entropy std::random_device made 1 libdrawing_library.so drawing::from_random_device()"));
    CHECK(has_line(told, "entropy std::random_device 1 libdrawing_library.so drawing::from_random_device()"));
}

TEST_CASE("the audit within sees every way to the system's entropy") {
    const std::string told = told_after({"getrandom", "getentropy", "syscall", "open", "fopen"});
    INFO(told);
    const std::string library = " libdrawing_library.so drawing::from_";
    CHECK(has_line(told, "entropy getrandom 1" + library + "getrandom()"));
    CHECK(has_line(told, "entropy getentropy 1" + library + "getentropy()"));
    CHECK(has_line(told, "entropy syscall(SYS_getrandom) 1" + library + "system_call()"));
    CHECK(has_line(told, "entropy /dev/urandom opened 1" + library + "urandom_by_open()"));
    CHECK(has_line(told, "entropy /dev/urandom read 3" + library + "urandom_by_open()"));
    CHECK(has_line(told, "entropy /dev/urandom opened 1" + library + "urandom_by_fopen()"));
}

TEST_CASE("the audit within sees the rarer ways to a file of random numbers") {
    const std::string told = told_after({"openat", "openat-2", "freopen", "uuid"});
    INFO(told);
    const std::string library = " libdrawing_library.so drawing::from_";
    CHECK(has_line(told, "entropy /dev/random opened 1" + library + "random_by_openat()"));
    CHECK(has_line(told, "entropy /dev/random read 1" + library + "random_by_openat()"));
    CHECK(has_line(told, "entropy /dev/urandom opened 1" + library + "urandom_by_checked_openat()"));
    CHECK(has_line(told, "entropy /dev/urandom read 1" + library + "urandom_by_checked_openat()"));
    CHECK(has_line(told, "entropy /dev/urandom opened 1" + library + "urandom_by_freopen()"));
    CHECK(has_line(told, "entropy /proc/sys/kernel/random/uuid opened 1" + library + "uuid_by_fopen()"));
    CHECK(has_line(told, "watched 1, taken 6"));
}

TEST_CASE("the audit within counts the hardware's generator where it can be opened, and no vain attempt") {
    const std::string told = told_after({"hwrng"});
    INFO(told);
    const int file = ::open("/dev/hwrng", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    CHECK(has_line(told, file >= 0 ? "watched 1, taken 1" : "watched 1, taken 0"));
    if (file >= 0) ::close(file);
}

#if __GLIBC_PREREQ(2, 36)
TEST_CASE("the audit within sees arc4random and its kin, each as one call") {
    const std::string told = told_after({"arc4random"});
    INFO(told);
    for (const char* const call : {"arc4random", "arc4random_buf", "arc4random_uniform"})
        CHECK(has_line(told, std::string("entropy ") + call +
                                 " 1 libdrawing_library.so drawing::from_arc4random()"));
    CHECK(has_line(told, "watched 1, taken 3"));
}
#endif

TEST_CASE("the audit within tells generators that were seeded from those that were not") {
    const std::string told = told_after({"rand", "rand", "seed", "rand", "drand48"});
    INFO(told);
    CHECK(has_line(told, "unseeded rand 2 libdrawing_library.so drawing::from_rand()"));
    CHECK(has_line(told, "seed srand 1 libdrawing_library.so drawing::seed_rand(unsigned int)"));
    CHECK(has_line(told, "seeded rand 1 libdrawing_library.so drawing::from_rand()"));
    CHECK(has_line(told, "unseeded drand48 1 libdrawing_library.so drawing::from_drand48()"));
}

TEST_CASE("the audit within tells seeds that are times") {
    const std::string told = told_after({"time-seed", "clock-seed", "time-of-day-seed"});
    INFO(told);
    CHECK(has_line(told, "time gettimeofday 1 libdrawing_library.so drawing::seed_rand_by_time_of_day()"));
    CHECK(has_line(told, "time-seed srand 1 libdrawing_library.so drawing::seed_rand_by_time_of_day()"));
    CHECK(has_line(told, "time-seed srand 1 libdrawing_library.so drawing::seed_rand_by_time()"));
    CHECK(has_line(told, "time-seed srand48 1 libdrawing_library.so drawing::seed_drand48_by_clock()"));
}

TEST_CASE("the audit within counts exactly over threads, and in forked children") {
    const std::string told = told_after({"threads", "forks"});
    INFO(told);
    CHECK(has_line(told, "unseeded rand 100000 libdrawing_library.so drawing::from_rand()"));
    CHECK(has_line(told, "watched 1, taken 100010"));
    CHECK(has_line(told, "entropy getentropy 5 libdrawing_library.so drawing::from_getentropy()"));
}
