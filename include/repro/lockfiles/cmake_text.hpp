// SPDX-License-Identifier: MIT
#pragma once
// CMake text: the commands that fetch code, matched and never evaluated. A variable stands for nothing.

#include <repro/lockfiles/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

struct cmake_command {
    std::string name; ///< in lower case, as CMake takes it
    std::vector<std::string> arguments;

    /// Returns what stands behind a keyword; nothing where it does not stand.
    [[nodiscard]] std::string_view after(std::string_view keyword) const noexcept {
        const auto found = std::ranges::find(arguments, keyword);
        return found == arguments.end() || found + 1 == arguments.end() ? std::string_view() : *(found + 1);
    }
};

/// Takes CMake's words one by one.
class cmake_scanner {
public:
    explicit cmake_scanner(std::string_view text) noexcept : text_(text) {}

    /// Takes the next command into `to`; false at the end.
    [[nodiscard]] bool next(cmake_command& to) {
        while (skip_space()) {
            const std::size_t start = at_;
            while (at_ < text_.size() && is_word(text_[at_]))
                ++at_;
            to.name = lower(text_.substr(start, at_ - start));
            if (at_ == start) ++at_;
            if (to.name.empty() || !skip_space() || text_[at_] != '(') continue;
            ++at_;
            take_arguments(to);
            return true;
        }
        return false;
    }

private:
    static bool is_word(char c) noexcept {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    static std::string lower(std::string_view text) {
        std::string made(text);
        for (char& each : made)
            if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
        return made;
    }
    /// Skips spaces and comments; false at the end.
    bool skip_space() {
        while (at_ < text_.size()) {
            if (text_[at_] == '#') {
                ++at_;
                if (bracket_width() > 0)
                    (void)take_bracket();
                else
                    at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (std::string_view(" \t\r\n;").find(text_[at_]) != std::string_view::npos) {
                ++at_;
            } else {
                return true;
            }
        }
        return false;
    }
    /// Returns the length of "[==[" here; 0 where there is none.
    [[nodiscard]] std::size_t bracket_width() const noexcept {
        if (at_ >= text_.size() || text_[at_] != '[') return 0;
        const std::size_t open = text_.find_first_not_of('=', at_ + 1);
        return open != std::string_view::npos && text_[open] == '[' ? open - at_ + 1 : 0;
    }
    std::string take_bracket() {
        const std::size_t width = bracket_width();
        const std::string close = "]" + std::string(width - 2, '=') + "]";
        const std::size_t start = at_ + width;
        const std::size_t end = std::min(text_.find(close, start), text_.size());
        at_ = std::min(end + close.size(), text_.size());
        return std::string(text_.substr(start, end - start));
    }
    std::string take_quoted() {
        std::string made;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            made += text_[at_];
        }
        if (at_ == text_.size()) throw syntax_fault("ends within a quoted argument");
        ++at_;
        return made;
    }
    void take_arguments(cmake_command& to) {
        to.arguments.clear();
        std::size_t depth = 1;
        while (skip_space()) {
            const char now = text_[at_];
            if (now == '"') {
                to.arguments.push_back(take_quoted());
            } else if (bracket_width() > 0) {
                to.arguments.push_back(take_bracket());
            } else if (now == '(' || now == ')') {
                depth = now == '(' ? depth + 1 : depth - 1;
                ++at_;
                if (depth == 0) return;
            } else {
                const std::size_t end = std::min(text_.find_first_of(" \t\r\n;()\"", at_), text_.size());
                to.arguments.emplace_back(text_.substr(at_, end - at_));
                at_ = end;
            }
        }
        throw syntax_fault("ends within a command");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Returns whether a git tag is named like a version: v1.2, release-3, boost-1.85.0.
[[nodiscard]] inline bool is_version_tag(std::string_view tag) noexcept {
    const std::size_t digit = tag.find_first_of("0123456789");
    return digit != std::string_view::npos && tag.find('/') == std::string_view::npos &&
           tag.find('$') == std::string_view::npos;
}

inline void hold_by_git(package& held, std::string_view tag) {
    held.exact = is_commit(tag);
    if (held.exact)
        held.hash = "git:" + std::string(tag);
    else
        held.floating = !is_version_tag(tag);
}

/// Holds a package as FetchContent's and CPM's keywords say.
inline void hold_by_keywords(package& held, const cmake_command& command) {
    const std::string_view url = command.after("URL");
    const std::string_view tag = command.after("GIT_TAG");
    std::string_view repository = command.after("GIT_REPOSITORY");
    if (!command.after("SOURCE_DIR").empty() && url.empty() && repository.empty()) {
        held.local = true;
        return;
    }
    for (const std::string_view forge : {"GITHUB_REPOSITORY", "GITLAB_REPOSITORY", "BITBUCKET_REPOSITORY"})
        if (repository.empty()) repository = command.after(forge);
    held.source = told_source(url.empty() ? repository : url);
    held.version = told_name(tag.empty() ? command.after("VERSION") : tag);
    if (!url.empty()) {
        held.hash = digest_text(command.after("URL_HASH"));
        if (held.hash.empty()) held.hash = digest_text("md5", command.after("URL_MD5"));
        held.local = url.find("://") == std::string_view::npos && url.find('$') == std::string_view::npos;
        held.exact = held.hashed() || held.local;
        held.floating = !held.exact && url.find('$') != std::string_view::npos;
    } else {
        hold_by_git(held, held.version.empty() ? "main"
                          : tag.empty()        ? "v" + held.version
                                               : std::string(tag));
    }
}

/// Adds CPM's short form: "gh:fmtlib/fmt#10.2.1", "gh:nlohmann/json@3.11.3".
inline void add_cpm_short(report& to, std::string_view text) {
    const std::size_t mark = text.find_last_of("@#");
    const std::string_view place = text.substr(0, mark);
    const std::string_view tag = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
    package& added = add_package(to, place.substr(place.find_last_of(":/") + 1), tag);
    added.source = told_source(place);
    added.direct = true;
    hold_by_git(added, tag.empty() ? "main" : tag);
}

inline void add_cmake_command(report& to, const cmake_command& command) {
    const std::vector<std::string>& words = command.arguments;
    if (words.empty()) return;
    if (command.name == "cpmaddpackage" || command.name == "cpmfindpackage" ||
        command.name == "cpmdeclarepackage") {
        if (words.size() == 1 && words[0].find(':') != std::string::npos) return add_cpm_short(to, words[0]);
        const std::string_view name = command.after("NAME");
        hold_by_keywords(add_package(to, name.empty() ? std::string_view(words[0]) : name, {}), command);
    } else if (command.name == "fetchcontent_declare" || command.name == "externalproject_add") {
        package& added = add_package(to, words[0], {});
        added.direct = true;
        hold_by_keywords(added, command);
    } else if (command.name == "file" && words.size() > 2 && words[0] == "DOWNLOAD") {
        package& added = add_package(to, words[1], {});
        added.source = added.name;
        added.hash = digest_text(command.after("EXPECTED_HASH"));
        added.exact = added.hashed();
    }
}

inline void read_cmake_commands(std::string_view text, report& to) {
    cmake_scanner scanner(text);
    cmake_command command;
    while (scanner.next(command))
        add_cmake_command(to, command);
}

/// package-lock.cmake, which CPM writes. What it could not version stands there as a comment.
inline void read_cpm_lock(std::string_view text, const context&, report& to) {
    to.tool = "CPM.cmake";
    read_cmake_commands(text, to);
    for_each_line(text, [&](std::string_view line) {
        if (!line.starts_with('#') || line.find("(unversioned)") == std::string_view::npos) return;
        std::string_view rest = trimmed(line.substr(1));
        package& added = add_package(to, next_token(rest, ' '), {});
        added.exact = false;
        added.floating = true;
    });
    if (to.packages.empty() && text.find("CPM") == std::string_view::npos)
        throw format_fault("declares no packages of CPM");
}

/// CMakeLists.txt and the like: what FetchContent, ExternalProject and CPM are told to get.
inline void read_fetch_content(std::string_view text, const context&, report& to) {
    to.tool = "CMake";
    read_cmake_commands(text, to);
    if (to.packages.empty()) throw format_fault("fetches nothing");
    const bool held =
        std::ranges::all_of(to.packages, [](const package& each) { return each.hashed() || each.local; });
    to.scope = held ? scope::whole : scope::listed;
    add_fact(to, "beyond", "what is fetched can fetch more, which is not listed here");
}

} // namespace repro::inline v0::lockfiles::detail
