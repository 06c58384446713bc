// SPDX-License-Identifier: MIT
#pragma once
// Known answers: text files under tests/vectors, one case a line, fields separated by spaces. The header
// lines
// "# origin", "# version" and "# command" are demanded.

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// One line of a vector file, cut at its spaces.
struct vector_line {
    std::string text;
    std::vector<std::string> fields;

    [[nodiscard]] std::uint64_t hex(std::size_t i) const { return std::stoull(fields.at(i), nullptr, 16); }
    [[nodiscard]] std::uint64_t decimal(std::size_t i) const { return std::stoull(fields.at(i)); }
    [[nodiscard]] double real(std::size_t i) const { return std::strtod(fields.at(i).c_str(), nullptr); }
};

/// Returns the cases of tests/vectors/`name`. Tests run in the root of the repository.
[[nodiscard]] inline std::vector<vector_line> read_vectors(const std::string& name) {
    const std::string path = "tests/vectors/" + name;
    std::ifstream file(path);
    std::vector<vector_line> lines;
    std::string header;
    for (std::string text; std::getline(file, text);) {
        if (text.starts_with("# ")) {
            header += text.substr(2, text.find(':') - 1) + " ";
            continue;
        }
        vector_line line{text, {}};
        std::istringstream words(text);
        for (std::string field; words >> field;)
            line.fields.push_back(field);
        lines.push_back(std::move(line));
    }
    if (!header.starts_with("origin: version: command: ") || lines.empty())
        throw std::runtime_error(path + " is missing, empty, or does not say where it comes from");
    return lines;
}

} // namespace support
