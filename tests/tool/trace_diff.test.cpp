// SPDX-License-Identifier: MIT
// repro diff --trace as users run it.

#include <repro/trace/writer.hpp>

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using support::contains;
using support::run_program;

/// Writes a trace of three tensors; `shift` is what the third element of the last differs by, `extra` what
/// stream data/shuffle draws more.
std::string write_trace(const std::string& path, float shift, std::uint64_t extra) {
    repro::trace_writer trace(path);
    std::vector<float> weights(3000, 1.0f);
    trace.mark("data/shuffle", {repro::mark_kind::draws, 100});
    trace.mark("c/random", {repro::mark_kind::state, 0xabc});
    trace.add("weights", 0, weights);
    trace.add("loss", 0, std::vector<double>{0.5});
    trace.mark("data/shuffle", {repro::mark_kind::draws, 200 + extra});
    weights[2000] += shift;
    trace.add("weights", 1, weights, repro::trace_keep::values);
    return path;
}

} // namespace

TEST_CASE("the first tensor that differs is named with its step, elements, streams and size") {
    const support::temporary_folder folder;
    const std::string a = write_trace(folder / "a.bin", 0, 0), b = write_trace(folder / "b.bin", 0.5f, 4);
    const auto result = run_program({"diff", "--trace", a, b});
    CHECK(result.status == 1);
    CHECK(result.err.empty());
    CHECK(result.out ==
          "a  " + a + "  3 tensors\nb  " + b +
              "  3 tensors\n"
              "\n"
              "first difference: step 1, tensor 'weights' (float32, 3000 elements)\n"
              "  in elements 1024 to 2047 of 3000\n"
              "  1 of the 3000 values kept differ, first at element 2000; most by 0.5 at element 2000: 1 "
              "against 1.5; up to 4194304 ulp\n"
              "last equal: step 0, tensor 'loss' (float64, 1 element)\n"
              "\n"
              "         stream        a                       b\n"
              "         c/random      state 0000000000000abc  state 0000000000000abc\n"
              "differs  data/shuffle  200                     204\n");
}

TEST_CASE("equal traces have no difference, and neither has one with itself") {
    const support::temporary_folder folder;
    const std::string a = write_trace(folder / "a.bin", 0, 0), b = write_trace(folder / "b.bin", 0, 0);
    const auto result = run_program({"diff", "--trace", a, b});
    CHECK(result.status == 0);
    CHECK(contains(result.out, "\nno difference\n"));
}

TEST_CASE("where no stream differs, that is said") {
    const support::temporary_folder folder;
    const std::string a = write_trace(folder / "a.bin", 0, 0), b = write_trace(folder / "b.bin", 1, 0);
    CHECK(contains(run_program({"diff", "--trace", a, b}).out, "\nno stream that was read differs: look at"));
}

TEST_CASE("the first difference as JSON has both entries, ranges, streams and size") {
    const support::temporary_folder folder;
    const std::string a = write_trace(folder / "a.bin", 0, 0), b = write_trace(folder / "b.bin", 0.5f, 4);
    const auto result = run_program({"diff", "--trace", a, b, "--json"});
    CHECK(result.status == 1);
    const auto document = nlohmann::json::parse(result.out);
    CHECK(document["equal"] == false);
    const auto& first = document["first_difference"];
    CHECK(first["how"] == "values");
    CHECK(first["step"] == 1);
    CHECK(first["name"] == "weights");
    CHECK(first["ranges"] == nlohmann::json::parse("[[1024, 2047]]"));
    CHECK(first["last_equal"]["name"] == "loss");
    CHECK(first["size"]["largest"] == 0.5);
    CHECK(first["streams"][1] ==
          nlohmann::json::parse(
              R"({"name": "data/shuffle", "differs": true, "a": {"draws": 200}, "b": {"draws": 204}})"));
    const auto same = nlohmann::json::parse(run_program({"diff", "--trace", a, a, "--json"}).out);
    CHECK(same["equal"] == true);
    CHECK(same["first_difference"] == nullptr);
}

TEST_CASE("a tensor that one run lacks, another shape and a shorter trace are told by name") {
    const support::temporary_folder folder;
    const std::vector<int> two = {1, 2}, three = {1, 2, 3};
    const auto write = [&](const char* name, auto fill) {
        repro::trace_writer trace(folder / name);
        fill(trace);
        return trace.path();
    };
    const std::string a = write("a.bin", [&](auto& t) { t.add("x", 0, two), t.add("y", 0, two); });
    const std::string lacks = write("lacks.bin", [&](auto& t) { t.add("y", 0, two); });
    const std::string shape = write("shape.bin", [&](auto& t) { t.add("x", 0, three); });
    const std::string ends = write("ends.bin", [&](auto& t) { t.add("x", 0, two); });
    const auto said = [&](const std::string& b) { return run_program({"diff", "--trace", a, b}).out; };
    CHECK(contains(said(lacks), "a comes to step 0, tensor 'x' (int32, 2 elements); b never has it\n"
                                "  b comes to step 0, tensor 'y' (int32, 2 elements); a has it later\n"
                                "last equal: none\n"));
    CHECK(contains(said(shape), "a has 2 elements of int32, b has 3 of int32\n"));
    CHECK(contains(said(ends), "b ends, where a goes on with step 0, tensor 'y' (int32, 2 elements)\n"));
}

TEST_CASE("a run is named as everywhere, and one that traced nothing is named in the error") {
    const support::sample_runs runs;
    const std::filesystem::path a = runs.publish("2026-05-22-a", support::bare_manifest()),
                                b = runs.publish("2026-05-22-b", support::bare_manifest());
    (void)write_trace((a.parent_path() / "trace.bin").native(), 0, 0);
    const auto missing = run_program({"diff", "--trace", a.parent_path().native(), b.native()});
    CHECK(missing.status == 4);
    CHECK(contains(missing.err, (b.parent_path() / "trace.bin").native()));
    CHECK(contains(missing.err, "the run traced nothing"));
    (void)write_trace((b.parent_path() / "trace.bin").native(), 1, 0);
    CHECK(run_program({"diff", "--trace", a.parent_path().native(), b.native()}).status == 1);
}

TEST_CASE("what is no trace is unreadable, and a torn one is compared with a warning") {
    const support::temporary_folder folder;
    const std::string a = write_trace(folder / "a.bin", 0, 0);
    const auto broken = run_program({"diff", "--trace", a, folder.write("b.bin", "no trace at all")});
    CHECK(broken.status == 4);
    CHECK(contains(broken.err, "E_TRACE_DAMAGED"));
    const std::string whole = support::file_text(a);
    const std::string torn = folder.write("torn.bin", whole.substr(0, whole.size() - 1));
    const auto result = run_program({"diff", "--trace", a, torn});
    CHECK(result.status == 1);
    CHECK(contains(result.err, "torn.bin ends within a record"));
    CHECK(contains(result.out, "b ends, where a goes on with step 1, tensor 'weights'"));
    CHECK(run_program({"diff", "--trace", torn, torn}).status == 0);
}
