// SPDX-License-Identifier: MIT
#pragma once
// Files in which a library finds variables that the environment lacks. NCCL has three: the one that
// NCCL_CONF_FILE names, or else .nccl.conf in the user's home, and then /etc/nccl.conf. A variable of the
// environment goes before them, and the first that names one before the others (NCCL, src/misc/param.cc).

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <pwd.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace repro::inline v0 {

/// A variable that a file gives.
struct knob_in_file {
    std::string name;
    std::string value;
    std::string file;

    friend bool operator==(const knob_in_file&, const knob_in_file&) = default;
};

namespace detail {

/// Adds what a file of NCCL's says, line by line "NAME=value", as NCCL takes it: '#' in the first column is a
/// comment, spaces belong to name and value, and a name that is there already is not set again.
inline void add_nccl_lines(std::string_view text, const std::string& file, std::vector<knob_in_file>& to) {
    while (!text.empty()) {
        const std::string_view line = next_token(text, '\n');
        const std::size_t equals = line.find('=');
        if (line.starts_with('#') || equals == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, equals);
        if (std::ranges::any_of(to, [&](const knob_in_file& each) { return each.name == name; })) continue;
        to.push_back({std::string(name), std::string(line.substr(equals + 1)), file});
    }
}

/// Returns the folder that the user database names, not $HOME, as NCCL does; empty where there is none.
[[nodiscard]] inline std::string home_of_user() {
    std::array<char, 16384> room{};
    passwd entry{};
    passwd* found = nullptr;
    const bool there = ::getpwuid_r(::getuid(), &entry, room.data(), room.size(), &found) == 0 &&
                       found != nullptr && found->pw_dir != nullptr;
    return there ? found->pw_dir : "";
}

/// Returns the files that NCCL reads, in its order.
[[nodiscard]] inline std::vector<std::string> nccl_files() {
    std::vector<std::string> files;
    const char* const named = std::getenv("NCCL_CONF_FILE");
    if (named != nullptr && *named != '\0')
        files.emplace_back(named);
    else if (const std::string home = home_of_user(); !home.empty())
        files.push_back(home + "/.nccl.conf");
    files.emplace_back("/etc/nccl.conf");
    return files;
}

} // namespace detail

/// Returns the variables that NCCL finds in its files, whether or not the environment has them, too. A file
/// that is not there or cannot be read gives none, as for NCCL.
///
/// Errors: none but std::bad_alloc. Threads: as getenv.
[[nodiscard]] inline std::vector<knob_in_file> nccl_file_knobs() {
    std::vector<knob_in_file> found;
    for (const std::string& file : detail::nccl_files())
        if (const auto text = detail::read_text(file.c_str(), std::size_t{1} << 20))
            detail::add_nccl_lines(*text, file, found);
    return found;
}

} // namespace repro::inline v0
