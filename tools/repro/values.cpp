// SPDX-License-Identifier: MIT
#include "values.hpp"

namespace tool {

const nlohmann::json& field(const nlohmann::json& document, const char* pointer) {
    static const nlohmann::json nothing;
    const nlohmann::json::json_pointer where(pointer);
    return document.contains(where) ? document.at(where) : nothing;
}

nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

std::string shortened(std::string_view value) {
    const bool hexadecimal = value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    const bool digest = hexadecimal && (value.size() == 64 || value.size() == 40); // SHA-256, SHA-1
    return std::string(digest ? value.substr(0, 12) : value);
}

std::string value_words(const nlohmann::json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return shortened(value.get_ref<const std::string&>());
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace tool
