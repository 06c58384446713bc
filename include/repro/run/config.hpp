// SPDX-License-Identifier: MIT
#pragma once
// The user's config as text of the manifest: in its own order, infinities and NaN as words, text as UTF-8.

#include <repro/detail/json_writer.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// Containers within one another that a config may have: the strict reader of manifests takes 64.
inline constexpr int config_depth_limit = 48;

template <class Json> [[nodiscard]] bool write_config(json_writer& to, const Json& value, int depth);

template <class Json> [[nodiscard]] bool write_members(json_writer& to, const Json& value, int depth) {
    if (depth == config_depth_limit) return false;
    bool good = true;
    if (value.is_object()) {
        to.begin_object();
        for (const auto& [key, child] : value.template get_ref<const typename Json::object_t&>()) {
            to.key(key);
            good = good && write_config(to, child, depth + 1);
        }
        to.end_object();
    } else {
        to.begin_array();
        for (const Json& child : value.template get_ref<const typename Json::array_t&>())
            good = good && write_config(to, child, depth + 1);
        to.end_array();
    }
    return good;
}

/// Writes a value of nlohmann/json; false where it is nested too deeply or is no JSON, as binary values are.
template <class Json> bool write_config(json_writer& to, const Json& value, int depth) {
    using kind = nlohmann::detail::value_t;
    switch (value.type()) {
    case kind::null:
        to.value(nullptr);
        return true;
    case kind::boolean:
        to.value(value.template get_ref<const bool&>());
        return true;
    case kind::number_integer:
        to.value(value.template get_ref<const std::int64_t&>());
        return true;
    case kind::number_unsigned:
        to.value(value.template get_ref<const std::uint64_t&>());
        return true;
    case kind::number_float:
        to.value(value.template get_ref<const double&>());
        return true;
    case kind::string:
        to.value(value.template get_ref<const std::string&>());
        return true;
    case kind::object:
    case kind::array:
        return write_members(to, value, depth);
    default:
        return false;
    }
}

/// nlohmann::json, nlohmann::ordered_json, or another of that family.
template <class T>
concept json_value = requires(const T& value) {
    typename T::object_t;
    { value.type() } -> std::same_as<nlohmann::detail::value_t>;
};

} // namespace detail

/// The hyperparameters of a run. Made of a nlohmann::json or ordered_json, or of braces as they are.
///
/// Example:
///     repro::run run({.id = "digits", .seed = 42, .config = {{"lr", 0.1}, {"epochs", 20}}});
class run_config {
public:
    /// No hyperparameters: {}.
    run_config() = default;

    template <detail::json_value Json> run_config(const Json& value) {
        detail::json_writer to(2, 1); // it will stand behind a key of the manifest
        representable_ = detail::write_config(to, value, 0);
        replaced_ = to.replaced();
        text_ = representable_ ? to.text() : "null";
    }

    run_config(nlohmann::json::initializer_list_t braces) : run_config(nlohmann::json(braces)) {}

    /// Returns the text in the manifest.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Returns false when there is a binary value, or more than 48 containers within one another.
    [[nodiscard]] bool representable() const noexcept { return representable_; }
    /// Returns whether some text was not UTF-8, and had its faulty bytes replaced by U+FFFD.
    [[nodiscard]] bool replaced() const noexcept { return replaced_; }

private:
    std::string text_ = "{}";
    bool representable_ = true;
    bool replaced_ = false;
};

} // namespace repro::inline v0
