// SPDX-License-Identifier: MIT
#pragma once
// What the benches on fills, orders and sums are told: [RESULT.md [ROUNDS [N...]]].

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace bench {

struct arguments {
    std::string path;
    int rounds = 15;
    std::vector<std::size_t> sizes;
};

/// Returns what the command line says, `otherwise` where it says nothing; ends the program with 2 where it
/// makes no sense.
inline arguments parse_arguments(int argc, char** argv, arguments otherwise) {
    arguments given = std::move(otherwise);
    if (argc > 1) given.path = argv[1];
    if (argc > 2) given.rounds = std::atoi(argv[2]);
    if (argc > 3) given.sizes.clear();
    for (int i = 3; i < argc; ++i)
        given.sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    if (given.rounds < 1 || std::count(given.sizes.begin(), given.sizes.end(), 0) != 0) {
        std::fprintf(stderr, "usage: %s [RESULT.md [ROUNDS [N...]]]\n", argv[0]);
        std::exit(2);
    }
    return given;
}

} // namespace bench
