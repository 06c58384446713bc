// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of CPython's random.Random: what random() would return as many times, sooner.

#include <repro/compat/python/random.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/mt19937.hpp>

#include <span>

namespace repro::inline v0::fill {

/// Fills `out` as python::random::random does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class ieee.
inline void random(python::random_generator& py, std::span<double> out, simd tier = best_simd()) noexcept {
    doubles(detail::fill_access::engine(py), out, tier);
}

} // namespace repro::inline v0::fill
