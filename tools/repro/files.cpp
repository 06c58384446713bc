// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>
#include <repro/run/publish.hpp>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace tool {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const repro::detail::descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (open.get() < 0)
        throw repro::error(repro::errc::unwritable, path.native(),
                           std::string("cannot be written: its folder: ") + repro::detail::errno_text(errno),
                           "name a folder that is there");
    const auto owner = repro::detail::decimal(static_cast<std::uint64_t>(::getpid()));
    try {
        repro::detail::publish({open.get(), path.filename().native(), path.native(), owner}, text);
    } catch (const repro::error& problem) {
        throw repro::error(problem.code(), problem.where(), problem.what_failed(),
                           "check the folder's permissions and free space");
    }
}

} // namespace tool
