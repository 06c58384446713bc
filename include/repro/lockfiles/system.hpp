// SPDX-License-Identifier: MIT
#pragma once
// What fixes a whole system: Nix flakes, Guix channels, images of containers, Bazel's modules. Scheme is
// matched, never evaluated.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/values.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

[[nodiscard]] inline std::set<std::string> flake_inputs(const json& node) {
    std::set<std::string> names;
    for (const auto& [name, target] : members_at(node, "inputs"))
        if (target.is_string()) names.insert(target.get<std::string>()); // a list follows another input
    return names;
}

inline void hold_flake_input(package& held, const json& node) {
    const json* const locked = find(node, "locked");
    held.exact = locked != nullptr;
    held.floating = !held.exact;
    if (!locked) return;
    held.version = told_name(text_at(*locked, "rev"));
    held.source = told_source(text_at(*locked, "url"));
    if (held.source.empty() && !text_at(*locked, "repo").empty())
        held.source = told_name(text_at(*locked, "type") + ":" + text_at(*locked, "owner") + "/" +
                                text_at(*locked, "repo"));
    held.hash = digest_text(text_at(*locked, "narHash"));
    held.local = text_at(*locked, "type") == "path" && held.hash.empty();
    if (!text_at(*locked, "dirtyRev").empty()) held.floating = !(held.exact = false);
}

inline void read_flake_lock(std::string_view text, const context&, report& to) {
    const json root = read_json(text);
    if (!find(root, "nodes") || !find(root, "root")) throw format_fault("has no nodes of a flake");
    to.tool = "nix";
    require_version(to, text_at(root, "version"), 5, 7);
    const std::string top = text_at(root, "root");
    const json::object_t& nodes = members_at(root, "nodes");
    const auto found = nodes.find(top);
    if (found == nodes.end()) throw syntax_fault("does not hold its own root");
    const std::set<std::string> asked = flake_inputs(found->second);
    for (const auto& [name, node] : nodes) {
        if (name == top) continue;
        package& added = add_package(to, name, {});
        hold_flake_input(added, node);
        added.direct = asked.contains(name);
    }
}

/// Takes Scheme apart into parentheses, texts (with a leading quotation mark) and symbols.
[[nodiscard]] inline std::vector<std::string> scheme_tokens(std::string_view text) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const char now = text[at];
        if (now == ';') {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.substr(at).starts_with("#|")) {
            const std::size_t end = text.find("|#", at);
            at = end == std::string_view::npos ? text.size() : end + 2;
        } else if (now == '(' || now == ')') {
            tokens.emplace_back(1, now);
            ++at;
        } else if (now == '"') {
            std::string made = "\"";
            for (++at; at < text.size() && text[at] != '"'; ++at)
                made += text[text[at] == '\\' && at + 1 < text.size() ? ++at : at];
            if (at == text.size()) throw syntax_fault("ends within a text");
            ++at;
            tokens.push_back(std::move(made));
        } else if (std::string_view(" \t\r\n'`,").find(now) != std::string_view::npos) {
            ++at;
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t\r\n()\";", at), text.size());
            tokens.emplace_back(text.substr(at, end - at));
            at = end;
        }
    }
    return tokens;
}

inline void take_channel_field(package& held, std::string_view field, std::string_view value) {
    if (value.starts_with('"')) value.remove_prefix(1);
    if (field == "name") held.name = told_name(value);
    if (field == "url") held.source = told_source(value);
    if (field != "commit") return;
    held.version = told_name(value);
    hold_by_git(held, value);
}

inline void read_guix_channels(std::string_view text, const context&, report& to) {
    to.tool = "guix";
    const std::vector<std::string> tokens = scheme_tokens(text);
    const auto add = [&to](std::string_view name) -> package* {
        package& added = add_package(to, name, {});
        added.direct = true;
        added.floating = !(added.exact = false);
        return &added;
    };
    package* open = nullptr;
    std::size_t depth = 0;
    std::size_t opened = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] == "%default-channels") (void)add("%default-channels");
        if (tokens[i] == ")") {
            if (depth-- == 0) throw syntax_fault("closes a parenthesis that is not open");
            if (depth < opened) open = nullptr;
        }
        if (tokens[i] != "(") continue;
        ++depth;
        if (i + 1 < tokens.size() && tokens[i + 1] == "channel") {
            open = add({});
            opened = depth;
        } else if (open != nullptr && depth == opened + 1 && i + 2 < tokens.size()) {
            take_channel_field(*open, tokens[i + 1], tokens[i + 2]);
        }
    }
    if (depth != 0) throw syntax_fault("ends before its parentheses do");
    if (to.packages.empty()) throw format_fault("names no channels of Guix");
    for (package& each : to.packages)
        each.floating = !each.exact;
    if (!std::ranges::all_of(to.packages, &package::exact)) to.scope = scope::listed;
}

