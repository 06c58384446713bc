// SPDX-License-Identifier: MIT
#pragma once
// The environment variables that change numbers: what they have to be, and when their reader looks. Each row
// names its source.

#include <repro/core/knobs/cpu_maths.hpp>
#include <repro/core/knobs/frameworks.hpp>
#include <repro/core/knobs/gpu.hpp>
#include <repro/core/knobs/nccl.hpp>
#include <repro/core/knobs/openmp.hpp>
#include <repro/core/knobs/process.hpp>

#include <array>
#include <cstddef>

namespace repro::inline v0 {
namespace detail {

template <class Row, std::size_t... Rows>
[[nodiscard]] constexpr std::array<Row, (Rows + ...)> joined(const Row (&... families)[Rows]) noexcept {
    std::array<Row, (Rows + ...)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& family) {
        for (const Row& each : family)
            all[at++] = each;
    };
    (append(families), ...);
    return all;
}

} // namespace detail

/// Every variable known, by the library that reads it.
inline constexpr auto knobs =
    detail::joined(detail::process_knobs, detail::openmp_knobs, detail::cpu_maths_knobs, detail::gpu_knobs,
                   detail::nccl_knobs, detail::framework_knobs);

} // namespace repro::inline v0
