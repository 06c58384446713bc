// SPDX-License-Identifier: MIT
// Whatever stands in names, reasons and values: it acts on no terminal, and adds neither an element to XML or
// HTML nor a line to Markdown.

#include <repro/core/redact.hpp>
#include <repro/detail/utf8.hpp>

#include "console.hpp"
#include "export/formats.hpp"
#include "report/markup.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

struct counts {
    std::ptrdiff_t less, greater, quotes, lines;
    friend bool operator==(const counts&, const counts&) = default;
};

counts count(std::string_view text) {
    return {std::ranges::count(text, '<'), std::ranges::count(text, '>'), std::ranges::count(text, '"'),
            std::ranges::count(text, '\n')};
}

/// A manifest with `text` wherever text of others may stand.
repro::recorded_manifest manifest_with(const std::string& text) {
    repro::recorded_manifest manifest;
    manifest.id = text;
    manifest.started_at = text;
    const std::string shown = repro::detail::utf8_replaced(text); // as a document of JSON has it
    manifest.document = {{"id", shown},
                         {"config", {{"name", shown}}},
                         {"git_sha", shown},
                         {"versions", {{"libc", shown}}},
                         {"hardware", {{"cpu", shown}, {"gpu", shown}, {"os", shown}}},
                         {"metrics", {{"loss", {{"step", {0}}, {"value", {0.5}}}}}}};
    manifest.inputs.push_back({text, text, {}, {}, false, false, {}});
    return manifest;
}

void look_at_xml(const std::string& text) {
    const auto xml = [](const std::string& foreign) {
        repro::verification result;
        result.items.push_back(
            {repro::item_kind::artifact, foreign, "", "", repro::verify_outcome::changed, foreign});
        return tool::junit(manifest_with(foreign), result);
    };
    static const counts harmless = count(xml("x"));
    const std::string written = xml(text);
    demand(count(written) == harmless);
    demand(repro::detail::utf8_fault(written) == std::string_view::npos);
    demand(std::ranges::none_of(written,
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
}

void look_at_markdown(const std::string& text) {
    const auto markdown = [](const std::string& foreign) {
        const repro::recorded_manifest only[] = {manifest_with(foreign)};
        return tool::checklist(only);
    };
    static const counts harmless = count(markdown("x"));
    const std::string page = markdown(text);
    if (!text.empty()) demand(count(page).lines == harmless.lines);
    demand(count(page).less == harmless.less);
    demand(
        std::ranges::none_of(page, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
}

void look_at_html(const std::string& text) {
    const auto html = [](const std::string& foreign) {
        return tool::page::element("td", {{"title", foreign}}, tool::page::text(foreign)).view();
    };
    static const counts harmless = count(html("x"));
    const std::string page = html(text);
    demand(count(page) == harmless);
    for (std::size_t at = page.find('&'); at != std::string::npos; at = page.find('&', at + 1)) {
        const std::string_view rest = std::string_view(page).substr(at);
        demand(rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;") ||
               rest.starts_with("&quot;") || rest.starts_with("&#39;"));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string shown = tool::printable(text);
    demand(std::ranges::none_of(shown,
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    demand(repro::detail::utf8_fault(shown) == std::string_view::npos);
    repro::redaction_list hidden;
    if (repro::redact(shown, hidden, "output") == shown) // spelled out, bytes can look like a token
        demand(tool::printable(shown) == shown);
    demand(repro::detail::utf8_fault(tool::clipped(text, 16)) == std::string_view::npos);
    look_at_xml(text);
    look_at_markdown(text);
    look_at_html(text);
    return 0;
}
