// SPDX-License-Identifier: MIT
#include <repro/core/switch_table.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string_view>

using repro::code_switch;
using repro::find_code_switch;

TEST_CASE("every setting has one name, and all that has to be known of it") {
    std::set<std::string_view> names;
    for (const code_switch& each : repro::code_switches) {
        INFO(each.name);
        CHECK(names.insert(repro::detail::undashed(each.name)).second);
        for (const std::string_view field : {each.name, each.accepted, each.affects, each.cost})
            CHECK_FALSE(field.empty());
        CHECK(each.reader.find(", ") != std::string_view::npos); // who, and when
        CHECK(each.source.size() > 10);
        CHECK(find_code_switch(each.name) == &each);
        CHECK(std::ranges::none_of(repro::knobs, [&](const repro::knob& known) {
            return known.name == each.name; // a variable has its own table
        }));
    }
}

TEST_CASE("no spelling names two settings") {
    std::set<std::string_view> spellings;
    for (const code_switch& each : repro::code_switches) {
        CHECK(spellings.insert(repro::detail::undashed(each.name)).second);
        for (std::string_view rest = each.also; !rest.empty();) {
            const std::string_view other = repro::detail::next_token(rest, '|');
            INFO(other);
            CHECK_FALSE(other.empty());
            CHECK(find_code_switch(other) == &each);
            CHECK(spellings.insert(repro::detail::undashed(other)).second);
        }
    }
}

TEST_CASE("a setting is found by its name in either language, and a flag without its dashes") {
    CHECK(find_code_switch("torch.backends.cudnn.benchmark") ==
          find_code_switch("at::globalContext().setBenchmarkCuDNN"));
    CHECK(find_code_switch("ffp-contract")->name == "-ffp-contract");
    CHECK(find_code_switch("--xla_gpu_deterministic_ops")->accepted == "true");
    CHECK(find_code_switch("cublasSetAtomicsMode")->needed_by == repro::level::seed_stable);
    CHECK(find_code_switch("-ffast-math")->when == repro::read_at::build);
    CHECK(to_string(repro::read_at::build) == "build");
    CHECK(find_code_switch("FFTW_MEASURE")->name == "FFTW_ESTIMATE");
    CHECK(find_code_switch("hipblasSetAtomicsMode")->name == "rocblas_set_atomics_mode");
    CHECK(find_code_switch("cuda::execution::determinism")->when == repro::read_at::build);
    CHECK(find_code_switch("omp_set_nested") == nullptr);
    CHECK(find_code_switch("") == nullptr);
    CHECK(find_code_switch("--") == nullptr);
}
