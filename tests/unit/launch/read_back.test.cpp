// SPDX-License-Identifier: MIT
#include <repro/launch/read_back.hpp>

#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <gnu/libc-version.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace {

using repro::read_back_facts;
using repro::read_back_scope;

read_back_facts ask(read_back_scope scope = read_back_scope::everything) {
    return repro::read_back(repro::capture_libraries(), scope);
}

std::string value(const read_back_facts& facts, const std::string& kind, const std::string& name) {
    for (const auto& each : facts.answers)
        for (const repro::fact& fact : each.facts)
            if (each.kind == kind && fact.name == name) return fact.value;
    return "none";
}

/// Runs `holds` in a child, since a library once loaded stays. True when the child says so.
template <class F> bool in_child(F holds) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(20);
        ::_exit(holds() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool there(const char* library) {
    return in_child([=] { return ::dlopen(library, RTLD_NOW) != nullptr; });
}

const std::string folder = "/usr/lib/x86_64-linux-gnu/";

/// One build a test: what is not installed skips nothing else.
void check_openblas(const std::string& build, const std::string& threads) {
    const std::string path = folder + "openblas-" + build + "/libopenblas.so.0";
    if (!there(path.c_str())) SKIP("openblas: Debian's build of it is not installed");
    CHECK(in_child([&] {
        ::setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
        ::setenv("OPENBLAS_NUM_THREADS", "2", 1);
        ::setenv("OMP_NUM_THREADS", "2", 1);
        ::dlopen(path.c_str(), RTLD_NOW);
        const auto facts = ask();
        return value(facts, "openblas", "parallel") == build &&
               value(facts, "openblas", "core") == "Nehalem" &&
               value(facts, "openblas", "threads") == threads;
    }));
}

} // namespace

TEST_CASE("what is not mapped has no entry and is not loaded by the question") {
    const auto before = repro::capture_libraries();
    CHECK(value(ask(), "openblas", "core") == "none");
    CHECK(value(ask(), "onednn", "version") == "none");
    CHECK(repro::capture_libraries() == before);
}

TEST_CASE("the serial build of OpenBLAS says its kernels, threads and how it runs them") {
    check_openblas("serial", "1");
}

TEST_CASE("the threads' build of OpenBLAS says its kernels, threads and how it runs them") {
    check_openblas("pthread", "2");
}

TEST_CASE("the OpenMP build of OpenBLAS says its kernels, threads and how it runs them") {
    check_openblas("openmp", "2");
}

TEST_CASE("a variable that comes after the load is not what OpenBLAS uses") {
    const std::string path = folder + "openblas-pthread/libopenblas.so.0";
    if (!there(path.c_str())) SKIP("openblas: Debian's build of it is not installed");
    CHECK(in_child([&] {
        ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
        ::dlopen(path.c_str(), RTLD_NOW);
        ::setenv("OPENBLAS_NUM_THREADS", "2", 1);
        return value(ask(), "openblas", "threads") == "1";
    }));
}

TEST_CASE("libgomp has settled its switches at load, and says them at the start already") {
    if (!there("libgomp.so.1")) SKIP("openmp: the runtime is not installed");
    CHECK(in_child([] {
        ::setenv("OMP_NUM_THREADS", "3", 1);
        ::setenv("OMP_SCHEDULE", "dynamic,4", 1);
        ::dlopen("libgomp.so.1", RTLD_NOW);
        const auto facts = ask(read_back_scope::settled);
        return value(facts, "openmp", "runtime") == "libgomp" &&
               value(facts, "openmp", "max_threads") == "3" && value(facts, "openmp", "schedule") == "2,4" &&
               !facts.several_openmp_runtimes;
    }));
}

TEST_CASE("a question at the start leaves libomp as it was") {
    if (!there("libomp.so.5")) SKIP("openmp: the runtime is not installed");
    CHECK(in_child([] {
        ::setenv("OMP_NUM_THREADS", "3", 1);
        ::dlopen("libomp.so.5", RTLD_NOW);
        if (value(ask(read_back_scope::settled), "openmp", "max_threads") != "none") return false;
        ::setenv("OMP_NUM_THREADS", "5", 1);
        return value(ask(), "openmp", "runtime") == "libomp" && value(ask(), "openmp", "max_threads") == "5";
    }));
}

TEST_CASE("two runtimes of libomp's kind are not asked, since the second to be called ends the process") {
    if (!there("libomp.so.5")) SKIP("openmp: the runtime is not installed");
    const support::temporary_folder copies;
    Dl_info where{};
    const std::string copy = (copies / "libiomp5.so").native();
    CHECK(in_child([&] {
        void* const first = ::dlopen("libomp.so.5", RTLD_NOW);
        ::dladdr(::dlsym(first, "__kmpc_begin"), &where);
        std::filesystem::copy_file(where.dli_fname, copy);
        ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
        const auto facts = ask();
        return facts.several_openmp_runtimes && value(facts, "openmp", "max_threads") == "none" &&
               value(facts, "openmp", "runtime") == "libomp";
    }));
}

