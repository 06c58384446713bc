// SPDX-License-Identifier: MIT
// repro report: the page and its parts. What a browser makes of it: tests/validators/report_browser.py.

#include <repro/core/level.hpp>

#include "report/axis.hpp"
#include "report/decimate.hpp"
#include "report/markup.hpp"
#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using support::contains;
using support::run_program;

namespace {

template <class Piece, class Words>
concept can_take = requires(Piece piece, Words words) { piece += words; };

static_assert(!can_take<tool::page::markup, std::string> && !can_take<tool::page::markup, const char*>);
static_assert(!std::is_constructible_v<tool::page::markup, std::string>);
static_assert(!std::is_constructible_v<tool::page::markup, std::string_view>);
static_assert(!std::is_constructible_v<tool::page::literal, std::string>);

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// Publishes a run of a method under a seed with one metric "rmse".
std::filesystem::path publish_seed(const support::sample_runs& runs, const std::string& method, int seed,
                                   const nlohmann::ordered_json& values) {
    auto document = support::bare_manifest();
    document["seed"] = seed;
    document["seed_text"] = std::to_string(seed);
    document["level"] = "distribution-stable";
    auto steps = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < values.size(); ++i)
        steps.push_back(i);
    document["metrics"] = {{"rmse", {{"step", steps}, {"value", values}}}};
    return runs.publish(method + "/seed_" + std::to_string(seed), document);
}

/// Publishes a run a value; returns their folder.
std::string publish_method(const support::sample_runs& runs, const std::string& method, int first_seed,
                           const std::vector<double>& values) {
    for (const double value : values)
        publish_seed(runs, method, first_seed++, {value + 1, value});
    return (runs.root() / method).native();
}

std::size_t count_of(const std::string& text, const std::string& piece) {
    std::size_t count = 0;
    for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
        ++count;
    return count;
}

/// Whether all paths of a page are made of numbers: neither "nan" nor "inf".
bool draws_numbers(const std::string& page) {
    constexpr std::string_view start = " d=\"";
    for (std::size_t at = page.find(start); at != std::string::npos; at = page.find(start, at)) {
        at += start.size();
        if (page.substr(at, page.find('"', at) - at).find('n') != std::string::npos) return false;
    }
    return true;
}

} // namespace

