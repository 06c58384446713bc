// SPDX-License-Identifier: MIT
#pragma once
// A page for every error and warning of the library. Levels explain themselves in core/level.hpp.

#include <span>
#include <string_view>

namespace tool {

struct explanation {
    std::string_view code;    ///< "E_ID_INVALID"
    std::string_view summary; ///< one line
    std::string_view meaning; ///< what happened, and why it matters
    std::string_view remedy;  ///< what to do
};

/// Returns all pages: errors, then warnings, each in the order of their codes.
[[nodiscard]] std::span<const explanation> explanations() noexcept;

/// Returns the page of `code`, or nothing.
[[nodiscard]] const explanation* find_explanation(std::string_view code) noexcept;

} // namespace tool
