// SPDX-License-Identifier: MIT
#pragma once
// A sum cut as a static OpenMP schedule cuts it, by the number of threads that a mapped runtime would start.
// It is computed by the calling thread: a team that was started here would be lost in a child, where libgomp
// waits for it for ever.

#include <repro/detail/fp.hpp>
#include <repro/detail/mapped_handle.hpp>
#include <repro/launch/fingerprint_blas.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::size_t reduction_terms = 1024;
inline constexpr std::size_t reduction_series = 8; ///< one sum alone is the same for some counts

/// libgomp and libomp both define `GOMP_parallel`.
[[nodiscard]] inline bool is_openmp(const mapped_handle& object) noexcept {
    return object.find<void()>("GOMP_parallel") != nullptr &&
           object.find<int()>("omp_get_max_threads") != nullptr;
}

/// libomp, and libiomp5 before it, read their environment at the first call.
[[nodiscard]] inline bool is_libomp(const mapped_handle& object) noexcept {
    return object.find<void()>("__kmpc_begin") != nullptr;
}

/// Returns how many threads a parallel region without a clause would have.
[[nodiscard]] inline std::size_t team_size(const mapped_handle& object) {
    auto* const threads = object.find<int()>("omp_get_max_threads");
    return static_cast<std::size_t>(std::clamp(threads(), 1, static_cast<int>(reduction_terms)));
}

/// Returns the sum of the fixed numbers of one series, each of `pieces` neighbouring ones summed apart, and
/// then in their order.
template <class Real> [[nodiscard]] Real sum_in_pieces(std::size_t series, std::size_t pieces) noexcept {
    Real sum = 0;
    std::size_t next = 0;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        const bool longer = piece < reduction_terms % pieces; // as a static schedule does
        Real partial = 0;
        for (const std::size_t end = next + reduction_terms / pieces + (longer ? 1 : 0); next < end; ++next)
            partial = rounded(partial + element<Real>(series * reduction_terms + next));
        sum = rounded(sum + partial);
    }
    return sum;
}

/// The sums of all series.
struct reduction_sums {
    std::array<double, reduction_series> wide{};
    std::array<float, reduction_series> narrow{};

    friend bool operator==(const reduction_sums&, const reduction_sums&) = default;
};

/// Returns the sums, each in so many pieces.
[[nodiscard]] inline reduction_sums sums_in_pieces(std::size_t pieces) noexcept {
    reduction_sums sums;
    for (std::size_t i = 0; i < reduction_series; ++i) {
        sums.wide[i] = sum_in_pieces<double>(i, pieces);
        sums.narrow[i] = sum_in_pieces<float>(i, pieces);
    }
    return sums;
}

} // namespace detail
} // namespace repro::inline v0
