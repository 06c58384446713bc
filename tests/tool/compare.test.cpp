// SPDX-License-Identifier: MIT
// repro compare as users run it.

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

/// Publishes `<method>-<seed>` runs with one metric; returns the folder that holds them.
std::string publish(const support::sample_runs& runs, const std::string& method,
                    const std::vector<double>& values, const char* level = "distribution-stable") {
    int seed = 1;
    for (const double value : values) {
        auto document = support::bare_manifest();
        document["seed"] = seed;
        document["seed_text"] = std::to_string(seed);
        document["level"] = level;
        document["metrics"] = {{"rmse", {{"step", {0}}, {"value", {value}}}}};
        runs.publish(method + "/seed_" + std::to_string(seed++), document);
    }
    return (runs.root() / method).native();
}

const std::vector<double> five{7.1, 8.4, 7.9, 7.2, 8.0};

} // namespace

TEST_CASE("folders of runs are compared at the level they declare") {
    const support::sample_runs runs;
    const std::string a = publish(runs, "a", five), b = publish(runs, "b", {7.3, 8.2, 7.8, 7.4, 8.1});
    const auto open = run_program({"compare", a, b});
    CHECK(open.status == 3);
    CHECK(contains(open.out, "bit-exact: rejected\n"));
    CHECK(contains(open.out, "seed-stable: rejected\n"));
    CHECK(contains(open.out, "distribution-stable: undecided\n"));
    CHECK(contains(open.out, "would decide: declare a margin for rmse"));
    CHECK(contains(open.out, "refuses 76 % of honest replications with 5 and 5 seeds"));
    CHECK(open.out.ends_with("\nundecided: distribution-stable decides, the level that all runs declare\n"));
    CHECK(run_program({"compare", a, b, "--margin", "0.9"}).status == 0);
    CHECK(run_program({"compare", a, b, "--level", "seed-stable"}).status == 1);
    CHECK(run_program({"compare", a, b, "--level", "seed-stable", "--tolerance", "rmse=0.3"}).status == 0);
    CHECK(run_program({"compare", a, b, "--level", "seed-stable", "--tolerance", "5%"}).status == 0);
    CHECK(run_program({"compare", a, a, "--level", "bit-exact"}).status == 0);
}

TEST_CASE("runs can be named one by one") {
    const support::sample_runs runs;
    const std::string a = publish(runs, "a", {1, 2}, "seed-stable");
    const auto result = run_program({"compare", "--a", a + "/seed_1", "--a", a + "/seed_2", "--b", a});
    CHECK(result.status == 0);
    CHECK(result.out.ends_with("\naccepted: seed-stable decides, the level that all runs declare\n"));
    CHECK_FALSE(contains(run_program({"compare", a, a, "--level", "seed-stable"}).out, "decides"));
}

TEST_CASE("published means and spreads are compared without any runs") {
    const auto result = run_program(
        {"compare", "7.72,0.66,5", "7.53,0.65,5", "--level", "distribution-stable", "--margin", "0.3"});
    CHECK(result.status == 3);
    CHECK(contains(result.out, "Welch p = 0.65"));
    CHECK(contains(result.out, "metric (unnamed): mean"));
    CHECK(run_program({"compare", "7.72,0.66,5", "7.53,0.65,5", "--level", "seed-stable"}).status == 3);
    CHECK(run_program(
              {"compare", "7.72,0.66,5", "7.53,0.65,5", "--level", "distribution-stable", "--rule", "source"})
              .status == 0);
}

TEST_CASE("tables are compared by seed, and against runs") {
    const support::sample_runs runs;
    const std::string a = runs.write("a.csv", "seed,rmse,acc\n42,7.1,0.5\n7,8.4,0.25\n").native();
    const std::string b =
        runs.write("b.csv", "# made elsewhere\r\nacc,seed,rmse\r\n0.25,7,8.405\r\n0.5,42,7.1\r\n").native();
    const auto result = run_program({"compare", a, b, "--level", "seed-stable"});
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(contains(result.out,
                   "metric rmse: 2 of 2 pairs within the tolerance; worst: 8.4 and 8.405 under seed 7"));
    const std::string c = publish(runs, "c", five);
    const std::string d = runs.write("d.csv", "seed,rmse\n11,7.2\n12,8.1\n13,7.7\n14,7.9\n15,7.6\n").native();
    CHECK(run_program({"compare", c, d, "--level", "distribution-stable", "--margin", "1"}).status == 0);
    CHECK(
        run_program({"compare", c, "7.7,0.4,5", "--level", "distribution-stable", "--margin", "1"}).status ==
        0);
}

