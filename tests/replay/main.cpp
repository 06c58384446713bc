// SPDX-License-Identifier: MIT
// replay FILE...: runs the cases of files of known answers, made by the original libraries, with their twins.
// Prints what did not pass; the last line counts the cases. Exit status: 0 if none failed and none was
// unsupported, 1 if some did, 2 for a wrong call or a file that cannot be read.

#include "runner.hpp"

#include <iostream>

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "replay: no file given\nusage: replay FILE...\n";
        return 2;
    }
    replay::tally t;
    bool all_read = true;
    for (int i = 1; i < argc; ++i) {
        try {
            replay::run_cases(replay::read_cases(argv[i]), t, std::cout);
        } catch (const replay::unreadable& e) {
            std::cerr << "replay: " << e.what() << '\n';
            all_read = false;
        }
    }
    replay::print_summary(t, std::cout);
    if (!all_read) return 2;
    return t.failed + t.unsupported == 0 ? 0 : 1;
}
