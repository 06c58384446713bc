// SPDX-License-Identifier: MIT
// Every statistic beside the real SciPy's value.

#include <repro/statistics/friedman.hpp>
#include <repro/statistics/power.hpp>
#include <repro/statistics/rank_tests.hpp>
#include <repro/statistics/resample.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

namespace statistics = repro::statistics;
using numbers = std::vector<double>;

/// The words of one line, read from left to right.
class reader {
public:
    explicit reader(const support::vector_line& line) : line_(line) {}

    double number() { return line_.real(next_++); }
    std::size_t whole() { return static_cast<std::size_t>(number()); }
    numbers list() {
        numbers values(whole());
        for (double& each : values)
            each = number();
        return values;
    }
    numbers results() {
        REQUIRE(line_.fields.at(next_++) == "->");
        numbers values;
        while (next_ < line_.fields.size())
            values.push_back(number());
        return values;
    }

private:
    const support::vector_line& line_;
    std::size_t next_ = 1;
};

bool close(double ours, double theirs, double relative) {
    if (std::isnan(theirs)) return std::isnan(ours);
    if (ours == theirs) return true;
    return std::abs(ours - theirs) <= relative * std::abs(theirs) + 1e-25; // a difference of sums has no more
}

numbers welch(reader& in) {
    const numbers a = in.list(), b = in.list();
    const auto sa = statistics::summarize(a), sb = statistics::summarize(b);
    const auto d = statistics::difference_of_means(sa, sb);
    const auto test = statistics::welch(sa, sb);
    return {test.statistic, d.df, test.p, d.within(0.95).low, d.within(0.95).high};
}

numbers equivalence(reader& in) {
    const double margin = in.number();
    const numbers a = in.list(), b = in.list();
    const auto both =
        statistics::equivalent_means(statistics::summarize(a), statistics::summarize(b), margin);
    return {both.p_below, both.p_above};
}

numbers spread(reader& in) {
    const numbers a = in.list(), b = in.list();
    const auto found = statistics::compare_spreads(statistics::summarize(a), statistics::summarize(b));
    return {found.ratio, found.within.low, found.within.high, found.p};
}

numbers summary(reader& in) {
    const numbers values = in.list();
    const auto s = statistics::summarize(values);
    const auto within = statistics::mean_interval(s);
    return {s.mean, s.std, s.sem(), within.low, within.high};
}

template <class Test> std::function<numbers(reader&)> two_samples(Test test) {
    return [test](reader& in) {
        const numbers a = in.list(), b = in.list();
        const statistics::test_result found = test(a, b);
        return numbers{found.statistic, found.p};
    };
}

numbers paired_t(reader& in) {
    const numbers a = in.list();
    numbers b = in.list();
    const auto found = statistics::paired_t(a, b);
    return {found.statistic, found.p};
}

numbers permutation(reader& in) {
    const numbers a = in.list(), b = in.list();
    const auto found = statistics::permutation_test(a, b);
    CHECK(found.exact);
    return {found.difference, found.p};
}

numbers friedman(reader& in) {
    statistics::block_table table;
    table.methods = in.whole();
    table.values = in.list();
    const auto found = statistics::friedman(table);
    return {found.statistic, found.p, found.iman_davenport.statistic, found.iman_davenport.p};
}

numbers friedman_exact(reader& in) {
    const std::size_t k = in.whole(), n = in.whole(), squares = in.whole();
    return {repro::detail::friedman_exact_sf(squares, k, n)};
}

numbers nemenyi(reader& in) {
    const double a = in.number(), b = in.number();
    const std::size_t k = in.whole(), n = in.whole();
    return {statistics::nemenyi(a, b, k, n)};
}

numbers studentized_range(reader& in) {
    const double q = in.number();
    return {repro::detail::studentized_range_sf(q, static_cast<int>(in.whole()))};
}

numbers chi_square(reader& in) {
    const double x = in.number();
    return {repro::detail::chi_square_sf(x, in.number())};
}

numbers power(reader& in) {
    const double sigma = in.number(), delta = in.number();
    const std::size_t n = in.whole();
    return {statistics::power_of_difference(sigma, delta, n, in.number())};
}

struct rule {
    std::function<numbers(reader&)> ours;
    double relative = 1e-10;
};

const std::map<std::string, rule> rules = {
    {"summary", {summary, 1e-12}},
    {"iqm", {[](reader& in) { return numbers{statistics::interquartile_mean(in.list())}; }, 1e-12}},
    {"welch", {welch}},
    {"equivalence", {equivalence}},
    {"spread", {spread}},
    {"brown_forsythe", {two_samples(statistics::brown_forsythe)}},
    {"mann_whitney", {two_samples(statistics::mann_whitney), 1e-12}},
    {"kolmogorov_smirnov", {two_samples(statistics::kolmogorov_smirnov), 1e-9}},
    {"permutation", {permutation, 1e-12}},
    {"paired_t", {paired_t}},
    {"wilcoxon", {two_samples(statistics::wilcoxon), 1e-12}},
    {"friedman", {friedman}},
    {"friedman_exact", {friedman_exact, 1e-12}},
    {"nemenyi", {nemenyi, 1e-7}}, // SciPy integrates to eight digits
    {"studentized_range", {studentized_range, 1e-7}},
    {"holm", {[](reader& in) { return statistics::holm(in.list()); }, 1e-15}},
    {"chi_square", {chi_square, 1e-13}},
    {"power", {power, 1e-9}},
};

} // namespace

TEST_CASE("every statistic has SciPy's value") {
    std::map<std::string, int> seen;
    for (const support::vector_line& line : support::read_vectors("statistics.txt")) {
        INFO(line.text);
        reader in(line);
        const rule& each = rules.at(line.fields.at(0));
        const numbers ours = each.ours(in), theirs = in.results();
        REQUIRE(ours.size() == theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO("result " << i << ": " << ours[i] << " and " << theirs[i]);
            CHECK(close(ours[i], theirs[i], each.relative));
        }
        ++seen[line.fields.at(0)];
    }
    CHECK(seen.size() == rules.size());
}
