// SPDX-License-Identifier: MIT
// Where the answers of libraries are not what their variables asked: answers that are made up.
#include <repro/launch/answer_conditions.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

using repro::library_answers;

using set_variables = std::vector<std::pair<std::string, std::string>>;

/// Returns "<name> <what>" of each condition, in order.
std::vector<std::string> told_of(const set_variables& set, const library_answers& answers) {
    repro::knob_check check;
    for (const auto& [name, value] : set)
        check.findings.push_back({repro::find_knob(name), repro::knob_state::right, value, value, {}});
    std::vector<std::string> lines;
    for (const repro::unmet_condition& each : repro::answers_unlike_asked(check, {answers})) {
        CHECK_FALSE(each.fix.empty());
        lines.push_back(each.name + " " + each.what);
    }
    return lines;
}

library_answers openblas(const std::string& threads, const std::string& parallel = "pthread") {
    return {"/lib/libopenblas.so.0",
            "openblas",
            {{"core", "Haswell"}, {"threads", threads}, {"parallel", parallel}}};
}

library_answers mkl(const std::string& cbwr) {
    return {"/opt/libmkl_rt.so.2", "mkl", {{"cbwr", cbwr}, {"threads", "4"}}};
}

library_answers glibc(const std::string& fma) {
    return {"/lib/libc.so.6", "glibc", {{"fma", fma}, {"avx2", "hidden"}, {"avx512f", "absent"}}};
}

} // namespace

TEST_CASE("a number of threads other than asked is told, by the variable that its library takes first") {
    CHECK(told_of({{"OPENBLAS_NUM_THREADS", "8"}, {"OMP_NUM_THREADS", "2"}}, openblas("2")) ==
          std::vector<std::string>{"OPENBLAS_NUM_THREADS is 8, and libopenblas.so.0 uses 2 threads"});
    CHECK(told_of({{"OMP_NUM_THREADS", "4,2"}}, openblas("1")) ==
          std::vector<std::string>{"OMP_NUM_THREADS is 4,2, and libopenblas.so.0 uses 1 thread"});
    CHECK(told_of({{"OMP_NUM_THREADS", "4,2"}}, openblas("4")).empty());
    CHECK(told_of({{"MKL_NUM_THREADS", "4"}}, openblas("1")).empty()); // not its variable
    CHECK(told_of({{"OPENBLAS_NUM_THREADS", "8"}}, openblas("1", "serial")).empty());
    CHECK(told_of({}, openblas("2")).empty());
    CHECK(told_of({{"OMP_NUM_THREADS", "abc"}}, openblas("2")).empty()); // wrong, and told as that
    CHECK(told_of({{"BLIS_NUM_THREADS", "2"}}, {"/lib/libblis.so.4", "blis", {{"threads", "-1"}}}).empty());
    CHECK(told_of({{"OMP_NUM_THREADS", "3"}}, {"", "openmp", {{"max_threads", "5"}}}) ==
          std::vector<std::string>{"OMP_NUM_THREADS is 3, and the program uses 5 threads"});
}

TEST_CASE("kernels for another core than asked are told, in whatever letters it was asked") {
    CHECK(told_of({{"OPENBLAS_CORETYPE", "HASWELL"}}, openblas("1")).empty());
    CHECK(told_of({{"OPENBLAS_CORETYPE", "SkylakeX"}}, openblas("1")) ==
          std::vector<std::string>{
              "OPENBLAS_CORETYPE is SkylakeX, and libopenblas.so.0 runs its kernels for Haswell"});
    CHECK(told_of({{"OPENBLAS_CORETYPE", ""}}, openblas("1")).empty());
}

TEST_CASE("a branch that MKL fell back from is told") {
    CHECK(told_of({{"MKL_CBWR", "AVX2"}}, mkl("10")).empty());
    CHECK(told_of({{"MKL_CBWR", "BRANCH=AVX2,STRICT"}}, mkl("65546")).empty());
    CHECK(told_of({{"MKL_CBWR", "AVX512"}}, mkl("2")) ==
          std::vector<std::string>{"MKL_CBWR is AVX512, and libmkl_rt.so.2 runs in AUTO"});
    CHECK(told_of({{"MKL_CBWR", "AVX2,STRICT"}}, mkl("10")) ==
          std::vector<std::string>{"MKL_CBWR is AVX2,STRICT, and libmkl_rt.so.2 runs in AVX2"});
    CHECK(told_of({{"MKL_CBWR", "COMPATIBLE"}}, mkl("1")) ==
          std::vector<std::string>{"MKL_CBWR is COMPATIBLE, and libmkl_rt.so.2 runs in OFF"});
    CHECK(told_of({{"MKL_CBWR", "AVX2"}}, mkl("99")) ==
          std::vector<std::string>{"MKL_CBWR is AVX2, and libmkl_rt.so.2 runs in mode 99"});
    CHECK(told_of({{"MKL_CBWR", "no branch"}}, mkl("2")).empty()); // wrong, and told as that
    CHECK(told_of({{"MKL_CBWR", "AVX2"}}, {"/opt/libmkl_rt.so.2", "mkl", {{"used", "no"}}}).empty());
}

TEST_CASE("a processor's feature that should be hidden and is active is told") {
    const set_variables hidden = {{"GLIBC_TUNABLES", "glibc.malloc.check=3:glibc.cpu.hwcaps=-AVX2,-FMA"}};
    CHECK(told_of(hidden, glibc("hidden")).empty());
    CHECK(told_of(hidden, glibc("absent")).empty());
    CHECK(told_of(hidden, glibc("active")) ==
          std::vector<std::string>{"GLIBC_TUNABLES hides FMA, and the C library uses it"});
    CHECK(told_of({{"GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA_Usable"}}, glibc("active")).size() == 1);
    CHECK(told_of({{"GLIBC_TUNABLES", "glibc.cpu.hwcaps=FMA,-FMA4"}}, glibc("active")).empty());
    CHECK(told_of({{"GLIBC_TUNABLES", "glibc.cpu.x=-FMA"}}, glibc("active")).empty());
}

TEST_CASE("MKL's dispatcher and the library behind it are one, and each OpenBLAS is one of its own") {
    repro::knob_check check;
    for (const char* const name : {"MKL_CBWR", "OPENBLAS_CORETYPE"})
        check.findings.push_back({repro::find_knob(name), repro::knob_state::right, "AVX512", "AVX512", {}});
    const library_answers unheard = {"/opt/libmkl_rt.so.2", "mkl", {{"used", "no"}}};
    CHECK(repro::answers_unlike_asked(check, {unheard, mkl("2"), mkl("2")}).size() == 1);
    CHECK(repro::answers_unlike_asked(check, {openblas("1"), openblas("1")}).size() == 2);
}
