// SPDX-License-Identifier: MIT
// repro rank, over results as sweeps leave them.

#include "../support/temporary_folder.hpp"
#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

/// A root with results: data sets d0, d1, ..., methods m0, m1, ...
class ranked_root : public support::temporary_folder {
public:
    ranked_root(int datasets, int methods, int seeds) {
        for (int d = 0; d < datasets; ++d)
            for (int m = 0; m < methods; ++m)
                for (int s = 0; s < seeds; ++s)
                    put(d, m, s, {{"rmse", d + m + 0.01 * s}});
    }
    void put(int d, int m, int s, nlohmann::json metrics, const std::string& said = "") const {
        const std::string dataset = "d" + std::to_string(d), method = "m" + std::to_string(m);
        write("runs/" + dataset + "/" + method + "/seed_" + std::to_string(s) + "/results.json",
              nlohmann::json{{"schema", "urn:repro:results:1.0"},
                             {"dataset", said.empty() ? dataset : said},
                             {"method", method},
                             {"seed", s},
                             {"metrics", std::move(metrics)}}
                  .dump());
    }
    [[nodiscard]] support::program_result rank(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"rank", (*this / "runs").native()});
        return support::run_program(more);
    }
};

} // namespace

TEST_CASE("rank says which methods differ, in text and as a document") {
    const ranked_root root(4, 3, 5);
    const auto text = root.rank();
    INFO(text.out << text.err);
    CHECK(text.status == 0);
    CHECK(support::contains(text.out, "rmse of 3 methods, 4 blocks: d0; d1; d2; d3"));
    CHECK(support::contains(text.out, "exact p = 0.00463"));
    CHECK(support::contains(text.out, "seeds of one data set are no independent blocks"));
    CHECK(support::contains(text.out, "the methods differ"));
    const auto document = nlohmann::json::parse(root.rank({"--json", "--higher"}).out);
    CHECK(document.at("differ") == true);
    CHECK(document.at("friedman").at("mean_ranks").at("m2") == 1);
    CHECK(document.at("friedman").at("statistic") == 8);
    CHECK(document.at("friedman").at("iman_davenport").at("statistic").is_null()); // infinite
    CHECK(document.at("friedman").at("pairs").size() == 3);
}

TEST_CASE("rank holds two named methods against each other") {
    const ranked_root root(2, 3, 5);
    const auto two = root.rank({"--method", "m0", "--method", "m1", "--json"});
    INFO(two.out << two.err);
    CHECK(two.status == 0);
    const auto differences = nlohmann::json::parse(two.out).at("differences");
    CHECK(differences.size() == 2);
    CHECK(differences.at(0).at("pairs") == 5);
    const ranked_root apart(1, 1, 5);
    for (int seed = 5; seed < 10; ++seed)
        apart.put(0, 1, seed, {{"rmse", 1 + 0.01 * seed}});
    CHECK(support::contains(apart.rank().out, "rmse of 2 methods, 1 block: d0\n"));
    const auto unpaired = nlohmann::json::parse(apart.rank({"--json"}).out).at("differences").at(0);
    CHECK(unpaired.at("pairs") == 0);
    CHECK((unpaired.at("paired_t_p").is_null() && unpaired.at("wilcoxon_p").is_null()));
    CHECK(std::abs(differences.at(0).at("mann_whitney_p").get<double>() - 2.0 / 252) < 1e-12); // 10 choose 5
}

TEST_CASE("rank refuses single seeds, lacking cells and unknown words") {
    const ranked_root single(4, 3, 1);
    const auto refused = single.rank();
    CHECK(refused.status == 3);
    CHECK(support::contains(refused.out, "d0/m0 has 1 seed; a publication asks for 5"));
    CHECK(support::contains(refused.out, "undecided"));
    const ranked_root root(4, 3, 3);
    CHECK(root.rank().status == 3);
    CHECK(root.rank({"--for", "sweep"}).status == 0);
    root.write("runs/d4/m0/seed_1/manifest.json", "{}");
    CHECK(support::contains(root.rank({"--for", "sweep"}).err, "without results.json"));
    root.put(4, 0, 1, {{"rmse", 1}});
    CHECK(support::contains(root.rank({"--for", "sweep"}).out, "d4/m1 has no results"));
    CHECK(root.rank({"--for", "fun"}).status == 2);
    CHECK(root.rank({"--blocks", "x"}).status == 2);
    CHECK(root.rank({"--alpha", "0"}).status == 2);
    CHECK(support::contains(root.rank({"--metric", "mse"}).err, "name one of: rmse"));
    CHECK(support::contains(root.rank({"--method", "m9"}).err, "--method 'm9'"));
    CHECK(support::run_program({"rank", (root / "nothing").native()}).status == 4);
}

TEST_CASE("rank refuses results that stand in another folder, or are damaged") {
    const ranked_root root(2, 2, 5);
    root.put(0, 0, 0, {{"rmse", 1}}, "d9");
    const auto moved = root.rank();
    CHECK(moved.status == 4);
    CHECK(support::contains(moved.err, "E_FIELD_VALUE"));
    root.put(0, 0, 0, {{"rmse", "fine"}});
    CHECK(support::contains(root.rank().err, "E_FIELD_TYPE"));
    root.write("runs/d0/m0/seed_0/results.json", "{\"schema\": \"urn:re");
    CHECK(support::contains(root.rank().err, "E_JSON_SYNTAX"));
}
