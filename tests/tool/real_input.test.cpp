// SPDX-License-Identifier: MIT
// The verdicts on real runs: 03_digits under five seeds, under five others, and with another optimizer.

#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

using nlohmann::json;
using support::contains;
using support::program_result;
using support::run_program;

namespace {

/// Sweeps of 03_digits.
class trained_digits : public support::temporary_folder {
public:
    trained_digits() {
        sweep("momentum", "42,123,456,789,1024", "momentum");
        sweep("others", "7,77,777,7777,77777", "momentum");
        sweep("adam", "42,123,456,789,1024", "adam");
    }
    [[nodiscard]] std::string runs(const std::string& method) const {
        return (*this / "sweeps/digits" / method).native();
    }
    [[nodiscard]] program_result compare(const std::string& a, const std::string& b,
                                         const std::vector<std::string>& more) const {
        std::vector<std::string> words{"compare", runs(a), runs(b)};
        words.insert(words.end(), more.begin(), more.end());
        return run_program(words);
    }

private:
    void sweep(const std::string& method, const std::string& seeds, const std::string& optimizer) const {
        const auto result =
            run_program({"seeds", "--seeds", seeds, "--root", (*this / "sweeps").native(), "--dataset",
                         "digits", "--method", method, "--", REPRO_DIGITS, "42", "1",
                         (std::filesystem::current_path() / "examples/data/digits.csv").native(), optimizer},
                        {path(), {{"REPRO_QUIET", "1"}}});
        INFO(result.out << result.err);
        REQUIRE(result.status == 0);
    }
};

/// Under the same seeds there are the same bits, and under other seeds none can be compared.
void check_bits(const trained_digits& digits) {
    CHECK(digits.compare("momentum", "momentum", {"--level", "bit-exact"}).status == 0);
    const auto others = digits.compare("momentum", "others", {"--level", "bit-exact"});
    CHECK(others.status == 3);
    CHECK(contains(others.out, "10 run on one side alone"));
}

/// Five other seeds are accepted within a margin that they can show, and within no other.
void check_margins(const trained_digits& digits) {
    const auto open =
        digits.compare("momentum", "others", {"--level", "distribution-stable", "--metric", "accuracy"});
    INFO(open.out);
    CHECK(open.status == 3);
    CHECK(contains(open.out, "would decide: declare a margin for accuracy"));
    CHECK(contains(open.out, "refuses 76 % of honest replications with 5 and 5 seeds"));
    CHECK(
        digits
            .compare("momentum", "others",
                     {"--level", "distribution-stable", "--metric", "accuracy", "--margin", "accuracy=0.02"})
            .status == 0);
}

/// Another optimizer is another config, and can be compared where that is the question.
void check_another_optimizer(const trained_digits& digits) {
    const auto refused = digits.compare("momentum", "adam", {"--level", "distribution-stable"});
    CHECK(refused.status == 3);
    CHECK(contains(refused.out, "distribution-stable: incomparable"));
    const auto declared =
        digits.compare("momentum", "adam", {"--level", "distribution-stable", "--across", "config"});
    INFO(declared.out);
    CHECK_FALSE(contains(declared.out, "incomparable"));
    CHECK(contains(declared.out, "metric loss: mean"));
    CHECK(declared.status == 1); // the training losses differ beyond chance
}

/// `rank` says of one metric that the optimizers differ, and of the other that this is not shown.
void check_ranks(const trained_digits& digits) {
    const auto rank = [&digits](const char* metric) {
        return json::parse(run_program({"rank", (digits / "sweeps").native(), "--metric", metric, "--method",
                                        "momentum", "--method", "adam", "--json"})
                               .out);
    };
    const json loss = rank("loss"), accuracy = rank("accuracy");
    CHECK(loss.at("differ") == true);
    CHECK(accuracy.at("differ") == false);
    CHECK(accuracy.at("differences").at(0).at("pairs") == 5);
}

} // namespace

TEST_CASE("verdicts on real runs: the same seeds, other seeds, another optimizer") {
    const trained_digits digits;
    check_bits(digits);
    check_margins(digits);
    check_another_optimizer(digits);
    check_ranks(digits);
}

TEST_CASE("the published means of the source text carry no claim") {
    const auto result =
        run_program({"compare", "7.72,0.66,5", "7.53,0.66,5", "--level", "distribution-stable"});
    CHECK(result.status == 3);
    CHECK(contains(result.out, "difference 0.19"));
    const auto close = run_program(
        {"compare", "7.72,0.66,5", "7.53,0.66,5", "--level", "distribution-stable", "--margin", "0.3"});
    CHECK(close.status == 3);
    CHECK(contains(close.out, "seeds a side show equal means within 0.3 four times in five"));
}
