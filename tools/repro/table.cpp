// SPDX-License-Identifier: MIT
#include "table.hpp"

#include "text_width.hpp"

#include <algorithm>

namespace tool {

void table::print(console& out, std::size_t indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], text_width(row[i].text));
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
            pending += widths[i] - text_width(each.text) + 2;
        }
        out.print(line + "\n");
    }
}

} // namespace tool
