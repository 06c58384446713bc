// SPDX-License-Identifier: MIT
#pragma once
// TOML by toml++, kept from what it cannot take: it relies on the first character of a table's name and of a
// date's time, and walks nested values by calling itself.

#include <repro/lockfiles/values.hpp>

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <utility>

namespace repro::inline v0::lockfiles::detail {

/// Walks TOML up to its first error, and refuses depth, and names of tables and times that toml++ asserts on.
class toml_guard {
public:
    explicit toml_guard(std::string_view text) noexcept : text_(text) {}

    void check() {
        while (at_ < text_.size()) {
            const char now = text_[at_];
            if (now == '"' || now == '\'')
                skip_string(now);
            else if (now == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (now == '\n')
                start_line();
            else
                step(now);
        }
    }

private:
    void start_line() noexcept {
        ++at_;
        fresh_ = depth_ == 0;
    }
    void step(char now) {
        if (now == '[' && fresh_) return check_header();
        if (is_digit(now) && !fresh_) return skip_number();
        check_bare(now);
        if (now != ' ' && now != '\t' && now != '\r') fresh_ = false;
        if ((now == '[' || now == '{') && ++depth_ > depth_limit)
            throw syntax_fault("is nested deeper than " + decimal(depth_limit) + " levels");
        if ((now == ']' || now == '}') && depth_ > 0) --depth_;
        ++at_;
    }
    /// Refuses what TOML has in texts and comments alone; toml++ takes some of it to a place that it calls
    /// unreachable.
    static void check_bare(char now) {
        if ((static_cast<unsigned char>(now) & 0x80U) != 0)
            throw syntax_fault("holds a character beyond ASCII outside of a text");
    }
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    /// Skips a number or date, and refuses a date with a T and no time.
    void skip_number() {
        const std::size_t start = at_;
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '-'))
            ++at_;
        const bool date = at_ - start == 10 && text_[start + 4] == '-' && text_[start + 7] == '-';
        const std::string_view rest = text_.substr(at_, 2);
        if (date && (rest.starts_with('T') || rest.starts_with('t')) &&
            (rest.size() < 2 || !is_digit(rest[1])))
            throw syntax_fault("holds a date whose time is none");
    }
    void check_header() {
        fresh_ = false;
        ++at_;
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == '[') ++at_;
        skip_blanks();
        constexpr std::string_view first =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-\"'";
        if (at_ == text_.size() || first.find(text_[at_]) == std::string_view::npos)
            throw syntax_fault("holds a table without a name");
        const std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
        if (static_cast<std::size_t>(std::ranges::count(line, '.')) > depth_limit)
            throw syntax_fault("is nested deeper than " + decimal(depth_limit) + " levels");
        while (at_ < text_.size() && text_[at_] != ']' && text_[at_] != '\n' && text_[at_] != '#') {
            check_bare(text_[at_]);
            text_[at_] == '"' || text_[at_] == '\'' ? skip_string(text_[at_]) : void(++at_);
        }
        while (at_ < text_.size() && text_[at_] == ']')
            ++at_;
    }
    void skip_blanks() noexcept { at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size()); }
    void skip_string(char quote) {
        fresh_ = false;
        const std::string three(3, quote);
        const bool multi = text_.substr(at_).starts_with(three);
        at_ += multi ? 3 : 1;
        while (at_ < text_.size()) {
            if (quote == '"' && text_[at_] == '\\') {
                at_ = std::min(at_ + 2, text_.size());
            } else if (multi ? text_.substr(at_).starts_with(three)
                             : text_[at_] == quote || text_[at_] == '\n') {
                at_ += multi ? 3 : text_[at_] == quote ? 1 : 0;
                while (multi && at_ < text_.size() && text_[at_] == quote)
                    ++at_; // up to two more belong to it
                return;
            } else {
                ++at_;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool fresh_ = true; // nothing but blanks on this line, and no value goes on
};

[[nodiscard]] inline json toml_value(const toml::node& node, std::size_t depth) {
    if (depth > 4 * depth_limit) throw syntax_fault("is nested too deeply");
    if (const toml::table* const table = node.as_table()) {
        json object = json::object();
        for (const auto& [key, value] : *table)
            object[std::string(key.str())] = toml_value(value, depth + 1);
        return object;
    }
    if (const toml::array* const array = node.as_array()) {
        json list = json::array();
        for (const toml::node& each : *array)
            list.push_back(toml_value(each, depth + 1));
        return list;
    }
    if (const auto* const text = node.as_string()) return text->get();
    if (const auto* const whole = node.as_integer()) return whole->get();
    if (const auto* const real = node.as_floating_point()) return real->get();
    if (const auto* const truth = node.as_boolean()) return truth->get();
    std::ostringstream date;
    if (const auto* const day = node.as_date()) date << day->get();
    if (const auto* const time = node.as_time()) date << time->get();
    if (const auto* const moment = node.as_date_time()) date << moment->get();
    return date.str();
}

/// Returns the document that TOML spells.
[[nodiscard]] inline json read_toml(std::string_view text) {
    toml_guard(text).check();
    try {
        return toml_value(toml::parse(text), 0);
    } catch (const toml::parse_error& problem) {
        const auto& place = problem.source().begin;
        throw syntax_fault(decimal(std::size_t{place.line}) + ":" + decimal(std::size_t{place.column}) +
                           ": is no TOML from here on");
    }
}

} // namespace repro::inline v0::lockfiles::detail
