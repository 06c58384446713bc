// SPDX-License-Identifier: MIT
#pragma once
// How many columns of a terminal a text takes.

#include <cstddef>
#include <string_view>

namespace tool {

/// Returns the columns of a printable text: two for a wide character, none for a mark on the one before.
[[nodiscard]] std::size_t text_width(std::string_view text);

} // namespace tool
