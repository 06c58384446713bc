// SPDX-License-Identifier: MIT
#pragma once
// The lines a run prints to stderr: one at its start, one at its end, one for each warning.

#include <repro/core/redact.hpp>
#include <repro/run/publish.hpp>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Returns the value of an environment variable; nothing where it is not set or empty.
[[nodiscard]] inline const char* environment_word(const char* name) noexcept {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

/// Prints "repro: <text>" as one line, unless REPRO_QUIET is set. Control characters, which a terminal obeys,
/// become question marks, secrets ***. A closed pipe is nobody's reason to end.
inline void print_line(std::string_view text) {
    if (environment_word("REPRO_QUIET") != nullptr) return;
    std::string line = "repro: ";
    redaction_list unused;
    for (const char c : redact(text, unused, "stderr"))
        line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    const held_back_signal guard(SIGPIPE);
    (void)write_all(STDERR_FILENO, line += '\n');
}

} // namespace detail
} // namespace repro::inline v0
