// SPDX-License-Identifier: MIT
#include "seed_launcher.hpp"

#include <repro/core/error.hpp>
#include <repro/core/launcher.hpp>
#include <repro/detail/text.hpp>

#include "console.hpp"

#include <cstdint>
#include <string_view>

namespace tool {
namespace {

[[noreturn]] void refuse(std::string where, std::string problem, std::string fix) {
    throw repro::error(repro::errc::argument_invalid, std::move(where), std::move(problem), std::move(fix));
}

/// Cuts `text` at spaces; what stands in quotes is one word with its spaces.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool begun = false;
    char quote = '\0';
    for (const char c : text) {
        if (quote != '\0' && c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
            begun = true;
        } else if (quote == '\0' && c == ' ') {
            if (begun) words.push_back(std::move(word));
            word.clear();
            begun = false;
        } else {
            word += c;
            begun = true;
        }
    }
    if (quote != '\0') refuse("--launcher", "has a quote that does not end", "end it");
    if (begun) words.push_back(std::move(word));
    return words;
}

std::string parsed_ranks(const std::string& text) {
    std::uint64_t ranks = 0;
    if (!repro::detail::from_decimal(text, ranks) || ranks < 1 || ranks > repro::most_ranks)
        refuse("--ranks '" + excerpt(text, 80) + "'", "is no number of ranks", "give a whole number from 1");
    return repro::detail::decimal(ranks);
}

} // namespace

std::vector<std::string> launcher_words(const std::string& launcher, const std::string& ranks) {
    const bool known = launcher == "mpirun" || launcher == "srun" || launcher == "torchrun";
    if (known && ranks.empty())
        refuse("--launcher " + launcher, "is not told how many ranks", "add --ranks N");
    if (!known && !ranks.empty())
        refuse("--ranks", "is for mpirun, srun and torchrun",
               "name the ranks among the words: --launcher \"mpiexec -n 4\"");
    if (launcher == "mpirun") return {"mpirun", "-n", parsed_ranks(ranks)};
    // Steps of one allocation run beside each other where each takes what it asks for, and no more.
    if (launcher == "srun") return {"srun", "--exact", "--ntasks=" + parsed_ranks(ranks)};
    if (launcher == "torchrun") return {"torchrun", "--nproc-per-node=" + parsed_ranks(ranks), "--no-python"};
    return words_of(launcher);
}

std::vector<std::string> launched(const std::vector<std::string>& launcher,
                                  const std::vector<repro::setting>& environment,
                                  const std::vector<std::string>& program) {
    if (launcher.empty()) return program;
    std::vector<std::string> words = launcher;
    words.emplace_back("env");
    for (const repro::setting& each : environment)
        words.push_back(each.name + "=" + each.value);
    words.insert(words.end(), program.begin(), program.end());
    return words;
}

} // namespace tool
