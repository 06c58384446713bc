// SPDX-License-Identifier: MIT
#pragma once
// How a manifest is compared with what there is.

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace repro::inline v0 {

enum class check_environment : unsigned char { no, yes };

/// Whether files are read that lie neither in the run's folder nor below the folder of the comparison.
enum class outside_files : unsigned char { left_alone, read };

struct verify_options {
    /// Whether git, the executable, libraries and hardware are compared, as far as the declared level
    /// controls them.
    check_environment environment = check_environment::no;
    /// Where inputs and lockfiles with relative paths are looked for when they are not where they were, and
    /// which repository is compared.
    std::filesystem::path folder = ".";
    /// Called with the path of each file before it is read.
    std::function<void(const std::string&)> progress = {};
    /// Nobody knows who wrote a manifest, so it does not choose what is read, unless its reader trusts it.
    outside_files outside = outside_files::left_alone;
    /// After which time what is left stays unchecked: an hour is four terabytes at 1.2 GB/s, and the
    /// holes of a sparse file that a manifest names hold nobody for longer. No limit where absent.
    std::optional<std::chrono::milliseconds> timeout = std::chrono::hours(1);
};

} // namespace repro::inline v0
