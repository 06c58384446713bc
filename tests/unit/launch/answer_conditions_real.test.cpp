// SPDX-License-Identifier: MIT
// Where the answers of libraries are not what their variables asked: the libraries of Debian.
#include <repro/launch/answer_conditions.hpp>
#include <repro/launch/read_back.hpp>

#include "support/process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <thread>

namespace {

const std::string debian_libraries = "/usr/lib/x86_64-linux-gnu/";

/// Returns "<name> <what>;" of what is not as asked in a child that sets `name`, loads `library`, and calls
/// `change(1)` in it where that is named.
std::string unlike_asked_after(const std::string& name, const std::string& value, const std::string& library,
                               const char* change = nullptr) {
    return support::read_from_child([&](int out) {
        for (const char* const other : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE",
                                        "BLIS_NUM_THREADS", "BLIS_ARCH_TYPE"})
            ::unsetenv(other);
        ::setenv(name.c_str(), value.c_str(), 1);
        void* const loaded = ::dlopen(library.c_str(), RTLD_NOW);
        if (loaded == nullptr) return support::write_all(out, "not installed");
        if (change != nullptr) reinterpret_cast<void (*)(int)>(::dlsym(loaded, change))(1);
        const auto facts = repro::read_back(repro::capture_libraries(), repro::read_back_scope::everything);
        for (const auto& each :
             repro::answers_unlike_asked(repro::check_knobs(repro::level::bit_exact), facts.answers))
            support::write_all(out, each.name + " " + each.what + ";");
    });
}

} // namespace

TEST_CASE("libgomp's threads are as asked, until a call changes them") {
    if (unlike_asked_after("OMP_NUM_THREADS", "3", "libgomp.so.1") == "not installed")
        SKIP("openmp: the runtime is not installed");
    CHECK(unlike_asked_after("OMP_NUM_THREADS", "3", "libgomp.so.1").empty());
    CHECK(unlike_asked_after("OMP_NUM_THREADS", "3", "libgomp.so.1", "omp_set_num_threads") ==
          "OMP_NUM_THREADS is 3, and libgomp.so.1 uses 1 thread;");
}

TEST_CASE("OpenBLAS uses fewer threads than asked where there are fewer processors") {
    const std::string library = debian_libraries + "openblas-pthread/libopenblas.so.0";
    if (unlike_asked_after("OPENBLAS_NUM_THREADS", "1", library) == "not installed")
        SKIP("openblas: Debian's build of it is not installed");
    CHECK(unlike_asked_after("OPENBLAS_NUM_THREADS", "1", library).empty());
    if (std::thread::hardware_concurrency() < 100)
        CHECK(unlike_asked_after("OPENBLAS_NUM_THREADS", "100", library)
                  .starts_with("OPENBLAS_NUM_THREADS is 100, and libopenblas.so.0 uses "));
}

TEST_CASE("OpenBLAS runs the kernels that were asked, or others where it knows no such core") {
    const std::string library = debian_libraries + "openblas-pthread/libopenblas.so.0";
    if (unlike_asked_after("OPENBLAS_CORETYPE", "Prescott", library) == "not installed")
        SKIP("openblas: Debian's build of it is not installed");
    CHECK(unlike_asked_after("OPENBLAS_CORETYPE", "prescott", library).empty());
    CHECK(unlike_asked_after("OPENBLAS_CORETYPE", "Prescot", library)
              .starts_with("OPENBLAS_CORETYPE is Prescot, and libopenblas.so.0 runs its kernels for "));
}

TEST_CASE("BLIS's threads are as asked, until a call changes them") {
    const char* const library = "libblis.so.4";
    if (unlike_asked_after("BLIS_NUM_THREADS", "2", library) == "not installed")
        SKIP("blis: it is not installed");
    CHECK(unlike_asked_after("BLIS_NUM_THREADS", "2", library).empty());
    CHECK(unlike_asked_after("OMP_NUM_THREADS", "2", library).empty());
    CHECK(unlike_asked_after("BLIS_NUM_THREADS", "2", library, "bli_thread_set_num_threads") ==
          "BLIS_NUM_THREADS is 2, and libblis.so.4 uses 1 thread;");
}
