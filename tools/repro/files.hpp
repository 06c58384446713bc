// SPDX-License-Identifier: MIT
#pragma once
// Files that commands write.

#include <filesystem>
#include <string>

namespace tool {

/// Writes `text` to a new file beside `path`, and to the disk, and gives it that name: no reader finds half
/// of it, not even after the power failed.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable; what stood there is then as it was.
void write_file(const std::filesystem::path& path, const std::string& text);

} // namespace tool
