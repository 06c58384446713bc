// SPDX-License-Identifier: MIT
// A program that is linked with OpenBLAS and libgomp, as a training program may be. It sets their variables
// too late, or is started again in time, and prints what they use.

#include <repro/core/knobs.hpp>
#include <repro/core/launcher.hpp>
#include <repro/launch/answer_conditions.hpp>
#include <repro/launch/read_back.hpp>
#include <repro/launch/relaunch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string answer(const repro::read_back_facts& facts, std::string_view kind, std::string_view name) {
    for (const auto& each : facts.answers)
        for (const repro::fact& fact : each.facts)
            if (each.kind == kind && fact.name == name) return fact.value;
    return "none";
}

std::string state_of(const repro::knob_check& check, std::string_view name) {
    for (const repro::knob_finding& each : check.findings)
        if (each.which.name == name) return std::string(to_string(each.state));
    return "none";
}

std::string unlike_asked(const repro::knob_check& check, const repro::read_back_facts& facts) {
    std::string names;
    for (const repro::unmet_condition& each : repro::answers_unlike_asked(check, facts.answers))
        names += each.name + " " + each.what + ";";
    return names;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    std::string outcome = "not asked";
    std::string reason;
    if (mode == "late") {
        ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
        ::setenv("OMP_NUM_THREADS", "1", 1);
    } else {
        const repro::relaunch_report& report = repro::relaunch_if_needed(argc, argv, repro::level::bit_exact);
        outcome = to_string(report.outcome);
        reason = report.reason;
    }
    const repro::knob_check check = repro::check_knobs(repro::level::bit_exact);
    const auto facts = repro::read_back(repro::capture_libraries(), repro::read_back_scope::everything);
    const repro::rank_place place = repro::this_rank();
    const std::string rank = place.world > 1 ? std::to_string(place.rank) : "none";
    std::printf("relaunch=%s|blas=%s|omp=%s|blas_knob=%s|omp_knob=%s|fma=%s|rank=%s|reason=%s|unlike=%s|\n",
                outcome.c_str(), answer(facts, "openblas", "threads").c_str(),
                answer(facts, "openmp", "max_threads").c_str(),
                state_of(check, "OPENBLAS_NUM_THREADS").c_str(), state_of(check, "OMP_NUM_THREADS").c_str(),
                answer(facts, "glibc", "fma").c_str(), rank.c_str(), reason.c_str(),
                unlike_asked(check, facts).c_str());
}
