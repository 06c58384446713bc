// SPDX-License-Identifier: MIT
// Debian's OpenBLAS and libgomp, linked and loaded, under the launchers that programs are started by.
#include <repro/launch/fingerprint.hpp>

#include "support/command.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace {

/// Runs the program that is linked with both libraries, behind `before`; what goes to standard error is
/// dropped.
support::command_result run(const std::string& before, const std::string& mode) {
#ifdef REPRO_REAL_SUBJECT
    return support::run_command(before + " " REPRO_REAL_SUBJECT " " + mode + " 2>/dev/null");
#else
    static_cast<void>(before + mode);
    SKIP("openblas: Debian's build of it, or libgomp, is not installed");
    return {};
#endif
}

bool says(const support::command_result& made, const std::string& what) {
    return made.output.find(what + "|") != std::string::npos;
}

std::size_t lines_with(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at)
        ++count;
    return count;
}

bool on_path(const std::string& program) {
    return support::run_command("command -v " + program + " 2>/dev/null").status == 0;
}

const std::string two_threads =
    "env OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=2 OMP_DYNAMIC=false REPRO_QUIET=1";
const std::string nothing = "env -i REPRO_QUIET=1";

/// Returns the line of the BLAS in the fingerprint of a process that loads `build` of OpenBLAS.
std::string blas_print(const std::string& variables, const std::string& build = "openblas-pthread") {
    const std::string path = "/usr/lib/x86_64-linux-gnu/" + build + "/libopenblas.so.0";
    if (support::run_command("test -e " + path).status != 0)
        SKIP("openblas: Debian's build of it is not installed");
    const auto made = support::run_command("env " + variables + " " REPRO_FINGERPRINT_SUBJECT " " + path);
    REQUIRE(made.status == 0);
    const std::size_t at = made.output.find("\nblas ");
    REQUIRE(at != std::string::npos);
    return made.output.substr(at + 6, 16);
}

/// Holds that both ranks that `launcher` starts are started again, and keep their numbers.
void check_two_ranks(const std::string& launcher) {
    const auto made =
        run("env -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS REPRO_QUIET=1 " + launcher, "relaunch");
    INFO(made.output);
    if (made.status == 77) SKIP("no-slurm: Slurm's daemons are not installed, or do not start here");
    CHECK(made.status == 0);
    CHECK(lines_with(made.output, "relaunch=done|blas=1|omp=1|") == 2);
    CHECK(says(made, "rank=0"));
    CHECK(says(made, "rank=1"));
}

} // namespace

TEST_CASE("variables set in main come too late for OpenBLAS and libgomp, and both checks say so") {
    const auto made = run(two_threads, "late");
    INFO(made.output);
    CHECK(says(made, "blas_knob=set too late"));
    CHECK(says(made, "omp_knob=set too late"));
    CHECK(says(made, "omp=2"));
    CHECK_FALSE(says(made, "blas=none"));
    // OpenBLAS starts no more threads than there are processors.
    CHECK((says(made, "blas=2") || support::run_command("nproc").output == "1\n"));
}

TEST_CASE("a relaunch from an empty environment reaches both libraries") {
    const auto made = run(nothing, "relaunch");
    INFO(made.output);
    CHECK(says(made, "relaunch=done"));
    CHECK(says(made, "blas=1"));
    CHECK(says(made, "omp=1"));
    CHECK(says(made, "omp_knob=right"));
}

TEST_CASE("under mpirun each rank is started again and keeps its number") {
    if (!on_path("mpirun.openmpi")) SKIP("no-mpirun: Open MPI's launcher is not installed");
    check_two_ranks("mpirun.openmpi -n 2 --oversubscribe --allow-run-as-root");
}

TEST_CASE("under MPICH's mpirun each rank is started again and keeps its number") {
    if (!on_path("mpirun.mpich")) SKIP("no-mpich: MPICH is not installed");
    check_two_ranks("mpirun.mpich -n 2");
}

