// SPDX-License-Identifier: MIT
#include <repro/launch/fingerprint.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cfenv>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <unistd.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace {

const std::string openblas = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0";

repro::fingerprint now() { return repro::take_fingerprint(repro::capture_libraries()); }

/// Runs this program anew with `setting` before it, and returns what the hidden case below prints.
std::string child(const std::string& setting) {
    char self[4096] = {};
    REQUIRE(::readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    const std::string line =
        "env " + setting + " timeout 20 '" + self + "' '[.fingerprint-child]' 2>/dev/null | grep '^F '";
    FILE* const pipe = ::popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        text.push_back(static_cast<char>(c));
    ::pclose(pipe);
    return text;
}

std::string part(const std::string& text, const std::string& name) {
    const auto at = text.find(name + "=");
    return at == std::string::npos ? "none" : text.substr(at, text.find(' ', at) - at);
}

} // namespace

TEST_CASE("prints the fingerprint for a test that started this program", "[.fingerprint-child]") {
    ::dlopen(openblas.c_str(), RTLD_NOW);
    const repro::fingerprint f = now();
    std::printf("\nF libm=%s libm_float=%s blas=%s \n", f.libm.value_or("none").c_str(),
                f.libm_float.value_or("none").c_str(), f.blas.empty() ? "none" : f.blas[0].value.c_str());
    std::fflush(stdout);
}

TEST_CASE("a process has one fingerprint, whatever its rounding and flushing, and keeps those") {
    const repro::fingerprint plain = now();
    REQUIRE(plain.libm);
    REQUIRE(plain.libm_float);
    CHECK(now() == plain);
    std::fesetround(FE_UPWARD);
#if defined(__SSE__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040U);
#endif
    const repro::fingerprint other = now();
#if defined(__SSE__)
    const bool kept = (_mm_getcsr() & 0x8040U) == 0x8040U;
    _mm_setcsr(before);
    CHECK(kept);
#endif
    const int mode = std::fegetround();
    std::fesetround(FE_TONEAREST);
    CHECK(mode == FE_UPWARD);
    CHECK(other == plain);
}

TEST_CASE("hiding FMA and AVX2 from glibc changes the parts of libm and no other") {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma")) SKIP("no-fma: the processor has no fused multiply-add to hide");
    const std::string plain = child("OPENBLAS_CORETYPE=Nehalem");
    const std::string hidden =
        child("OPENBLAS_CORETYPE=Nehalem GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4");
    INFO(plain << hidden);
    CHECK(part(plain, "libm") != "none");
    CHECK(part(plain, "libm") != part(hidden, "libm"));
    CHECK(part(plain, "libm_float") != part(hidden, "libm_float"));
    CHECK(part(plain, "blas") == part(hidden, "blas"));
}

TEST_CASE("each core type of OpenBLAS has a fingerprint of its own; threads change nothing") {
    const std::string plain = child("OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1");
    if (part(plain, "blas") == "blas=none") SKIP("openblas: Debian's build of it is not installed");
    if (!__builtin_cpu_supports("avx512bw")) SKIP("no-avx512: SkylakeX's kernels cannot run");
    std::set<std::string> digests;
    for (const char* const core : {"Prescott", "Nehalem", "Sandybridge", "Haswell", "SkylakeX"}) {
        const std::string text = child(std::string("OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=") + core);
        CHECK(part(text, "libm") == part(plain, "libm"));
        CHECK(part(text, "libm_float") == part(plain, "libm_float"));
        UNSCOPED_INFO(core << " " << text);
        digests.insert(part(text, "blas"));
    }
    CHECK(digests.size() == 5);
    CHECK(child("OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=2") == plain);
}
