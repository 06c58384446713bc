// SPDX-License-Identifier: MIT
#pragma once
// Reductions in oneTBB's threads. Tested with oneTBB 2021.8; no version is refused.

#if !__has_include(<tbb/parallel_for.h>)
#error "repro/adapters/tbb.hpp needs oneTBB: find_package(repro COMPONENTS tbb), link repro::tbb"
#else

#include <repro/reduce/executor.hpp>

#include <cstddef>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace repro::inline v0::tbb {

/// Runs the pieces of a reduction in the task arena of the calling thread.
///
/// Does not cover: tbb::parallel_reduce, whose bits follow how the range was split;
/// parallel_deterministic_reduce keeps its split, with the grain size that it was given.
///
/// Errors:  what a piece throws comes out of run; pieces that have not begun may then be left out.
/// Threads: any number may run at a time.
struct executor {
    [[nodiscard]] static std::size_t concurrency() noexcept {
        return static_cast<std::size_t>(::tbb::this_task_arena::max_concurrency());
    }
    template <class Function> static void run(std::size_t n, Function&& piece) {
        ::tbb::parallel_for(std::size_t{0}, n, [&piece](std::size_t i) { piece(i); });
    }
};

} // namespace repro::inline v0::tbb
#endif
