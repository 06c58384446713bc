// SPDX-License-Identifier: MIT
#pragma once
// Which keys a manifest has to hold and of what type, and the check of an object against such rules. Errors
// give the place as a JSON pointer (RFC 6901).

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

enum class json_kind : unsigned char {
    text,
    boolean,
    whole,
    number,
    object,
    texts,
    objects,
    array,
    anything
};
enum class json_null : unsigned char { refused, allowed };

/// What has to stand under a key.
struct field_rule {
    const char* key;
    json_kind kind;
    json_null null = json_null::refused;
};

/// The source schema's keys: every manifest has them.
inline constexpr field_rule source_rules[] = {
    {"id", json_kind::text},
    {"git_sha", json_kind::text, json_null::allowed},
    {"git_dirty", json_kind::boolean, json_null::allowed},
    {"seed", json_kind::whole},
    {"config", json_kind::anything, json_null::allowed},
    {"versions", json_kind::object, json_null::allowed},
    {"hardware", json_kind::object, json_null::allowed},
    {"started_at", json_kind::text},
    {"finished_at", json_kind::text, json_null::allowed},
    {"wall_seconds", json_kind::number, json_null::allowed},
    {"artifacts", json_kind::texts},
};

/// Those added beside them: a manifest with a schema has these, too.
inline constexpr field_rule schema_rules[] = {
    {"stream_contract", json_kind::whole},
    {"run_id", json_kind::text, json_null::allowed},
    {"status", json_kind::text},
    {"level", json_kind::text, json_null::allowed},
    {"seed_text", json_kind::text},
    {"seed_source", json_kind::text},
    {"executable", json_kind::object, json_null::allowed},
    {"git", json_kind::object, json_null::allowed},
    {"build", json_kind::object, json_null::allowed},
    {"lockfiles", json_kind::objects},
    {"inputs", json_kind::objects},
    {"digests", json_kind::object},
    {"streams", json_kind::objects},
    {"metrics", json_kind::object},
    {"libraries", json_kind::objects, json_null::allowed},
    {"missing", json_kind::objects},
    {"warnings", json_kind::objects},
};

inline constexpr field_rule file_rules[] = {
    {"path", json_kind::text},
    {"absolute", json_kind::text},
    {"sha256", json_kind::text, json_null::allowed},
};
inline constexpr field_rule digest_rules[] = {{"sha256", json_kind::text, json_null::allowed}};
inline constexpr field_rule stream_rules[] = {{"name", json_kind::text}, {"engine", json_kind::text}};
inline constexpr field_rule series_rules[] = {{"step", json_kind::array}, {"value", json_kind::array}};
inline constexpr field_rule library_rules[] = {{"name", json_kind::text},
                                               {"build_id", json_kind::text, json_null::allowed}};
inline constexpr field_rule missing_rules[] = {{"field", json_kind::text}, {"reason", json_kind::text}};
inline constexpr field_rule warning_rules[] = {{"code", json_kind::text}, {"text", json_kind::text}};

[[nodiscard]] inline bool is_of_kind(const nlohmann::json& value, json_kind kind) {
    const auto all = [&value](auto test) { return value.is_array() && std::ranges::all_of(value, test); };
    switch (kind) {
    case json_kind::text:
        return value.is_string();
    case json_kind::boolean:
        return value.is_boolean();
    case json_kind::whole:
        return value.is_number_unsigned();
    case json_kind::number:
        return value.is_number();
    case json_kind::object:
        return value.is_object();
    case json_kind::texts:
        return all([](const nlohmann::json& each) { return each.is_string(); });
    case json_kind::objects:
        return all([](const nlohmann::json& each) { return each.is_object(); });
    case json_kind::array:
        return value.is_array();
    case json_kind::anything:
        break;
    }
    return true;
}

[[nodiscard]] constexpr std::string_view describe_kind(json_kind kind) noexcept {
    constexpr std::string_view words[] = {
        "a text",    "true or false",   "a whole number from 0 on", "a number",
        "an object", "a list of texts", "a list of objects",        "a list",
        "a value"};
    return words[static_cast<unsigned char>(kind)];
}

/// Returns whether `value` is a number, or a word for one that JSON cannot spell.
[[nodiscard]] inline bool is_real(const nlohmann::json& value) {
    return value.is_number() || value == "NaN" || value == "Infinity" || value == "-Infinity";
}

/// An object of a manifest and the place where it stands, for errors: "manifest.json#/inputs/0".
struct json_place {
    const nlohmann::json& object;
    std::string place;

    [[nodiscard]] json_place at(std::size_t index) const {
        return {object[index], place + "/" + decimal(index)};
    }
    [[nodiscard]] json_place at(const std::string& key) const { return {object[key], where(key)}; }
    [[nodiscard]] std::string where(std::string_view key) const {
        std::string text = place + "/";
        for (const char c : key.substr(0, 128))
            text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        return text;
    }
};

[[nodiscard]] inline error field_error(errc code, std::string where, std::string problem) {
    return {code, std::move(where), std::move(problem),
            "take the manifest from its source again, or correct the program that wrote it"};
}

/// Throws unless every rule holds in the object at `place`.
inline void expect_fields(const json_place& place, std::span<const field_rule> rules) {
    for (const field_rule& rule : rules) {
        const auto found = place.object.find(rule.key);
        if (found == place.object.end())
            throw field_error(errc::field_missing, place.where(rule.key), "is missing");
        const bool good = found->is_null() ? rule.null == json_null::allowed : is_of_kind(*found, rule.kind);
        if (!good)
            throw field_error(errc::field_type, place.where(rule.key),
                              std::string("holds ") + found->type_name() + " where " +
                                  std::string(describe_kind(rule.kind)) + " belongs");
    }
}

/// Returns a text that may be absent or null.
[[nodiscard]] inline std::optional<std::string> optional_text(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

/// Returns a digest that may be absent or null.
///
/// Errors: errc::digest_format.
[[nodiscard]] inline std::optional<digest256> optional_digest(const json_place& place, const char* key) {
    const auto text = optional_text(place.object, key);
    if (!text) return std::nullopt;
    digest256 digest;
    if (!from_hex(*text, digest.bytes))
        throw field_error(errc::digest_format, place.where(key), "is no SHA-256 digest");
    return digest;
}

} // namespace detail
} // namespace repro::inline v0