TEST_CASE("values that are not finite, constants, one seed and unequal seeds each have their answer") {
    const support::sample_runs runs;
    const auto table = [&runs](const char* name, const std::vector<const char*>& values) {
        std::string text = "seed,rmse\n";
        for (std::size_t i = 0; i < values.size(); ++i)
            text += std::to_string(i + 1) + "," + values[i] + "\n";
        return runs.write(name, text).native();
    };
    const std::string plain = table("plain.csv", {"7.1", "8.4", "7.9", "7.2", "8.0"});
    const std::string broken = table("broken.csv", {"7.1", "nan", "7.9", "7.2", "inf"});
    const std::string constant = table("constant.csv", {"7", "7", "7", "7", "7"});
    const std::string other = table("other.csv", {"7.5", "7.5", "7.5", "7.5", "7.5"});
    const std::string single = table("single.csv", {"7.1"});
    const std::string seven = table("seven.csv", {"7.1", "8.4", "7.9", "7.2", "8.0", "7.5", "7.6"});
    struct row {
        std::string a, b;
        int seed_stable, distribution_stable;
        const char* said;
    };
    for (const row& each :
         std::vector<row>{{plain, broken, 1, 1, "0 and 2 values are not finite"},
                          {broken, broken, 0, 3, "2 and 2 values are not finite"},
                          {constant, constant, 0, 0, "standard deviation 0 where the reference's is 0"},
                          {constant, other, 1, 1, "7 and 7.5, difference -0.5 within [-0.5, -0.5]"},
                          {constant, plain, 1, 1, "where the reference's is 0"},
                          {plain, single, 3, 3, "5 and 1 seeds: the level asks for five a side"},
                          {single, single, 0, 3, "would decide: rmse: run 5 seeds a side"},
                          {plain, seven, 3, 3, "with 5 and 7 seeds"}}) {
        CAPTURE(each.a, each.b);
        CHECK(run_program({"compare", each.a, each.b, "--level", "seed-stable"}).status == each.seed_stable);
        const auto result = run_program({"compare", each.a, each.b, "--level", "distribution-stable"});
        CAPTURE(result.out, result.err);
        CHECK(result.status == each.distribution_stable);
        CHECK(contains(result.out, each.said));
        CHECK_FALSE(contains(result.out, "nan"));
    }
    CHECK(run_program({"compare", plain, seven, "--level", "distribution-stable", "--margin", "2"}).status ==
          0);
}

TEST_CASE("tables that share no metric are incomparable, and a metric of one side alone is told") {
    const support::sample_runs runs;
    const std::string rmse = runs.write("rmse.csv", "seed,rmse\n1,7.1\n2,7.2\n").native();
    const std::string mae = runs.write("mae.csv", "seed,mae\n1,7.1\n2,7.2\n").native();
    const std::string both = runs.write("both.csv", "seed,rmse,mae\n1,7.1,5\n2,7.2,5\n").native();
    const auto apart = run_program({"compare", rmse, mae, "--level", "seed-stable"});
    CHECK(apart.status == 3);
    CHECK(contains(apart.out, "none is on both sides: A has rmse; B has mae"));
    const auto beside = run_program({"compare", rmse, both, "--level", "seed-stable"});
    CHECK(beside.status == 0);
    CHECK(contains(beside.out, "informs    metric mae: only side B has it: it is not compared"));
}

