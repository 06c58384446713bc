// SPDX-License-Identifier: MIT
// What is taken out of texts, and what becomes of marks that mean something to JSON, HTML or a terminal, one
// check each. Built by mutations.py.

#include <repro/core/clean_url.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/json_writer.hpp>

#include "console.hpp"
#include "guards.hpp"
#include "report/markup.hpp"

#include <string>
#include <string_view>

// The text that a terminal may be shown is console.cpp's, which has checks of its own: here it passes as it
// is.
std::string tool::printable(std::string_view text) { return std::string(text); }

#include "report/markup.cpp" // NOLINT(bugprone-suspicious-include): it may be a mutated copy

namespace {

bool hides(std::string_view text, std::string_view secret) {
    repro::redaction_list log;
    return repro::detail::hide_tokens(text, log, "x").find(secret) == std::string::npos;
}

std::string json_of(std::string_view text) {
    repro::detail::json_writer to(0);
    to.value(text);
    return to.text();
}

bool shows(std::string_view words, std::string_view markup) {
    const std::string page = tool::page::text(words).view();
    const std::string attribute = tool::page::element("a", {{"title", std::string(words)}}).view();
    return page == markup && attribute == "<a title=\"" + std::string(markup) + "\"></a>";
}

constexpr guards::guard all[] = {
    {"token", [] { return hides("x ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_0123"); }},
    {"user in a text", [] { return hides("see https://me:hunter2@git.example/x", "hunter2"); }},
    {"named secret",
     [] {
         repro::redaction_list log;
         return repro::redact("password = hunter2aa", log, "x").find("hunter2aa") == std::string::npos;
     }},
    {"user of a URL",
     [] {
         return repro::clean_url("https://me:hunter2@git.example/x").find("hunter2") == std::string::npos;
     }},
    {"parameter of a URL",
     [] {
         return repro::clean_url("https://git.example/x?token=hunter2").find("hunter2") == std::string::npos;
     }},
    {"JSON's quotes", [] { return json_of("a\"b") == R"("a\"b")"; }},
    {"JSON's controls", [] { return json_of("a\x01") == R"("a\u0001")"; }},
    {"JSON's encoding", [] { return json_of("a\xff") == "\"a\xef\xbf\xbd\""; }},
    {"ampersand", [] { return shows("&lt;", "&amp;lt;"); }},
    {"less than", [] { return shows("<b", "&lt;b"); }},
    {"greater than", [] { return shows("b>", "b&gt;"); }},
    {"quotes of attributes", [] { return shows("\"", "&quot;"); }},
    {"single quotes", [] { return shows("'", "&#39;"); }},
};

} // namespace

int main() { return guards::run_all(all); }
