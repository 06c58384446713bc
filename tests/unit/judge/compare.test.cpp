// SPDX-License-Identifier: MIT
#include <repro/judge/compare.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace judge = repro::judge;
using judge::verdict;
using nlohmann::json;
using repro::level;

constexpr double not_finite = std::numeric_limits<double>::quiet_NaN();

repro::recorded_manifest run(std::uint64_t seed, double rmse) {
    repro::recorded_manifest manifest;
    manifest.path = "seed_" + std::to_string(seed) + "/manifest.json";
    manifest.id = "seed_" + std::to_string(seed);
    manifest.status = repro::run_status::completed;
    const json value = std::isfinite(rmse) ? json(rmse) : json("NaN");
    manifest.document = {{"seed", seed},
                         {"git_sha", "0123456789abcdef"},
                         {"config", {{"lr", 0.1}, {"seed", seed}}},
                         {"metrics", {{"rmse", {{"step", {0, 1}}, {"value", {9.5, value}}}}}},
                         {"digests", {{"loss.npy", {{"sha256", "aa"}}}}},
                         {"streams", {{{"name", "shuffle"}, {"engine", "philox"}, {"state_at_end", "bb"}}}}};
    manifest.artifacts.push_back({"loss.npy", {}, {}, {}, false, false, {}});
    return manifest;
}

judge::run_batch batch(const std::vector<double>& values, std::uint64_t first = 1) {
    judge::run_batch runs;
    for (const double value : values)
        runs.push_back(run(first++, value));
    return judge::make_batch(std::move(runs));
}

const judge::finding& about(const judge::judgement& result, const std::string& subject) {
    const auto found = std::ranges::find(result.findings, subject, &judge::finding::subject);
    REQUIRE(found != result.findings.end());
    return *found;
}

const std::vector<double> five{7.1, 8.4, 7.9, 7.2, 8.0};

} // namespace

TEST_CASE("equal runs are bit-exact, and what differs is named with its first place") {
    judge::run_batch a = batch(five), b = batch(five);
    CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::accepted);
    b[1].document["metrics"]["rmse"]["value"][0] = std::nextafter(9.5, 10.0);
    const auto result = judge::compare(a, b, level::bit_exact);
    CHECK(result.verdict() == verdict::rejected);
    CHECK(about(result, "metric rmse").evidence ==
          "differs in 1 of 5 pairs; first: step 0 under seed 2, 9.5 and 9.500000000000002");
    CHECK(about(result, "artifact loss.npy").verdict == verdict::accepted);
}

TEST_CASE("artifacts and streams count for bit-exact, and unknown digests leave it open") {
    for (const char* const pointer : {"/digests/loss.npy/sha256", "/streams/0/state_at_end"}) {
        CAPTURE(pointer);
        judge::run_batch a = batch(five), b = batch(five);
        b[0].document[json::json_pointer(pointer)] = "cc";
        CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::rejected);
        b[0].document[json::json_pointer(pointer)] = nullptr;
        CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::undecided);
    }
    judge::run_batch a = batch(five), b = batch(five);
    b[0].artifacts.clear();
    b[0].document["digests"].erase("loss.npy");
    CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::undecided);
    b = batch(five);
    b[0].document["metrics"].erase("rmse");
    CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::rejected);
    b = batch(five);
    b[0].document["metrics"]["rmse"] = {{"step", {0}}, {"value", {9.5}}};
    CHECK(judge::compare(a, b, level::bit_exact).verdict() == verdict::rejected);
}

TEST_CASE("seed-stable looks at the worst pair") {
    const judge::run_batch a = batch({7.1, 8.4}), b = batch({7.105, 8.392});
    const auto result = judge::compare(a, b, level::seed_stable);
    CHECK(result.verdict() == verdict::accepted);
    CHECK(about(result, "metric rmse")
              .evidence.starts_with("2 of 2 pairs within the tolerance; worst: 8.4 and 8.392"));
    judge::compare_options tight;
    tight.tolerance = {0.006, 0};
    CHECK(judge::compare(a, b, level::seed_stable, tight).verdict() == verdict::rejected);
    tight.tolerances["rmse"] = {0, 0.001};
    CHECK(judge::compare(a, b, level::seed_stable, tight).verdict() == verdict::accepted);
}

