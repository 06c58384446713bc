// SPDX-License-Identifier: MIT
#pragma once
// The third level: whether the seeds of two sides could have come from one distribution. The recommended rule
// shows that the means lie within a declared margin, and refuses where means, spreads or shapes differ beyond
// chance; the source's rule is here by name, with how often it refuses an honest replication.

#include <repro/judge/compare_pairs.hpp>
#include <repro/judge/verdict.hpp>
#include <repro/statistics/power.hpp>
#include <repro/statistics/rank_tests.hpp>
#include <repro/statistics/resample.hpp>
#include <repro/statistics/two_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repro::inline v0 {
namespace judge {

/// Which rule decides.
enum class distribution_rule : unsigned char {
    equivalence, ///< means within a margin, by two one-sided Welch tests
    source       ///< mean within two standard errors of the reference's, standard deviation within 20 %
};

struct distribution_options {
    std::optional<double> margin; ///< how far means may lie apart and count as equal; in the metric's units
    double alpha = 0.05;          ///< how often a wrong word may come about
    distribution_rule rule = distribution_rule::equivalence;
};

} // namespace judge

namespace detail {

[[nodiscard]] inline std::string percent(double share) {
    return decimal(static_cast<std::uint64_t>(std::lround(100 * share))) + " %";
}

/// Returns a number with four digits that count.
[[nodiscard]] inline std::string four_digits(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 4).ptr};
}

/// How the means compare: accepted within the margin, rejected beyond it or, without one, beyond chance.
[[nodiscard]] inline judge::finding judge_means(const std::string& metric, const statistics::summary& a,
                                                const statistics::summary& b,
                                                const judge::distribution_options& options,
                                                std::vector<std::string>& would_decide) {
    using judge::verdict;
    const statistics::mean_difference d = statistics::difference_of_means(a, b);
    const bool constant = a.std == 0 && b.std == 0;
    const statistics::interval reach =
        constant ? statistics::interval{d.difference, d.difference} : d.within(1 - 2 * options.alpha);
    const double p = constant ? (d.difference == 0 ? 1.0 : 0.0) : statistics::welch(a, b).p;
    const double shown = std::max(std::abs(reach.low), std::abs(reach.high));
    judge::finding found{"metric " + metric + ": mean",
                         verdict::undecided,
                         four_digits(a.mean) + " and " + four_digits(b.mean) + ", difference " +
                             four_digits(d.difference) + " within [" + four_digits(reach.low) + ", " +
                             four_digits(reach.high) + "] (" + percent(1 - 2 * options.alpha) +
                             "), Welch p = " + four_digits(p),
                         {{"mean_a", a.mean},
                          {"mean_b", b.mean},
                          {"difference", d.difference},
                          {"low", reach.low},
                          {"high", reach.high},
                          {"welch_p", p},
                          {"smallest_margin", shown}}};
    if (!options.margin) {
        if (p <= options.alpha / 3)
            found.verdict = verdict::rejected;
        else if (constant)
            found.verdict = verdict::accepted;
        else
            would_decide.push_back("declare a margin for " + metric + ": these seeds show any from " +
                                   four_digits(shown) + " on");
        return found;
    }
    const double margin = *options.margin;
    found.numbers.emplace_back("margin", margin);
    found.evidence += "; margin " + four_digits(margin);
    if (shown <= margin) {
        found.verdict = verdict::accepted;
    } else if (reach.low > margin || reach.high < -margin) {
        found.verdict = verdict::rejected;
    } else {
        const auto m = static_cast<double>(a.n), n = static_cast<double>(b.n);
        const double pooled = std::sqrt(((m - 1) * a.variance() + (n - 1) * b.variance()) / (m + n - 2));
        const auto needed = statistics::minimum_seeds(
            pooled, margin, statistics::seed_purpose::show_equivalence, 0.8, options.alpha);
        would_decide.push_back(
            metric + ": " + (needed ? "about " + decimal(*needed) : std::string("more than a million")) +
            " seeds a side show equal means within " + four_digits(margin) + " four times in five");
    }
    return found;
}

/// How the standard deviations compare; decides only against.
[[nodiscard]] inline judge::finding judge_spreads(const std::string& metric, const statistics::summary& a,
                                                  const statistics::summary& b, double alpha) {
    judge::finding found{"metric " + metric + ": spread",
                         std::nullopt,
                         "standard deviations " + four_digits(a.std) + " and " + four_digits(b.std),
                         {{"std_a", a.std}, {"std_b", b.std}}};
    if (a.std == 0 && b.std == 0) return found;
    const statistics::spread_ratio spread = statistics::compare_spreads(a, b, 1 - alpha);
    found.evidence += ", ratio " + four_digits(spread.ratio) + " within [" + four_digits(spread.within.low) +
                      ", " + four_digits(spread.within.high) + "] (" + percent(1 - alpha) +
                      "), p = " + four_digits(spread.p);
    found.numbers.insert(
        found.numbers.end(),
        {{"ratio", spread.ratio}, {"low", spread.within.low}, {"high", spread.within.high}, {"p", spread.p}});
    if (spread.p <= alpha / 3) found.verdict = judge::verdict::rejected;
    return found;
}

