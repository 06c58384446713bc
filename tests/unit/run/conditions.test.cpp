// SPDX-License-Identifier: MIT
// Which conditions of its level a run lacks: by manifests that are made up, and with the real library.
#include <repro/run/conditions.hpp>
#include <repro/run/run.hpp>

#include "support/manifest.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <vector>

namespace {

using repro::detail::manifest;

/// A manifest in which nothing but what a test adds is doubtful.
manifest sound_manifest(repro::level declared) {
    manifest m;
    m.level = declared;
    m.knobs.emplace();
    m.knobs->exec_known = true;
    m.git.emplace();
    m.git->at_start.sha = "0123";
    m.git->at_start.dirty = false;
    return m;
}

/// Returns "<name> <what>;" of each condition.
std::string lacks(const manifest& m) {
    const std::vector<repro::unmet_condition> unmet = repro::detail::unmet_conditions(m).value();
    std::string all;
    for (const repro::unmet_condition& each : unmet)
        all += each.name + " " + each.what + ";";
    return all;
}

repro::entropy_report report_of(std::uint64_t draws, bool own) {
    repro::entropy_report report;
    report.watched = true;
    repro::entropy_use use;
    use.call = repro::entropy_call::getrandom;
    use.kind = repro::entropy_kind::entropy;
    use.own = own;
    use.count = draws;
    report.uses.push_back(use);
    return report;
}

} // namespace

TEST_CASE("a run that lacks nothing has no conditions, and one without a level has no list") {
    CHECK(lacks(sound_manifest(repro::level::bit_exact)).empty());
    CHECK_FALSE(repro::detail::unmet_conditions(manifest()));
}

TEST_CASE("entropy that an audit saw is a condition of the levels that promise seeds") {
    manifest m = sound_manifest(repro::level::seed_stable);
    m.entropy = report_of(3, false);
    CHECK(lacks(m) == "entropy was taken by 3 calls that the run's seed does not reach;");
    m.entropy = report_of(1, false);
    CHECK(lacks(m) == "entropy was taken by 1 call that the run's seed does not reach;");
    m.level = repro::level::distribution_stable;
    CHECK(lacks(m).empty());
    m.level = repro::level::bit_exact;
    m.entropy = report_of(3, true); // its own draws
    CHECK(lacks(m).empty());
}

TEST_CASE("a fingerprint that changed during the run is a condition of bit-exact") {
    manifest m = sound_manifest(repro::level::bit_exact);
    const auto part = [](const char* digest, const char* through) {
        return repro::fingerprint_part{"blas", digest, through, {}};
    };
    m.fingerprint.at_start = {part("aa", "one"), part("bb", "two"), {"libm/float", {}, "libm", "no reason"}};
    m.fingerprint.at_end = {part("aa", "one"), part("cc", "two"), {"libm/float", "dd", "libm", {}}};
    CHECK(lacks(m) == "fingerprint of blas was bb at the start and is cc at the end;");
    m.level = repro::level::seed_stable;
    CHECK(lacks(m).empty());
}

TEST_CASE("two OpenMP runtimes in one process are a condition of bit-exact") {
    manifest m = sound_manifest(repro::level::bit_exact);
    m.read_back.at_end.several_openmp_runtimes = true;
    CHECK(lacks(m) == "openmp several OpenMP runtimes are mapped, and know nothing of each other;");
    m.level = repro::level::seed_stable;
    CHECK(lacks(m).empty());
}

TEST_CASE("an answer of the end goes before one of the start, which stands in while a run goes on") {
    manifest m = sound_manifest(repro::level::bit_exact);
    m.knobs->findings.push_back(
        {repro::find_knob("OMP_NUM_THREADS"), repro::knob_state::right, "2", "2", {}});
    const auto threads = [](const char* count) {
        return std::vector<repro::library_answers>{{"/lib/libgomp.so.1", "openmp", {{"max_threads", count}}}};
    };
    m.read_back.at_start.answers = threads("4");
    CHECK(lacks(m) == "OMP_NUM_THREADS is 2, and libgomp.so.1 uses 4 threads;");
    m.read_back.at_end.answers = threads("2");
    CHECK(lacks(m).empty());
    m.read_back.at_end.answers = threads("3");
    m.level = repro::level::seed_stable;
    CHECK(lacks(m).empty());
}

TEST_CASE("a call that changes libgomp's threads during a run is found by answer and by fingerprint") {
    const support::temporary_folder folder;
    const std::string outcome = support::in_forked_child([&] {
        for (const char* const name : {"REPRO_SEED", "REPRO_RUN_DIR", "REPRO_EXPERIMENTS"})
            ::unsetenv(name);
        ::setenv("REPRO_QUIET", "1", 1);
        ::setenv("OMP_NUM_THREADS", "2", 1);
        void* const runtime = ::dlopen("libgomp.so.1", RTLD_NOW);
        if (runtime == nullptr) return std::string("not installed");
        repro::run run({.id = "omp", .seed = 1, .level = repro::level::bit_exact, .root = folder / "runs"});
        reinterpret_cast<void (*)(int)>(::dlsym(runtime, "omp_set_num_threads"))(3);
        return std::to_string(run.finish());
    });
    if (outcome == "not installed") SKIP("openmp: the runtime is not installed");
    CHECK(outcome == "0");
    bool by_answer = false, by_fingerprint = false;
    const auto m = support::read_manifest(support::only_folder(folder / "runs"));
    for (const auto& each : m["unmet"]) {
        const auto what = each["what"].get<std::string>();
        by_answer = by_answer ||
                    (each["name"] == "OMP_NUM_THREADS" && what == "is 2, and libgomp.so.1 uses 3 threads");
        by_fingerprint =
            by_fingerprint || (each["name"] == "fingerprint" && what.starts_with("of reduction was "));
    }
    CHECK(by_answer);
    CHECK(by_fingerprint);
}