TEST_CASE("a NaN equals a NaN and nothing else") {
    const judge::run_batch a = batch({7.1, not_finite}), b = batch({7.1, not_finite}), c = batch({7.1, 7.2});
    CHECK(judge::compare(a, b, level::seed_stable).verdict() == verdict::accepted);
    CHECK(judge::compare(a, c, level::seed_stable).verdict() == verdict::rejected);
    CHECK(judge::compare(c, a, level::seed_stable).verdict() == verdict::rejected);
    CHECK(judge::compare(a, c, level::distribution_stable).verdict() == verdict::rejected);
    CHECK(judge::compare(a, b, level::distribution_stable).verdict() == verdict::undecided);
}

TEST_CASE("digests that differ are told by their first digits") {
    judge::run_batch a{run(1, 7.0)}, b{run(1, 7.0)};
    a[0].document["digests"]["loss.npy"]["sha256"] = "0123456789abcdef";
    b[0].document["digests"]["loss.npy"]["sha256"] = "fedcba9876543210";
    CHECK(about(judge::compare(a, b, level::bit_exact), "artifact loss.npy")
              .evidence.ends_with("first: 0123456789ab and fedcba987654 under seed 1"));
}

TEST_CASE("an infinity equals itself and nothing else, whatever the tolerance") {
    const judge::seeded_values one{{1}, {7.2}}, infinite{{1}, {HUGE_VAL}}, below{{1}, {-HUGE_VAL}};
    const judge::tolerance wide{1.0, 0.5};
    CHECK(judge::compare_values("rmse", infinite, infinite, wide).verdict == verdict::accepted);
    CHECK(judge::compare_values("rmse", infinite, one, wide).verdict == verdict::rejected);
    CHECK(judge::compare_values("rmse", infinite, below, wide).verdict == verdict::rejected);
}

TEST_CASE("a value without a partner leaves its metric open") {
    const judge::seeded_values both{{1, 2}, {7.1, 7.2}}, first{{1}, {7.1}}, other{{1}, {9.1}};
    const auto found = judge::compare_values("rmse", both, first, {});
    CHECK(found.verdict == verdict::undecided);
    CHECK(found.evidence.ends_with("; 1 more have a value on one side alone"));
    CHECK(judge::compare_values("rmse", both, other, {}).verdict == verdict::rejected);
}

TEST_CASE("seeds of one side alone leave pairs open, and never hide a difference") {
    const judge::run_batch a = batch({1, 2, 3}), b = batch({1, 2}), c = batch({1, 5});
    const auto result = judge::compare(a, b, level::seed_stable);
    CHECK(result.verdict() == verdict::undecided);
    CHECK(result.would_decide.front() == "run the other side under the seeds 3");
    CHECK(judge::compare(a, c, level::seed_stable).verdict() == verdict::rejected);
    CHECK(judge::compare(a, batch({1, 2}, 50), level::bit_exact).verdict() == verdict::undecided);
}

TEST_CASE("a seed twice on one side is refused") {
    judge::run_batch runs{run(1, 7.0), run(2, 7.1), run(1, 7.2)};
    try {
        (void)judge::make_batch(std::move(runs));
        FAIL("no error");
    } catch (const repro::error& problem) {
        CHECK(problem.code() == repro::errc::seed_duplicate);
    }
}

TEST_CASE("runs of different things are incomparable, unless that is the question") {
    const judge::run_batch a = batch(five);
    judge::run_batch code = batch(five), config = batch(five), failed = batch(five);
    for (auto& each : code)
        each.document["git_sha"] = "fedcba9876543210";
    for (auto& each : config)
        each.document["config"]["lr"] = 0.2;
    failed[0].status = repro::run_status::failed;
    for (const level each : {level::bit_exact, level::seed_stable, level::distribution_stable}) {
        CHECK(judge::compare(a, code, each).verdict() == verdict::undecided);
        CHECK(!judge::compare(a, code, each).incomparable.empty());
        CHECK(!judge::compare(a, config, each).incomparable.empty());
        CHECK(!judge::compare(a, failed, each).incomparable.empty());
        CHECK(!judge::compare({}, a, each).incomparable.empty());
    }
    CHECK(judge::compare(a, config, level::seed_stable).incomparable.front() ==
          "the config of seed_1 of B differs from that of seed_1");
    judge::compare_options across;
    across.declared = {true, true};
    CHECK(judge::compare(a, code, level::bit_exact, across).verdict() == verdict::accepted);
    CHECK(judge::compare(a, config, level::seed_stable, across).verdict() == verdict::accepted);
    code[0].document["git_sha"] = "something else"; // one side in itself has to be of one code
    CHECK(!judge::compare(code, a, level::bit_exact, across).incomparable.empty());
}

