// SPDX-License-Identifier: MIT
#pragma once
// Text and markup are two types. Markup comes from literals of the program and from text that was escaped on
// its way in; there is no other way, so nothing that a manifest holds can become an element or an attribute.

#include <initializer_list>
#include <string>
#include <string_view>

namespace tool::page {

/// Words of the program, known as it is compiled: the only ones that are markup as they stand.
class literal {
public:
    consteval literal(const char* words) : words_(words) {}

    [[nodiscard]] constexpr std::string_view view() const noexcept { return words_; }

private:
    std::string_view words_;
};

/// An attribute of an element. The value is text: it is escaped, and stands between quotes.
struct attribute {
    literal name;
    std::string value;
};

/// A piece of a page.
class markup {
public:
    markup() = default;
    explicit markup(literal words) : markup_(words.view()) {}

    markup& operator+=(const markup& more) {
        markup_ += more.markup_;
        return *this;
    }
    /// Adds text: what it shows is `printable(words)`, whatever that holds.
    markup& add_text(std::string_view words);
    /// Adds an element with what is inside it.
    markup& add(literal name, std::initializer_list<attribute> attributes, const markup& inside = {});
    markup& add(literal name, const markup& inside) { return add(name, {}, inside); }

    /// Adds an element that has no inside: meta, link.
    markup& add_void(literal name, std::initializer_list<attribute> attributes);

    [[nodiscard]] const std::string& view() const noexcept { return markup_; }

private:
    void open(literal name, std::initializer_list<attribute> attributes);

    std::string markup_;
};

/// Returns text as markup.
[[nodiscard]] markup text(std::string_view words);

/// Returns an element with what is inside it.
[[nodiscard]] markup element(literal name, std::initializer_list<attribute> attributes,
                             const markup& inside = {});
[[nodiscard]] markup element(literal name, const markup& inside);

} // namespace tool::page
