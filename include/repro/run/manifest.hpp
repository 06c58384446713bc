// SPDX-License-Identifier: MIT
#pragma once
// The manifest as a document: its keys in order, and its text. Whatever it holds, the text is JSON that the
// strict reader takes.

#include <repro/core/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// The layout of the manifest. A reader refuses another first number, and takes a higher second one.
inline constexpr std::string_view manifest_schema = "urn:repro:manifest:1.0";

/// How a run stands.
enum class run_status : unsigned char { running, completed, failed, aborted };

/// Returns the word the manifest uses.
[[nodiscard]] constexpr std::string_view to_string(run_status status) noexcept {
    constexpr std::string_view words[] = {"running", "completed", "failed", "aborted"};
    return words[static_cast<unsigned char>(status)];
}

namespace detail {

using json = nlohmann::ordered_json;

/// The source schema's keys, then those added beside them.
inline constexpr const char* manifest_keys[] = {
    "id",         "git_sha",        "git_dirty",    "seed",      "config",  "versions",        "hardware",
    "started_at", "finished_at",    "wall_seconds", "artifacts", "schema",  "stream_contract", "name",
    "run_id",     "status",         "error",        "level",     "unmet",   "seed_text",       "seed_source",
    "parent",     "command",        "environment",  "container", "ranks",   "executable",      "git",
    "build",      "floating_point", "lockfiles",    "inputs",    "digests", "streams",         "metrics",
    "libraries",  "missing",        "warnings",
};

/// Returns a value, or null.
template <class T> [[nodiscard]] json to_json(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

/// Returns a number of a measurement; JSON has no word for those that are not finite.
[[nodiscard]] inline json number_to_json(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return value;
}

[[nodiscard]] inline json to_json(const std::vector<missing_fact>& missing) {
    json list = json::array();
    for (const missing_fact& each : missing)
        list.push_back({{"field", each.field}, {"reason", each.reason}});
    return list;
}

[[nodiscard]] inline json to_json(const std::vector<warning>& warnings) {
    json list = json::array();
    for (const warning& each : warnings)
        list.push_back({{"code", to_string(each.code)}, {"text", each.text}});
    return list;
}

/// Containers within the config that the strict reader of manifests takes.
inline constexpr int config_depth_limit = 48;

/// Spells out the numbers in `value` that JSON has no word for; false where it is nested too deeply.
[[nodiscard]] inline bool spell_numbers(json& value, int depth = 0) {
    if (value.is_number_float()) value = number_to_json(value.get_ref<const double&>());
    if (!value.is_structured()) return true;
    if (depth == config_depth_limit) return false;
    for (json& child : value)
        if (!spell_numbers(child, depth + 1)) return false;
    return true;
}

/// What becomes of text that is not UTF-8.
enum class not_utf8 : unsigned char { refuse, replace };

[[nodiscard]] inline std::string one_line(const json& value, not_utf8 policy) {
    const auto handler =
        policy == not_utf8::refuse ? json::error_handler_t::strict : json::error_handler_t::replace;
    return value.dump(-1, ' ', false, handler);
}

/// Appends a value of the manifest; the members of a container stand on a line each.
inline void append_lines(std::string& text, const json& value, not_utf8 policy) {
    if (!value.is_structured() || value.empty()) {
        text += one_line(value, policy);
        return;
    }
    const char* separator = value.is_object() ? "{\n    " : "[\n    ";
    const auto append = [&](const std::string& line) {
        text.append(separator).append(line);
        separator = ",\n    ";
    };
    if (value.is_object())
        for (const auto& [key, child] : value.get_ref<const json::object_t&>())
            append(one_line(key, policy) + ": " + one_line(child, policy));
    else
        for (const json& child : value)
            append(one_line(child, policy));
    text += value.is_object() ? "\n  }" : "\n  ]";
}

/// The manifest while it is being made: its members, what is missing and what to warn of.
class manifest_document {
public:
    manifest_document() {
        for (const char* const key : manifest_keys)
            members_[key] = nullptr;
        members_["schema"] = manifest_schema;
    }

    [[nodiscard]] json& operator[](const char* key) { return members_[key]; }

    void miss(std::string field, std::string reason) {
        add_once(missing_, {std::move(field), std::move(reason)});
    }
    void miss(const std::vector<missing_fact>& facts) {
        for (const missing_fact& each : facts)
            add_once(missing_, each);
    }
    void warn(repro::warn code, std::string text) { add_once(warnings_, {code, std::move(text)}); }
    [[nodiscard]] const std::vector<warning>& warnings() const noexcept { return warnings_; }

    /// Returns the text. Where something is not UTF-8, its faulty bytes are replaced, and a warning says so.
    [[nodiscard]] std::string text() {
        try {
            return text(not_utf8::refuse);
        } catch (const json::type_error&) {
            warn(repro::warn::text_replaced, "some text is not UTF-8: its faulty bytes stand as U+FFFD");
            return text(not_utf8::replace);
        }
    }

private:
    template <class Item> static void add_once(std::vector<Item>& list, Item item) {
        if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
    }

    [[nodiscard]] std::string text(not_utf8 policy) {
        members_["missing"] = to_json(missing_);
        members_["warnings"] = to_json(warnings_);
        std::string all = "{";
        const char* separator = "\n  ";
        for (const auto& [key, value] : members_.get_ref<const json::object_t&>()) {
            all.append(separator).append(one_line(key, policy)).append(": ");
            append_lines(all, value, policy);
            separator = ",\n  ";
        }
        return all += "\n}\n";
    }

    json members_ = json::object();
    std::vector<missing_fact> missing_;
    std::vector<warning> warnings_;
};

} // namespace detail
} // namespace repro::inline v0
