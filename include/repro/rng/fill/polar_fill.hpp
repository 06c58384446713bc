// SPDX-License-Identifier: MIT
#pragma once
// Bulk normals of MT19937 by the polar method: the same values as single draws, the kept second normal
// included.

#include <repro/rng/fill/mt19937.hpp>
#include <repro/rng/fill/polar.hpp>
#include <repro/rng/fill/polar_x86.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// Draws `n` pairs of normals. Each attempt gives one pair at most, so none is made in vain.
template <class Polar, class Window> void polar_pairs(Window& window, double* out, std::size_t n) noexcept {
    using kernel = typename Window::kernel;
    constexpr std::size_t words_each = 4, most = Window::granule / words_each;
    double uniforms[2 * (Window::capacity / words_each)];
    polar_batch batch;
    while (n > 0) {
        const std::size_t wanted = n < polar_batch::capacity ? n : polar_batch::capacity;
        while (batch.size < wanted) {
            std::size_t attempts = wanted - batch.size;
            if (window.size() < words_each * (attempts < most ? attempts : most)) window.refill();
            if (attempts > window.size() / words_each) attempts = window.size() / words_each;
            kernel::doubles(window.data(), uniforms, 2 * attempts, store_kind::cached);
            window.take(words_each * attempts);
            Polar::candidates(uniforms, attempts, batch);
        }
        Polar::normals(batch, out);
        out += 2 * batch.size;
        n -= batch.size;
        batch.size = 0;
    }
}

/// Kept is a pair of `present` and `value`: the normal that an odd number of draws leaves over.
template <class Polar, class Kernel, class Kept>
void polar_fill(mt19937& engine, Kept& kept, std::span<double> out) noexcept {
    if (!out.empty() && kept.present) {
        out[0] = kept.value;
        kept.present = false;
        out = out.subspan(1);
    }
    if (out.empty()) return;
    mt19937_window<Kernel> window(engine);
    polar_pairs<Polar>(window, out.data(), out.size() / 2);
    if (out.size() % 2 == 0) return;
    double last[2];
    polar_pairs<Polar>(window, last, 1);
    out.back() = last[0];
    kept.value = last[1];
    kept.present = true;
}

/// Calls `work` with the kernels of a tier: those of the polar method and of the engine.
template <class Work> void with_polar_kernels(simd tier, Work work) {
    REPRO_EXPECTS(has_simd(tier));
#if defined(__x86_64__)
    if (tier == simd::avx512) return work(polar_avx512{}, mt19937_avx512{});
    if (tier == simd::avx2) return work(polar_avx2{}, mt19937_avx2{});
#endif
    work(polar_portable{}, mt19937_portable{});
}

} // namespace detail

namespace fill {

/// Fills `out` with standard normals: NumPy's RandomState.standard_normal(). `kept` has the members `present`
/// and `value`: the normal left over from an odd number of draws.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class libm (log), with glibc's bits.
template <class Kept>
void polar_normals(mt19937& engine, Kept& kept, std::span<double> out, simd tier = best_simd()) noexcept {
    detail::with_polar_kernels(tier, [&]<class Polar, class Kernel>(Polar, Kernel) {
        detail::polar_fill<Polar, Kernel>(engine, kept, out);
    });
}

} // namespace fill
} // namespace repro::inline v0
