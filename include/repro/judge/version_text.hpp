// SPDX-License-Identifier: MIT
#pragma once
// What a manifest writes in place of a version: "absent: not on the PATH", "unread: only python3 itself
// tells".

#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Returns whether nobody could read the version.
[[nodiscard]] inline bool is_unread(std::string_view version) noexcept {
    return version.starts_with("unread: ") || version.starts_with("unknown: ");
}

/// Returns whether there is none, or nobody could read it.
[[nodiscard]] inline bool is_no_version(std::string_view version) noexcept {
    return version.empty() || version.starts_with("absent: ") || is_unread(version);
}

} // namespace detail
} // namespace repro::inline v0
