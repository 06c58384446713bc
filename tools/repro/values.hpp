// SPDX-License-Identifier: MIT
#pragma once
// Values of manifests as people read them.

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tool {

/// Returns a digest's first digits, or a value as it is.
[[nodiscard]] std::string shortened(std::string_view value);

/// Returns a value without quotes, digests shortened; "-" where there is none.
[[nodiscard]] std::string value_words(const nlohmann::json& value);

} // namespace tool
