// SPDX-License-Identifier: MIT
#pragma once
// Writes JSON: escapes, commas and lines are its business, what stands where is the caller's. Whatever it is
// given, the text is UTF-8 and has no number that JSON has no word for.

#include <repro/detail/text.hpp>
#include <repro/detail/utf8.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Changes the text of a document before it is written.
class text_filter {
public:
    /// Returns what stands for `text`; `member` is the key of the whole document that it belongs to.
    [[nodiscard]] virtual std::string clean(std::string_view text, std::string_view member) = 0;

protected:
    ~text_filter() = default;
};

/// One JSON document, written from its start to its end.
class json_writer {
public:
    /// Containers up to `depth_of_lines` have a line for each member; those within are written in one line.
    /// The document is a value that stands behind a key at `depth`, for `verbatim`, or a whole one.
    explicit json_writer(int depth_of_lines, int depth = 0) noexcept
        : depth_of_lines_(depth_of_lines), depth_(depth), after_key_(depth > 0) {}

    void begin_object() { begin('{'); }
    void end_object() { end('}'); }
    void begin_array() { begin('['); }
    void end_array() { end(']'); }

    /// Begins a member of an object; its value follows.
    void key(std::string_view name) {
        next_item();
        if (depth_ == 1) member_ = name;
        quote_clean(name);
        text_ += depth_ <= depth_of_lines_ ? ": " : ":";
        after_key_ = true;
    }

    void value(std::nullptr_t) { put("null"); }
    void value(bool truth) { put(truth ? "true" : "false"); }
    void value(std::string_view text) {
        next_item();
        quote_clean(text);
    }
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(std::integral auto number) {
        char digits[24];
        put({digits, std::to_chars(digits, digits + sizeof digits, number).ptr});
    }

    /// Writes the shortest digits that give the number back; infinities and NaN as strings.
    void value(double number) {
        if (__builtin_isnan(number)) return value("NaN");
        if (__builtin_isinf(number)) return value(number > 0 ? "Infinity" : "-Infinity");
        char digits[32];
        const std::string_view text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
        put(text);
        if (text.find_first_of(".e") == std::string_view::npos) text_ += ".0"; // a reader sees no integer
    }

    template <class T> void value(const std::optional<T>& maybe) {
        if (maybe)
            value(*maybe);
        else
            value(nullptr);
    }

    template <class T> void member(std::string_view name, const T& content) {
        key(name);
        value(content);
    }

    /// Writes a value that is JSON already.
    void verbatim(std::string_view json) { put(json); }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// Hands all text that follows to `filter`, but for what is JSON already.
    void filter_by(text_filter& filter) noexcept { filter_ = &filter; }

    /// Returns whether some text was not UTF-8, and had its faulty bytes replaced by U+FFFD.
    [[nodiscard]] bool replaced() const noexcept { return replaced_; }

private:
    void begin(char bracket) {
        next_item();
        text_ += bracket;
        ++depth_;
        empty_ = true;
    }

    void end(char bracket) {
        --depth_;
        if (!empty_ && depth_ < depth_of_lines_) new_line();
        text_ += bracket;
        empty_ = false;
    }

    void put(std::string_view token) {
        next_item();
        text_ += token;
    }

    /// Puts what stands between two items of a container.
    void next_item() {
        if (!after_key_ && depth_ > 0) {
            if (!empty_) text_ += ',';
            if (depth_ <= depth_of_lines_) new_line();
        }
        after_key_ = false;
        empty_ = false;
    }

    void new_line() { text_.append(1, '\n').append(2 * static_cast<std::size_t>(depth_), ' '); }

    void quote_clean(std::string_view text) {
        if (filter_ != nullptr)
            quote(filter_->clean(text, member_));
        else
            quote(text);
    }

    void quote(std::string_view text) {
        text_ += '"';
        while (!text.empty()) {
            const utf8_step step = utf8_first(text);
            if (step.valid)
                escape(text.substr(0, step.length));
            else
                text_ += "\xef\xbf\xbd";
            replaced_ = replaced_ || !step.valid;
            text.remove_prefix(step.length);
        }
        text_ += '"';
    }

    void escape(std::string_view character) {
        const char c = character.front();
        if (c == '"' || c == '\\') {
            text_.append(1, '\\').append(1, c);
        } else if (c == '\n') {
            text_ += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            text_.append("\\u00").append(1, c < 0x10 ? '0' : c == 0x7f ? '7' : '1');
            text_ += "0123456789abcdef"[c & 15];
        } else {
            text_ += character;
        }
    }

    std::string text_;
    text_filter* filter_ = nullptr;
    std::string member_; // of the outermost object
    int depth_of_lines_;
    int depth_;
    bool empty_ = true; // nothing stands in the innermost container yet
    bool after_key_;    // the next value belongs to a key
    bool replaced_ = false;
};

} // namespace detail
} // namespace repro::inline v0
