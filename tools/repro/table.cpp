// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <algorithm>

namespace tool {
namespace {

// Counts characters. Wide ones, as of Chinese, take two columns and shift the rest of their row.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

} // namespace

void table::print(console& out, std::size_t indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i].text));
    }
    for (const auto& row : rows_) {
        std::string line(indent, ' ');
        std::size_t pending = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const cell& each = row[i];
            if (!each.text.empty()) {
                line.append(pending, ' ');
                pending = 0;
                line += each.tone ? out.paint(*each.tone, each.text) : each.text;
            }
            pending += widths[i] - width(each.text) + 2;
        }
        out.print(line + "\n");
    }
}

} // namespace tool
