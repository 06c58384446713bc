// SPDX-License-Identifier: MIT
#include <repro/stream/process.hpp>

#include <catch2/catch_test_macros.hpp>

#include <pthread.h>
#include <string_view>
#include <thread>

using repro::detail::find_random_library;
using repro::detail::running_threads;

TEST_CASE("the threads that run are counted by name") {
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&held);
    const auto wait = [&] {
        pthread_mutex_lock(&held);
        pthread_mutex_unlock(&held);
    };
    std::thread first(wait);
    std::thread second(wait);
    pthread_setname_np(first.native_handle(), "two of us");
    pthread_setname_np(second.native_handle(), "two of us");
    const auto threads = running_threads();
    pthread_mutex_unlock(&held);
    first.join();
    second.join();
    REQUIRE(threads.contains("two of us"));
    CHECK(threads.at("two of us") == 2);
    CHECK(threads.size() >= 2); // and this one
}

TEST_CASE("a library that draws random numbers is known by its file, whatever its version and folder") {
    const auto adapter = [](std::string_view path) {
        const auto* library = find_random_library(path);
        return library == nullptr ? std::string_view("none") : library->adapter;
    };
    CHECK(adapter("/usr/lib/libgsl.so.27") == "gsl");
    CHECK(adapter("libgsl.so") == "gsl");
    CHECK(adapter("/opt/torch/lib/libtorch_cpu.so") == "libtorch");
    CHECK(adapter("/usr/lib/libgslcblas.so.0") == "none");
    CHECK(adapter("/usr/lib/libgsl.so.27/other.so") == "none");
    CHECK(adapter("/usr/lib/libc.so.6") == "none");
    CHECK(adapter("") == "none");
}
