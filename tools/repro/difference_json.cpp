// SPDX-License-Identifier: MIT
#include "difference_json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

json as_json(const repro::recorded_manifest& manifest) {
    return {{"id", manifest.id}, {"manifest", manifest.path.native()}, {"sha256", manifest.sha256.hex()}};
}

json as_json(const repro::difference_side& side) {
    return side.absent() ? json(nullptr) : json{{"pointer", side.pointer}, {"value", side.value}};
}

json as_json(const std::optional<repro::metric_difference>& metric) {
    if (!metric) return nullptr;
    return {{"first_step", metric->first_step}, {"largest_step", metric->largest_step},
            {"largest", metric->largest}, // null where it is infinite
            {"differing", metric->differing},   {"compared", metric->compared},
            {"only_a", metric->only_a},         {"only_b", metric->only_b}};
}

} // namespace

json diff_json(const repro::recorded_manifest& a, const repro::recorded_manifest& b,
               const repro::manifest_diff& found) {
    json differences = json::array(), groups = json::object();
    for (const repro::difference& each : found.differences)
        differences.push_back({{"group", to_string(each.group)},
                               {"name", each.name},
                               {"likelihood", to_string(each.likelihood)},
                               {"a", as_json(each.a)},
                               {"b", as_json(each.b)},
                               {"why", each.why},
                               {"metric", as_json(each.metric)}});
    for (std::size_t i = 0; i < found.groups.size(); ++i)
        if (found.groups[i].compared || found.groups[i].differences > 0)
            groups[std::string(to_string(static_cast<repro::difference_group>(i)))] =
                found.groups[i].differences;
    const repro::difference* const cause = found.likeliest();
    return {{"likeliest_cause", cause != nullptr ? json(cause->name) : json(nullptr)},
            {"differences", std::move(differences)},
            {"groups", std::move(groups)},
            {"doubts", found.doubts},
            {"left_out", found.left_out},
            {"a", as_json(a)},
            {"b", as_json(b)}};
}

} // namespace tool
