// SPDX-License-Identifier: MIT
#pragma once
// Values of manifests as people read them.

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tool {

/// Returns what stands at a pointer ("/git/branch"); null where there is nothing.
[[nodiscard]] const nlohmann::json& field(const nlohmann::json& document, const char* pointer);

/// Returns a text as a value, an empty one as null.
[[nodiscard]] nlohmann::ordered_json text_or_null(const std::string& text);

/// Returns a digest's first digits, or a value as it is.
[[nodiscard]] std::string shortened(std::string_view value);

/// Returns a value without quotes, digests shortened; "-" where there is none.
[[nodiscard]] std::string value_words(const nlohmann::json& value);

} // namespace tool
