// SPDX-License-Identifier: MIT
#pragma once
// The page: one file that needs no other one, no network and no script.

#include "facts.hpp"

#include <string>

namespace tool::page {

/// Returns the page as HTML. It depends on what it tells of and on nothing else: no time, no name of a
/// machine.
[[nodiscard]] std::string html(const facts& all);

} // namespace tool::page
