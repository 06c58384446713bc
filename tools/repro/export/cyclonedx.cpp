// SPDX-License-Identifier: MIT
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).
#include "fields.hpp"
#include "formats.hpp"
#include "locked_package.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

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

    void add_file(const repro::recorded_file& file, const char* type, ordered_json properties) {
        ordered_json members = {{"properties", std::move(properties)}};
        if (file.sha256 && !file.tree) members["hashes"] = hashes(*file.sha256);
        add(type, shown(file.path), members);
    }
    void add_files(const std::vector<repro::recorded_file>& files, const char* type, const char* role) {
        for (const repro::recorded_file& file : files)
            add_file(file, type, only(property("repro:role", role)));
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
        ordered_json members = ordered_json::object();
        if (const std::string version = field_text(each, "/file_version"); !version.empty())
            members["version"] = version;
        members["properties"] = std::move(properties);
        to.add("library", path.substr(path.rfind('/') + 1), members);
    }
}

void add_package(component_list& to, const repro::lockfiles::report& lock,
                 const repro::lockfiles::package& held, const std::string& path) {
    ordered_json members = ordered_json::object();
    if (!held.version.empty()) members["version"] = held.version;
    const locked_hash hash = cyclonedx_hash(held.hash);
    if (!hash.content.empty()) members["hashes"] = only({{"alg", hash.algorithm}, {"content", hash.content}});
    if (const std::string url = package_url(lock.kind, held); !url.empty()) members["purl"] = url;
    ordered_json properties = only(property("repro:role", "locked package"));
    properties.push_back(property("repro:lockfile", path));
    if (hash.content.empty() && held.hashed()) properties.push_back(property("repro:locked_by", held.hash));
    if (held.local) properties.push_back(property("repro:local", "true"));
    if (!held.exact) properties.push_back(property("repro:exact", "false"));
    members["properties"] = std::move(properties);
    to.add("library", held.name, members);
}

/// Adds the lockfiles, each with its packages or the reason why they are not known.
void add_lockfiles(component_list& to, const std::vector<repro::recorded_file>& files,
                   std::span<const recorded_packages> packages) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        ordered_json properties = only(property("repro:role", "lockfile"));
        const recorded_packages unread{std::nullopt, "not read"};
        const recorded_packages& held = i < packages.size() ? packages[i] : unread;
        if (held.report) {
            properties.push_back(property("repro:kind", held.report->kind));
            properties.push_back(property("repro:grade", std::string(to_string(held.report->grade))));
        } else {
            properties.push_back(property("repro:packages", "not known: " + held.problem));
        }
        to.add_file(files[i], "file", std::move(properties));
        if (!held.report) continue;
        for (const repro::lockfiles::package& each : held.report->packages)
            add_package(to, *held.report, each, shown(files[i].path));
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

ordered_json cyclonedx(const repro::recorded_manifest& manifest,
                       std::span<const recorded_packages> packages) {
    component_list components;
    for (const known_version& each : known_versions(manifest.document)) {
        ordered_json members = ordered_json::object();
        if (!each.version.empty()) members["version"] = each.version;
        components.add("library", each.name, members);
    }
    add_libraries(components, manifest.document);
    add_lockfiles(components, manifest.lockfiles, packages);
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
