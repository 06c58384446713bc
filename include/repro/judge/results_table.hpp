// SPDX-License-Identifier: MIT
#pragma once
// The results of sweeps, read back from <root>/<dataset>/<method>/seed_<n>/results.json, and one metric of
// them as a table of data sets and methods.

#include <repro/judge/run_batch.hpp>
#include <repro/judge/sweep_place.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace repro::inline v0 {

/// What one results.json holds.
struct seed_result {
    std::filesystem::path path;
    std::string dataset;
    std::string method;
    std::uint64_t seed = 0;
    std::map<std::string, double> metrics;
};

namespace detail {

inline constexpr field_rule results_rules[] = {{"schema", json_kind::text},
                                               {"dataset", json_kind::text},
                                               {"method", json_kind::text},
                                               {"seed", json_kind::whole},
                                               {"metrics", json_kind::object}};

/// Returns the folders in `folder`, sorted, without hidden ones.
[[nodiscard]] inline std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    std::error_code failed, ignored;
    std::filesystem::directory_iterator at(folder, failed);
    for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed))
        if (at->is_directory(ignored) && !at->path().filename().native().starts_with('.'))
            found.push_back(at->path());
    if (failed)
        throw error(errc::unreadable, folder.native(), "cannot be read: " + failed.message(),
                    "name the folder above the data sets' folders");
    std::ranges::sort(found);
    return found;
}

inline void expect_schema_of_results(const json_place& root) {
    constexpr std::string_view head = results_schema.substr(0, results_schema.rfind('.') + 1);
    if (!root.object["schema"].get<std::string>().starts_with(head))
        throw error(errc::schema_version, root.where("schema"), "is no schema of results that is known here",
                    "run repro seeds again: it writes results.json anew from the manifests");
}

} // namespace detail

/// Returns what the file `path` holds, which stands in the folders that it names.
///
/// Errors: errc::artifact_missing and the like where it cannot be read; those of JSON; errc::field_missing,
/// field_type, field_value; errc::schema_version.
[[nodiscard]] inline seed_result read_results(const std::filesystem::path& path) {
    const nlohmann::json document = detail::parse_strict_json(detail::read_document(path), path.native());
    const detail::json_place root{document, path.native() + "#"};
    if (!document.is_object()) throw detail::field_error(errc::field_type, root.place, "is no object");
    detail::expect_fields(root, detail::results_rules);
    detail::expect_schema_of_results(root);
    seed_result result{path,
                       document["dataset"].get<std::string>(),
                       document["method"].get<std::string>(),
                       document["seed"].get<std::uint64_t>(),
                       {}};
    const auto folder = path.parent_path();
    const std::string names[] = {"seed_" + detail::decimal(result.seed), result.method, result.dataset};
    auto above = folder;
    for (const std::string& name : names) {
        if (above.filename() != name)
            throw detail::field_error(errc::field_value, root.place,
                                      "is of " + result.dataset + "/" + result.method + "/" + names[0] +
                                          ", and stands in another folder");
        above = above.parent_path();
    }
    for (const auto& [name, value] : document["metrics"].items()) {
        if (!detail::is_real(value))
            throw detail::field_error(errc::field_type, root.where("metrics") + "/" + name,
                                      "is no number, NaN, Infinity or -Infinity");
        result.metrics[name] = detail::metric_value(value);
    }
    return result;
}

/// What stands below a root.
struct results_tree {
    std::vector<seed_result> results;
    std::vector<std::filesystem::path> unfinished; ///< seeds' folders without results.json
};

/// Returns the results below `root`.
///
/// Errors: those of read_results; errc::unreadable; errc::run_unknown where there are none.
[[nodiscard]] inline results_tree read_results_tree(const std::filesystem::path& root) {
    results_tree tree;
    std::error_code ignored;
    for (const auto& dataset : detail::folders_in(std::filesystem::absolute(root).lexically_normal()))
        for (const auto& method : detail::folders_in(dataset))
            for (const auto& folder : detail::folders_in(method)) {
                if (!folder.filename().native().starts_with("seed_")) continue;
                if (std::filesystem::exists(folder / "results.json", ignored))
                    tree.results.push_back(read_results(folder / "results.json"));
                else
                    tree.unfinished.push_back(folder);
            }
    if (tree.results.empty())
        throw error(errc::run_unknown, root.native(), "holds no results",
                    "name the folder above <dataset>/<method>/seed_<n>/results.json");
    return tree;
}

namespace judge {

/// One metric: its values by data set and method.
using results_table = std::map<std::string, std::map<std::string, seeded_values>>;

/// Returns one metric of the results.
[[nodiscard]] inline results_table table_of(const std::vector<seed_result>& results,
                                            const std::string& metric) {
    std::vector<const seed_result*> sorted;
    for (const seed_result& each : results)
        sorted.push_back(&each);
    std::ranges::sort(sorted, {}, &seed_result::seed);
    results_table table;
    for (const seed_result* const each : sorted) {
        const auto value = each->metrics.find(metric);
        if (value == each->metrics.end()) continue;
        seeded_values& cell = table[each->dataset][each->method];
        cell.seeds.push_back(each->seed);
        cell.values.push_back(value->second);
    }
    return table;
}

} // namespace judge
} // namespace repro::inline v0
