// SPDX-License-Identifier: MIT
#pragma once
// Text as a shell reads it back.

#include <string>
#include <string_view>

namespace tool {

/// Returns `text` as one word of a POSIX shell.
[[nodiscard]] inline std::string shell_word(std::string_view text) {
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

} // namespace tool
