// SPDX-License-Identifier: MIT
#pragma once
// JSON, TOML and YAML as one kind of document, read within limits. Scalars of TOML's dates and of YAML are
// texts.

#include <repro/judge/strict_json.hpp>
#include <repro/lockfiles/text.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

using json = nlohmann::json;

/// Returns the document that JSON spells.
[[nodiscard]] inline json read_json(std::string_view text) {
    try {
        return repro::detail::parse_strict_json(text, "lockfile");
    } catch (const error& problem) {
        const std::string where =
            problem.where().starts_with("lockfile:") ? problem.where().substr(9) + ": " : "";
        throw syntax_fault(where + problem.what_failed());
    }
}

/// Returns the member of an object; nothing where it is no object or has none.
[[nodiscard]] inline const json* find(const json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Returns a scalar as text; nothing for anything else.
[[nodiscard]] inline std::string text_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

[[nodiscard]] inline std::string text_at(const json& object, std::string_view key) {
    const json* const found = find(object, key);
    return found ? text_of(*found) : std::string();
}

/// Returns the list under `key`; an empty one where there is none.
///
/// Errors: errc::lock_syntax where it is no list.
[[nodiscard]] inline const json& list_at(const json& object, std::string_view key) {
    static const json none = json::array();
    const json* const found = find(object, key);
    if (!found) return none;
    if (!found->is_array()) throw syntax_fault("has a '" + std::string(key) + "' that is no list");
    return *found;
}

/// Returns the members under `key`; none where there are none.
///
/// Errors: errc::lock_syntax where it is neither object nor table.
[[nodiscard]] inline const json::object_t& members_at(const json& object, std::string_view key) {
    static const json::object_t none;
    const json* const found = find(object, key);
    if (!found) return none;
    if (!found->is_object()) throw syntax_fault("has a '" + std::string(key) + "' that is no table");
    return found->get_ref<const json::object_t&>();
}

/// Returns the members of `object`.
///
/// Errors: errc::lock_syntax where it is neither object nor table.
[[nodiscard]] inline const json::object_t& members_of(const json& object) {
    if (!object.is_object()) throw syntax_fault("is no table at its top");
    return object.get_ref<const json::object_t&>();
}

/// Returns the whole number that a format version starts with; 0 where it is none.
[[nodiscard]] inline unsigned major_of(std::string_view version) {
    std::uint64_t value = 0;
    const bool read = repro::detail::from_decimal(version.substr(0, version.find('.')), value);
    return read && value < 1000000 ? static_cast<unsigned>(value) : 0;
}

/// Keeps the version of the format, and refuses those that its readers do not know.
inline void require_version(report& to, std::string version, unsigned first, unsigned last) {
    to.format_version = told_name(version);
    const unsigned number = major_of(version);
    if (number < first || number > last)
        throw version_fault(to.format_version.empty() ? "none" : to.format_version);
}

} // namespace repro::inline v0::lockfiles::detail
