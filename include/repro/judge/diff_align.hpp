// SPDX-License-Identifier: MIT
#pragma once
// Which elements of two lists belong together: those of one name, where a list holds named things.

#include <repro/detail/text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns `word` as it stands in a JSON pointer (RFC 6901).
[[nodiscard]] inline std::string pointer_word(std::string_view word) {
    std::string text;
    for (const char c : word)
        text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
}

/// Returns a JSON pointer's words as they stand in the document.
[[nodiscard]] inline std::string plain_words(std::string_view pointer) {
    std::string text;
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        const bool escaped = pointer[i] == '~' && i + 1 < pointer.size();
        text += !escaped ? pointer[i] : pointer[++i] == '1' ? '/' : '~';
    }
    return text;
}

/// Two elements that belong together, by their places in the lists; absent where only one list has it.
struct aligned_pair {
    std::string name;
    std::optional<std::size_t> a;
    std::optional<std::size_t> b;
};

/// Returns what an element of the list at `place` is called; empty where it has no name.
[[nodiscard]] inline std::string element_name(std::string_view place, const nlohmann::json& element) {
    if (element.is_string() && place == "/artifacts") return element.get<std::string>();
    if (!element.is_object()) return {};
    for (const char* const key :
         {"name", "path", "library", "field", "code", "target", "device", "object", "part"}) {
        const auto found = element.find(key);
        if (found == element.end() || !found->is_string()) continue;
        const std::string name = found->get<std::string>();
        if (place != "/libraries") return name;
        return name.empty() ? "(program)" : name.substr(name.rfind('/') + 1);
    }
    return {};
}

/// Returns the names of a list's elements, made different from one another; nothing where one has none.
[[nodiscard]] inline std::optional<std::vector<std::string>> element_names(std::string_view place,
                                                                           const nlohmann::json& list) {
    std::vector<std::string> names;
    std::map<std::string, std::size_t, std::less<>> seen;
    for (const nlohmann::json& each : list) {
        std::string name = element_name(place, each);
        if (name.empty()) return std::nullopt;
        const std::size_t count = ++seen[name];
        names.push_back(count == 1 ? std::move(name) : name + " (" + decimal(count) + ")");
    }
    return names;
}

[[nodiscard]] inline std::vector<aligned_pair> align_by_name(const std::vector<std::string>& a,
                                                             const std::vector<std::string>& b) {
    std::vector<aligned_pair> pairs;
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < a.size(); ++i) {
        places.emplace(a[i], i);
        pairs.push_back({a[i], i, {}});
    }
    for (std::size_t i = 0; i < b.size(); ++i) {
        const auto found = places.find(b[i]);
        if (found == places.end())
            pairs.push_back({b[i], {}, i});
        else
            pairs[found->second].b = i;
    }
    return pairs;
}

[[nodiscard]] inline bool holds_containers(const nlohmann::json& list) {
    return std::ranges::any_of(list, [](const nlohmann::json& each) { return each.is_structured(); });
}

/// Returns the pairs of two lists, by name where all elements have one, else by place; nothing where the
/// lists are values as they stand: [64, 32, 10].
[[nodiscard]] inline std::optional<std::vector<aligned_pair>>
align(std::string_view place, const nlohmann::json& a, const nlohmann::json& b) {
    const auto names_a = element_names(place, a);
    const auto names_b = element_names(place, b);
    if (names_a && names_b) return align_by_name(*names_a, *names_b);
    const bool one_by_one = holds_containers(a) || holds_containers(b) || place == "/command/arguments";
    if (!one_by_one) return std::nullopt;
    std::vector<aligned_pair> pairs;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
        pairs.push_back({decimal(i), i < a.size() ? std::optional(i) : std::nullopt,
                         i < b.size() ? std::optional(i) : std::nullopt});
    return pairs;
}

} // namespace detail
} // namespace repro::inline v0