TEST_CASE("text becomes markup with its five characters spelled, and what hides made visible") {
    CHECK(tool::page::text("<b a=\"1\" c='2'>&amp;").view() ==
          "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
    CHECK(tool::page::text("a\nb\xff\u202e").view() == "a\\nb\\xff\\u202e");
    CHECK(tool::page::element("td", {{"title", "\" onclick=\"x"}}, tool::page::text("<")).view() ==
          "<td title=\"&quot; onclick=&quot;x\">&lt;</td>");
}

TEST_CASE("a decimated series keeps the first, lowest, highest and last value of each column, in order") {
    std::mt19937 random(7);
    std::vector<tool::page::point> series;
    for (int i = 0; i < 65'536; ++i) // powers of two: the columns' edges are exact
        series.push_back({static_cast<double>(i), static_cast<double>(random() % 1'000'003)});
    const auto kept = tool::page::decimate(series, 0, 65'536, 64);
    CHECK(kept.size() <= 256);
    std::size_t at = 0;
    for (std::size_t column = 0; column < 64; ++column) {
        const auto* const begin = series.data() + column * 1024;
        const auto* const end = begin + 1024;
        const auto below = [](const auto& a, const auto& b) { return a.y < b.y; };
        bool low = false, high = false;
        CHECK(kept.at(at) == *begin);
        for (; at < kept.size() && kept[at].x < static_cast<double>(column + 1) * 1024; ++at) {
            low = low || kept[at] == *std::min_element(begin, end, below);
            high = high || kept[at] == *std::max_element(begin, end, below);
            if (at > 0) CHECK(kept[at - 1].x < kept[at].x);
        }
        CHECK(kept.at(at - 1) == *(end - 1));
        CHECK((low && high));
    }
}

TEST_CASE("a decimated series breaks where values are not finite, and short ones stay as they are") {
    const std::vector<tool::page::point> series{{0, 1}, {1, no_number}, {2, no_number}, {3, 2}, {4, 3}};
    const auto kept = tool::page::decimate(series, 0, 4, 600);
    REQUIRE(kept.size() == 4);
    CHECK(kept[0] == series[0]);
    CHECK(std::isnan(kept[1].y));
    CHECK(kept[3] == series[4]);
    CHECK(tool::page::decimate({}, 0, 1, 10).empty());
}

TEST_CASE("an axis has room for its values and round numbers within, for any range") {
    const double most = std::numeric_limits<double>::max();
    for (const auto& values : std::vector<std::vector<double>>{{7.1, 8.4},
                                                               {-most, most},
                                                               {0, 0},
                                                               {7, 7},
                                                               {1e-300, 2e-300},
                                                               {5e-324, 5e-324},
                                                               {no_number},
                                                               {1, 1 + 1e-15},
                                                               {}}) {
        const tool::page::axis axis(values, 100, 500);
        for (const double each : values)
            if (std::isfinite(each)) CHECK((axis.at(each) >= 100 && axis.at(each) <= 500));
        const auto ticks = axis.ticks(6);
        CHECK(ticks.size() <= 15);
        for (const auto& each : ticks)
            CHECK((axis.at(each.value) >= 99.9 && axis.at(each.value) <= 500.1));
    }
    const auto ticks = tool::page::axis(std::vector<double>{7.1, 8.4}, 0, 1).ticks(6);
    REQUIRE(ticks.size() >= 3);
    CHECK(ticks[0].label == "7.2");
    CHECK(ticks[1].label == "7.4");
}

TEST_CASE("a report holds three panels, plots, and the command that makes it again") {
    const support::sample_runs runs;
    const std::string a = publish_method(runs, "grace", 1, {7.1, 8.4, 7.9, 7.2, 8.0});
    const std::string b = publish_method(runs, "gaba", 11, {7.3, 8.2, 7.8, 7.4, 8.1});
    const std::string output = (runs / "it's.html").native();
    const auto made = run_program({"report", "--a", a, "--b", b, "--margin", "0.9", "-o", output});
    INFO(made.err);
    REQUIRE(made.status == 0);
    CHECK(made.out.empty());
    const std::string page = support::file_text(output);
    CHECK(count_of(page, "<details class=\"panel\"") == 3);
    CHECK(contains(page, "<h1>gaba against grace</h1>"));
    for (const repro::level_description& each : repro::levels) { // each panel says what its level tolerates
        INFO(each.name);
        CHECK(contains(page, "tolerates</dt><dd>" + std::string(each.tolerance)));
    }
    CHECK(contains(page, "✓ </span>accepted</span>"));
    CHECK(contains(page, "The means are equal within the margin"));
    CHECK(contains(page, "rmse: the difference of the means is"));
    CHECK(contains(run_program({"report", "--a", a, "--b", b}).out, "only constants that are equal"));
    CHECK(contains(page, "refuses 76 % of honest replications with 5 and 5 seeds"));
    CHECK(contains(page, "mean ± SD 0.554"));
    CHECK(contains(page, "mean ± SEM 0.248"));
    CHECK(contains(page, "--margin 0.9 --output &#39;")); // a name that a shell would not take as it stands
    CHECK(contains(page, "default-src &#39;none&#39;"));
    CHECK_FALSE(contains(page, "<script"));
    CHECK(page == run_program({"report", "--a", a, "--b", b, "--margin", "0.9", "-o", output}).out +
                      support::file_text(output)); // the same bytes again
}

TEST_CASE("published numbers make a report in which no claim can be made") {
    const auto made = run_program({"report", "--a", "7.72,0.66,5", "--b", "7.53,0.65,5", "--margin", "0.3"});
    CHECK(made.status == 0);
    CHECK(contains(made.out, "No claim can be made: these seeds show neither"));
    CHECK(contains(made.out, "this level decides"));
    CHECK(contains(made.out, "seeds a side show equal means within 0.3"));
    CHECK(contains(made.out, "mean ± SEM 0.295"));
}

TEST_CASE("runs without a second side are grouped by method, and a repeated seed counts once") {
    const support::sample_runs runs;
    publish_method(runs, "one", 1, {1, 2, 3});
    publish_method(runs, "two", 1, {4, 5});
    std::filesystem::copy(runs.root() / "one/seed_1", runs.root() / "one/seed_1-again",
                          std::filesystem::copy_options::recursive);
    const auto made = run_program({"report", runs.root().native()});
    CHECK(made.status == 0);
    CHECK(contains(made.out, "one (n = 3)"));
    CHECK(contains(made.out, "two (n = 2)"));
    CHECK(contains(made.out, "1 repeat a seed"));
    CHECK(contains(made.out, "nothing compared"));
}

TEST_CASE("a method has a group for each data set: no seed of one repeats another's") {
    const support::sample_runs runs;
    for (const char* const dataset : {"digits", "letters"})
        for (const char* const method : {"gru", "lstm"})
            publish_method(runs, std::string(dataset) + "/" + method, 1, {1, 2, 3});
    const auto made = run_program({"report", runs.root().native()});
    CHECK(made.status == 0);
    for (const char* const group : {"digits/gru", "digits/lstm", "letters/gru", "letters/lstm"}) {
        INFO(group);
        CHECK(contains(made.out, std::string(group) + " (n = 3)"));
    }
    CHECK_FALSE(contains(made.out, "repeat a seed"));
    const auto one = run_program({"report", (runs.root() / "digits").native()});
    CHECK(contains(one.out, ">lstm (n = 3)"));
}

TEST_CASE("values that are not finite leave gaps and are counted, one run draws what it can") {
    const support::sample_runs runs;
    publish_seed(runs, "odd", 1, {"Infinity", 1.0, "NaN", 2.0, 3.0});
    publish_seed(runs, "odd", 2, {1.0, "NaN"});
    publish_seed(runs, "alone", 1, {1e308});
    publish_seed(runs, "none", 1, {"NaN"});
    publish_seed(runs, "empty", 1, nlohmann::ordered_json::array());
    for (const char* const method : {"odd", "alone", "none", "empty"}) {
        const auto made = run_program({"report", (runs.root() / method).native()});
        INFO(method << made.err);
        CHECK(made.status == 0);
        CHECK(draws_numbers(made.out));
    }
    const auto odd = run_program({"report", (runs.root() / "odd").native()});
    CHECK(contains(odd.out, "3 are not finite, and leave a gap"));
    CHECK(contains(run_program({"report", (runs.root() / "none").native()}).out,
                   "No finite value was recorded"));
    CHECK(contains(run_program({"report", (runs.root() / "alone").native()}).out, "no SD: one seed"));
}

TEST_CASE(
    "what cannot be read is named in the page and beside it, and the side it misses from decides nothing") {
    const support::sample_runs runs;
    const std::string a = publish_method(runs, "a", 1, {7.1, 8.4, 7.9, 7.2, 8.0});
    const std::string b = publish_method(runs, "b", 1, {7.1, 8.4, 7.9, 7.2, 8.0});
    runs.write("runs/b/seed_9/manifest.json", "{\"id\": <script>");
    const auto made = run_program({"report", "--a", a, "--b", b, "--margin", "1"});
    CHECK(made.status == 4);
    CHECK(contains(made.err, "E_JSON_SYNTAX"));
    CHECK(contains(made.out, "1 could not be read"));
    CHECK(contains(made.out, "a run of a side cannot be read"));
    CHECK_FALSE(contains(made.out, "✓ "));
    const auto none = run_program({"report", (runs.root() / "b/seed_9").native()});
    CHECK(none.status == 4);
    CHECK(none.out.empty());
}

TEST_CASE("a report that cannot be made or written says why, and leaves what stood there") {
    const support::sample_runs runs;
    const std::string a = publish_method(runs, "a", 1, {1, 2});
    struct row {
        std::vector<std::string> arguments;
        int status;
        const char* error;
    };
    const std::string kept = runs.write("kept.html", "kept").native();
    for (const row& each : std::vector<row>{
             {{"report"}, 2, "E_ARGUMENT_INVALID"},
             {{"report", "--a", a}, 2, "E_ARGUMENT_INVALID"},
             {{"report", "--a", a, "--b", a, "--level", "exact"}, 2, "E_LEVEL_UNKNOWN"},
             {{"report", "--a", a, "--a", a, "--b", a, "-o", kept}, 2, "E_SEED_DUPLICATE"},
             {{"report", "--a", a, "--b", a, "--metric", "rsme", "-o", kept}, 2, "E_ARGUMENT_INVALID"},
             {{"report", a, "--json"}, 2, "E_ARGUMENT_INVALID"},
             {{"report", "/no/such/run.json", "-o", kept}, 4, "E_MANIFEST_MISSING"},
             {{"report", a, "-o", (runs / "no/such/folder.html").native()}, 5, "E_UNWRITABLE"},
             {{"report", a, "-o", runs.root().native()}, 5, "E_UNWRITABLE"}}) {
        const auto result = run_program(each.arguments);
        INFO(each.error << "\n" << result.err);
        CHECK(result.status == each.status);
        CHECK(contains(result.err + result.out, each.error));
        CHECK(support::file_text(kept) == "kept");
    }
    const auto told = nlohmann::json::parse(run_program({"report", a, "--json", "-o", kept}).out);
    CHECK(told.at("runs") == 2);
    CHECK(told.at("bytes") == support::file_text(kept).size());
}
