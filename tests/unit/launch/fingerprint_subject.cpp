// SPDX-License-Identifier: MIT
// Loads the libraries that its arguments name, and prints its fingerprint, a part a line, and how
// many threads it has then.

#include <repro/launch/fingerprint.hpp>

#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <iterator>

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (::dlopen(argv[i], RTLD_NOW | RTLD_GLOBAL) == nullptr) return 2;
    for (const repro::fingerprint_part& each : repro::fingerprint())
        std::printf("%s %s %s\n", each.name.c_str(), each.digest.value_or("none").c_str(),
                    each.through.c_str());
    const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    std::printf("threads %d\n", static_cast<int>(std::distance(begin(tasks), end(tasks))));
}
