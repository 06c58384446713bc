// SPDX-License-Identifier: MIT
#pragma once
// Reductions in OpenMP's threads. Tested with libgomp 12 and libomp 19; no version is refused.

#if !defined(_OPENMP)
#error "repro/adapters/openmp.hpp needs OpenMP: find_package(repro COMPONENTS openmp), link repro::openmp"
#else

#include <repro/reduce/executor.hpp>

#include <cstddef>
#include <exception>
#include <omp.h>

namespace repro::inline v0::openmp {

/// Runs the pieces of a reduction in a parallel region of the calling thread.
///
/// Does not cover: reductions written with OpenMP's own `reduction` clause, whose bits follow the number of
/// threads and their timing.
///
/// Errors:  what a piece throws comes out of run, one of several, after all pieces are done.
/// Threads: any number may run at a time.
/// Example:
///     repro::openmp::executor threads;
///     const double total = repro::sum(losses, threads);
struct executor {
    /// Returns how many threads the next region may have.
    [[nodiscard]] static std::size_t concurrency() noexcept {
        return static_cast<std::size_t>(omp_get_max_threads());
    }

    template <class Function> static void run(std::size_t n, Function&& piece) {
        std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic)
        for (std::size_t i = 0; i < n; ++i) {
            try {
                piece(i);
            } catch (...) {
#pragma omp critical(repro_openmp_failure)
                if (!failure) failure = std::current_exception();
            }
        }
        if (failure) std::rethrow_exception(failure);
    }
};

} // namespace repro::inline v0::openmp
#endif
