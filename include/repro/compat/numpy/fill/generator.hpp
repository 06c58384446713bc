// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of numpy.random.Generator over PCG64: what the methods of numpy::generator would write, sooner,
// and the generator where they would leave it, kept half word included.

#include <repro/compat/numpy/fill/ziggurat_avx512.hpp>
#include <repro/compat/numpy/generator.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/pcg64.hpp>
#include <repro/rng/fill/pcg64_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace numpy::detail {

/// The state of a PCG64 on loan; it goes back with the lease.
struct pcg64_lease {
    using access = repro::detail::fill_access;

    explicit pcg64_lease(generator& g) noexcept
        : bits(g.bit_generator()),
          half(access::half(bits)),
          core{access::state(bits), access::increment(bits)} {}
    pcg64_lease(const pcg64_lease&) = delete;
    pcg64_lease& operator=(const pcg64_lease&) = delete;
    ~pcg64_lease() { access::state(bits) = core.state; }

    pcg64& bits;
    half_word& half;
    repro::fill::pcg64_core core;
};

/// Fills whole blocks of `out` by the kernel that has such, and returns how many elements that made.
inline std::size_t fill_normal_blocks(generator& g, std::span<double> out, simd tier) noexcept {
    std::size_t done = 0;
#if defined(__x86_64__)
    constexpr std::size_t room = ziggurat_avx512::block + 8;
    if (tier == simd::avx512 && out.size() >= room) {
        pcg64_lease lease(g);
        ziggurat_avx512 ziggurat(lease.core);
        while (out.size() - done >= room)
            done += ziggurat.normals(out.data() + done);
    }
#endif
    return done;
}

} // namespace numpy::detail

namespace fill {

/// Fills `out` as `random_raw` does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
inline void random_raw(numpy::generator& g, std::span<std::uint64_t> out, simd tier = best_simd()) noexcept {
    numpy::detail::pcg64_lease lease(g);
    words(lease.core, out, tier);
}

/// Fills `out` as numpy::generator::random does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class ieee.
inline void random(numpy::generator& g, std::span<double> out, simd tier = best_simd()) noexcept {
    numpy::detail::pcg64_lease lease(g);
    doubles(lease.core, out, tier);
}
inline void random(numpy::generator& g, std::span<float> out, simd tier = best_simd()) noexcept {
    numpy::detail::pcg64_lease lease(g);
    floats(lease.core, lease.half, out, tier);
}

/// Fills `out` as numpy::generator::integers does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
/// Errors: errc::argument_invalid where nothing lies between the bounds, or a bound does not fit the element.
template <numpy::integer_dtype T>
void integers(numpy::generator& g, numpy::wide low, numpy::wide high, numpy::endpoint end, std::span<T> out,
              simd tier = best_simd()) {
    const numpy::wide last = end == numpy::endpoint::included ? high : high - 1;
    const auto bounds = numpy::detail::interval<T>::checked(low, last, "integers()");
    if (bounds.range == 0) return g.integers(low, high, end, out);
    numpy::detail::pcg64_lease lease(g);
    if constexpr (sizeof(T) == 8)
        if (bounds.range > UINT32_MAX)
            return wide_integers(lease.core, bounds.at(0), bounds.range, out, tier);
    integers(lease.core, lease.half, bounds.at(0), static_cast<std::uint32_t>(bounds.range), out, tier);
}
template <numpy::integer_dtype T>
void integers(numpy::generator& g, numpy::wide low, numpy::wide high, std::span<T> out,
              simd tier = best_simd()) {
    integers(g, low, high, numpy::endpoint::excluded, out, tier);
}

/// Fills `out` as numpy::generator::standard_normal does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class zig.
inline void standard_normal(numpy::generator& g, std::span<double> out, simd tier = best_simd()) noexcept {
    const std::size_t done = numpy::detail::fill_normal_blocks(g, out, tier);
    g.standard_normal(out.subspan(done));
}

/// Fills `out` as numpy::generator::standard_exponential does, by its ziggurat.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class zig.
inline void standard_exponential(numpy::generator& g, std::span<double> out,
                                 simd tier = best_simd()) noexcept {
#if defined(__x86_64__)
    if (tier == simd::avx512) {
        struct words_of_reader {
            std::uint64_t next_uint64() noexcept { return reader.next_uint64(); }
            double next_double() noexcept { return reader.next_double(); }
            detail::pcg64_reader<detail::pcg64_avx512>& reader;
        };
        numpy::detail::pcg64_lease lease(g);
        detail::pcg64_reader<detail::pcg64_avx512> reader(lease.core);
        numpy::detail::ziggurat_source<words_of_reader> source({reader});
        for (double& value : out)
            value = source.exponential();
        return;
    }
#endif
    g.standard_exponential(out);
}

/// Shuffles `items` as numpy::generator::shuffle does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
template <class T> void shuffle(numpy::generator& g, std::span<T> items, simd tier = best_simd()) {
    if (items.size() - 1 > UINT32_MAX) return g.shuffle(items); // also for none
    numpy::detail::pcg64_lease lease(g);
    shuffle(lease.core, lease.half, items, tier);
}

/// Fills `out` with 0 ... n - 1 in random order, as numpy::generator::permutation does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class int.
template <numpy::integer_dtype T>
void permutation(numpy::generator& g, std::span<T> out, simd tier = best_simd()) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<T>(i);
    shuffle(g, out, tier);
}

} // namespace fill
} // namespace repro::inline v0
