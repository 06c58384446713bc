// SPDX-License-Identifier: MIT
// Tells of each file that standard input names what the strict reader and nlohmann/json make of it:
// "<file> <code or ok> <ok or no>".

#include <repro/judge/strict_json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main() {
    for (std::string name; std::getline(std::cin, name);) {
        std::ifstream file(name, std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        std::string strict = "ok";
        try {
            (void)repro::detail::parse_strict_json(text, "x");
        } catch (const repro::error& problem) {
            strict = to_string(problem.code());
        }
        std::cout << name << ' ' << strict << ' ' << (nlohmann::json::accept(text) ? "ok" : "no") << '\n';
    }
}
