// SPDX-License-Identifier: MIT
#pragma once
// Runs the cases of files of known answers: their form is described in tests/vectors/golden/README.md.

#include "player.hpp"

#include <filesystem>
#include <map>
#include <ostream>

namespace replay {

/// How the cases ended. A case counts once, with all its calls, repeats, versions and its position
/// afterwards.
struct tally {
    std::size_t passed = 0, failed = 0, unsupported = 0, not_promised = 0;
    std::size_t calls = 0; ///< That a twin made; all repeats of one are one.

    /// Of the class `device` or `layout`: how many cases there are, and the largest distance among their
    /// elements.
    struct spread {
        std::size_t cases = 0;
        double ulp = 0.0;
    };
    std::map<std::string, spread> spreads;
};

/// A file that is not there, is no JSON, or has no cases.
class unreadable : public std::runtime_error {
    using runtime_error::runtime_error;
};

/// Returns the cases of a file, with what its "meta" says of all of them; throws `unreadable`.
json read_cases(const std::filesystem::path& file);

/// Runs the cases, and prints a line for each that did not pass.
void run_cases(const json& cases, tally& t, std::ostream& out);

/// Prints the distances and, as the last line, "N passed, M failed, K unsupported, L not promised".
void print_summary(const tally& t, std::ostream& out);

/// The player of the case's stream; throws `unsupported`. In players.cpp.
std::unique_ptr<player> make_player(const json& c);

} // namespace replay