TEST_CASE("the C library says its version") {
    CHECK(value(ask(read_back_scope::settled), "glibc", "version") == ::gnu_get_libc_version());
}

TEST_CASE("TBB says its version, and how parallel it may be at the end alone") {
    if (!there("libtbb.so.12")) SKIP("tbb: it is not installed");
    CHECK(in_child([] {
        ::dlopen("libtbb.so.12", RTLD_NOW);
        const auto start = ask(read_back_scope::settled);
        return value(start, "tbb", "version").starts_with("202") &&
               value(start, "tbb", "max_allowed_parallelism") == "none" &&
               value(ask(), "tbb", "max_allowed_parallelism") != "none";
    }));
}

TEST_CASE("two OpenMP runtimes at once are a finding") {
    if (!there("libomp.so.5") || !there("libgomp.so.1")) SKIP("openmp: the runtime is not installed");
    CHECK(in_child([] {
        ::dlopen("libgomp.so.1", RTLD_NOW);
        ::dlopen("libomp.so.5", RTLD_NOW);
        return ask(read_back_scope::settled).several_openmp_runtimes;
    }));
}

TEST_CASE("oneDNN says its version, and its instruction set at the end alone") {
    if (!there("libdnnl.so.2")) SKIP("onednn: it is not installed");
    CHECK(in_child([] {
        ::setenv("DNNL_MAX_CPU_ISA", "SSE41", 1);
        ::dlopen("libdnnl.so.2", RTLD_NOW);
        const auto start = ask(read_back_scope::settled);
        return value(start, "onednn", "version").starts_with("2.") &&
               value(start, "onednn", "effective_cpu_isa") == "none" &&
               value(ask(), "onednn", "effective_cpu_isa") == "1"; // dnnl_cpu_isa_sse41
    }));
}

TEST_CASE("BLIS says its version, and its kernels and threads at the end alone") {
    if (!there("libblis.so.4")) SKIP("blis: it is not installed");
    CHECK(in_child([] {
        ::unsetenv("BLIS_ARCH_TYPE");
        ::setenv("BLIS_NUM_THREADS", "2", 1);
        ::dlopen("libblis.so.4", RTLD_NOW);
        const auto start = ask(read_back_scope::settled);
        return value(start, "blis", "version") != "none" && value(start, "blis", "threads") == "none" &&
               value(ask(), "blis", "threads") == "2" && value(ask(), "blis", "arch") != "none" &&
               !value(ask(), "blis", "arch").empty();
    }));
}

TEST_CASE("BLIS is not asked for its kernels where the question could end the process") {
    if (!there("libblis.so.4")) SKIP("blis: it is not installed");
    CHECK(in_child([] {
        ::setenv("BLIS_ARCH_TYPE", "no such kernels", 1);
        ::dlopen("libblis.so.4", RTLD_NOW);
        return value(ask(), "blis", "version") != "none" && value(ask(), "blis", "arch") == "none";
    }));
}

TEST_CASE("FFTW says its version in either precision, and its planner's threads where it has them") {
    for (const std::string precision : {"fftw3", "fftw3f"}) {
        const std::string plain = "lib" + precision + ".so.3";
        const std::string threads = "lib" + precision + "_threads.so.3";
        if (!there(threads.c_str())) SKIP("fftw: it is not installed");
        CHECK(in_child([&] {
            ::dlopen(plain.c_str(), RTLD_NOW);
            const auto alone = ask(read_back_scope::settled);
            ::dlopen(threads.c_str(), RTLD_NOW);
            return value(alone, "fftw", "version").starts_with("fftw-3.") &&
                   value(alone, "fftw", "planner_threads") == "none" &&
                   value(ask(read_back_scope::settled), "fftw", "planner_threads") == "1";
        }));
    }
}

TEST_CASE("what exports MKL's functions is asked as MKL is, and not before the end") {
    // A lookalike, built for this test: MKL itself is not to be had from the system's packages.
    CHECK(in_child([] {
        void* const loaded = ::dlopen(REPRO_MKL_LOOKALIKE, RTLD_NOW);
        if (loaded == nullptr) return false;
        const auto* const calls = static_cast<const int*>(::dlsym(loaded, "mkl_lookalike_calls"));
        const bool quiet =
            value(ask(read_back_scope::settled), "mkl", "cbwr") == "none" && calls != nullptr && *calls == 0;
        const auto facts = ask();
        return quiet && value(facts, "mkl", "version") == "a lookalike of oneMKL" &&
               value(facts, "mkl", "cbwr") == "65546" && value(facts, "mkl", "threads") == "3" && *calls == 3;
    }));
}
