// SPDX-License-Identifier: MIT
#pragma once
// Manifests as tests look at them.

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace support {

[[nodiscard]] inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.native());
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Copies a manifest to the folder that REPRO_KEEP_MANIFESTS names, where a validator wants to see it.
inline void keep_manifest(const std::filesystem::path& file) {
    const char* const folder = std::getenv("REPRO_KEEP_MANIFESTS");
    if (folder == nullptr) return;
    static int count = 0;
    const std::string name = std::to_string(::getpid()) + "-" + std::to_string(++count) + ".json";
    std::filesystem::copy_file(file, std::filesystem::path(folder) / name);
}

/// Returns the manifest in `folder`.
[[nodiscard]] inline nlohmann::json read_manifest(const std::filesystem::path& folder) {
    keep_manifest(folder / "manifest.json");
    return nlohmann::json::parse(read_text(folder / "manifest.json"));
}

/// Returns the only entry of `root`.
[[nodiscard]] inline std::filesystem::path only_folder(const std::filesystem::path& root) {
    std::filesystem::path only;
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        if (!only.empty()) throw std::runtime_error(root.native() + " holds more than one entry");
        only = entry.path();
    }
    if (only.empty()) throw std::runtime_error(root.native() + " is empty");
    return only;
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
