// SPDX-License-Identifier: MIT
#pragma once
// What a program is doing just now: one line that is overwritten on a terminal, plain lines elsewhere.

#include <cstdio>
#include <string>
#include <unistd.h>

namespace examples {

class progress {
public:
    progress() = default;
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    ~progress() { clear(); }

    /// Shows `text` in place of what was shown before.
    void show(const std::string& text) {
        clear();
        std::printf(terminal_ ? "%s" : "%s\n", text.c_str());
        std::fflush(stdout);
        shown_ = true;
    }

    /// Takes away what is shown, so that lasting lines can follow.
    void clear() {
        if (terminal_ && shown_) std::printf("\r\033[K");
        shown_ = false;
    }

private:
    bool terminal_ = isatty(STDOUT_FILENO) == 1;
    bool shown_ = false;
};

} // namespace examples