/// Returns the instructions of a Dockerfile, each on one line.
[[nodiscard]] inline std::vector<std::string> docker_instructions(std::string_view text) {
    std::vector<std::string> lines;
    std::string open;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line);
        if (line.starts_with('#')) return; // within an instruction, too
        const bool goes_on = line.ends_with('\\');
        if (goes_on) line.remove_suffix(1);
        open.append(line).append(" ");
        if (goes_on) return;
        if (!trimmed(open).empty()) lines.emplace_back(trimmed(open));
        open.clear();
    });
    if (!trimmed(open).empty()) lines.emplace_back(trimmed(open));
    return lines;
}

[[nodiscard]] inline std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!trimmed(line).empty()) {
        line = trimmed(line);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

inline void add_image(report& to, std::string_view image, const std::set<std::string, std::less<>>& stages) {
    if (image == "scratch" || stages.contains(image) ||
        image.find_first_not_of("0123456789") == std::string_view::npos)
        return;
    const std::size_t at = image.find('@');
    const std::string_view place = image.substr(0, at);
    const std::size_t colon = place.find(':', std::min(place.rfind('/'), place.size() - 1));
    package& added = add_package(to, place.substr(0, colon),
                                 colon == std::string_view::npos ? "latest" : place.substr(colon + 1));
    added.direct = true;
    added.hash = at == std::string_view::npos ? std::string() : digest_text(image.substr(at + 1));
    added.exact = added.hashed();
    added.floating = !added.exact;
}

inline bool is_instruction(std::string_view word, std::string_view upper) noexcept {
    return std::ranges::equal(word, upper,
                              [](char a, char b) { return a == b || (a >= 'a' && a - 'a' + 'A' == b); });
}

inline void read_dockerfile(std::string_view text, const context&, report& to) {
    std::set<std::string, std::less<>> stages;
    bool started = false;
    for (const std::string& line : docker_instructions(text)) {
        std::vector<std::string_view> words = words_of(line);
        const std::string_view what = words.front();
        std::string_view from;
        for (const std::string_view each : words)
            if (each.starts_with("--from=")) from = each.substr(7);
        if (is_instruction(what, "FROM")) {
            started = true;
            std::erase_if(words, [](std::string_view each) { return each.starts_with("--"); });
            if (words.size() < 2) throw syntax_fault("holds a FROM without an image");
            add_image(to, words[1], stages);
            if (words.size() >= 4) stages.emplace(words[3]);
        } else if (is_instruction(what, "COPY") && !from.empty()) {
            add_image(to, from, stages);
        } else if (is_instruction(what, "RUN") && line.find("apt-get") != std::string::npos &&
                   line.find(" install") != std::string::npos &&
                   text.find("snapshot") == std::string_view::npos) {
            package& added = add_package(to, "apt-get install", {});
            added.floating = !(added.exact = false);
        }
    }
    if (!started) throw format_fault("has no FROM");
    const bool held = std::ranges::all_of(to.packages, [](const package& each) { return each.hashed(); });
    to.scope = held ? scope::whole : scope::listed;
}

inline void read_bazel_lock(std::string_view text, const context&, report& to) {
    const json root = read_json(text);
    if (!find(root, "lockFileVersion")) throw format_fault("has no lockFileVersion");
    to.tool = "bazel";
    require_version(to, text_at(root, "lockFileVersion"), 10, 30); // registryFileHashes came with 10
    for (const auto& [url, digest] : members_at(root, "registryFileHashes")) {
        // .../modules/NAME/VERSION/source.json stands for what was chosen, MODULE.bazel alone for what was
        // looked at.
        constexpr std::string_view end = "/source.json";
        const std::size_t start = url.find("/modules/");
        if (start == std::string::npos || !url.ends_with(end)) continue;
        const std::string_view middle =
            std::string_view(url).substr(start + 9, url.size() - start - 9 - end.size());
        const std::size_t slash = middle.find('/');
        if (slash == std::string_view::npos) continue;
        package& added = add_package(to, middle.substr(0, slash), middle.substr(slash + 1));
        added.hash = digest_text("sha256", text_of(digest));
        add_fact(to, "registry", url.substr(0, start + 1));
    }
    for (const auto& [name, extension] : members_at(root, "moduleExtensions"))
        add_fact(to, "extension", name);
}

} // namespace repro::inline v0::lockfiles::detail
