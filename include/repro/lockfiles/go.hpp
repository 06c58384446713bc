// SPDX-License-Identifier: MIT
#pragma once
// Go: go.mod chooses, go.sum holds digests, of versions not chosen as well. Neither is a lock without the
// other. Source: the Go Modules Reference.

#include <repro/lockfiles/text.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

struct go_line {
    std::string directive; ///< "require", "replace", ...
    std::vector<std::string_view> words;
    bool indirect = false;
};

/// Calls `use` with each directive of a go.mod, those in blocks as well.
template <class Use> void for_each_go_line(std::string_view text, Use use) {
    std::string block;
    for_each_line(text, [&](std::string_view line) {
        go_line made;
        const std::size_t comment = line.find("//");
        made.indirect =
            comment != std::string_view::npos && trimmed(line.substr(comment + 2)).starts_with("indirect");
        std::string_view rest = trimmed(line.substr(0, comment));
        if (rest == ")") return block.clear();
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
            made.words.push_back(rest.substr(0, end));
            rest = trimmed(rest.substr(end));
        }
        if (made.words.empty()) return;
        made.directive = block;
        if (block.empty()) {
            made.directive = made.words.front();
            made.words.erase(made.words.begin());
            if (made.words.size() == 1 && made.words[0] == "(") return void(block = made.directive);
        }
        use(made);
    });
}

using go_sums = std::map<std::string, std::string, std::less<>>;

/// Returns "module version" to digest.
[[nodiscard]] inline go_sums read_go_sums(std::string_view text) {
    go_sums sums;
    for_each_line(text, [&](std::string_view line) {
        if (trimmed(line).empty()) return;
        const std::size_t last = line.rfind(' ');
        const std::string_view digest = last == std::string_view::npos ? line : line.substr(last + 1);
        if (last == std::string_view::npos || !digest.starts_with("h1:") || line.find(' ') == last)
            throw syntax_fault("holds a line that is no module, version and digest");
        if (is_digest("sha256", digest.substr(3))) sums.emplace(line.substr(0, last), digest);
    });
    return sums;
}

inline void replace_go_modules(report& to, const go_line& line, const go_sums& sums) {
    std::size_t arrow = 0;
    while (arrow < line.words.size() && line.words[arrow] != "=>")
        ++arrow;
    if (arrow == 0 || arrow + 1 >= line.words.size())
        throw syntax_fault("holds a replacement without an arrow");
    const std::string_view target = line.words[arrow + 1];
    add_fact(to, "replace", line.words[0]);
    for (package& each : to.packages) {
        if (each.name != line.words[0]) continue;
        each.source = told_source(target);
        each.local = arrow + 2 == line.words.size();
        each.hash.clear();
        if (each.local) continue;
        each.version = told_name(line.words[arrow + 2]);
        const auto sum = sums.find(std::string(target) + " " + std::string(line.words[arrow + 2]));
        if (sum != sums.end()) each.hash = sum->second;
    }
}

/// Returns whether a go.mod of this Go version lists all modules that are needed: since 1.17.
[[nodiscard]] inline bool lists_all_go_modules(std::string_view version) noexcept {
    std::uint64_t minor = 0;
    if (version.starts_with("1.")) {
        const std::string_view rest = version.substr(2);
        return repro::detail::from_decimal(rest.substr(0, rest.find_first_not_of("0123456789")), minor) &&
               minor >= 17;
    }
    return !version.empty();
}

inline void read_go(std::string_view mod, std::string_view sum, bool both, report& to) {
    to.tool = "go";
    const go_sums sums = read_go_sums(sum);
    std::string version;
    std::vector<go_line> replacements;
    bool named = false;
    for_each_go_line(mod, [&](const go_line& line) {
        if (line.directive == "module") named = true;
        if (line.directive == "go" && !line.words.empty()) version = line.words[0];
        if (line.directive == "replace") replacements.push_back(line);
        if (line.directive != "require") return;
        if (line.words.size() != 2) throw syntax_fault("requires something that is no module and version");
        package& added = add_package(to, line.words[0], line.words[1]);
        added.direct = !line.indirect;
        const auto digest = sums.find(std::string(line.words[0]) + " " + std::string(line.words[1]));
        if (digest != sums.end()) added.hash = digest->second;
    });
    if (!named) throw format_fault("names no module");
    for (const go_line& each : replacements)
        replace_go_modules(to, each, sums);
    if (both)
        to.stale = !std::ranges::all_of(to.packages, [&](const package& each) {
            const bool replaced = !each.source.empty();
            const std::string key = each.name + " " + each.version;
            return replaced || sums.contains(key) || sums.contains(key + "/go.mod");
        });
    add_fact(to, "go", version);
    to.scope = both && lists_all_go_modules(version) ? scope::whole : scope::listed;
}

inline void read_go_mod(std::string_view text, const context& around, report& to) {
    const auto sum = around.companions.find("go.sum");
    const bool both = sum != around.companions.end();
    if (!both) add_fact(to, "go.sum", "not beside it: nothing holds the modules' content");
    read_go(text, both ? std::string_view(sum->second) : std::string_view(), both, to);
}

inline void read_go_sum(std::string_view text, const context& around, report& to) {
    const auto mod = around.companions.find("go.mod");
    if (mod != around.companions.end()) return read_go(mod->second, text, true, to);
    to.tool = "go";
    for (const auto& [module, digest] : read_go_sums(text)) {
        if (module.ends_with("/go.mod")) continue;
        const std::size_t space = module.find(' ');
        add_package(to, module.substr(0, space), module.substr(space + 1)).hash = digest;
    }
    add_fact(to, "go.mod", "not beside it: which of these versions are used is not known");
    to.scope = scope::constraints;
}

} // namespace repro::inline v0::lockfiles::detail
