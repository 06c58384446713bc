// SPDX-License-Identifier: MIT
#pragma once
// pip's requirements files, and its constraints, which are not a lock. Source: pip's req/req_file.py.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/python_names.hpp>
#include <repro/lockfiles/stale.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

/// Returns the logical lines: comments gone, lines that end in a backslash joined with the next.
[[nodiscard]] inline std::vector<std::string> requirement_lines(std::string_view text) {
    std::vector<std::string> lines;
    std::string open;
    for_each_line(text, [&](std::string_view line) {
        const bool comment = trimmed(line).starts_with('#');
        const std::size_t tail = comment ? 0 : line.find(" #");
        const bool goes_on = !comment && tail == std::string_view::npos && line.ends_with('\\');
        if (goes_on) line.remove_suffix(1);
        open.append(line.substr(0, tail)).append(" ");
        if (goes_on) return;
        if (!trimmed(open).empty()) lines.emplace_back(trimmed(open));
        open.clear();
    });
    if (!trimmed(open).empty()) lines.emplace_back(trimmed(open));
    return lines;
}

/// Cuts "--hash=sha256:..." words from a requirement and returns what they spell. pip takes no md5 and no
/// sha1.
[[nodiscard]] inline std::vector<std::string> take_hashes(std::string& line) {
    std::vector<std::string> digests;
    for (std::size_t at = line.find(" --hash"); at != std::string::npos; at = line.find(" --hash")) {
        const std::size_t value = std::min(line.find_first_not_of("= \t", at + 7), line.size());
        const std::size_t end = std::min(line.find_first_of(" \t", value), line.size());
        std::string digest = digest_text(std::string_view(line).substr(value, end - value));
        const bool strong =
            digest.starts_with("sha256:") || digest.starts_with("sha384:") || digest.starts_with("sha512:");
        digests.push_back(strong ? std::move(digest) : std::string());
        line.erase(at, end - at);
    }
    return digests;
}

/// Holds "git+https://host/x@revision#egg=x", an archive's URL, or a folder.
inline void hold_by_reference(package& held, std::string_view place) {
    const std::size_t fragment = std::min(place.find('#'), place.size());
    const std::string_view tail = place.substr(fragment);
    place = place.substr(0, fragment);
    const std::size_t scheme = place.find("://");
    if (scheme == std::string_view::npos || place.starts_with("file:")) {
        held.local = true;
        return;
    }
    if (place.substr(0, scheme).find('+') != std::string_view::npos) {
        const std::size_t path = std::min(place.find('/', scheme + 3), place.size());
        const std::size_t revision = place.find('@', path);
        held.source = told_source(place.substr(0, revision));
        held.version = revision == std::string_view::npos ? "" : told_name(place.substr(revision + 1));
        return hold_by_git(held, held.version.empty() ? "head" : held.version);
    }
    held.source = told_source(place);
    if (!tail.empty() && held.hash.empty()) held.hash = digest_text(tail.substr(1));
    held.exact = held.hashed();
}

inline void hold_by_specifier(package& held, std::string_view specifier) {
    specifier = trimmed(specifier);
    if (specifier.starts_with('(') && specifier.ends_with(')'))
        specifier = trimmed(specifier.substr(1, specifier.size() - 2));
    held.exact = specifier.starts_with("==") && specifier.find_first_of("*,") == std::string_view::npos;
    held.floating = !held.exact;
    held.version = told_name(
        held.exact ? trimmed(specifier.substr(std::min(specifier.find_first_not_of('='), specifier.size())))
                   : specifier);
}

inline package& add_requirement(report& to, std::string line, bool editable) {
    std::vector<std::string> digests = take_hashes(line);
    std::erase(digests, std::string());
    std::string_view rest = trimmed(line);
    const std::size_t marker = rest.find(" ;") != std::string_view::npos ? rest.find(" ;") : rest.find(';');
    const bool url_first =
        rest.find("://") < rest.find_first_of(" @[<>=!~;") || rest.starts_with('.') || rest.starts_with('/');
    package& added = add_package(to, {}, {});
    added.hash = joint_digest(std::move(digests));
    if (marker != std::string_view::npos && (!url_first || rest.find(" ;") != std::string_view::npos)) {
        added.markers = told_name(trimmed(rest.substr(marker + (rest[marker] == ' ' ? 2 : 1))));
        rest = trimmed(rest.substr(0, marker));
    }
    if (editable || url_first) {
        const std::size_t egg = rest.find("#egg=");
        added.name = told_source(egg == std::string_view::npos ? rest.substr(0, rest.find('#'))
                                                               : rest.substr(egg + 5));
        hold_by_reference(added, rest);
        return added;
    }
    const std::size_t end = std::min(rest.find_first_of(" \t[(<>=!~@"), rest.size());
    added.name = told_name(rest.substr(0, end));
    if (end == 0) throw syntax_fault("holds a line that is no requirement");
    rest = trimmed(rest.substr(end));
    if (rest.starts_with('[')) rest = trimmed(rest.substr(std::min(rest.find(']'), rest.size() - 1) + 1));
    if (rest.starts_with('@')) {
        hold_by_reference(added, trimmed(rest.substr(1)));
        return added;
    }
    if (!rest.empty() && std::string_view("(<>=!~").find(rest[0]) == std::string_view::npos)
        throw syntax_fault("holds a line that is no requirement");
    hold_by_specifier(added, rest);
    return added;
}

