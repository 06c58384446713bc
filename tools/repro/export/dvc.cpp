// SPDX-License-Identifier: MIT
// metrics.json and params.yaml, as `dvc metrics` and `dvc params` read them.
#include <repro/detail/text.hpp>
#include <repro/detail/utf8.hpp>

#include "fields.hpp"
#include "formats.hpp"

#include <algorithm>

namespace tool {
namespace {

/// Returns whether readers of YAML, 1.1 and 1.2, take the character as it stands, and not for a line end.
bool printable_in_yaml(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return !(c >= 0x7f && c <= 0x9f) && c != 0x2028 && c != 0x2029 && c != 0xfeff && (c & 0xfffe) != 0xfffe;
}

/// Returns the length of the key that a line of JSON begins with; 0 where it begins with none.
std::size_t key_length(std::string_view line) {
    if (!line.starts_with('"')) return 0;
    std::size_t at = 1;
    while (at < line.size() && line[at] != '"')
        at += line[at] == '\\' ? 2 : 1;
    return line.substr(std::min(at + 1, line.size())).starts_with(':') ? at + 1 : 0;
}

/// Marks keys that are too long to be known as such by what follows them (YAML 1.2.2, 7.4.2).
std::string with_long_keys(std::string_view lines) {
    constexpr std::size_t longest = 1000; // 1024, with room for how a reader counts
    std::string marked;
    while (!lines.empty()) {
        std::string_view line = repro::detail::next_token(lines, '\n');
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        marked += line.substr(0, indent);
        line.remove_prefix(indent);
        ((marked += key_length(line) > longest ? "? " : "") += line) += '\n';
    }
    return marked;
}

/// Returns JSON as YAML 1.2, which it is but for long keys, and for characters that YAML does not take; those
/// stand in texts.
std::string as_yaml(const ordered_json& document) {
    const std::string written = document.dump(2);
    std::string yaml;
    for (std::string_view rest = written; !rest.empty();) {
        const repro::detail::utf8_step step = repro::detail::utf8_first(rest);
        if (printable_in_yaml(step.value)) {
            yaml += rest.substr(0, step.length);
        } else {
            const auto value = static_cast<unsigned>(step.value);
            yaml += value > 0xffff ? "\\U" : "\\u";
            for (int shift = value > 0xffff ? 28 : 12; shift >= 0; shift -= 4)
                yaml += "0123456789abcdef"[value >> shift & 15u];
        }
        rest.remove_prefix(step.length);
    }
    return with_long_keys(yaml);
}

} // namespace

dvc_files dvc(const repro::recorded_manifest& manifest) {
    ordered_json metrics = ordered_json::object();
    const nlohmann::json& series = field(manifest.document, "/metrics");
    if (series.is_object())
        for (const auto& [name, each] : series.items())
            if (!each.at("value").empty()) metrics[name] = each.at("value").back();
    ordered_json params = {{"seed", field(manifest.document, "/seed")},
                           {"config", field(manifest.document, "/config")}};
    return {metrics.dump(2) + "\n", as_yaml(params)};
}

} // namespace tool
