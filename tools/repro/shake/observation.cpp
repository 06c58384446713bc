// SPDX-License-Identifier: MIT
#include "shake/observation.hpp"

#include <repro/hash/file.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/trace_diff.hpp>

#include "trace_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sys/stat.h>

namespace tool {
namespace {

using std::filesystem::path;

std::string content_of(const path& file) {
    try {
        return repro::hash_file(file).sha256.hex();
    } catch (const repro::error& problem) {
        return std::string(to_string(problem.code()));
    }
}

std::string stamp(const std::string& file) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) return {};
    return fmt::format("{} {} {}", facts.st_ino, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec);
}

observed_run read_run(const path& folder) {
    observed_run run;
    run.folder = folder.filename().native();
    run.document = repro::read_manifest(folder / "manifest.json").document;
    const path trace = folder / "trace.bin";
    if (std::filesystem::exists(trace)) run.trace = repro::read_trace(trace.native());
    return run;
}

std::vector<path> folders_of_runs(const path& folder) {
    std::vector<path> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
        if (each.path().filename() == "manifest.json") found.push_back(each.path().parent_path());
    std::ranges::sort(found, [](const path& a, const path& b) {
        return a.native().size() != b.native().size() ? a.native().size() < b.native().size() : a < b;
    });
    return found;
}

/// Collects changes of one run, and says of which where a program has several.
class run_comparison {
public:
    run_comparison(std::string prefix, std::vector<change>& to) : prefix_(std::move(prefix)), to_(to) {}

    void traces(const observed_run& before, const observed_run& after) {
        const repro::trace_contents none;
        const auto parted =
            repro::first_divergence(before.trace ? *before.trace : none, after.trace ? *after.trace : none);
        if (!parted) return;
        const auto text = [&parted](const std::optional<repro::trace_entry>& entry) {
            return entry ? fmt::format("{} at step {}: {}, {:016x}", entry->name, entry->step,
                                       where_it_differs(*parted), entry->digest)
                         : std::string("the trace ends");
        };
        add("tensor", parted->name(), parted->step(), text(parted->left), text(parted->right));
    }

    void metrics(const nlohmann::json& before, const nlohmann::json& after) {
        std::vector<change> found;
        std::set<std::string> names;
        for (const nlohmann::json* const each : {&before, &after})
            for (const auto& item : each->items())
                names.insert(item.key());
        for (const std::string& name : names)
            compare_series(name, before.value(name, nlohmann::json()), after.value(name, nlohmann::json()));
    }

    void artifacts(const nlohmann::json& before, const nlohmann::json& after) {
        std::set<std::string> names;
        for (const nlohmann::json* const each : {&before, &after})
            for (const auto& item : each->items())
                if (item.key() != "trace.bin") names.insert(item.key());
        const auto digest = [](const nlohmann::json& all, const std::string& name) {
            const auto found = all.find(name);
            return found == all.end() ? "not recorded" : found->value("sha256", nlohmann::json()).dump();
        };
        for (const std::string& name : names)
            if (digest(before, name) != digest(after, name))
                add("artifact", name, {}, digest(before, name), digest(after, name));
    }

    void add(const std::string& kind, const std::string& name, std::optional<std::int64_t> step,
             std::string before, std::string after) {
        to_.push_back({kind, prefix_ + name, step, std::move(before), std::move(after)});
    }

private:
    void compare_series(const std::string& name, const nlohmann::json& before, const nlohmann::json& after) {
        if (before == after && before.dump() == after.dump()) return;
        const auto list = [](const nlohmann::json& series, const char* key) {
            return series.is_object() ? series.value(key, nlohmann::json::array()) : nlohmann::json::array();
        };
        const nlohmann::json steps = list(before, "step"), other_steps = list(after, "step");
        const nlohmann::json values = list(before, "value"), other_values = list(after, "value");
        std::size_t i = 0;
        while (i < steps.size() && i < other_steps.size() && steps[i] == other_steps[i] &&
               values[i].dump() == other_values[i].dump())
            ++i;
        const auto text = [&i](const nlohmann::json& all) {
            return i < all.size() ? all[i].dump() : "the series ends";
        };
        std::optional<std::int64_t> step;
        if (i < steps.size() || i < other_steps.size())
            step = (i < steps.size() ? steps : other_steps)[i].get<std::int64_t>();
        add("metric", name, step, text(values), text(other_values));
    }

