// SPDX-License-Identifier: MIT
#pragma once
// The user's config as text of the manifest: in its own order, infinities and NaN as words, text as UTF-8,
// without secrets.

#include <repro/core/redact.hpp>
#include <repro/detail/json_writer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// Containers within one another that a config may have: the strict reader of manifests takes 64.
inline constexpr int config_depth_limit = 48;

/// Where in a config something stands: what names say of secrets goes by all keys down to it.
struct config_place {
    redaction_list& log;
    std::string path;    ///< "config/db/password"
    bool within = false; ///< an object whose name keeps secrets

    [[nodiscard]] std::string_view name() const noexcept {
        return std::string_view(path).substr(std::min<std::size_t>(path.find('/'), path.size()));
    }
    [[nodiscard]] bool hides(std::string_view value) const noexcept {
        return keeps_secret(within ? name_grade::certain : grade_name(name()), value);
    }
    [[nodiscard]] config_place at(const std::string& key) const {
        std::string_view parent = name();
        const bool inside =
            within || (!same_word(last_word(parent), "token") && grade_name(name()) == name_grade::certain);
        return {log, path + "/" + key, inside};
    }
    void hide(json_writer& to) const {
        log.add(path, "named");
        to.value(hidden);
    }
};

template <class Json>
[[nodiscard]] bool write_config(json_writer& to, const Json& value, int depth, const config_place& place);

template <class Json>
[[nodiscard]] bool write_members(json_writer& to, const Json& value, int depth, const config_place& place) {
    if (depth == config_depth_limit) return false;
    bool good = true;
    if (value.is_object()) {
        to.begin_object();
        std::size_t taken = 0;
        for (const auto& [key, child] : value.template get_ref<const typename Json::object_t&>()) {
            std::string name = hide_tokens(key, place.log, place.path);
            if (name != key && ++taken > 1) name += "~" + decimal(taken); // no key twice
            to.key(name);
            good = good && write_config(to, child, depth + 1, place.at(name));
        }
        to.end_object();
    } else {
        to.begin_array();
        for (const Json& child : value.template get_ref<const typename Json::array_t&>())
            good = good && write_config(to, child, depth + 1, place);
        to.end_array();
    }
    return good;
}

/// Writes a number, unless its name says that it is a secret.
template <class Number> void write_number(json_writer& to, Number number, const config_place& place) {
    json_writer text(0);
    text.value(number);
    if (place.hides(text.text()))
        place.hide(to);
    else
        to.value(number);
}

/// Writes a value of nlohmann/json without secrets; false where it is nested too deeply or is no JSON, as
/// binary values are.
template <class Json>
bool write_config(json_writer& to, const Json& value, int depth, const config_place& place) {
    using kind = nlohmann::detail::value_t;
    switch (value.type()) {
    case kind::null:
        to.value(nullptr);
        return true;
    case kind::boolean:
        to.value(value.template get_ref<const bool&>());
        return true;
    case kind::number_integer:
        write_number(to, value.template get_ref<const std::int64_t&>(), place);
        return true;
    case kind::number_unsigned:
        write_number(to, value.template get_ref<const std::uint64_t&>(), place);
        return true;
    case kind::number_float:
        to.value(value.template get_ref<const double&>());
        return true;
    case kind::string: {
        const auto& text = value.template get_ref<const std::string&>();
        if (place.hides(text))
            place.hide(to);
        else
            to.value(redact(text, place.log, place.path));
        return true;
    }
    case kind::object:
    case kind::array:
        return write_members(to, value, depth, place);
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
        representable_ = detail::write_config(to, value, 0, {redactions_, "config"});
        replaced_ = to.replaced();
        text_ = representable_ ? to.text() : "null";
    }

    run_config(nlohmann::json::initializer_list_t braces) : run_config(nlohmann::json(braces)) {}

    /// Returns the text in the manifest.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Returns false when there is a binary value, or more than 48 containers within one another.
    [[nodiscard]] bool representable() const noexcept { return representable_; }
    /// Returns what was taken out of it because it is secret.
    [[nodiscard]] const redaction_list& redactions() const noexcept { return redactions_; }
    /// Returns whether some text was not UTF-8, and had its faulty bytes replaced by U+FFFD.
    [[nodiscard]] bool replaced() const noexcept { return replaced_; }

private:
    redaction_list redactions_;
    std::string text_ = "{}";
    bool representable_ = true;
    bool replaced_ = false;
};

} // namespace repro::inline v0
