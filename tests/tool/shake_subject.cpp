// SPDX-License-Identifier: MIT
// A program for repro shake: its first argument says on what its results depend that nobody wrote down; with
// "where" it prints the address of a local, and no more.

#include <repro/run/run.hpp>

#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fstream>
#include <map>
#include <numeric>
#include <sched.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace {

using values = std::vector<double>;

/// Numbers whose sum depends on the order of the additions.
values ragged(std::size_t count) {
    values all(count);
    for (std::size_t i = 0; i < count; ++i)
        all[i] = 1.0 / (1.0 + static_cast<double>(i * 7919 % count));
    return all;
}

/// Adds up in one part for each thread, and then the parts in their order.
values sum_by_threads() {
    const values all = ragged(10007);
    values parts(64, 0.0);
#ifdef _OPENMP
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < all.size(); ++i)
        parts[static_cast<std::size_t>(omp_get_thread_num())] += all[i];
#endif
    return {std::accumulate(parts.begin(), parts.end(), 0.0)};
}

/// Orders values by a hash of their addresses, as containers of pointers do. They lie in the program itself:
/// where the heap lies follows whatever the program has read before.
values order_of_pointers() {
    static const values all = ragged(64);
    static char places[64];
    std::map<std::uint64_t, double> by_address;
    for (std::size_t i = 0; i < all.size(); ++i)
        by_address[reinterpret_cast<std::uintptr_t>(&places[i]) * 0x9e3779b97f4a7c15u] = all[i];
    values in_order;
    for (const auto& [hash, value] : by_address)
        in_order.push_back(value);
    return in_order;
}

/// Reads what nobody has written.
values unwritten_memory() {
    constexpr std::size_t size = 50'000;
    auto* bytes = static_cast<unsigned char*>(std::malloc(size));
    asm volatile("" : "+r"(bytes) : : "memory"); // else the compiler sees it, and says so
    values sum{static_cast<double>(std::accumulate(bytes, bytes + size, std::uint64_t{0}))};
    std::free(bytes);
    return sum;
}

values exponentials() {
    values all = ragged(20'000);
    for (double& each : all)
        each = std::exp(each) * std::sin(100 * each);
    return all;
}

values hour_of_the_epoch() {
    const std::time_t epoch = 0;
    std::tm local{};
    ::localtime_r(&epoch, &local);
    return {static_cast<double>(local.tm_hour), static_cast<double>(local.tm_min)};
}

/// Splits work by the processors that the system grants, as programs do that ask it and not OpenMP.
values sum_by_processors() {
    cpu_set_t granted;
    CPU_ZERO(&granted);
    ::sched_getaffinity(0, sizeof granted, &granted);
    const values all = ragged(10007);
    std::vector<float> parts(static_cast<std::size_t>(CPU_COUNT(&granted)));
    for (std::size_t i = 0; i < all.size(); ++i)
        parts[i % parts.size()] += static_cast<float>(all[i]);
    return {static_cast<double>(std::accumulate(parts.begin(), parts.end(), 0.0f))};
}

/// Takes a number from where its stack lies, which the size of the environment moves.
values place_on_the_stack() {
    return {static_cast<double>(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) >> 4 & 0xffff)};
}

/// Multiplies two matrices with the OpenBLAS at `path`.
values product(void* library) {
    // CBLAS: row major 101, no transposition 111.
    using dgemm = void(int, int, int, int, int, int, double, const double*, int, const double*, int, double,
                       double*, int);
    auto* const multiply = reinterpret_cast<dgemm*>(::dlsym(library, "cblas_dgemm"));
    constexpr int n = 96;
    const values all = ragged(n * n);
    values result(n * n);
    multiply(101, 111, 111, n, n, n, 1.0, all.data(), n, all.data(), n, 0.0, result.data(), n);
    return result;
}

values compute(std::string_view mode, void* library) {
    if (mode == "threads") return sum_by_threads();
    if (mode == "addresses") return order_of_pointers();
    if (mode == "libm") return exponentials();
    if (mode == "time-zone") return hour_of_the_epoch();
    if (mode == "blas") return product(library);
    if (mode == "affinity") return sum_by_processors();
    if (mode == "environment") return place_on_the_stack();
    if (mode == "pid") return {static_cast<double>(::getpid())};
    return ragged(8);
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "clean";
    if (mode == "where") return std::printf("%p\n", static_cast<const void*>(&mode)) > 0 ? 0 : 1;
    void* const library = argc > 2 ? ::dlopen(argv[2], RTLD_NOW) : nullptr;
    if (mode == "locale") std::setlocale(LC_NUMERIC, "");
    // Before the run, which leaves the time of day and the like in memory that is free again.
    const values early = mode == "malloc" ? unwritten_memory() : values();
    repro::run run({.id = "shaken"});
    auto draws = repro::stream("draws");
    run.trace("before", 0, values{static_cast<double>(draws())});
    const values result = early.empty() ? compute(mode, library) : early;
    run.trace("result", 1, result);
    run.metric("first", 1, result.front());
    char text[32];
    std::snprintf(text, sizeof text, "%.2f\n", 1.5);
    std::ofstream(run.path("text.txt")) << text;
    run.artifact("text.txt");
    return run.finish();
}
