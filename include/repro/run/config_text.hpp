// SPDX-License-Identifier: MIT
#pragma once
// The user's config as text of the manifest: in its own order, infinities and NaN as words, text as UTF-8.

#include <repro/detail/json_writer.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

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
    using kind = typename Json::value_t;
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

} // namespace detail
} // namespace repro::inline v0
