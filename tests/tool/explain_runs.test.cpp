// SPDX-License-Identifier: MIT
// repro explain A B as users run it.

#include <repro/trace/writer.hpp>

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

using nlohmann::ordered_json;
using support::contains;
using support::run_program;

namespace {

/// Two runs under one seed at a level, the second with a change.
class two_runs : public support::sample_runs {
public:
    template <class Change> explicit two_runs(Change change, const char* level = "bit-exact") {
        ordered_json document = support::bare_manifest();
        document["level"] = level;
        a_ = publish("2026-05-22-a", document).native();
        change(document);
        b_ = publish("2026-05-22-b", document).native();
    }
    /// Leaves a trace beside each: the second draws `extra` more, and its weights are `shift` larger.
    void trace(std::uint64_t extra, float shift) const {
        write_trace(a_, 0, 0);
        write_trace(b_, extra, shift);
    }
    [[nodiscard]] support::program_result explain(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"explain", a_, b_};
        words.insert(words.end(), more.begin(), more.end());
        return run_program(words);
    }
    [[nodiscard]] const std::string& a() const noexcept { return a_; }
    [[nodiscard]] const std::string& b() const noexcept { return b_; }

private:
    static void write_trace(const std::string& manifest, std::uint64_t extra, float shift) {
        repro::trace_writer trace((std::filesystem::path(manifest).parent_path() / "trace.bin").native());
        trace.mark("data/shuffle", {repro::mark_kind::draws, 100});
        trace.add("loss", 0, std::vector<double>{0.5});
        trace.mark("data/shuffle", {repro::mark_kind::draws, 200 + extra});
        trace.add("weights", 1, std::vector<float>(10, 1.0f + shift), repro::trace_keep::values);
    }

    std::string a_, b_;
};

void other_accuracy(ordered_json& m) { m["metrics"]["accuracy"]["value"] = {0.5, 0.6, 0.75}; }

} // namespace

TEST_CASE("two runs of the same bits need no explanation") {
    const two_runs runs([](ordered_json&) {});
    const auto result = runs.explain();
    CHECK(result.status == 0);
    CHECK(contains(result.out,
                   "bit-exact            accepted   declared  metric accuracy: equal in 1 of 1 pairs"));
    CHECK(contains(result.out, "  nothing that was recorded and can change numbers differs\n"));
    CHECK(result.out.ends_with("\nWhat to do next\n  1. nothing: the two have the same bits\n"));
}

TEST_CASE("the likeliest cause comes first, with its cure, and the verdict is that of compare") {
    const two_runs runs([](ordered_json& m) {
        other_accuracy(m);
        m["config"]["lr"] = 0.2;
        m["hardware"]["cpu"] = "another";
    });
    const auto result = runs.explain();
    CHECK(result.status == run_program({"compare", runs.a(), runs.b()}).status);
    CHECK(contains(result.out,
                   "bit-exact            incomparable  declared  metric accuracy: differs in 1 of 1"));
    CHECK(contains(result.out, "not runs of one thing: the config of 2026-05-22-b differs"));
    const std::size_t config = result.out.find("very likely  config/lr"),
                      cpu = result.out.find("likely       hardware/cpu");
    CHECK(config < cpu);
    CHECK(cpu != std::string::npos);
    CHECK(contains(result.out, "\n  1. give both one config; where the config is the question"));
    CHECK(contains(result.out, "let the program call run.trace at every step"));
}

TEST_CASE("the trace names the place, and the stream that was drawn from more") {
    const two_runs runs(other_accuracy);
    runs.trace(4, 0.5f);
    const auto result = runs.explain();
    CHECK(result.status == 1);
    CHECK(contains(result.out, "bit-exact            rejected"));
    CHECK(contains(result.out, "first difference: step 1, tensor 'weights' (float32, 10 elements)\n"));
    CHECK(contains(result.out, "differs  data/shuffle  200  204\n"));
    CHECK(contains(result.out, "  1. nothing recorded explains it: repro audit -- COMMAND"));
    CHECK(contains(result.out, "  2. look for who draws from stream 'data/shuffle' between"));
}

TEST_CASE("where no stream differs the order of sums is to be looked at") {
    const two_runs runs(other_accuracy);
    runs.trace(0, 0.5f);
    CHECK(contains(runs.explain().out, "  2. look at the order of sums, at threads and at inputs there"));
    const two_runs configured([](ordered_json& m) {
        other_accuracy(m);
        m["config"]["lr"] = 0.2;
    });
    configured.trace(0, 0.5f);
    // The config explains the place as well.
    CHECK_FALSE(
        contains(configured.explain().out, "look at the order of sums, at threads and at inputs there:"));
}

TEST_CASE("each kind of cause has a cure of its own") {
    struct row {
        void (*change)(ordered_json&);
        const char* cure;
    };
    for (const row& each : std::vector<row>{
             {[](ordered_json& m) { m["git_sha"] = std::string(40, '1'); }, "repro rerun '"},
             {[](ordered_json& m) { m["seed"] = 7, m["seed_text"] = "7"; }, "other seeds give other numbers"},
             {[](ordered_json& m) { m["versions"]["compiler"] = "another 1.0"; },
              "compile both with one compiler"},
             {[](ordered_json& m) { m["versions"]["libc"] = "glibc 9.9"; }, "install from one lockfile"},
             {[](ordered_json& m) { m["hardware"]["cpu"] = "another"; }, "run both on one machine"}}) {
        const two_runs runs([&each](ordered_json& m) {
            other_accuracy(m);
            each.change(m);
        });
        const auto result = runs.explain();
        CAPTURE(each.cure, result.out);
        CHECK(contains(result.out, each.cure));
    }
}

TEST_CASE("a run that did not end, and one seed where five are asked for, are told") {
    const two_runs failed(
        [](ordered_json& m) {
            other_accuracy(m);
            m["status"] = "failed";
        },
        "distribution-stable");
    const auto result = failed.explain();
    CHECK(result.status == 3);
    CHECK(contains(result.out, "  1. let 2026-05-22-b run to its end: it is failed\n"));
    CHECK(contains(result.out, "run 5 seeds a side"));
}

TEST_CASE("an explanation as JSON holds what compare, diff and diff --trace answer") {
    const two_runs runs(other_accuracy);
    runs.trace(4, 0.5f);
    const auto result = runs.explain({"--json"});
    CHECK(result.status == 1);
    const auto document = nlohmann::json::parse(result.out);
    const auto answer = [&](std::vector<std::string> words) {
        words.insert(words.end(), {runs.a(), runs.b(), "--json"});
        return nlohmann::json::parse(run_program(words).out);
    };
    CHECK(document.at("compare") == answer({"compare"}));
    CHECK(document.at("diff") == answer({"diff"}));
    CHECK(document.at("trace") == answer({"diff", "--trace"}));
    CHECK(document.at("next").size() == 2);
}

TEST_CASE("a damaged trace is warned of, and the rest is explained") {
    const two_runs runs(other_accuracy);
    runs.trace(4, 0.5f);
    runs.write("runs/2026-05-22-b/trace.bin", "no trace at all");
    const auto result = runs.explain();
    CHECK(result.status == 1);
    CHECK(contains(result.err, "E_TRACE_DAMAGED"));
    CHECK(contains(result.out, "  no trace on both sides\n"));
    CHECK(nlohmann::json::parse(runs.explain({"--json"}).out).at("trace").is_null());
}

TEST_CASE("what is no run is refused as everywhere") {
    const auto result = run_program({"explain", "/no/such", "/no/other"});
    CHECK(result.status == 4);
    CHECK(contains(result.err, "E_MANIFEST_MISSING"));
}
