// SPDX-License-Identifier: MIT
// RO-Crate 1.1 (https://w3id.org/ro/crate/1.1), profile Process Run Crate 0.5
// (https://w3id.org/ro/wfrun/process/0.5). The crate is the run's folder.
#include "fields.hpp"
#include "formats.hpp"

#include <utility>

namespace tool {
namespace {

ordered_json reference(const std::string& id) { return {{"@id", id}}; }

/// Returns the @id of a file: relative to the run's folder, or a file: URI.
std::string id_of(const repro::recorded_file& file) {
    const std::string& path = file.absolute.empty() ? file.path : file.absolute;
    return (path.starts_with('/') ? "file://" : "") + percent_encoded(path) + (file.tree ? "/" : "");
}

/// Returns a time of RFC 3339 in the one spelling of UTC that every reader of ISO 8601 takes.
std::string iso_time(const std::string& text) {
    return text.ends_with('Z') ? text.substr(0, text.size() - 1) + "+00:00" : text;
}

/// Returns the media type that a file's name tells.
const char* media_type(std::string_view path) {
    constexpr std::pair<std::string_view, const char*> known[] = {
        {".csv", "text/csv"},   {".json", "application/json"}, {".lock", "text/plain"},
        {".png", "image/png"},  {".svg", "image/svg+xml"},     {".toml", "application/toml"},
        {".txt", "text/plain"}, {".yaml", "application/yaml"}};
    for (const auto& [suffix, type] : known)
        if (path.ends_with(suffix)) return type;
    return "application/octet-stream";
}

/// The entities of a crate, each once.
class crate {
public:
    /// Adds an entity, unless there is one with its @id.
    ordered_json add(ordered_json entity) {
        const auto id = entity.at("@id").get<std::string>();
        for (const ordered_json& each : graph_)
            if (each.at("@id") == id) return reference(id);
        graph_.push_back(std::move(entity));
        return reference(id);
    }

    ordered_json add_file(const repro::recorded_file& file, const std::string& description) {
        ordered_json entity = {{"@id", id_of(file)},
                               {"@type", file.tree ? "Dataset" : "File"},
                               {"name", shown(file.path)},
                               {"description", description}};
        if (!file.tree) entity["encodingFormat"] = media_type(file.path);
        if (file.sha256 && !file.tree) entity["sha256"] = file.sha256->hex();
        return add(std::move(entity));
    }

    ordered_json add_value(const std::string& kind, const std::string& name, const std::string& value) {
        return add({{"@id", "#" + kind + "/" + percent_encoded(name)},
                    {"@type", "PropertyValue"},
                    {"name", name},
                    {"value", value}});
    }

