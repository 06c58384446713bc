// SPDX-License-Identifier: MIT
// What each of the three libraries shows: its view of the registry, under a name of its own.
#include <repro/stream/registry.hpp>

#define JOIN(a, b) a##b
#define NAME(a, b) JOIN(a, b)

extern "C" __attribute__((visibility("default"))) const void* NAME(registry_of_, LIBRARY)() {
    return &repro::streams();
}
extern "C" __attribute__((visibility("default"))) std::uint64_t NAME(word_of_, LIBRARY)(const char* stream) {
    return repro::stream(stream)();
}
