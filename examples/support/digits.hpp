// SPDX-License-Identifier: MIT
#pragma once
// The data set of the examples: 8 x 8 images of handwritten digits, read from examples/data/digits.csv.

#include <repro/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace examples {

/// Images as rows of 64 pixels in [0, 1], and their labels, 0 to 9.
struct digits {
    static constexpr std::size_t pixels_per_image = 64;
    static constexpr std::size_t classes = 10;

    std::vector<double> pixels;
    std::vector<std::size_t> labels;

    [[nodiscard]] std::size_t size() const noexcept { return labels.size(); }
    [[nodiscard]] std::span<const double> image(std::size_t row) const noexcept {
        return std::span(pixels).subspan(row * pixels_per_image, pixels_per_image);
    }
};

namespace detail {

inline repro::error bad_row(repro::errc code, const std::string& path, std::size_t line,
                            std::string problem) {
    return {code, path + ":" + std::to_string(line), std::move(problem),
            "a row is 64 pixels from 0 to 16 and a label from 0 to 9, separated by commas"};
}

/// Cuts the next whole number from 0 to `most` off `rest`; false when there is none.
inline bool take_number(std::string_view& rest, unsigned most, unsigned& value) {
    const std::string_view field = rest.substr(0, rest.find(','));
    rest.remove_prefix(field.size() < rest.size() ? field.size() + 1 : rest.size());
    const auto [end, failure] = std::from_chars(field.data(), field.data() + field.size(), value);
    return failure == std::errc{} && end == field.data() + field.size() && value <= most;
}

} // namespace detail

/// Returns the digits in `path`. Pixels are divided by 16, which is exact.
///
/// Errors: errc::unreadable when the file cannot be opened or read, or holds no row; errc::field_missing for
/// a
///         row that has not 65 fields; errc::field_type for a field that is not a whole number in range.
inline digits read_digits(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw repro::error(repro::errc::unreadable, path, "cannot be opened",
                           "start the program in the repository's root, or name the file");
    }
    digits data;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const auto commas = static_cast<std::size_t>(std::ranges::count(line, ','));
        if (commas != digits::pixels_per_image)
            throw detail::bad_row(repro::errc::field_missing, path, number,
                                  "has " + std::to_string(commas + 1) + " fields");
        std::string_view rest = line;
        unsigned value = 0;
        for (std::size_t i = 0; i < digits::pixels_per_image; ++i) {
            if (!detail::take_number(rest, 16, value))
                throw detail::bad_row(repro::errc::field_type, path, number,
                                      "field " + std::to_string(i + 1) + " is no pixel");
            data.pixels.push_back(value / 16.0);
        }
        if (!detail::take_number(rest, digits::classes - 1, value))
            throw detail::bad_row(repro::errc::field_type, path, number, "field 65 is no label");
        data.labels.push_back(value);
    }
    if (file.bad() || data.labels.empty())
        throw repro::error(repro::errc::unreadable, path, "holds no row",
                           "restore the file from the repository");
    return data;
}

} // namespace examples
