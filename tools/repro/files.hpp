// SPDX-License-Identifier: MIT
#pragma once
// Files that commands write.

#include <filesystem>
#include <string>

namespace tool {

/// Writes `text` to a new file beside `path`, and gives it that name: no reader finds half of it.
///
/// Errors: errc::unwritable.
void write_file(const std::filesystem::path& path, const std::string& text);

} // namespace tool
