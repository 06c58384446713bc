// SPDX-License-Identifier: MIT
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).
#include "fields.hpp"
#include "formats.hpp"

#include <utility>

namespace tool {
namespace {

ordered_json property(const char* name, const std::string& value) {
    return {{"name", name}, {"value", value}};
}

/// Returns a list of that one.
ordered_json only(ordered_json each) {
    ordered_json list = ordered_json::array();
    list.push_back(std::move(each));
    return list;
}

ordered_json hashes(const repro::digest256& digest) {
    return only({{"alg", "SHA-256"}, {"content", digest.hex()}});
}

/// The components of a document, each with a bom-ref of its own.
class component_list {
public:
    void add(const char* type, const std::string& name, const ordered_json& members) {
        ordered_json component = {
            {"type", type}, {"bom-ref", std::to_string(list_.size() + 1) + "/" + name}, {"name", name}};
        component.update(members);
        list_.push_back(std::move(component));
    }

    void add_files(const std::vector<repro::recorded_file>& files, const char* type, const char* role) {
        for (const repro::recorded_file& file : files) {
            ordered_json members = {{"properties", only(property("repro:role", role))}};
            if (file.sha256 && !file.tree) members["hashes"] = hashes(*file.sha256);
            add(type, shown(file.path), members);
        }
    }

    [[nodiscard]] ordered_json take() { return std::move(list_); }

private:
    ordered_json list_ = ordered_json::array();
};

void add_libraries(component_list& to, const nlohmann::json& document) {
    for (const nlohmann::json& each : field(document, "/libraries")) {
        const std::string path = field_text(each, "/name");
        if (path.empty()) continue; // the program itself
        ordered_json properties = only(property("repro:path", path));
        if (const std::string id = field_text(each, "/build_id"); !id.empty())
            properties.push_back(property("repro:build_id", id));
        to.add("library", path.substr(path.rfind('/') + 1), {{"properties", std::move(properties)}});
    }
}

ordered_json program(const repro::recorded_manifest& manifest) {
    ordered_json component = {{"type", "application"}, {"bom-ref", "run"}, {"name", manifest.id}};
    if (const std::string commit = field_text(manifest.document, "/git_sha"); !commit.empty())
        component["version"] = commit;
    if (manifest.executable && manifest.executable->sha256)
        component["hashes"] = hashes(*manifest.executable->sha256);
    return component;
}

/// Returns whether `text` has the form that a serial number takes.
bool is_uuid(std::string_view text) {
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '-' ? text[i] != '-'
                           : std::string_view("0123456789abcdef").find(text[i]) == std::string_view::npos)
            return false;
    return true;
}

} // namespace

ordered_json cyclonedx(const repro::recorded_manifest& manifest) {
    component_list components;
    for (const known_version& each : known_versions(manifest.document)) {
        ordered_json members = ordered_json::object();
        if (!each.version.empty()) members["version"] = each.version;
        components.add("library", each.name, members);
    }
    add_libraries(components, manifest.document);
    components.add_files(manifest.lockfiles, "file", "lockfile");
    components.add_files(manifest.inputs, "data", "input");
    components.add_files(manifest.artifacts, "file", "artifact");
    ordered_json document = {{"bomFormat", "CycloneDX"}, {"specVersion", "1.6"}};
    if (manifest.run_id && is_uuid(*manifest.run_id))
        document["serialNumber"] = "urn:uuid:" + *manifest.run_id;
    document["version"] = 1;
    ordered_json writer = {{"type", "application"}, {"name", "repro"}, {"version", repro::version}};
    document["metadata"] = {{"timestamp", manifest.started_at},
                            {"tools", {{"components", only(std::move(writer))}}},
                            {"component", program(manifest)}};
    document["components"] = components.take();
    return document;
}

} // namespace tool
