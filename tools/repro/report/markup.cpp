// SPDX-License-Identifier: MIT
#include "markup.hpp"

#include "../console.hpp"

namespace tool::page {
namespace {

/// Spells the five characters that mean something to HTML.
void escape(std::string_view words, std::string& to) {
    for (const char c : words) {
        switch (c) {
        case '&':
            to += "&amp;";
            break;
        case '<':
            to += "&lt;";
            break;
        case '>':
            to += "&gt;";
            break;
        case '"':
            to += "&quot;";
            break;
        case '\'':
            to += "&#39;";
            break;
        default:
            to += c;
        }
    }
}

} // namespace

markup& markup::add_text(std::string_view words) {
    escape(printable(words), markup_);
    return *this;
}

void markup::open(literal name, std::initializer_list<attribute> attributes) {
    (markup_ += '<') += name.view();
    for (const attribute& each : attributes) {
        ((markup_ += ' ') += each.name.view()) += "=\"";
        escape(printable(each.value), markup_);
        markup_ += '"';
    }
    markup_ += '>';
}

markup& markup::add(literal name, std::initializer_list<attribute> attributes, const markup& inside) {
    open(name, attributes);
    (markup_ += inside.markup_) += "</";
    (markup_ += name.view()) += '>';
    return *this;
}

markup& markup::add_void(literal name, std::initializer_list<attribute> attributes) {
    open(name, attributes);
    return *this;
}

markup text(std::string_view words) { return markup().add_text(words); }

markup element(literal name, std::initializer_list<attribute> attributes, const markup& inside) {
    return markup().add(name, attributes, inside);
}

markup element(literal name, const markup& inside) { return markup().add(name, inside); }

} // namespace tool::page
