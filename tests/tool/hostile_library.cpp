// SPDX-License-Identifier: MIT
// A library that does not let itself be loaded: it hangs, ends or kills the process, as a variable says.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace {

__attribute__((constructor)) void when_loaded() {
    const char* const wanted = std::getenv("REPRO_TEST_LOADING");
    const std::string_view how = wanted != nullptr ? wanted : "";
    std::puts("loaded");
    std::fflush(stdout);
    if (how == "hang") ::pause();
    if (how == "exit") ::_exit(0);
    if (how == "abort") std::abort();
}

} // namespace
