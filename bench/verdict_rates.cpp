// SPDX-License-Identifier: MIT
// How often each rule on distributions says which word, when the truth is known: normal samples whose means
// are some standard deviations apart. Prints a table in Markdown.

#include <repro/judge/compare_distributions.hpp>
#include <repro/rng/distributions.hpp>
#include <repro/rng/pcg64.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace judge = repro::judge;

constexpr double margin = 1; // in standard deviations

struct truth {
    double apart;  // of the means, in standard deviations
    double spread; // of the second side's standard deviations
};

using shares = std::array<double, 3>; // accepted, rejected, undecided

shares rates(int n, const truth& is, const judge::distribution_options& options, int trials) {
    repro::pcg64 generator(42);
    const auto sample = [&generator, n](double mean, double spread) {
        std::vector<double> values(static_cast<std::size_t>(n));
        for (double& each : values)
            each = mean + spread * repro::normal(generator);
        return values;
    };
    shares counts{};
    for (int trial = 0; trial < trials; ++trial) {
        const std::vector<double> a = sample(0, 1), b = sample(is.apart, is.spread);
        judge::judgement result{repro::level::distribution_stable, {}, {}, {}};
        judge::judge_samples("m", a, b, options, result);
        counts[static_cast<std::size_t>(result.verdict())] += 1.0 / trials;
    }
    return counts;
}

std::string words(const shares& s) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f / %.3f / %.3f", s[0], s[1], s[2]);
    return text;
}

} // namespace

int main(int argc, char** argv) {
    const int trials = argc > 1 ? std::atoi(argv[1]) : 20'000;
    const judge::distribution_options declared{margin, 0.05, judge::distribution_rule::equivalence};
    const judge::distribution_options open{std::nullopt, 0.05, judge::distribution_rule::equivalence};
    const judge::distribution_options source{std::nullopt, 0.05, judge::distribution_rule::source};
    std::printf("accepted / rejected / undecided, of %d trials each\n\n", trials);
    std::printf("| seeds a side | means apart | spread | equivalence, margin 1 | without a margin | the "
                "source's rule |\n");
    std::printf("|---|---|---|---|---|---|\n");
    for (const int n : {5, 10, 20, 50})
        for (const truth& is : {truth{0, 1}, truth{0.5, 1}, truth{1, 1}, truth{2, 1}, truth{0, 2}})
            std::printf("| %d | %g | %g | %s | %s | %s |\n", n, is.apart, is.spread,
                        words(rates(n, is, declared, trials)).c_str(),
                        words(rates(n, is, open, trials)).c_str(),
                        words(rates(n, is, source, trials)).c_str());
}
