// SPDX-License-Identifier: MIT
#pragma once
// Columns of text, each as wide as its widest cell.

#include "console.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace tool {

/// A cell: foreign text is made printable and cut; colour does not count into its width.
struct cell {
    cell(std::string_view content) : text(clipped(content)) {}
    cell(const std::string& content) : cell(std::string_view(content)) {}
    cell(const char* content) : cell(std::string_view(content)) {}
    cell(std::string_view content, tool::tone shade) : text(clipped(content)), tone(shade) {}

    std::string text;
    std::optional<tool::tone> tone;
};

class table {
public:
    void row(std::vector<cell> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    /// Prints the rows, each after `indent` spaces and without spaces at its end.
    void print(console& out, std::size_t indent = 0) const;

private:
    std::vector<std::vector<cell>> rows_;
};

} // namespace tool
