// SPDX-License-Identifier: MIT
#pragma once
// Manifests as tests look at them.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace support {

[[nodiscard]] inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.native());
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns the manifest in `folder`.
[[nodiscard]] inline nlohmann::json read_manifest(const std::filesystem::path& folder) {
    return nlohmann::json::parse(read_text(folder / "manifest.json"));
}

/// Returns the only folder in `root`.
[[nodiscard]] inline std::filesystem::path only_folder(const std::filesystem::path& root) {
    const std::filesystem::directory_iterator first(root);
    if (first == std::filesystem::directory_iterator() || std::next(first) != std::filesystem::directory_iterator())
        throw std::runtime_error(root.native() + " does not hold exactly one entry");
    return first->path();
}

/// Returns whether the manifest warns with that code.
[[nodiscard]] inline bool warns(const nlohmann::json& manifest, std::string_view code) {
    for (const nlohmann::json& each : manifest.at("warnings"))
        if (each.at("code") == code) return true;
    return false;
}

/// Returns why the manifest says that a field is missing; empty where it does not say so.
[[nodiscard]] inline std::string reason(const nlohmann::json& manifest, std::string_view field) {
    for (const nlohmann::json& each : manifest.at("missing"))
        if (each.at("field") == field) return each.at("reason");
    return {};
}

} // namespace support