TEST_CASE("changes that no commit holds make runs incomparable, and code that is not known is told") {
    const support::sample_runs runs;
    const auto one = [&runs](const char* id, const char* patch) {
        auto document = support::bare_manifest();
        document["git_dirty"] = true;
        if (patch != nullptr) document["git"]["patch"] = {{"sha256", std::string(64, *patch)}, {"size", 1}};
        return runs.publish(id, document).native();
    };
    const std::string a = one("a", "a"), b = one("b", "b"), unkept = one("c", nullptr);
    const auto apart = run_program({"compare", a, b, "--level", "bit-exact"});
    CHECK(apart.status == 3);
    CHECK(
        contains(apart.out, "bit-exact: incomparable\n  not runs of one thing: the code differs at commit"));
    CHECK(run_program({"compare", a, a, "--level", "bit-exact"}).status == 0);
    CHECK(run_program({"compare", a, b, "--level", "bit-exact", "--across", "code"}).status == 0);
    const auto open = run_program({"compare", a, unkept, "--level", "bit-exact"});
    CHECK(open.status == 0);
    CHECK(contains(open.out, "informs    code: not known of 1 of 2 runs, so it may differ; first: c of B"));
    const json document = json::parse(run_program({"compare", a, unkept, "--json"}).out);
    CHECK(document.at("levels").at(0).at("findings").back().at("subject") == "code");
}

TEST_CASE("the document of a judgement has stable keys") {
    const support::sample_runs runs;
    const std::string a = publish(runs, "a", five);
    const json document = json::parse(run_program({"compare", a, a, "--json", "--margin", "1"}).out);
    CHECK(document.at("level") == "distribution-stable");
    CHECK(document.at("verdict") == "accepted");
    REQUIRE(document.at("levels").size() == 3);
    for (const json& each : document.at("levels")) {
        CHECK(each.at("incomparable").empty());
        for (const json& finding : each.at("findings"))
            CHECK((finding.contains("subject") && finding.contains("verdict") &&
                   finding.contains("evidence") && finding.contains("numbers")));
    }
}

TEST_CASE("what cannot be compared is refused with its reason") {
    const support::sample_runs runs;
    const std::string a = publish(runs, "a", five);
    struct row {
        std::vector<std::string> arguments;
        int status;
        const char* error;
    };
    const std::string twice = runs.write("twice.csv", "seed,rmse\n1,2\n1,3\n").native();
    const std::string bare = runs.write("bare.csv", "rmse\n1\n").native();
    const std::string ragged = runs.write("ragged.csv", "seed,rmse\n1\n").native();
    const std::string words = runs.write("words.csv", "seed,rmse\n1,good\n").native();
    const std::string empty = runs.write("empty.csv", "").native();
    const std::string metric_again = runs.write("metric_again.csv", "seed,x,x\n1,2,3\n").native();
    const std::string seed_again = runs.write("seed_again.csv", "seed,rmse,seed\n1,2,3\n").native();
    const std::string nameless = runs.write("nameless.csv", ",seed,rmse\n0,1,2\n").native();
    for (const row& each :
         std::vector<row>{{{"compare"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--level", "bitexact"}, 2, "E_LEVEL_UNKNOWN"},
                          {{"compare", a, a, "--metric", "rsme"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--margin", "wide"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--margin", "-1"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--tolerance", "0"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--alpha", "0.7"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--alpha", "2"}, 2, "--alpha '2' is no number"},
                          {{"compare", a, a, "--rule", "sourse"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", a, a, "--across", "seeds"}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", "--a", a, "--a", twice, "--b", a}, 2, "E_ARGUMENT_INVALID"},
                          {{"compare", "--a", a, "--a", a + "/seed_1", "--b", a}, 2, "E_SEED_DUPLICATE"},
                          {{"compare", twice, a}, 2, "E_SEED_DUPLICATE"},
                          {{"compare", bare, a}, 4, "E_FIELD_MISSING"},
                          {{"compare", empty, a}, 4, "E_FIELD_MISSING"},
                          {{"compare", metric_again, a}, 4, "metric_again.csv:1 has two columns 'x'"},
                          {{"compare", seed_again, a}, 4, "seed_again.csv:1 has two columns 'seed'"},
                          {{"compare", nameless, a}, 4, "nameless.csv:1 has a column without a name"},
                          {{"compare", ragged, a}, 4, "E_FIELD_VALUE"},
                          {{"compare", words, a}, 4, "E_FIELD_VALUE"},
                          {{"compare", "no/such.csv", a}, 4, "E_ARTIFACT_MISSING"},
                          {{"compare", runs.path().native() + "/runs/none", a}, 4, "E_MANIFEST_MISSING"}}) {
        const auto result = run_program(each.arguments);
        CAPTURE(each.arguments, result.err);
        CHECK(result.status == each.status);
        CHECK(contains(result.err, each.error));
        CHECK(result.out.empty());
    }
}
