// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <repro/detail/base64.hpp>
#include <repro/hash/file.hpp>
#include <repro/run/manifest.hpp>
#include <repro/version.hpp>

#include "parts.hpp"
#include "style.hpp"

#include <fmt/format.h>

namespace tool::page {
namespace {

/// Returns what a browser may do with the page: show it in its own style, which is known by its digest.
std::string policy() {
    const auto digest = repro::detail::evp_sha256(std::string_view(style_sheet)).bytes;
    const std::string bytes(digest.begin(), digest.end());
    return "default-src 'none'; style-src 'sha256-" + repro::detail::to_base64(bytes) +
           "'; img-src data:; base-uri 'none'; form-action 'none'";
}

std::string title_of(const facts& all) {
    if (all.compared()) return fmt::format("{} against {}", all.groups[1].name, all.groups[0].name);
    return fmt::format("{} runs", all_runs(all).size());
}

markup head(const facts& all) {
    markup inside(R"(<meta charset="utf-8">)");
    inside.add_void("meta",
                    {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}}); // before the style
    inside += element("title", text("repro report: " + title_of(all)));
    inside += markup(
        R"(<meta name="viewport" content="width=device-width, initial-scale=1">)"
        R"(<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">)"
        R"(<link rel="icon" href="data:,">)");
    inside.add("style", markup(style_sheet));
    return element("head", inside);
}

markup unreadable_list(const facts& all) {
    if (all.unreadable.empty()) return {};
    markup items;
    for (const repro::error& each : all.unreadable)
        items.add("li", text(each.what()));
    markup inside =
        element("strong",
                text(fmt::format("{} could not be read, and are not in this page:", all.unreadable.size())));
    inside.add("ul", items);
    return element("div", {{"class", "alert"}, {"role", "note"}}, inside);
}

markup navigation() {
    return markup(
        R"(<nav aria-label="Parts"><a href="#levels">Levels</a> <a href="#seeds">Seeds</a> )"
        R"(<a href="#differences">Run diff</a> <a href="#streams">Streams</a> )"
        R"(<a href="#environment">Environment</a> <a href="#runs">Runs</a> <a href="#made">How this was made</a></nav>)");
}

markup made_section(const facts& all) {
    markup inside = element("pre", {{"tabindex", "0"}, {"role", "group"}, {"aria-label", "Command"}},
                            element("code", text(all.command)));
    inside += paragraph(fmt::format(
        "Made by repro {}, stream contract {}, manifests of {}. The same runs give the same bytes.",
        repro::version, repro::stream_contract, repro::manifest_schema));
    return section("made", "How this was made", inside);
}

} // namespace

std::string html(const facts& all) {
    markup main = element("h1", text(title_of(all)));
    main += navigation();
    main += unreadable_list(all);
    main += verdict_panels(all);
    main += seeds_section(all);
    main += difference_section(all);
    main += streams_section(all);
    main += surroundings_section(all);
    main += runs_section(all);
    main += made_section(all);
    markup document = head(all);
    document.add("body", element("main", main));
    return "<!DOCTYPE html>\n" + element("html", {{"lang", "en"}}, document).view() + "\n";
}

} // namespace tool::page
