// SPDX-License-Identifier: MIT
#pragma once
// What benches print: Markdown to the terminal and to a file, ratios with their spread, and the machine's
// name.

#include "timing.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace bench {

inline std::string decimal(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

/// How many times longer `theirs` takes than `ours`: of the smallest times, which other work disturbs least,
/// and the median of the ratios round by round, with the smallest and the largest of these.
inline std::string ratio(const std::vector<double>& theirs, const std::vector<double>& ours) {
    std::vector<double> rounds;
    for (std::size_t i = 0; i < ours.size(); ++i)
        rounds.push_back(theirs[i] / ours[i]);
    std::sort(rounds.begin(), rounds.end());
    const double best =
        *std::min_element(theirs.begin(), theirs.end()) / *std::min_element(ours.begin(), ours.end());
    return "**" + decimal(best, 2) + "x** | " + decimal(rounds[rounds.size() / 2], 2) + "x, " +
           decimal(rounds.front(), 2) + " to " + decimal(rounds.back(), 2);
}

/// Writes to the terminal, and to a file unless that cannot be written.
class report {
public:
    explicit report(const std::string& path) : file_(std::fopen(path.c_str(), "w")) {
        if (file_ == nullptr) std::fprintf(stderr, "cannot write %s: the terminal only\n", path.c_str());
    }
    report(const report&) = delete;
    report& operator=(const report&) = delete;
    ~report() {
        if (file_ != nullptr) std::fclose(file_);
    }

    void text(const std::string& text) {
        for (std::FILE* const to : {file_, stdout}) {
            if (to == nullptr) continue;
            std::fputs(text.c_str(), to);
            std::fflush(to);
        }
    }

private:
    std::FILE* file_;
};

/// The processor as the kernel names it, with family and model, which tell more than some names do.
inline std::string processor() {
    std::FILE* const file = std::fopen("/proc/cpuinfo", "r");
    if (file == nullptr) return "unknown processor";
    std::string name, family, model;
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr && *line != '\n') {
        std::string value = std::strchr(line, ':') == nullptr ? "" : std::strchr(line, ':') + 1;
        value = value.substr(0, value.find('\n'));
        if (std::strncmp(line, "model name", 10) == 0)
            name = value.substr(std::min<std::size_t>(1, value.size()));
        else if (std::strncmp(line, "model", 5) == 0)
            model = value;
        else if (std::strncmp(line, "cpu family", 10) == 0)
            family = value;
    }
    std::fclose(file);
    return name + " (family" + family + ", model" + model + ")";
}

inline std::string today() {
    const std::time_t now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    return text;
}

} // namespace bench