/// Takes a line that starts with '-'; false where it is an option without a package.
inline bool take_option(report& to, std::string_view line, bool& partial) {
    const std::size_t end = std::min(line.find_first_of(" \t="), line.size());
    const std::string_view name = line.substr(0, end);
    const std::string_view value = trimmed(line.substr(std::min(end + 1, line.size())));
    if (name == "-e" || name == "--editable") {
        (void)add_requirement(to, std::string(value), true);
        return true;
    }
    if (name == "-r" || name == "--requirement") {
        partial = true;
        add_fact(to, "includes", value);
    } else if (name == "-c" || name == "--constraint") {
        add_fact(to, "constraints", value);
    } else if (name == "-i" || name == "--index-url" || name == "--extra-index-url" || name == "-f" ||
               name == "--find-links") {
        add_fact(to, "index", value);
    } else {
        add_fact(to, "option", name);
    }
    return false;
}

inline void hold_requirements_in(std::string_view text, const context& around, report& to);

/// Marks direct packages by the comments "# via -r requirements.in" and "# via <project>" that resolvers
/// leave below each line; nothing where no comment names the project or its files.
inline void mark_by_comments(std::string_view text, const std::string& project, report& to) {
    std::vector<std::optional<bool>> direct(to.packages.size());
    std::size_t lines = 0;
    bool goes_on = false;
    bool via = false;
    bool any = false;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line);
        if (line.empty()) return;
        if (line[0] != '#') {
            via = false;
            const bool option = line[0] == '-' && !line.starts_with("-e ") && !line.starts_with("--editable");
            if (!goes_on && !option) ++lines;
            goes_on = line.ends_with('\\');
            return;
        }
        std::string_view from = trimmed(line.substr(1));
        if (from == "via" || from.starts_with("via ")) {
            via = true;
            from = trimmed(from.substr(3));
        }
        if (!via || from.empty() || from.starts_with("-c ") || lines == 0 || lines > direct.size()) return;
        const bool top = from.starts_with("-r ") || from.find(" (") != std::string_view::npos ||
                         (!project.empty() && python_name(from) == project);
        std::optional<bool>& own = direct[lines - 1];
        own = own.value_or(false) || top;
        any = any || top;
    });
    if (!any) return;
    for (std::size_t i = 0; i < direct.size(); ++i)
        to.packages[i].direct = direct[i];
}

inline void read_requirements(std::string_view text, const context& around, report& to) {
    bool partial = false;
    for (const std::string& line : requirement_lines(text)) {
        if (line[0] == '{' || line[0] == '<') throw format_fault("has not the form of requirements");
        if (line[0] == '-')
            (void)take_option(to, line, partial);
        else
            (void)add_requirement(to, line, false);
    }
    if (text.find("autogenerated by pip-compile") != std::string_view::npos) to.tool = "pip-compile";
    if (text.find("autogenerated by uv") != std::string_view::npos) to.tool = "uv";
    const auto own = companion_toml(around, "pyproject.toml");
    const json* const table = own ? find(*own, "project") : nullptr;
    mark_by_comments(text, table ? python_name(text_at(*table, "name")) : std::string(), to);
    hold_requirements_in(text, around, to);
    // pip's mode of hashes takes all or nothing: with one on each, no package comes that is not listed.
    const bool all =
        !partial && std::ranges::all_of(to.packages, [](const package& each) { return each.hashed(); });
    to.scope = all && !to.packages.empty() ? scope::whole : scope::listed;
    if (around.constraints) to.scope = scope::constraints;
}

/// Tells a compiled list stale that lacks a name from the requirements.in that it was made of.
inline void hold_requirements_in(std::string_view text, const context& around, report& to) {
    const auto beside = around.companions.find("requirements.in");
    if (beside == around.companions.end() || text.find("-r requirements.in") == std::string_view::npos)
        return;
    report asked;
    try {
        read_requirements(beside->second, {}, asked);
    } catch (const fault&) {
        return; // it says nothing of the list
    }
    name_set always;
    for (const package& each : asked.packages)
        if (each.markers.empty() && !each.local) always.insert(python_name(each.name));
    to.stale = lacks_asked_names(to, always);
}

/// A file for pip's -c: it bounds versions of what something else asks for.
inline void read_constraints(std::string_view text, const context& around, report& to) {
    read_requirements(text, around, to);
    to.scope = scope::constraints;
}

} // namespace repro::inline v0::lockfiles::detail
