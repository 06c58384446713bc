// SPDX-License-Identifier: MIT
// What the examples lean on: reading digits, writing NPY and SVG, exp and log, statistics, child processes.

#include "../../examples/support/child.hpp"
#include "../../examples/support/digits.hpp"
#include "../../examples/support/ieee_math.hpp"
#include "../../examples/support/npy.hpp"
#include "../../examples/support/statistics.hpp"
#include "../../examples/support/svg_plot.hpp"
#include "../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

inline std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns a row of `pixels` blanks and the label 7, with `field` in place of the second pixel.
inline std::string row(std::size_t pixels, const std::string& field) {
    std::string text = "0,";
    text += field;
    for (std::size_t i = 2; i < pixels; ++i)
        text += ",0";
    return text + ",7\n";
}

TEST_CASE("the digits are 1797 images of 64 pixels from 0 to 1") {
    const examples::digits data = examples::read_digits("examples/data/digits.csv");
    REQUIRE(data.size() == 1797);
    CHECK(data.pixels.size() == 1797 * 64);
    CHECK(*std::ranges::max_element(data.pixels) == 1.0);
    CHECK(data.image(0)[2] == 5.0 / 16.0);
    CHECK(data.labels[0] == 0);
    CHECK(data.labels[1796] == 8);
}

TEST_CASE("digits that cannot be read are refused with file, line and reason") {
    const support::temporary_folder folder;
    const auto refusal = [&](const std::string& text) {
        const std::string path = folder.write("d.csv", text).string();
        try {
            (void)examples::read_digits(path);
        } catch (const repro::error& e) {
            return std::string(to_string(e.code())) + e.where().substr(path.size()) + " " + e.what_failed();
        }
        return std::string("taken");
    };
    CHECK(refusal(row(64, "16")) == "taken");
    CHECK(refusal(row(64, "16") + row(63, "1")) == "E_FIELD_MISSING:2 has 64 fields");
    CHECK(refusal(row(64, "17")) == "E_FIELD_TYPE:1 field 2 is no pixel");
    CHECK(refusal(row(64, "-1")) == "E_FIELD_TYPE:1 field 2 is no pixel");
    CHECK(refusal(row(64, "")) == "E_FIELD_TYPE:1 field 2 is no pixel");
    CHECK(refusal(row(64, "1x")) == "E_FIELD_TYPE:1 field 2 is no pixel");
    CHECK(refusal(row(64, "1\n")) == "E_FIELD_MISSING:1 has 2 fields");
    CHECK(refusal("") == "E_UNREADABLE holds no row");
    CHECK_THROWS_MATCHES(examples::read_digits("no/such/file"), repro::error,
                         Catch::Matchers::MessageMatches(Catch::Matchers::StartsWith("no/such/file: ")));
}

TEST_CASE("an NPY file is the header of format 1.0 and the numbers") {
    const support::temporary_folder folder;
    const std::string path = (folder / "a.npy").string();
    const std::array numbers{1.5F, -2.0F};
    examples::write_npy<float>(path, numbers);
    const std::string file = contents(path);
    REQUIRE(file.size() == 128 + 8);
    CHECK(file.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
    CHECK(file.substr(8, 2) == std::string("\x76\x00", 2));
    CHECK(file.substr(10, 61) == "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }    ");
    CHECK(file[127] == '\n');
    CHECK(file.substr(128) == std::string("\x00\x00\xc0\x3f\x00\x00\x00\xc0", 8));
    CHECK(examples::npy_header(2700, 8).find("'<f8'") != std::string::npos);
    CHECK_THROWS_AS(examples::write_npy<float>("no/such/folder/a.npy", numbers), repro::error);
}

TEST_CASE("a plot escapes its texts and puts the data's limits on its frame") {
    const examples::line_plot plot{"<a> & b", "epoch", "loss", {{"raw", {1.0, 60.0}, {2.0, 0.01}}}};
    const std::string svg = examples::to_svg(plot);
    CHECK(svg.find("&lt;a&gt; &amp; b") != std::string::npos);
    CHECK(svg.find("<a>") == std::string::npos);
    CHECK(svg.find("prefers-color-scheme: dark") != std::string::npos);
    CHECK(svg.find("M82.4 56L696 364") != std::string::npos);
    CHECK(svg.find(">0.01</text>") != std::string::npos);
    CHECK(svg.find(">60</text>") != std::string::npos);
    CHECK(svg.ends_with("</svg>\n"));
}

TEST_CASE("exp and log are those of the C library to four ulp") {
    constexpr double few = 4 * 0x1p-52;
    for (int i = 0; i < 1900; ++i) {
        const double x = -0.37 * i;
        CHECK_THAT(examples::exp_of_negative(x), Catch::Matchers::WithinRel(std::exp(x), few));
    }
    for (int i = 1; i < 1900; ++i) {
        const double x = 1.0 + 0.01 * i * i;
        CHECK_THAT(examples::log_of_sum(x), Catch::Matchers::WithinRel(std::log(x), few));
    }
    CHECK(examples::exp_of_negative(0.0) == 1.0);
    CHECK(examples::exp_of_negative(-709.0) == 0.0);
    CHECK(examples::log_of_sum(1.0) == 0.0);
}

TEST_CASE("the standard deviation of a sample is divided by n - 1") {
    const examples::summary s = examples::summarise(std::vector{2.0, 4.0, 4.0, 6.0});
    CHECK(s.mean == 4.0);
    CHECK_THAT(s.deviation, Catch::Matchers::WithinULP(std::sqrt(8.0 / 3.0), 1));
    CHECK_THAT(s.error, Catch::Matchers::WithinULP(std::sqrt(8.0 / 3.0) / 2.0, 1));
}

TEST_CASE("a child's lines and its exit status arrive") {
    std::vector<std::string> lines;
    const auto keep = [&](const std::string& line) { lines.push_back(line); };
    CHECK(examples::run_child({"/bin/sh", "-c", "echo one; echo two; exit 3"}, keep) == 3);
    CHECK(lines == std::vector<std::string>{"one", "two"});
    CHECK(examples::run_child({"/bin/sh", "-c", "kill -9 $$"}, keep) == 137);
    CHECK_THROWS_AS(examples::run_child({"/no/such/program"}, keep), repro::error);
}