TEST_CASE("runs whose code is known to differ are incomparable, at one commit as well") {
    struct tree {
        std::optional<bool> dirty;
        const char* patch;
    };
    const auto batch_of = [](const tree& which) {
        judge::run_batch runs = batch(five);
        for (auto& each : runs) {
            each.document["git_dirty"] = which.dirty ? json(*which.dirty) : json(nullptr);
            if (which.patch != nullptr) each.document["git"]["patch"]["sha256"] = which.patch;
        }
        return runs;
    };
    const tree clean{false, nullptr}, one{true, "aaaa"}, other{true, "bbbb"}, unkept{true, nullptr},
        unknown{std::nullopt, nullptr};
    struct row {
        tree a, b;
        const char* differs; ///< the end of the reason; empty where they can be compared
        const char* unknown; ///< what the note ends with; empty where there is none
    };
    for (const row& each : std::vector<row>{
             {clean, clean, "", ""},
             {one, one, "", ""},
             {clean, one, "the tree of seed_1 of B had changes that no commit holds, that of seed_1 had none",
              ""},
             {one, clean, "the tree of seed_1 had changes that no commit holds, that of seed_1 of B had none",
              ""},
             {one, other,
              "the tree of seed_1 had the changes of patch aaaa, that of seed_1 of B those of bbbb", ""},
             {clean, unkept, "that of seed_1 had none",
              "seed_1 of B recorded no patch of the changes in its tree"},
             {one, unkept, "", "seed_1 of B recorded no patch of the changes in its tree"},
             {unkept, unkept, "", "seed_1 of A recorded no patch of the changes in its tree"},
             {clean, unknown, "", "seed_1 of B recorded not whether its tree had changes"}}) {
        const judge::run_batch a = batch_of(each.a), b = batch_of(each.b);
        CAPTURE(each.differs, each.unknown);
        for (const level which : {level::bit_exact, level::seed_stable, level::distribution_stable}) {
            const auto result = judge::compare(a, b, which);
            CHECK(result.incomparable.empty() == (*each.differs == '\0'));
            for (const std::string& reason : result.incomparable)
                CHECK(reason.starts_with("the code differs at commit 0123456789ab: "));
            if (!result.incomparable.empty()) CHECK(result.incomparable.front().ends_with(each.differs));
            judge::compare_options across;
            across.declared.code = true;
            CHECK(judge::compare(a, b, which, across).incomparable.empty());
            if (*each.unknown != '\0') {
                const judge::finding& note = about(result, "code");
                CHECK(!note.verdict);
                CHECK(note.evidence.ends_with(each.unknown));
            } else {
                CHECK(std::ranges::count(result.findings, "code", &judge::finding::subject) == 0);
            }
        }
    }
}

TEST_CASE("a commit against none is no difference that is known, and is told") {
    judge::run_batch a = batch(five), b = batch(five);
    for (auto& each : a)
        each.document["git_dirty"] = false;
    for (auto& each : b)
        each.document["git_sha"] = nullptr;
    const auto result = judge::compare(a, b, level::bit_exact);
    CHECK(result.verdict() == verdict::accepted);
    CHECK(about(result, "code").evidence ==
          "not known of 5 of 10 runs, so it may differ; first: seed_1 of B recorded no commit");
}

TEST_CASE("sides that share no metric are incomparable, with the metrics of both") {
    const judge::run_batch a = batch(five);
    judge::run_batch b = batch(five), none = batch(five), more = batch(five);
    for (auto& each : b) {
        each.document["metrics"]["mae"] = each.document["metrics"]["rmse"];
        each.document["metrics"].erase("rmse");
    }
    for (auto& each : none)
        each.document["metrics"] = json::object();
    for (auto& each : more)
        each.document["metrics"]["mae"] = each.document["metrics"]["rmse"];
    for (const level each : {level::bit_exact, level::seed_stable, level::distribution_stable}) {
        const auto result = judge::compare(a, b, each);
        CHECK(result.verdict() == verdict::undecided);
        REQUIRE(result.incomparable.size() == 1);
        CHECK(result.incomparable.front() ==
              "the metrics differ, none is on both sides: A has rmse; B has mae");
        CHECK(judge::compare(none, a, each).incomparable.front().ends_with("A has none; B has rmse"));
        CHECK(judge::compare(a, more, each).incomparable.empty()); // they share one
        CHECK(judge::compare(a, more, each).verdict() != verdict::accepted);
    }
    CHECK(judge::compare(none, none, level::bit_exact).verdict() == verdict::accepted); // artifacts, streams
    judge::compare_options mae;
    mae.metrics = {"mae"};
    CHECK(judge::compare(a, more, level::seed_stable, mae)
              .incomparable.front()
              .ends_with("A has none; B has mae"));
}

