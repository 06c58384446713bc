// SPDX-License-Identifier: MIT
#include "same_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tool {
namespace {

using nlohmann::json;

constexpr double seed_stable_tolerance = 0.01; // core/level.hpp

const json& member(const json& object, const std::string& key) {
    static const json none;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : none;
}

sameness same_if(bool equal) { return equal ? sameness::same : sameness::different; }

compared_item compare_artifact(const repro::recorded_file& then, const repro::recorded_manifest& now) {
    compared_item item{"artifact", then.path, sameness::unknown, {}};
    const auto found = std::find_if(now.artifacts.begin(), now.artifacts.end(), [&then](const auto& each) {
        // One outside of the run's folder may stand in another folder now.
        return each.path == then.path ||
               (each.outside && then.outside &&
                std::filesystem::path(each.path).filename() == std::filesystem::path(then.path).filename());
    });
    if (found == now.artifacts.end()) {
        item.outcome = sameness::different;
        item.remark = "the repetition did not make it";
    } else if (!then.sha256 || !found->sha256) {
        item.remark = "its digest is not recorded";
    } else {
        item.outcome = same_if(*then.sha256 == *found->sha256);
        if (item.outcome == sameness::different)
            item.remark = fmt::format("{} and now {}", then.sha256->hex().substr(0, 12),
                                      found->sha256->hex().substr(0, 12));
    }
    return item;
}

std::string first_difference(const json& then, const json& now) {
    const json &a = member(then, "value"), &b = member(now, "value");
    if (a.size() != b.size()) return fmt::format("{} values and now {}", a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i])
            return fmt::format("step {}: {} and now {}", member(then, "step")[i].dump(), a[i].dump(),
                               b[i].dump());
    return "the steps are others";
}

compared_item compare_exactly(const std::string& name, const json& then, const json& now) {
    const bool equal = then.dump() == now.dump();
    return {"metric", name, same_if(equal), equal ? std::string() : first_difference(then, now)};
}

compared_item compare_last(const std::string& name, const json& then, const json& now) {
    compared_item item{"metric", name, sameness::unknown, "has no number at its end"};
    const json &a = member(then, "value"), &b = member(now, "value");
    if (a.empty() || b.empty() || !a.back().is_number() || !b.back().is_number()) return item;
    const double before = a.back(), after = b.back();
    item.outcome = same_if(std::abs(before - after) <= seed_stable_tolerance);
    item.remark = fmt::format("{} and now {}", before, after);
    return item;
}

void compare_metrics(const json& then, const json& now, repro::level level,
                     std::vector<compared_item>& items) {
    for (const auto& [name, series] : then.items()) {
        const json& again = member(now, name);
        if (again.is_null())
            items.push_back({"metric", name, sameness::different, "the repetition did not record it"});
        else
            items.push_back(level == repro::level::bit_exact ? compare_exactly(name, series, again)
                                                             : compare_last(name, series, again));
    }
}

} // namespace

std::string_view to_string(sameness which) noexcept {
    constexpr std::string_view words[] = {"same", "different", "unknown"};
    return words[static_cast<std::size_t>(which)];
}

std::vector<compared_item> compare_results(const repro::recorded_manifest& then,
                                           const repro::recorded_manifest& now, repro::level level) {
    std::vector<compared_item> items;
    for (const char* const key : {"seed", "config"})
        items.push_back({key, "", same_if(member(then.document, key) == member(now.document, key)), {}});
    const json none = json::object();
    const json& metrics = member(then.document, "metrics");
    if (level == repro::level::distribution_stable) {
        items.push_back({"level", std::string(to_string(level)), sameness::unknown,
                         "one repetition does not decide it: run at least five seeds"});
        return items;
    }
    if (level == repro::level::bit_exact)
        for (const repro::recorded_file& each : then.artifacts)
            items.push_back(compare_artifact(each, now));
    compare_metrics(metrics.is_object() ? metrics : none, member(now.document, "metrics"), level, items);
    return items;
}

sameness verdict_of(const std::vector<compared_item>& items) {
    const auto any = [&items](sameness wanted) {
        return std::any_of(items.begin(), items.end(),
                           [wanted](const auto& each) { return each.outcome == wanted; });
    };
    if (any(sameness::different)) return sameness::different;
    const bool results = std::any_of(items.begin(), items.end(), [](const auto& each) {
        return each.kind == "artifact" || each.kind == "metric";
    });
    return any(sameness::unknown) || !results ? sameness::unknown : sameness::same;
}

} // namespace tool