    std::string prefix_;
    std::vector<change>& to_;
};

void compare_runs(const observation& before, const observation& after, std::vector<change>& to) {
    const std::size_t both = std::min(before.runs.size(), after.runs.size());
    for (std::size_t i = 0; i < both; ++i) {
        const observed_run& left = before.runs[i];
        const observed_run& right = after.runs[i];
        run_comparison run(both > 1 ? left.folder + ": " : "", to);
        run.traces(left, right);
        run.metrics(left.document.value("metrics", nlohmann::json::object()),
                    right.document.value("metrics", nlohmann::json::object()));
        run.artifacts(left.document.value("digests", nlohmann::json::object()),
                      right.document.value("digests", nlohmann::json::object()));
        const std::string status = left.document.value("status", ""),
                          other = right.document.value("status", "");
        if (status != other) run.add("status", "", {}, status, other);
    }
    if (before.runs.size() != after.runs.size())
        to.push_back(
            {"runs", "", {}, fmt::format("{}", before.runs.size()), fmt::format("{}", after.runs.size())});
}

std::optional<double> value_at(const observation& of, const change& metric) {
    const std::size_t colon = metric.name.find(": ");
    for (const observed_run& run : of.runs) {
        const bool several = of.runs.size() > 1;
        if (several && metric.name.substr(0, colon) != run.folder) continue;
        const std::string name = several ? metric.name.substr(colon + 2) : metric.name;
        const nlohmann::json series =
            run.document.value("metrics", nlohmann::json::object()).value(name, nlohmann::json::object());
        const nlohmann::json steps = series.value("step", nlohmann::json::array()),
                             values = series.value("value", nlohmann::json::array());
        for (std::size_t i = 0; i < steps.size() && i < values.size(); ++i)
            if (steps[i] == metric.step && values[i].is_number()) return values[i].get<double>();
    }
    return std::nullopt;
}

/// Returns where a change stands among those of other kinds: what comes first is told first.
int rank_of(const change& each) { return each.kind == "tensor" ? 0 : each.kind == "metric" ? 1 : 2; }

} // namespace

std::string to_string(const change& change) {
    std::string text = change.kind;
    if (!change.name.empty()) text += " '" + change.name + "'";
    if (change.step) text += fmt::format(" at step {}", *change.step);
    return text;
}

std::vector<std::string> stamps(const std::vector<std::string>& files) {
    std::vector<std::string> all;
    for (const std::string& each : files)
        all.push_back(stamp(each));
    return all;
}

observation observe(child_end end, const path& folder, const std::vector<std::string>& files,
                    const std::vector<std::string>& before) {
    observation seen{end, content_of(folder / "out"), {}, {}};
    for (const path& each : folders_of_runs(folder))
        seen.runs.push_back(read_run(each));
    for (std::size_t i = 0; i < files.size(); ++i) {
        const bool written = stamp(files[i]) != before[i];
        seen.files.push_back({files[i], written ? content_of(files[i]) : "not written"});
    }
    return seen;
}

std::vector<change> compare(const observation& before, const observation& after) {
    std::vector<change> found;
    compare_runs(before, after, found);
    for (std::size_t i = 0; i < before.files.size(); ++i)
        if (before.files[i].content != after.files[i].content)
            found.push_back(
                {"file", before.files[i].path, {}, before.files[i].content, after.files[i].content});
    if (before.printed != after.printed) found.push_back({"output", "", {}, before.printed, after.printed});
    if (to_string(before.end) != to_string(after.end))
        found.push_back({"ending", "", {}, to_string(before.end), to_string(after.end)});
    std::vector<change> in_order;
    for (const int rank : {0, 1, 2})
        std::ranges::copy_if(found, std::back_inserter(in_order),
                             [rank](const change& each) { return rank_of(each) == rank; });
    return in_order;
}

bool leaves_the_spread(const change& metric, std::span<const observation> controls,
                       const observation& after) {
    const std::optional<double> value = value_at(after, metric);
    if (!value) return false;
    std::optional<double> least, most;
    for (const observation& each : controls)
        if (const auto seen = value_at(each, metric)) {
            least = std::min(least.value_or(*seen), *seen);
            most = std::max(most.value_or(*seen), *seen);
        }
    return least && (*value < *least || *value > *most);
}

} // namespace tool
