// SPDX-License-Identifier: MIT
#pragma once
// Manifests of runs that have not recorded their end.

#include <repro/capture/process_identity.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace support {

/// Returns the manifest of a run in `process` that says "running".
[[nodiscard]] inline nlohmann::ordered_json running_manifest(const repro::process_identity& process) {
    std::ifstream file("tests/vectors/manifest/completed.json");
    auto document = nlohmann::ordered_json::parse(file);
    document["status"] = "running";
    document["error"] = nullptr;
    document["finished_at"] = nullptr;
    document["wall_seconds"] = nullptr;
    document["artifacts"] = nlohmann::ordered_json::array();
    document["digests"] = nlohmann::ordered_json::object();
    document["metrics"] = nlohmann::ordered_json::object();
    document["process"] = {{"pid", std::to_string(process.pid)},
                           {"started_ticks", std::to_string(process.started)},
                           {"boot_id", process.world.boot_id},
                           {"namespaces", process.world.namespaces},
                           {"host", process.world.host}};
    return document;
}

} // namespace support
