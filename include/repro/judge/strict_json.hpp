// SPDX-License-Identifier: MIT
#pragma once
// JSON from a file that nobody vouches for: limits on size, depth and number of values; no key twice, no
// number that would lose digits, no byte order mark, nothing behind the end. Built on nlohmann/json's SAX
// parser.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/detail/utf8.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::size_t json_bytes_limit = std::size_t{64} << 20;
inline constexpr std::size_t json_depth_limit = 64;
inline constexpr std::size_t json_values_limit = std::size_t{4} << 20; // a value takes 16 bytes and more

/// Returns "<name>:<line>:<column>" of a byte; columns count bytes.
[[nodiscard]] inline std::string text_position(std::string_view name, std::string_view text,
                                               std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t last = before.rfind('\n');
    const std::size_t column = last == std::string_view::npos ? before.size() : before.size() - last - 1;
    return std::string(name) + ":" + decimal(lines + 1) + ":" + decimal(column + 1);
}

/// Builds a document from the events of the parser, and refuses what a document of ours never holds.
class strict_json_builder {
public:
    using json = nlohmann::json;
    using number_integer_t = json::number_integer_t;
    using number_unsigned_t = json::number_unsigned_t;
    using number_float_t = json::number_float_t;
    using string_t = json::string_t;
    using binary_t = json::binary_t;

    strict_json_builder(std::string_view text, std::string_view name) : text_(text), name_(name) {}

    bool null() { return place(nullptr); }
    bool boolean(bool value) { return place(value); }
    bool number_integer(number_integer_t value) { return place(value); }
    bool number_unsigned(number_unsigned_t value) { return place(value); }
    bool number_float(number_float_t value, const string_t& digits) {
        if (digits.find_first_of(".eE") == string_t::npos)
            throw refusal(errc::json_number, "holds a whole number beyond 64 bits", "write it as a string");
        return place(value);
    }
    bool string(string_t& value) { return place(std::move(value)); }
    bool binary(binary_t&) { return false; } // not in JSON
    bool start_object(std::size_t) { return open(json::object()); }
    bool start_array(std::size_t) { return open(json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(string_t& name) {
        const auto [at, fresh] = open_.back()->get_ref<json::object_t&>().try_emplace(name);
        key_ = &at->second;
        if (fresh) return true;
        throw refusal(errc::json_duplicate_key, "holds the key '" + name.substr(0, 80) + "' twice",
                      "keep one of the two; readers differ in which one they take");
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) {
        const std::size_t offset = position == 0 ? 0 : position - 1;
        const std::string where = text_position(name_, text_, offset);
        // nlohmann/json: 406 is a number that no double can hold; the others are errors of syntax.
        if (problem.id == 406)
            throw error(errc::json_number, where, "holds a number beyond the range of double precision",
                        "write it as a string");
        const bool ended = position > text_.size();
        throw error(errc::json_syntax, where, ended ? "ends before its JSON does" : "is no JSON from here on",
                    ended ? "the file was cut short: take it from its source again"
                          : "repair the file, or take it from its source again");
    }

    [[nodiscard]] json take() { return std::move(root_); }

private:
    template <class Value> bool place(Value&& value) {
        (void)put(json(std::forward<Value>(value)));
        return true;
    }
    bool open(json container) {
        if (open_.size() == json_depth_limit)
            throw refusal(errc::json_too_deep,
                          "is nested deeper than " + decimal(json_depth_limit) + " levels",
                          "no manifest is: this file was not written by this library");
        open_.push_back(put(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    json* put(json value) {
        if (++values_ > json_values_limit)
            throw refusal(errc::bytes_too_many, "holds more than " + decimal(json_values_limit) + " values",
                          "keep long series in a file of their own, as an artifact");
        if (open_.empty()) return &(root_ = std::move(value));
        if (!open_.back()->is_array()) return &(*key_ = std::move(value));
        return &open_.back()->get_ref<json::array_t&>().emplace_back(std::move(value));
    }
    [[nodiscard]] error refusal(errc code, std::string problem, std::string fix) const {
        return {code, std::string(name_), std::move(problem), std::move(fix)};
    }

    std::string_view text_;
    std::string_view name_;
    json root_;
    json* key_ = nullptr;     // where the value of the last key goes
    std::vector<json*> open_; // stable: only the innermost container grows
    std::size_t values_ = 0;
};

/// Returns the document that `text` spells; `name` is what errors call it.
///
/// Errors: errc::bytes_too_many, json_duplicate_key, json_encoding, json_number, json_syntax, json_too_deep.
[[nodiscard]] inline nlohmann::json parse_strict_json(std::string_view text, std::string_view name) {
    if (text.size() > json_bytes_limit)
        throw error(errc::bytes_too_many, std::string(name), "is larger than 64 MiB",
                    "no manifest is: check what was named");
    if (text.starts_with("\xef\xbb\xbf"))
        throw error(errc::json_encoding, text_position(name, text, 0), "starts with a byte order mark",
                    "remove the first three bytes");
    if (const std::size_t fault = utf8_fault(text); fault != std::string_view::npos)
        throw error(errc::json_encoding, text_position(name, text, fault), "is not UTF-8 from here on",
                    "take the file from its source again");
    // The parser takes a zero byte for the end, and would not see what stands behind it.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        throw error(errc::json_syntax, text_position(name, text, zero), "holds a zero byte",
                    "the file was not written to its end: take it from its source again");
    strict_json_builder builder(text, name);
    nlohmann::json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json, true);
    return builder.take();
}

} // namespace detail
} // namespace repro::inline v0
