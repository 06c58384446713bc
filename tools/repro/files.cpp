// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace tool {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
    const fs::path fresh = path.native() + ".tmp";
    errno = 0;
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    const int reason = errno;
    std::error_code failed;
    if (file) fs::rename(fresh, path, failed);
    if (file && !failed) return;
    const std::string problem = failed ? failed.message() : repro::detail::errno_text(reason);
    fs::remove(fresh, failed);
    throw repro::error(repro::errc::unwritable, path.native(), "cannot be written: " + problem,
                       "check the folder's permissions and free space");
}

} // namespace tool
