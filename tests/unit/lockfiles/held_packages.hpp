// SPDX-License-Identifier: MIT
#pragma once
// What is asked of packages that were held against what is installed.

#include <repro/lockfiles/installed_package.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

[[nodiscard]] inline const repro::lockfiles::held_package&
named(const std::vector<repro::lockfiles::held_package>& held, std::string_view name) {
    const auto found = std::ranges::find_if(held, [&](const auto& each) { return each.locked.name == name; });
    REQUIRE(found != held.end());
    return *found;
}