TEST_CASE("under srun each rank is started again and keeps its number, on either node") {
    if (!on_path("slurmctld") || !on_path("slurmd") || !on_path("salloc"))
        SKIP("no-slurm: Slurm's daemons are not installed, or do not start here");
    const support::temporary_folder place;
    check_two_ranks("tests/ranks/slurm.sh " + (place / "slurm").native() + " srun -N 2 -n 2");
}

TEST_CASE("under gdb the relaunch is refused, with the reason, and the program goes on") {
    if (!on_path("gdb")) SKIP("no-gdb: gdb is not installed");
    const auto made = run(nothing + " PATH=\"$PATH\" gdb -q -nx -batch -ex run --args", "relaunch");
    INFO(made.output);
    if (made.output.find("relaunch=") == std::string::npos) SKIP("no-gdb: gdb may not trace here");
    CHECK(says(made, "relaunch=refused"));
    CHECK(made.output.find("debugger") != std::string::npos);
}

TEST_CASE("a processor's hidden FMA is told from one that has none") {
    const auto plain = run("env -u GLIBC_TUNABLES", "late");
    const auto hidden = run("env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA", "late");
    INFO(plain.output << hidden.output);
    if (!says(plain, "fma=active")) SKIP("no-fma: the processor has none, or its C library does not say");
    CHECK(says(hidden, "fma=hidden"));
}

TEST_CASE("a tunable that glibc ignores is told from one that it heeds, by what the C library uses") {
    const auto heeded = run("env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA", "late");
    const auto ignored = run("env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable", "late");
    INFO(heeded.output << ignored.output);
    if (!says(run("env -u GLIBC_TUNABLES", "late"), "fma=active"))
        SKIP("no-fma: the processor has none, or its C library does not say");
    CHECK(heeded.output.find("GLIBC_TUNABLES") == std::string::npos);
    CHECK(ignored.output.find("GLIBC_TUNABLES hides FMA, and the C library uses it;") != std::string::npos);
}

TEST_CASE("a number of threads that came too late is not what the libraries use, and that is told") {
    const auto made = run(two_threads, "late");
    INFO(made.output);
    CHECK(made.output.find("OMP_NUM_THREADS is 1, and libgomp.so.1 uses 2 threads;") != std::string::npos);
    const auto in_time = run(two_threads, "as it is"); // what is set already needs no second start
    INFO(in_time.output);
    CHECK(in_time.output.find("OMP_NUM_THREADS is") == std::string::npos);
}

TEST_CASE("two kinds of OpenBLAS's kernels have two fingerprints, and one kind has one") {
    CHECK(blas_print("OPENBLAS_CORETYPE=Prescott") != blas_print("OPENBLAS_CORETYPE=Nehalem"));
    CHECK(blas_print("OPENBLAS_CORETYPE=Prescott") ==
          blas_print("OPENBLAS_CORETYPE=Prescott OPENBLAS_NUM_THREADS=1"));
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) SKIP("no-avx2: OpenBLAS's kernels for Haswell need it");
    CHECK(blas_print("OPENBLAS_CORETYPE=Prescott") != blas_print("OPENBLAS_CORETYPE=Haswell"));
#endif
}

TEST_CASE("the same kernels in another build of OpenBLAS have the same fingerprint") {
    CHECK(blas_print("OPENBLAS_CORETYPE=Prescott") ==
          blas_print("OPENBLAS_CORETYPE=Prescott OMP_NUM_THREADS=2", "openblas-openmp"));
}

TEST_CASE("the fingerprint starts no thread, so that a later fork loses none") {
    const std::string path = "/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0";
    if (support::run_command("test -e " + path).status != 0)
        SKIP("openblas: Debian's build of it is not installed");
    const auto made = support::run_command("env OMP_NUM_THREADS=4 " REPRO_FINGERPRINT_SUBJECT " " + path);
    INFO(made.output);
    CHECK(made.output.find("\nreduction ") != std::string::npos);
    CHECK(made.output.find("\nthreads 1\n") != std::string::npos);
}