/// Whether the values look like one distribution's; decides only against. Where means may lie a margin apart,
/// the deviations from them are compared, which makes the test cautious.
[[nodiscard]] inline judge::finding judge_shapes(const std::string& metric, std::span<const double> a,
                                                 std::span<const double> b,
                                                 const judge::distribution_options& options) {
    const auto shifted = [&options](std::span<const double> values) {
        const double mean = options.margin ? statistics::summarize(values).mean : 0.0;
        std::vector<double> result(values.begin(), values.end());
        for (double& each : result)
            each -= mean;
        return result;
    };
    const statistics::test_result ks = statistics::kolmogorov_smirnov(shifted(a), shifted(b));
    const statistics::permutation_result dealt = statistics::permutation_test(a, b);
    judge::finding found{"metric " + metric + ": shape",
                         std::nullopt,
                         "Kolmogorov-Smirnov distance " + four_digits(ks.statistic) +
                             ", p = " + four_digits(ks.p) +
                             "; permutation test of the means p = " + four_digits(dealt.p),
                         {{"distance", ks.statistic}, {"p", ks.p}, {"permutation_p", dealt.p}}};
    if (ks.p <= options.alpha / 3) found.verdict = judge::verdict::rejected;
    return found;
}

[[nodiscard]] inline std::string spread_against(const statistics::summary& reference,
                                                const statistics::summary& other) {
    return reference.std == 0 ? four_digits(other.std) + " where the reference's is 0"
                              : four_digits(other.std / reference.std) + " of the reference's";
}

/// The source's rule: `a` is the reference.
[[nodiscard]] inline judge::finding judge_by_source(const std::string& metric, const statistics::summary& a,
                                                    const statistics::summary& b,
                                                    judge::distribution_rule rule) {
    const double off = std::abs(b.mean - a.mean), reach = 2 * a.sem(), ratio = b.std / a.std;
    const bool constant = a.std == 0 && b.std == 0;
    const bool holds = off <= reach && (constant || (ratio >= 0.8 && ratio <= 1.2));
    const statistics::false_alarms alarms = statistics::source_rule_false_alarms(a.n, b.n);
    judge::finding found{"metric " + metric + ": source's rule",
                         std::nullopt,
                         std::string(holds ? "holds" : "does not hold") + ": mean " + four_digits(off) +
                             " off where two standard errors are " + four_digits(reach) +
                             ", standard deviation " + spread_against(a, b) + "; it refuses " +
                             percent(alarms.either) + " of honest replications with " + decimal(a.n) +
                             " and " + decimal(b.n) + " seeds",
                         {{"off", off},
                          {"two_sem", reach},
                          {"ratio", ratio},
                          {"false_alarm", alarms.either},
                          {"false_alarm_mean", alarms.mean},
                          {"false_alarm_spread", alarms.spread}}};
    if (rule == judge::distribution_rule::source)
        found.verdict = holds ? judge::verdict::accepted : judge::verdict::rejected;
    return found;
}

/// Says what is said of too few seeds; nothing where there are enough to look at.
[[nodiscard]] inline bool too_few(const std::string& metric, std::uint64_t a, std::uint64_t b,
                                  judge::judgement& to) {
    const std::uint64_t fewest = std::min(a, b);
    if (fewest >= publication_seeds) return false;
    to.findings.push_back({"metric " + metric + ": seeds", judge::verdict::undecided,
                           decimal(a) + " and " + decimal(b) + " seeds: the level asks for five a side"});
    to.would_decide.push_back(metric + ": run " + decimal(publication_seeds) + " seeds a side");
    return fewest < 2;
}

} // namespace detail

namespace judge {

/// Adds what two summaries say of one metric, as papers give them: mean, standard deviation, number of seeds.
inline void judge_summaries(const std::string& metric, const statistics::summary& a,
                            const statistics::summary& b, const distribution_options& options,
                            judgement& to) {
    if (detail::too_few(metric, a.n, b.n, to)) return;
    finding means = detail::judge_means(metric, a, b, options, to.would_decide);
    finding spreads = detail::judge_spreads(metric, a, b, options.alpha);
    if (options.rule == distribution_rule::source) means.verdict = spreads.verdict = std::nullopt;
    to.findings.push_back(std::move(means));
    to.findings.push_back(std::move(spreads));
    to.findings.push_back(detail::judge_by_source(metric, a, b, options.rule));
}

/// Adds what the values of one metric say, one value a seed. A value that is not finite is a failed run,
/// which no mean may hide: rejected where one side has such, undecided where both have.
inline void judge_samples(const std::string& metric, std::span<const double> a, std::span<const double> b,
                          const distribution_options& options, judgement& to) {
    const auto broken = [](std::span<const double> values) {
        return std::ranges::count_if(values, [](double x) { return !std::isfinite(x); });
    };
    const auto in_a = broken(a), in_b = broken(b);
    if (in_a + in_b > 0) {
        to.findings.push_back(
            {"metric " + metric + ": values", in_a > 0 && in_b > 0 ? verdict::undecided : verdict::rejected,
             detail::decimal(static_cast<std::uint64_t>(in_a)) + " and " +
                 detail::decimal(static_cast<std::uint64_t>(in_b)) + " values are not finite"});
        return;
    }
    judge_summaries(metric, statistics::summarize(a), statistics::summarize(b), options, to);
    if (std::min(a.size(), b.size()) < 2) return;
    finding shapes = detail::judge_shapes(metric, a, b, options);
    if (options.rule == distribution_rule::source) shapes.verdict = std::nullopt;
    to.findings.push_back(std::move(shapes));
}

} // namespace judge
} // namespace repro::inline v0
