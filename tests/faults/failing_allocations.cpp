// SPDX-License-Identifier: MIT
// Preloaded by allocations.py: the allocation whose number REPRO_FAIL_ALLOCATION says fails, once. With
// "count" there it prints how many there were when the program ends.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <new>

namespace {

// Libraries allocate before main, where nobody could deal with a failure: what main does is counted.
std::atomic<bool> begun;
std::atomic<long> made;

long failing() {
    static const char* const text = std::getenv("REPRO_FAIL_ALLOCATION");
    static const long number = text == nullptr ? 0 : std::atol(text);
    return number;
}

void* allocate(std::size_t size) {
    const bool fails = begun && ++made == failing();
    void* const room = fails ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (room == nullptr) throw std::bad_alloc();
    return room;
}

struct last_word {
    ~last_word() {
        const char* const text = std::getenv("REPRO_FAIL_ALLOCATION");
        if (text != nullptr && std::strcmp(text, "count") == 0)
            std::fprintf(stderr, "allocations %ld\n", made.load());
    }
} const at_the_end;

} // namespace

namespace {

using main_function = int (*)(int, char**, char**);
main_function program;

int begin(int argc, char** argv, char** environment) {
    begun = true;
    return program(argc, argv, environment);
}

} // namespace

// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): the C library names it
extern "C" int __libc_start_main(main_function main, int argc, char** argv, main_function init,
                                 void (*fini)(), void (*loader_fini)(), void* stack_end) {
    program = main;
    const auto start =
        reinterpret_cast<decltype(&__libc_start_main)>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(begin, argc, argv, init, fini, loader_fini, stack_end);
}

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* room) noexcept { std::free(room); }
void operator delete[](void* room) noexcept { std::free(room); }
void operator delete(void* room, std::size_t) noexcept { std::free(room); }
void operator delete[](void* room, std::size_t) noexcept { std::free(room); }
