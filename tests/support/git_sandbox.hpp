// SPDX-License-Identifier: MIT
#pragma once
// A temporary folder with the git program in it, neither of them touched by the user's configuration.

#include <repro/capture/git.hpp>

#include "temporary_folder.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace support {

/// Moves a file's times, so that only its content can tell that it is the same.
inline void set_old_times(const std::filesystem::path& file) {
    std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) - std::chrono::hours(1));
}

class git_sandbox : public temporary_folder {
public:
    git_sandbox() {
        repro::detail::start_libgit2();
        for (const int level : {GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_SYSTEM,
                                GIT_CONFIG_LEVEL_PROGRAMDATA})
            ::git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path().c_str());
    }

    /// Runs `git <command>` in `folder` and throws when it fails.
    void git(const std::filesystem::path& folder, const std::string& command) const {
        const std::string line = "cd '" + folder.native() + "' && env -i PATH=\"$PATH\" HOME='" +
                                 path().native() +
                                 "' GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -c user.name=n "
                                 "-c user.email=e -c init.defaultBranch=main -c protocol.file.allow=always " +
                                 command + " >/dev/null 2>&1";
        if (std::system(line.c_str()) != 0) throw std::runtime_error("git " + command + " failed");
    }

    /// Makes a repository with one commit of the files "a" and "b/c", and returns its folder.
    [[nodiscard]] std::filesystem::path repository(const std::string& name = "repository") const {
        write(name + "/a", "one\n");
        write(name + "/b/c", "two\n");
        const std::filesystem::path folder = *this / name;
        git(folder, "init");
        commit(folder);
        return folder;
    }

    void commit(const std::filesystem::path& folder) const {
        git(folder, "add -A");
        git(folder, "commit -m message");
    }
};

} // namespace support
