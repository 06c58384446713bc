// SPDX-License-Identifier: MIT
#pragma once
// Which vector instructions a kernel may use. The choice is made when it runs, so that no body depends on
// compiler flags, and every choice gives the same bits.

#include <repro/detail/config.hpp>

namespace repro::inline v0 {

/// The instructions a bulk operation uses; each tier has those of the tiers before it.
enum class simd : unsigned char {
    portable, ///< what the compiler has for every processor
    avx2,     ///< AVX2 and FMA: x86-64 since 2013
    avx512,   ///< AVX-512 F, DQ, BW, VL, IFMA, VBMI: Ice Lake and Zen 4, and newer
};

/// Returns whether this processor can run `tier`.
[[nodiscard]] inline bool has_simd(simd tier) noexcept {
#if defined(__x86_64__)
    if (tier == simd::avx2) return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    if (tier == simd::avx512)
        return has_simd(simd::avx2) && __builtin_cpu_supports("avx512dq") != 0 &&
               __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512ifma") != 0 &&
               __builtin_cpu_supports("avx512vbmi") != 0;
#endif
    return tier == simd::portable;
}

/// Returns the best tier of this processor.
[[nodiscard]] inline simd best_simd() noexcept {
    if (has_simd(simd::avx512)) return simd::avx512;
    return has_simd(simd::avx2) ? simd::avx2 : simd::portable;
}

} // namespace repro::inline v0
