// SPDX-License-Identifier: MIT
// The reproducibility items of the NeurIPS paper checklist (https://neurips.cc/public/guides/PaperChecklist)
// and of the ML code completeness checklist (https://github.com/paperswithcode/releasing-research-code), as
// far as manifests answer them. What no manifest says is left to the author.
#include <repro/detail/utf8.hpp>

#include "fields.hpp"
#include "formats.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <set>

namespace tool {
namespace {

using manifests = std::span<const repro::recorded_manifest>;

constexpr const char* not_recorded = "not recorded";
constexpr const char* for_the_author = "for the author to answer";
constexpr std::size_t longest_text = 400;

/// Returns `text` so that Markdown shows it and does nothing with it: in one line, without control
/// characters, with every mark of Markdown and HTML spelled out.
std::string plain(std::string_view text) {
    std::string out;
    while (!text.empty() && out.size() < longest_text) {
        const repro::detail::utf8_step step = repro::detail::utf8_first(text);
        const bool hidden = !step.valid || step.value < 0x20 || (step.value >= 0x7f && step.value < 0xa0) ||
                            (step.value >= 0x200b && step.value <= 0x200f) ||
                            (step.value >= 0x2028 && step.value <= 0x202e) ||
                            (step.value >= 0x2066 && step.value <= 0x2069) || step.value == 0xfeff;
        constexpr std::string_view marks = "\\`*_{}[]()<>#+!|~&@";
        if (hidden)
            out += fmt::format("U+{:04X}", static_cast<unsigned>(step.value));
        else if (step.value < 0x80 && marks.find(text[0]) != std::string_view::npos)
            out += text[0] == '<' ? "&lt;" : text[0] == '&' ? "&amp;" : std::string("\\") + text[0];
        else
            out += text.substr(0, step.length);
        text.remove_prefix(step.length);
    }
    return text.empty() ? out : out + " ...";
}

/// Returns the distinct values that the runs have under a pointer, in the order of the runs.
std::string values_of(manifests runs, const char* pointer) {
    std::string text;
    std::set<std::string> seen;
    for (const repro::recorded_manifest& run : runs) {
        const std::string value = field_text(run.document, pointer);
        if (value.empty() || !seen.insert(value).second) continue;
        text += (text.empty() ? "" : "; ") + plain(value);
    }
    return text.empty() ? not_recorded : text;
}

std::string files_of(const std::vector<repro::recorded_file>& files) {
    std::string text;
    for (const repro::recorded_file& file : files)
        text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", plain(file.path),
                            file.sha256 ? "SHA-256 " + file.sha256->hex().substr(0, 12) : "no digest");
    return text.empty() ? not_recorded : text;
}

std::string command_of(const nlohmann::json& document) {
    std::string text;
    for (const nlohmann::json& word : field(document, "/command/arguments"))
        text += (text.empty() ? "" : " ") + field_text(word);
    return text.empty() ? not_recorded : plain(text);
}

std::string time_of(manifests runs) {
    double total = 0;
    std::size_t known = 0;
    for (const repro::recorded_manifest& run : runs) {
        const nlohmann::json& seconds = field(run.document, "/wall_seconds");
        if (!seconds.is_number()) continue;
        total += seconds.get<double>();
        ++known;
    }
    if (known == 0) return not_recorded;
    return fmt::format("{:.1f} s of wall time in {} of {} runs", total, known, runs.size());
}

std::string git_of(manifests runs) {
    std::size_t clean = 0;
    for (const repro::recorded_manifest& run : runs)
        clean += field(run.document, "/git_dirty") == false ? 1u : 0u;
    return fmt::format("commit {}; {} of {} runs from a tree without changes", values_of(runs, "/git_sha"),
                       clean, runs.size());
}

/// Mean and standard deviation of the last values of one metric.
std::string spread(const std::vector<double>& values) {
    double mean = 0, squares = 0;
    for (const double each : values)
        mean += each / static_cast<double>(values.size());
    for (const double each : values)
        squares += (each - mean) * (each - mean);
    if (values.size() < 2) return fmt::format("{:.6g}, one run: no spread", mean);
    const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
    return fmt::format("mean {:.6g}, standard deviation over seeds {:.3g}, n = {}", mean, deviation,
                       values.size());
}

/// Returns a line for each metric; runs that repeat a seed count once.
std::string statistics_of(manifests runs) {
    std::map<std::string, std::vector<double>> last;
    std::set<std::string> seeds;
    for (const repro::recorded_manifest& run : runs) {
        if (!completed(run) || !seeds.insert(field_text(run.document, "/seed")).second) continue;
        for (const auto& [name, series] : field(run.document, "/metrics").items())
            if (const nlohmann::json& value = series.at("value"); !value.empty() && value.back().is_number())
                last[name].push_back(value.back().get<double>());
    }
    std::string text;
    for (const auto& [name, values] : last)
        text += fmt::format("\n  - {}: {}", plain(name), spread(values));
    return text.empty() ? not_recorded
                        : fmt::format("{} completed runs with distinct seeds{}", seeds.size(), text);
}

std::string versions_of(const nlohmann::json& document) {
    std::string text;
    for (const known_version& each : known_versions(document))
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", plain(each.name), plain(each.version));
    return text.empty() ? not_recorded : text;
}

void item(std::string& to, std::string_view question, std::string_view answer) {
    to += fmt::format("- **{}** {}\n", question, answer);
}

std::string neurips(manifests runs) {
    const repro::recorded_manifest& first = runs.front();
    std::string text = "\n## NeurIPS paper checklist, items on reproducibility\n\n";
    item(text, "Claims; limitations; theory; ethics; broader impact.", for_the_author);
    item(text, "Experimental result reproducibility: code.", git_of(runs));
    item(text, "Experimental result reproducibility: seeds.", values_of(runs, "/seed"));
    item(text, "Experimental result reproducibility: level declared.", values_of(runs, "/level"));
    item(text, "Open access to data and code: inputs.", files_of(first.inputs));
    item(text, "Open access to data and code: where they are published.", for_the_author);
    item(text, "Experimental setting: hyperparameters.", values_of(runs, "/config"));
    item(text, "Experimental setting: how they were chosen.", for_the_author);
    item(text, "Experiment statistical significance.", statistics_of(runs));
    item(text, "Compute resources: processor.", values_of(runs, "/hardware/cpu"));
    item(text, "Compute resources: memory in GiB.", values_of(runs, "/hardware/ram_gb"));
    item(text, "Compute resources: GPU.", values_of(runs, "/hardware/gpu"));
    item(text, "Compute resources: time.", time_of(runs));
    item(text, "Compute resources: runs that did not make it into the paper.", for_the_author);
    item(text, "Licences for existing assets.", for_the_author);
    return text;
}

std::string completeness(manifests runs) {
    const repro::recorded_manifest& first = runs.front();
    std::string text = "\n## ML code completeness checklist\n\n";
    item(text, "Specification of dependencies: lockfiles.", files_of(first.lockfiles));
    item(text, "Specification of dependencies: versions in use.", versions_of(first.document));
    item(text, "Specification of dependencies: container.", values_of(runs, "/container/image"));
    item(text, "Training code: command.", command_of(first.document));
    item(text, "Evaluation code.", for_the_author);
    item(text, "Pre-trained models: artifacts.", files_of(first.artifacts));
    item(text, "README with a table of results and the commands that give them.", for_the_author);
    return text;
}

} // namespace

std::string checklist(manifests runs) {
    std::string text = "# Reproducibility checklist\n\nFilled in from:\n\n";
    for (const repro::recorded_manifest& run : runs)
        text += fmt::format("- {}, seed {}, {}, manifest SHA-256 {}\n", plain(run.id),
                            plain(field_text(run.document, "/seed")),
                            run.status ? std::string(to_string(*run.status)) : "status not recorded",
                            run.sha256.hex());
    return text + neurips(runs) + completeness(runs);
}

} // namespace tool
