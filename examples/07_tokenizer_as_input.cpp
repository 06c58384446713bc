// SPDX-License-Identifier: MIT
// Fine-tuning: a tokenizer's minor version merges other pairs, the same text becomes other tokens, and seed,
// code and config say nothing of it. Recorded as an input, its digest does.

#include <repro/judge/diff.hpp>
#include <repro/repro.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

constexpr std::string_view text = "low lower lowest slow";

/// A tokenizer's merges: pairs that become one token, in order.
void write_tokenizer(const char* merges) { std::ofstream("tokenizer.txt") << merges; }

std::size_t count_tokens() {
    std::vector<std::string> tokens;
    for (const char c : text)
        tokens.emplace_back(1, c);
    std::ifstream file("tokenizer.txt");
    for (std::string left, right; file >> left >> right;)
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            if (tokens[i] == left && tokens[i + 1] == right) {
                tokens[i] += right;
                tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            }
    return tokens.size();
}

enum class recorded { no, as_input };

repro::recorded_manifest fine_tune(recorded how) {
    repro::run run({.id = "fine-tune", .seed = 42, .config = {{"tokenizer", "bpe"}}, .root = "runs"});
    if (how == recorded::as_input) run.input("tokenizer.txt", "tokenizer");
    run.metric("tokens", 0, static_cast<double>(count_tokens()));
    const std::filesystem::path manifest = run.path("manifest.json");
    (void)run.finish();
    return repro::read_manifest(manifest);
}

void compare(const char* what, recorded how) {
    write_tokenizer("l o\nlo w\nlow e\n");
    const auto before = fine_tune(how);
    write_tokenizer("l o\nlo w\ne r\n"); // "the same" tokenizer, one minor version later
    const auto after = fine_tune(how);
    std::printf("%s\n", what);
    for (const repro::difference& each :
         repro::diff(before, after,
                     {.only = {repro::difference_group::inputs, repro::difference_group::metrics}})
             .differences)
        std::printf("  %s: %s\n", std::string(to_string(each.group)).c_str(), each.name.c_str());
}

int main() try {
    compare("Pitfall: the tokenizer is a word in the config", recorded::no);
    compare("Cure: the tokenizer is an input of the run", recorded::as_input);
} catch (const std::exception& e) {
    std::fprintf(stderr, "07_tokenizer_as_input: %s\n", e.what());
    return 1;
}