    [[nodiscard]] ordered_json take() { return std::move(graph_); }

private:
    ordered_json graph_ = ordered_json::array();
};

ordered_json add_program(crate& to, const repro::recorded_manifest& manifest) {
    const nlohmann::json& document = manifest.document;
    const std::string commit = field_text(document, "/git_sha");
    ordered_json program = {
        {"@id", manifest.executable ? id_of(*manifest.executable) : "#program"},
        {"@type", "SoftwareApplication"},
        {"name", manifest.executable ? shown(manifest.executable->path) : field_text(document, "/id")},
        {"softwareVersion", commit.empty() ? "not recorded" : commit}};
    if (manifest.executable && manifest.executable->sha256)
        program["sha256"] = manifest.executable->sha256->hex();
    ordered_json needs = ordered_json::array();
    for (const known_version& each : known_versions(document)) {
        ordered_json entity = {{"@id", "#software/" + percent_encoded(each.name)},
                               {"@type", "SoftwareApplication"},
                               {"name", each.name}};
        if (!each.version.empty()) entity["softwareVersion"] = each.version;
        needs.push_back(to.add(std::move(entity)));
    }
    program["softwareRequirements"] = std::move(needs);
    return to.add(std::move(program));
}

ordered_json add_objects(crate& to, const repro::recorded_manifest& manifest) {
    ordered_json objects = ordered_json::array();
    for (const repro::recorded_file& file : manifest.inputs)
        objects.push_back(to.add_file(file, "Input of the run"));
    for (const repro::recorded_file& file : manifest.lockfiles)
        objects.push_back(to.add_file(file, "Lockfile of the run"));
    const nlohmann::json& config = field(manifest.document, "/config");
    if (config.is_object())
        for (const auto& [name, value] : config.items())
            objects.push_back(to.add_value("config", name, field_text(value)));
    objects.push_back(to.add_value("seed", "seed", field(manifest.document, "/seed").dump()));
    return objects;
}

ordered_json add_environment(crate& to, const nlohmann::json& document) {
    ordered_json list = ordered_json::array();
    const nlohmann::json& variables = field(document, "/environment");
    if (!variables.is_object()) return list;
    for (const auto& [name, value] : variables.items()) {
        const nlohmann::json now =
            value.is_object() ? value.value("now", nlohmann::json()) : nlohmann::json();
        if (now.is_string()) list.push_back(to.add_value("environment", name, now.get<std::string>()));
    }
    return list;
}

std::string action_status(const repro::recorded_manifest& manifest) {
    using enum repro::run_status;
    if (!manifest.status || *manifest.status == running) return "http://schema.org/ActiveActionStatus";
    return completed == *manifest.status ? "http://schema.org/CompletedActionStatus"
                                         : "http://schema.org/FailedActionStatus";
}

ordered_json add_action(crate& to, const repro::recorded_manifest& manifest, const ordered_json& results) {
    const nlohmann::json& document = manifest.document;
    ordered_json action = {{"@id", manifest.run_id ? "urn:uuid:" + *manifest.run_id : "#run"},
                           {"@type", "CreateAction"},
                           {"name", "Run " + manifest.id},
                           {"instrument", add_program(to, manifest)},
                           {"object", add_objects(to, manifest)},
                           {"result", results},
                           {"startTime", iso_time(manifest.started_at)},
                           {"actionStatus", action_status(manifest)}};
    if (const std::string end = field_text(document, "/finished_at"); !end.empty())
        action["endTime"] = iso_time(end);
    if (const std::string error = field_text(document, "/error/message"); !error.empty())
        action["error"] = error;
    std::string command;
    for (const nlohmann::json& word : field(document, "/command/arguments"))
        command += (command.empty() ? "" : " ") + field_text(word);
    if (!command.empty()) action["description"] = command;
    if (ordered_json list = add_environment(to, document); !list.empty())
        action["environment"] = std::move(list);
    if (const std::string image = field_text(document, "/container/image"); !image.empty())
        action["containerImage"] = to.add({{"@id", "#container-image"},
                                           {"@type", "ContainerImage"},
                                           {"name", image},
                                           {"description", field_text(document, "/container/digest")}});
    return to.add(std::move(action));
}

/// Adds the files of the run; returns what its results are.
ordered_json add_results(crate& to, const repro::recorded_manifest& manifest) {
    ordered_json results = ordered_json::array();
    for (const repro::recorded_file& file : manifest.artifacts)
        results.push_back(to.add_file(file, "Artifact of the run"));
    return results;
}

/// Returns references to everything that belongs to the crate.
ordered_json add_parts(crate& to, const repro::recorded_manifest& manifest, ordered_json results) {
    ordered_json parts = std::move(results);
    parts.push_back(to.add({{"@id", "manifest.json"},
                            {"@type", "File"},
                            {"name", "manifest.json"},
                            {"description", "Manifest of the run"},
                            {"encodingFormat", "application/json"},
                            {"sha256", manifest.sha256.hex()}}));
    for (const auto* const files : {&manifest.inputs, &manifest.lockfiles})
        for (const repro::recorded_file& file : *files)
            parts.push_back(reference(id_of(file)));
    return parts;
}

/// Returns what a crate has to begin with: its description, its root, its profile.
ordered_json heads(const repro::recorded_manifest& manifest, ordered_json parts, const ordered_json& action) {
    ordered_json graph = ordered_json::array();
    graph.push_back({{"@id", "ro-crate-metadata.json"},
                     {"@type", "CreativeWork"},
                     {"conformsTo", reference("https://w3id.org/ro/crate/1.1")},
                     {"about", reference("./")}});
    graph.push_back({{"@id", "./"},
                     {"@type", "Dataset"},
                     {"conformsTo", reference("https://w3id.org/ro/wfrun/process/0.5")},
                     {"name", manifest.id},
                     {"description", "Folder of the run " + manifest.id + ", with its manifest"},
                     {"datePublished", iso_time(manifest.started_at)},
                     {"license", reference("#licence-not-recorded")},
                     {"hasPart", std::move(parts)},
                     {"mentions", action}});
    graph.push_back({{"@id", "https://w3id.org/ro/wfrun/process/0.5"},
                     {"@type", "CreativeWork"},
                     {"name", "Process Run Crate"},
                     {"version", "0.5"}});
    return graph;
}

/// Writes lists of one as what is in them, which RO-Crate recommends.
void take_out_of_lists(ordered_json& entity) {
    for (auto& value : entity)
        if (value.is_array() && value.size() == 1) {
            ordered_json only = std::move(value.front());
            value = std::move(only);
        }
}

} // namespace

ordered_json ro_crate(const repro::recorded_manifest& manifest) {
    crate to;
    const ordered_json results = add_results(to, manifest);
    const ordered_json action = add_action(to, manifest, results);
    ordered_json graph = heads(manifest, add_parts(to, manifest, results), action);
    to.add({{"@id", "#licence-not-recorded"},
            {"@type", "CreativeWork"},
            {"name", "not recorded"},
            {"description", "The manifest does not record under which licence the run's files stand"}});
    for (ordered_json& each : to.take())
        graph.push_back(std::move(each));
    for (ordered_json& each : graph)
        take_out_of_lists(each);
    return {{"@context",
             {"https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"}},
            {"@graph", std::move(graph)}};
}

} // namespace tool
