// SPDX-License-Identifier: MIT
#pragma once
// What exports ask of a manifest's document.

#include <repro/judge/manifest_reader.hpp>
#include <repro/version.hpp>

#include "../values.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

/// Returns a text as it is, null as nothing, and any other value as JSON.
[[nodiscard]] inline std::string field_text(const nlohmann::json& value) {
    if (value.is_null()) return {};
    return value.is_string() ? value.get<std::string>() : value.dump();
}
[[nodiscard]] inline std::string field_text(const nlohmann::json& document, const char* pointer) {
    return field_text(field(document, pointer));
}

/// Returns a path as text: bytes that are no UTF-8 as U+FFFD.
[[nodiscard]] inline std::string shown(const std::string& path) { return repro::detail::utf8_replaced(path); }

/// Returns `text` as part of a URI (RFC 3986): all but unreserved characters and those in `kept` as %XX.
[[nodiscard]] inline std::string percent_encoded(std::string_view text, std::string_view kept = "/") {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15u]);
    }
    return encoded;
}

/// A program that the manifest knows the version of.
struct known_version {
    std::string name;
    std::string version; ///< empty where it is there and states none
};

/// Returns what stands under `versions`, without what is absent or was not read.
[[nodiscard]] inline std::vector<known_version> known_versions(const nlohmann::json& document) {
    std::vector<known_version> known;
    const nlohmann::json& versions = field(document, "/versions");
    if (!versions.is_object()) return known;
    for (const auto& [name, value] : versions.items()) {
        const std::string text = field_text(value);
        if (text.empty() || text.starts_with("absent:") || text.starts_with("unread:")) continue;
        known.push_back({name, text.starts_with("present:") ? std::string() : text});
    }
    return known;
}

/// Returns whether the run ended as its code meant it to; false too where that is unknown.
[[nodiscard]] inline bool completed(const repro::recorded_manifest& manifest) {
    return manifest.status == repro::run_status::completed;
}

} // namespace tool
