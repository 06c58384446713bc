// SPDX-License-Identifier: MIT
#pragma once
// Canaries: tokens made from the formats of tests/vectors/secrets, new ones for each seed.

#include <cstdint>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// A secret, and the name beside it where only that tells.
struct canary {
    std::string label;
    std::string name; ///< empty where the format tells
    std::string text;
    std::vector<std::string>
        bodies; ///< its random parts of eight characters or more: none of them may be told
};

[[nodiscard]] inline std::string_view canary_alphabet(char letter) {
    switch (letter) {
    case 'd':
        return "0123456789";
    case 'h':
        return "0123456789abcdef";
    case 'l':
        return "abcdefghijklmnopqrstuvwxyz0123456789";
    case 'U':
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    case 'A':
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    case 'n':
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    case 'w':
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    case 'b':
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    }
    throw std::runtime_error("no such alphabet");
}

/// Fills a format: {alphabet:count} becomes that many random characters, \n a line's end.
inline void fill_format(canary& to, std::string_view format, std::minstd_rand& engine) {
    while (!format.empty()) {
        if (format.starts_with("\\n")) {
            to.text += '\n';
            format.remove_prefix(2);
        } else if (format[0] != '{') {
            to.text += format[0];
            format.remove_prefix(1);
        } else {
            const std::string_view alphabet = canary_alphabet(format[1]);
            std::string body;
            for (int left = std::stoi(std::string(format.substr(3))); left > 0; --left)
                body += alphabet[engine() % alphabet.size()];
            to.text += body;
            if (body.size() >= 8) to.bodies.push_back(std::move(body));
            format.remove_prefix(format.find('}') + 1);
        }
    }
    if (to.bodies.empty()) to.bodies.push_back(to.text);
}

[[nodiscard]] inline std::vector<std::vector<std::string>> read_columns(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::vector<std::string>& row = rows.emplace_back();
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find('\t', at), line.size());
            row.push_back(line.substr(at, end - at));
            at = end + 1;
        }
    }
    if (rows.empty()) throw std::runtime_error(path + " is missing or empty");
    return rows;
}

/// Returns a token of every published format.
[[nodiscard]] inline std::vector<canary> token_canaries(std::uint32_t seed) {
    std::minstd_rand engine(seed);
    std::vector<canary> all;
    for (const auto& row : read_columns("tests/vectors/secrets/formats.txt"))
        fill_format(all.emplace_back(canary{row.at(0), {}, {}, {}}), row.at(1), engine);
    return all;
}

/// Returns secrets that only their names tell.
[[nodiscard]] inline std::vector<canary> named_canaries(std::uint32_t seed) {
    std::minstd_rand engine(seed);
    std::vector<canary> all;
    for (const auto& row : read_columns("tests/vectors/secrets/named.txt"))
        fill_format(all.emplace_back(canary{row.at(0), row.at(1), {}, {}}), row.at(2), engine);
    return all;
}

/// Returns both: all of them.
[[nodiscard]] inline std::vector<canary> all_canaries(std::uint32_t seed) {
    std::vector<canary> all = token_canaries(seed);
    for (canary& each : named_canaries(seed))
        all.push_back(std::move(each));
    return all;
}

/// Returns texts that only look like secrets.
[[nodiscard]] inline std::vector<std::string> benign_texts() {
    std::vector<std::string> all;
    for (const auto& row : read_columns("tests/vectors/secrets/benign.txt"))
        all.push_back(row.at(0));
    return all;
}

/// Returns whether some random part of a canary stands in `text`.
[[nodiscard]] inline bool tells(std::string_view text, const canary& secret) {
    for (const std::string& body : secret.bodies)
        if (text.find(body) != std::string_view::npos) return true;
    return false;
}

} // namespace support
