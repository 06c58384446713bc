// SPDX-License-Identifier: MIT
// JUnit XML as CI systems read it.
#include <repro/detail/utf8.hpp>

#include "fields.hpp"
#include "formats.hpp"

#include <fmt/format.h>

namespace tool {
namespace {

/// Returns whether XML 1.0 has the character at all.
bool in_xml(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return (c & 0xfffe) != 0xfffe;
}

/// Returns `text` for an attribute's value: what XML cannot hold is U+FFFD.
std::string escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const repro::detail::utf8_step step = repro::detail::utf8_first(text);
        if (!step.valid || !in_xml(step.value))
            out += "\xef\xbf\xbd";
        else if (step.value < 0x80 &&
                 std::string_view("<>&\"'\t\n\r").find(text[0]) != std::string_view::npos)
            out += fmt::format("&#{};", static_cast<unsigned>(step.value));
        else
            out += text.substr(0, step.length);
        text.remove_prefix(step.length);
    }
    return out;
}

/// Returns the element within a test case; none for a match.
std::string words_of(const repro::verified_item& item) {
    using enum repro::verify_outcome;
    const std::string word(to_string(item.outcome));
    const std::string message =
        item.reason.empty() ? fmt::format("{}: recorded {}, found {}", word, item.recorded, item.found)
                            : word + ": " + item.reason;
    switch (item.outcome) {
    case match:
        return {};
    case changed:
    case missing:
        return fmt::format("<failure type=\"{}\" message=\"{}\"/>", word, escaped(message));
    case unreadable:
    case outside:
        return fmt::format("<error type=\"{}\" message=\"{}\"/>", word, escaped(message));
    case not_recorded:
    case not_checked:
        break;
    }
    return fmt::format("<skipped message=\"{}\"/>", escaped(message));
}

} // namespace

std::string junit(const repro::recorded_manifest& manifest, const repro::verification& result) {
    using enum repro::verify_outcome;
    const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
                                           result.items.size(), result.count(changed) + result.count(missing),
                                           result.count(unreadable) + result.count(outside),
                                           result.count(not_recorded) + result.count(not_checked));
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    text += fmt::format("<testsuites {}>\n<testsuite name=\"repro verify {}\" timestamp=\"{}\" {}>\n", counts,
                        escaped(manifest.id), escaped(manifest.started_at), counts);
    for (const repro::verified_item& item : result.items)
        text += fmt::format("<testcase classname=\"{}\" name=\"{}\" time=\"0\">{}</testcase>\n",
                            to_string(item.kind), escaped(item.path), words_of(item));
    return text + "</testsuite>\n</testsuites>\n";
}

} // namespace tool
