// SPDX-License-Identifier: MIT
#include "side.hpp"

#include <repro/detail/text.hpp>
#include <repro/judge/manifest_reader.hpp>

#include "run_argument.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

namespace tool {
namespace {

namespace fs = std::filesystem;

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\"");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t\r\"") - start + 1);
}

std::vector<std::string_view> cut(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.push_back(trimmed(text.substr(start, end - start)));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

template <class Number> std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Returns the summary that "7.72,0.66,5" spells; nothing where the text is not three numbers.
///
/// Errors: errc::argument_invalid for three numbers that are no mean, standard deviation and number of seeds.
std::optional<repro::statistics::summary> as_summary(std::string_view text) {
    const std::vector<std::string_view> parts = cut(text, ',');
    if (parts.size() != 3) return std::nullopt;
    const auto mean = number<double>(parts[0]), spread = number<double>(parts[1]);
    const auto n = number<std::uint64_t>(parts[2]);
    if (!mean || !spread || !n) return std::nullopt;
    if (!std::isfinite(*mean) || !std::isfinite(*spread) || *spread < 0 || *n == 0)
        throw repro::error(repro::errc::argument_invalid, "'" + excerpt(text, 128) + "'",
                           "is no mean, standard deviation and number of seeds",
                           "give finite numbers, no spread below zero, and one seed at least");
    return repro::statistics::summary{*n, *mean, *spread};
}

/// A table as it is read, line by line.
class table_reader {
public:
    explicit table_reader(std::string path) : path_(std::move(path)) {}

    value_table read(std::string_view text) {
        std::size_t line = 0;
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            const std::string_view row = trimmed(text.substr(0, end));
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            ++line;
            if (row.empty() || row.starts_with('#')) continue;
            if (names_.empty())
                read_names(cut(row, ','), line);
            else
                read_row(cut(row, ','), line);
        }
        if (seen_.empty()) throw problem(repro::errc::field_missing, line, "holds no values");
        return std::move(table_);
    }

private:
    repro::error problem(repro::errc code, std::size_t line, std::string what) const {
        return {code, fmt::format("{}:{}", path_, line), std::move(what),
                "give a table with a heading, a column 'seed' and a column for each metric"};
    }

    void read_names(const std::vector<std::string_view>& cells, std::size_t line) {
        names_.assign(cells.begin(), cells.end());
        std::set<std::string_view> before;
        for (const std::string& name : names_) {
            if (name.empty()) throw problem(repro::errc::field_value, line, "has a column without a name");
            if (!before.insert(name).second)
                throw problem(repro::errc::field_value, line, "has two columns '" + excerpt(name, 128) + "'");
        }
        const auto seed = std::ranges::find(names_, "seed");
        if (seed == names_.end()) throw problem(repro::errc::field_missing, line, "has no column 'seed'");
        seed_ = static_cast<std::size_t>(seed - names_.begin());
    }

    void read_row(const std::vector<std::string_view>& cells, std::size_t line) {
        if (cells.size() != names_.size())
            throw problem(repro::errc::field_value, line,
                          fmt::format("has {} values under {} names", cells.size(), names_.size()));
        const auto seed = number<std::uint64_t>(cells[seed_]);
        if (!seed) throw problem(repro::errc::field_value, line, "has no whole number under 'seed'");
        if (!seen_.insert(*seed).second)
            throw problem(repro::errc::seed_duplicate, line, fmt::format("has seed {} again", *seed));
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i == seed_) continue;
            const auto value = number<double>(cells[i]); // "nan" and "inf" are numbers here
            if (!value)
                throw problem(repro::errc::field_value, line, "has no number under '" + names_[i] + "'");
            table_[names_[i]].seeds.push_back(*seed);
            table_[names_[i]].values.push_back(*value);
        }
    }

    std::string path_;
    std::vector<std::string> names_;
    std::size_t seed_ = 0;
    std::set<std::uint64_t> seen_;
    value_table table_;
};

/// Puts the values of each metric into the order of their seeds.
value_table sorted(value_table table) {
    for (auto& [name, column] : table) {
        std::vector<std::pair<std::uint64_t, double>> rows;
        for (std::size_t i = 0; i < column.seeds.size(); ++i)
            rows.emplace_back(column.seeds[i], column.values[i]);
        std::ranges::sort(rows, {}, [](const auto& row) { return row.first; });
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::tie(column.seeds[i], column.values[i]) = rows[i];
    }
    return table;
}

/// Returns the manifests that one word names.
std::vector<fs::path> manifests_of(const std::string& word, console& out) {
    std::error_code failed;
    if (!fs::is_directory(word, failed) || fs::exists(fs::path(word) / "manifest.json", failed))
        return {find_run(word, out)};
    std::vector<fs::path> found = run_folders(word);
    if (found.empty())
        throw repro::error(repro::errc::run_unknown, word, "holds no runs",
                           "name a folder with runs below it, or a run");
    for (fs::path& each : found)
        each /= "manifest.json";
    return found;
}

/// Returns the table or the summary that is the one word of a side.
std::optional<side> side_without_runs(const std::vector<std::string>& words) {
    if (words.size() != 1) return std::nullopt;
    if (const auto summary = as_summary(words[0])) return *summary;
    if (!words[0].ends_with(".csv")) return std::nullopt;
    return sorted(table_reader(words[0]).read(repro::detail::read_document(words[0])));
}

void expect_run(const std::string& word) {
    if (word.ends_with(".csv") || as_summary(word))
        throw repro::error(repro::errc::argument_invalid, "'" + excerpt(word, 128) + "'",
                           "stands beside other words on one side",
                           "give runs, or one table, or one MEAN,STD,N a side");
}

} // namespace

side read_side(const std::vector<std::string>& words, console& out) {
    if (auto other = side_without_runs(words)) return std::move(*other);
    repro::judge::run_batch runs;
    for (const std::string& word : words) {
        expect_run(word);
        for (const fs::path& path : manifests_of(word, out))
            runs.push_back(repro::read_manifest(path));
    }
    return repro::judge::make_batch(std::move(runs));
}

side read_side(const std::vector<std::string>& words, console& out, std::vector<repro::error>& unreadable) {
    if (auto other = side_without_runs(words)) return std::move(*other);
    repro::judge::run_batch runs;
    const auto attempt = [&unreadable](auto&& reading) {
        try {
            reading();
        } catch (const repro::error& problem) {
            unreadable.push_back(problem);
        }
    };
    for (const std::string& word : words) {
        expect_run(word);
        attempt([&] {
            for (const fs::path& path : manifests_of(word, out))
                attempt([&] { runs.push_back(repro::read_manifest(path)); });
        });
    }
    return runs;
}

} // namespace tool
