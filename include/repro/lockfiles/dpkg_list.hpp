// SPDX-License-Identifier: MIT
#pragma once
// Debian: the list that `dpkg -l` prints, or `dpkg-query -W`. Versions of what was installed, without
// digests.

#include <repro/lockfiles/text.hpp>

#include <cstddef>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

/// Returns the next word of a line, and leaves what follows it.
[[nodiscard]] inline std::string_view next_word(std::string_view& line) {
    line = trimmed(line);
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

/// Returns whether a word is what dpkg -l prints first for a package that is installed: "ii", "hi", "iiR".
[[nodiscard]] constexpr bool is_dpkg_installed(std::string_view state) noexcept {
    return (state.size() == 2 || state.size() == 3) &&
           std::string_view("uihrp").find(state[0]) != std::string_view::npos &&
           std::string_view("iWt").find(state[1]) != std::string_view::npos;
}

inline void read_dpkg_list(std::string_view text, const context&, report& to) {
    to.tool = "dpkg";
    to.scope = scope::listed;
    const bool table = text.find("||/ Name") != std::string_view::npos;
    bool head = table;
    for_each_line(text, [&](std::string_view line) {
        if (head) {
            head = !line.starts_with("+++-");
            return;
        }
        if (trimmed(line).empty()) return;
        if (table) {
            const std::string_view state = next_word(line);
            if (state.size() > 3) throw format_fault("has a line that is none of dpkg -l");
            if (!is_dpkg_installed(state)) return; // removed, with settings left
        }
        const std::string_view name = next_word(line), version = next_word(line);
        if (name.empty() || version.find_first_of("0123456789") == std::string_view::npos)
            throw format_fault("has a line without a package and its version");
        (void)add_package(to, name, version);
    });
    if (to.packages.empty()) throw format_fault("lists no installed package");
}

/// Reads what dpkg-genbuildinfo wrote: all packages that a build needed, each in its version. Its digests are
/// those of what was built.
inline void read_buildinfo(std::string_view text, const context&, report& to) {
    to.tool = "dpkg";
    bool inside = false;
    for_each_line(text, [&](std::string_view line) {
        if (line.starts_with("Format:")) to.format_version = told_name(trimmed(line.substr(7)));
        if (line.starts_with("Source:")) add_fact(to, "built", trimmed(line.substr(7)));
        if (line.find_first_not_of(" \t") != 0) {
            if (!inside || trimmed(line).empty()) return;
            const std::size_t open = line.find(" (= "), close = line.rfind(')');
            if (open == std::string_view::npos || close == std::string_view::npos || close < open)
                throw syntax_fault("has a package without its version");
            (void)add_package(to, trimmed(line.substr(0, open)), line.substr(open + 4, close - open - 4));
        } else {
            inside = line.starts_with("Installed-Build-Depends:");
        }
    });
    if (to.packages.empty()) throw format_fault("names no packages that a build needed");
}

} // namespace repro::inline v0::lockfiles::detail
