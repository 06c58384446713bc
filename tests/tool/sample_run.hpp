// SPDX-License-Identifier: MIT
#pragma once
// A folder of runs as the library leaves them, without making any.

#include <repro/hash/file.hpp>

#include "../support/temporary_folder.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <string_view>

namespace support {

[[nodiscard]] inline std::string sha256_of(std::string_view text) {
    return repro::detail::evp_sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}).hex();
}

/// What the library wrote for a run, with artifacts, inputs and lockfiles taken out.
[[nodiscard]] inline nlohmann::ordered_json bare_manifest() {
    std::ifstream file("tests/vectors/manifest/completed.json");
    auto document = nlohmann::ordered_json::parse(file);
    for (const char* const list : {"artifacts", "inputs", "lockfiles"})
        document[list] = nlohmann::ordered_json::array();
    document["digests"] = nlohmann::ordered_json::object();
    return document;
}

/// Experiments in a temporary folder.
class sample_runs : public temporary_folder {
public:
    /// Writes a manifest to `<root>/<id>/`, and its digest beside it; returns its path.
    std::filesystem::path publish(const std::string& id, nlohmann::ordered_json document) const {
        document["id"] = id;
        const std::string text = document.dump(2) + "\n";
        write("runs/" + id + "/manifest.json.sha256", sha256_of(text) + "  manifest.json\n");
        return write("runs/" + id + "/manifest.json", text);
    }

    /// Publishes a run with one artifact "loss.npy", which holds "loss".
    std::filesystem::path publish(const std::string& id) const {
        nlohmann::ordered_json document = bare_manifest();
        write("runs/" + id + "/loss.npy", "loss");
        document["artifacts"] = nlohmann::ordered_json::array({"loss.npy"});
        document["digests"] = {
            {"loss.npy", {{"sha256", sha256_of("loss")}, {"size", 4}, {"outside", false}}}};
        return publish(id, std::move(document));
    }

    [[nodiscard]] std::filesystem::path root() const { return *this / "runs"; }
};

} // namespace support
