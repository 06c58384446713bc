// SPDX-License-Identifier: MIT
#include "parts.hpp"

namespace tool::page {

markup data_table(std::string_view caption, const std::vector<std::string>& heading,
                  const std::vector<std::vector<markup>>& rows) {
    markup head;
    for (const std::string& each : heading)
        head.add("th", {{"scope", "col"}}, text(each));
    markup body;
    for (const auto& row : rows) {
        markup cells;
        for (const markup& each : row)
            cells.add("td", each);
        body.add("tr", cells);
    }
    markup inside = element("caption", text(caption));
    inside.add("thead", element("tr", head));
    inside.add("tbody", body);
    return element(
        "div",
        {{"class", "scroll"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", std::string(caption)}},
        element("table", inside));
}

markup section(literal id, std::string_view title, const markup& inside) {
    markup content = element("h2", text(title));
    content += inside;
    return element("section", {{"id", std::string(id.view())}}, content);
}

markup folded(std::string_view title, const markup& inside) {
    markup content = element("summary", text(title));
    content += inside;
    return element("details", {{"class", "folded"}}, content);
}

markup paragraph(std::string_view words) { return element("p", text(words)); }

markup verdict_badge(const repro::judge::judgement& result) {
    using repro::judge::verdict;
    const verdict which = result.verdict();
    const bool incomparable = !result.incomparable.empty();
    markup content = element("span", {{"aria-hidden", "true"}},
                             text(which == verdict::accepted   ? "✓ "
                                  : which == verdict::rejected ? "✗ "
                                                               : "? "));
    content.add_text(incomparable ? "incomparable" : to_string(which));
    return element("span", {{"class", "verdict " + std::string(to_string(which))}}, content);
}

std::vector<const repro::recorded_manifest*> run_pair_of(const facts& all) {
    std::vector<const repro::recorded_manifest*> found;
    if (all.compared()) {
        const auto &a = runs_of(all.groups[0]), &b = runs_of(all.groups[1]);
        if (a.empty() || b.empty()) return found;
        std::vector<std::uint64_t> alone;
        const auto pairs = repro::judge::pair_by_seed(a, b, alone);
        if (pairs.empty()) return {&a.front(), &b.front()};
        return {pairs.front().first, pairs.front().second};
    }
    for (const group& each : all.groups) // a repetition of a seed says most
        if (!each.repeats.empty()) {
            const auto seed = repro::detail::seed_of(each.repeats.front());
            for (const repro::recorded_manifest& run : runs_of(each))
                if (repro::detail::seed_of(run) == seed) return {&run, &each.repeats.front()};
        }
    for (const repro::recorded_manifest* run : all_runs(all))
        if (found.size() < 2) found.push_back(run);
    return found;
}

} // namespace tool::page