TEST_CASE("equal means are accepted within a margin, and not without one") {
    const judge::run_batch a = batch(five), b = batch({7.3, 8.2, 7.8, 7.4, 8.1}, 11);
    judge::compare_options options;
    const auto open = judge::compare(a, b, level::distribution_stable, options);
    CHECK(open.verdict() == verdict::undecided);
    CHECK(open.would_decide.front().starts_with("declare a margin for rmse: these seeds show any from 0.6"));
    options.distribution.margin = 0.8;
    CHECK(judge::compare(a, b, level::distribution_stable, options).verdict() == verdict::accepted);
    options.margins["rmse"] = 0.3;
    const auto narrow = judge::compare(a, b, level::distribution_stable, options);
    CHECK(narrow.verdict() == verdict::undecided);
    CHECK(narrow.would_decide.front().find("seeds a side") != std::string::npos);
}

TEST_CASE("means beyond the margin, other spreads and other shapes are rejected") {
    judge::compare_options options;
    options.distribution.margin = 0.5;
    const judge::run_batch a = batch(five);
    CHECK(judge::compare(a, batch({9.1, 10.4, 9.9, 9.2, 10.0}), level::distribution_stable, options)
              .verdict() == verdict::rejected);
    const judge::run_batch wide = batch({7.7 - 20, 7.7 + 20, 7.7 - 10, 7.7 + 10, 7.7});
    const auto spread = judge::compare(a, wide, level::distribution_stable, options);
    CHECK(about(spread, "metric rmse: spread").verdict == verdict::rejected);
    options.distribution.margin.reset();
    CHECK(judge::compare(a, batch({9.1, 10.4, 9.9, 9.2, 10.0}), level::distribution_stable, options)
              .verdict() == verdict::rejected);
}

TEST_CASE("constant metrics are compared as they are") {
    judge::compare_options options;
    const judge::run_batch same = batch({1, 1, 1, 1, 1}), other = batch({2, 2, 2, 2, 2});
    CHECK(judge::compare(same, same, level::distribution_stable, options).verdict() == verdict::accepted);
    CHECK(judge::compare(same, other, level::distribution_stable, options).verdict() == verdict::rejected);
    options.distribution.margin = 1.5;
    CHECK(judge::compare(same, same, level::distribution_stable, options).verdict() == verdict::accepted);
}

TEST_CASE("few seeds are never accepted for a distribution") {
    judge::compare_options options;
    options.distribution.margin = 100;
    CHECK(judge::compare(batch({7.1}), batch({7.1}), level::distribution_stable, options).verdict() ==
          verdict::undecided);
    const auto four = judge::compare(batch({7.1, 7.2, 7.3, 7.4}), batch({7.1, 7.2, 7.3, 7.4}),
                                     level::distribution_stable, options);
    CHECK(four.verdict() == verdict::undecided);
    CHECK(four.would_decide.front() == "rmse: run 5 seeds a side");
    CHECK(judge::compare(batch({7, 7.1, 7.2}), batch({90, 90.1, 90.2}), level::distribution_stable, {})
              .verdict() == verdict::rejected);
}

TEST_CASE("the source's rule decides where it is asked for, and says how it errs") {
    judge::compare_options options;
    options.distribution.rule = judge::distribution_rule::source;
    const auto holds = judge::compare(batch(five), batch({7.2, 8.3, 7.9, 7.1, 8.1}, 11),
                                      level::distribution_stable, options);
    CHECK(holds.verdict() == verdict::accepted);
    CHECK(
        about(holds, "metric rmse: source's rule").evidence.find("it refuses 76 % of honest replications") !=
        std::string::npos);
    const auto fails = judge::compare(batch(five), batch({7.5, 7.6, 7.7, 7.8, 7.9}, 11),
                                      level::distribution_stable, options);
    CHECK(fails.verdict() == verdict::rejected);
}

TEST_CASE("published numbers of two methods allow no claim") {
    judge::judgement result{level::distribution_stable, {}, {}, {}};
    judge::distribution_options options;
    options.margin = 0.3;
    judge::judge_summaries("rmse", {5, 7.72, 0.66}, {5, 7.53, 0.65}, options, result);
    CHECK(result.verdict() == verdict::undecided);
    CHECK(about(result, "metric rmse: mean").evidence.find("Welch p = 0.65") != std::string::npos);
}

TEST_CASE("a metric that no run has is refused") {
    judge::compare_options options;
    options.metrics = {"rsme"};
    CHECK_THROWS_AS(judge::compare(batch(five), batch(five), level::seed_stable, options), repro::error);
}
