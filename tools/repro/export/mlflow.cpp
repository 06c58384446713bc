// SPDX-License-Identifier: MIT
// Requests to MLflow's REST interface, version 2.0 (https://mlflow.org/docs/latest/rest-api.html).
#include <repro/detail/utf8.hpp>

#include "fields.hpp"
#include "formats.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tool {
namespace {

// What one request of log-batch takes, and how long names and values may be.
constexpr std::size_t most_metrics = 1000, most_params = 100, most_tags = 100;
constexpr std::size_t longest_name = 250, longest_param = 500, longest_tag = 5000;

/// Returns the beginning of `text`, at most `limit` bytes, cut between characters.
std::string cut(const std::string& text, std::size_t limit) {
    std::string_view rest = text;
    std::size_t taken = 0;
    while (!rest.empty() && taken + repro::detail::utf8_first(rest).length <= limit) {
        taken += repro::detail::utf8_first(rest).length;
        rest = std::string_view(text).substr(taken);
    }
    return text.substr(0, taken);
}

/// Gives names that the server takes: letters, digits, "_-. /", and no path that leads elsewhere; two names
/// never become one.
class name_giver {
public:
    std::string operator()(const std::string& original) {
        std::string name = cut(original, longest_name - 8);
        std::ranges::replace_if(name, [](char c) { return allowed.find(c) == std::string_view::npos; }, '_');
        for (char& c : name) // "a//b", "./a" and "../a" are refused as paths
            if (c == '/' && is_odd_place(name, static_cast<std::size_t>(&c - name.data()))) c = '_';
        if (name.empty() || name.front() == '.') name.insert(0, "_");
        const std::string stem = name;
        for (std::size_t i = 2; !taken_.insert(name).second; ++i)
            name = stem + "_" + std::to_string(i);
        return name;
    }

private:
    static constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-. /";

    static bool is_odd_place(const std::string& name, std::size_t at) {
        const bool edge = at == 0 || at + 1 == name.size();
        return edge || name[at - 1] == '/' || name[at + 1] == '/' || name[at - 1] == '.' ||
               name[at + 1] == '.';
    }

    std::set<std::string> taken_;
};

/// Puts the leaves of a config into `to`, under the names of all keys down to them.
void flatten(const std::string& path, const nlohmann::json& value, name_giver& names, ordered_json& to) {
    if (value.is_object() && !value.empty()) {
        for (const auto& [key, child] : value.items())
            flatten(path.empty() ? key : path + "." + key, child, names, to);
        return;
    }
    const std::string text = value.is_null() ? "null" : field_text(value);
    to.push_back({{"key", names(path.empty() ? "config" : path)}, {"value", cut(text, longest_param)}});
}

ordered_json tags_of(const repro::recorded_manifest& manifest) {
    ordered_json tags = ordered_json::array();
    const auto tag = [&tags](const char* key, const std::string& value) {
        if (!value.empty()) tags.push_back({{"key", key}, {"value", cut(value, longest_tag)}});
    };
    const nlohmann::json& document = manifest.document;
    tag("mlflow.source.git.commit", field_text(document, "/git_sha"));
    tag("repro.id", manifest.id);
    tag("repro.run_id", field_text(document, "/run_id"));
    tag("repro.level", field_text(document, "/level"));
    tag("repro.git_dirty", field_text(document, "/git_dirty"));
    tag("repro.manifest_sha256", manifest.sha256.hex());
    tag("repro.status", field_text(document, "/status"));
    return tags;
}

ordered_json metrics_of(const nlohmann::json& document, std::int64_t timestamp) {
    ordered_json list = ordered_json::array();
    name_giver names;
    const nlohmann::json& metrics = field(document, "/metrics");
    if (!metrics.is_object()) return list;
    for (const auto& [original, series] : metrics.items()) {
        const std::string name = names(original);
        for (std::size_t i = 0; i < series.at("step").size(); ++i)
            list.push_back({{"key", name},
                            {"value", series.at("value")[i]}, // "NaN", "Infinity": protobuf's words, too
                            {"timestamp", timestamp},
                            {"step", series.at("step")[i]}});
    }
    return list;
}

/// Adds a request for each `limit` members of `list`.
void add_batches(std::vector<mlflow_request>& to, const char* key, const ordered_json& list,
                 std::size_t limit) {
    for (std::size_t first = 0; first < list.size(); first += limit) {
        ordered_json part = ordered_json::array();
        for (std::size_t i = first; i < std::min(first + limit, list.size()); ++i)
            part.push_back(list[i]);
        ordered_json body = {{"run_id", "${run_id}"}};
        body[key] = std::move(part);
        to.push_back({"runs/log-batch", std::move(body)});
    }
}

const char* status_word(const repro::recorded_manifest& manifest) {
    using enum repro::run_status;
    if (!manifest.status || *manifest.status == running) return "RUNNING";
    return *manifest.status == completed ? "FINISHED" : *manifest.status == failed ? "FAILED" : "KILLED";
}

} // namespace

std::vector<mlflow_request> mlflow(const repro::recorded_manifest& manifest, const std::string& experiment) {
    const nlohmann::json& document = manifest.document;
    const std::int64_t start = repro::detail::read_time(manifest.started_at).value_or(0);
    const auto end = repro::detail::read_time(field_text(document, "/finished_at"));
    ordered_json params = ordered_json::array();
    name_giver names;
    params.push_back({{"key", names("seed")}, {"value", field(document, "/seed").dump()}});
    flatten("", field(document, "/config"), names, params);
    std::vector<mlflow_request> requests = {
        {"experiments/create", {{"name", experiment}}},
        {"runs/create",
         {{"experiment_id", "${experiment_id}"}, {"run_name", manifest.id}, {"start_time", start}}}};
    add_batches(requests, "tags", tags_of(manifest), most_tags);
    add_batches(requests, "params", params, most_params);
    add_batches(requests, "metrics", metrics_of(document, end.value_or(start)), most_metrics);
    ordered_json last = {{"run_id", "${run_id}"}, {"status", status_word(manifest)}};
    if (end) last["end_time"] = *end;
    requests.push_back({"runs/update", std::move(last)});
    return requests;
}

} // namespace tool
