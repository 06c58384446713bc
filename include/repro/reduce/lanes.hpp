// SPDX-License-Identifier: MIT
#pragma once
// Loops over blocks of doubles that lose nothing: each term is cut in two parts, and each part is summed
// where no rounding happens. The result does not depend on the number of lanes.
// Origin: the extraction of Rump, Ogita, Oishi, "Accurate floating-point summation, part I", SIAM J. Sci.
// Comput. 31, 2008; bins chosen a block at a time as in Demmel, Nguyen, "Fast reproducible floating-point
// summation", ARITH 2013.

#include <repro/detail/config.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fp.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace repro::inline v0 {
namespace detail {

/// Terms of a block at most.
inline constexpr std::size_t block_terms = 2048;

/// Binades between the parts of a term.
inline constexpr int part_binades = 41;

/// Sums of the parts of a block's terms, exact if the terms fit, and what tells whether they do.
struct block_sums {
    double parts[3] = {};                                      ///< of terms, or of products as rounded
    double errors[3] = {};                                     ///< of what rounding the products left
    double largest = 0;                                        ///< absolute value
    double least = std::numeric_limits<double>::infinity();    ///< absolute value, zeros left out
    double smallest = std::numeric_limits<double>::infinity(); ///< absolute value of a product
};

template <int Bytes> struct lanes_of {
    typedef double real __attribute__((vector_size(Bytes)));
    typedef std::int64_t word __attribute__((vector_size(Bytes)));
    typedef float narrow __attribute__((vector_size(Bytes)));
    typedef std::int32_t narrow_word __attribute__((vector_size(Bytes)));
    typedef float half_narrow __attribute__((vector_size(Bytes / 2)));
};

/// Bytes ahead of a loop that are asked of memory.
inline constexpr std::size_t prefetched_bytes = 4096;

/// Returns `from + i`, or, where fewer than Group terms are left, a copy in `rest`, filled up with zeros.
template <std::size_t Group, class Float>
[[gnu::always_inline]] inline const Float* group_at(const Float* from, std::size_t i, std::size_t n,
                                                    Float (&rest)[Group]) noexcept {
    if (n - i >= Group) return from + i;
    for (std::size_t k = 0; k < Group; ++k)
        rest[k] = k < n - i ? from[i + k] : Float{0};
    return rest;
}

/// Sums the parts of `x`, cut off by adding to anchors; the last takes what is left.
template <int Parts, class Real>
[[gnu::always_inline]] inline void add_parts(Real (&sums)[Parts], Real& x) noexcept {
    REPRO_UNROLL(2)
    for (int part = 0; part + 1 < Parts; ++part) {
        const Real next = sums[part] + x;
        x -= next - sums[part];
        sums[part] = next;
    }
    sums[Parts - 1] += x;
}

/// Adds the lanes of `sums` to `out`; see add_parts.
template <int Parts, class Real>
[[gnu::always_inline]] inline void add_lanes(const Real (&sums)[Parts], double anchor, double* out) noexcept {
    for (int part = 0; part < Parts; ++part, anchor *= 0x1p-41)
        for (std::size_t j = 0; j < sizeof(Real) / sizeof(double); ++j)
            out[part] += part + 1 < Parts ? sums[part][j] - anchor : sums[part][j];
}

/// Sums the parts of `n` doubles. `anchor` is 1.5 * 2^(E + 12) where every term is below 2^E.
template <int Bytes, int Parts>
[[gnu::always_inline]] inline void sum_lanes(const double* from, std::size_t n, double anchor,
                                             block_sums& out) noexcept {
    using lane = typename lanes_of<Bytes>::real;
    using word = typename lanes_of<Bytes>::word;
    constexpr std::size_t width = Bytes / sizeof(double), n_registers = 4, group = width * n_registers;
    const word magnitude_bits = word{} + 0x7fffffffffffffff;
    const lane infinite = lane{} + std::numeric_limits<double>::infinity();
    lane sums[n_registers][Parts], largest[n_registers], least[n_registers];
    for (std::size_t k = 0; k < n_registers; ++k) {
        double start = anchor;
        for (int part = 0; part < Parts; ++part, start *= 0x1p-41)
            sums[k][part] = part + 1 < Parts ? lane{} + start : lane{};
        largest[k] = lane{};
        least[k] = infinite;
    }
    double rest[group];
    for (std::size_t i = 0; i < n; i += group) {
        const double* const here = group_at(from, i, n, rest);
        REPRO_UNROLL(4)
        for (std::size_t k = 0; k < n_registers; ++k) {
            lane x;
            __builtin_memcpy(&x, here + width * k, Bytes);
            __builtin_prefetch(from + i + width * k + prefetched_bytes / sizeof(double));
            const lane size = reinterpret_cast<lane>(reinterpret_cast<word>(x) & magnitude_bits);
            const lane not_zero = size == 0.0 ? infinite : size;
            largest[k] = size > largest[k] ? size : largest[k];
            least[k] = not_zero < least[k] ? not_zero : least[k];
            add_parts(sums[k], x);
        }
    }
    for (std::size_t k = 0; k < n_registers; ++k) {
        add_lanes(sums[k], anchor, out.parts);
        for (std::size_t j = 0; j < width; ++j) {
            out.largest = largest[k][j] > out.largest ? largest[k][j] : out.largest;
            out.least = least[k][j] < out.least ? least[k][j] : out.least;
        }
    }
}

/// Sums `n` floats in double.
template <int Bytes>
[[gnu::always_inline]] inline void sum_float_lanes(const float* from, std::size_t n,
                                                   block_sums& out) noexcept {
    using lane = typename lanes_of<Bytes>::real;
    using narrow = typename lanes_of<Bytes>::narrow;
    using narrow_word = typename lanes_of<Bytes>::narrow_word;
    using half_narrow = typename lanes_of<Bytes>::half_narrow;
    constexpr std::size_t width = Bytes / sizeof(float), n_registers = 2, group = width * n_registers;
    const narrow_word magnitude_bits = narrow_word{} + 0x7fffffff;
    const narrow infinite = narrow{} + std::numeric_limits<float>::infinity();
    narrow largest[n_registers], least[n_registers];
    lane total[2 * n_registers];
    for (std::size_t k = 0; k < n_registers; ++k) {
        total[2 * k] = total[2 * k + 1] = lane{};
        largest[k] = narrow{};
        least[k] = infinite;
    }
    float rest[group];
    for (std::size_t i = 0; i < n; i += group) {
        const float* const here = group_at(from, i, n, rest);
        REPRO_UNROLL(2)
        for (std::size_t k = 0; k < n_registers; ++k) {
            narrow x;
            half_narrow first, second;
            __builtin_memcpy(&x, here + width * k, Bytes);
            __builtin_prefetch(from + i + width * k + prefetched_bytes / sizeof(float));
            __builtin_memcpy(&first, here + width * k, Bytes / 2);
            __builtin_memcpy(&second, here + width * k + width / 2, Bytes / 2);
            const narrow size = reinterpret_cast<narrow>(reinterpret_cast<narrow_word>(x) & magnitude_bits);
            const narrow not_zero = size == 0.0f ? infinite : size;
            largest[k] = size > largest[k] ? size : largest[k];
            least[k] = not_zero < least[k] ? not_zero : least[k];
            total[2 * k] += __builtin_convertvector(first, lane);
            total[2 * k + 1] += __builtin_convertvector(second, lane);
        }
    }
    for (std::size_t k = 0; k < 2 * n_registers; ++k)
        for (std::size_t j = 0; j < width / 2; ++j)
            out.parts[0] += total[k][j];
    for (std::size_t k = 0; k < n_registers; ++k)
        for (std::size_t j = 0; j < width; ++j) {
            out.largest = double{largest[k][j]} > out.largest ? double{largest[k][j]} : out.largest;
            out.least = double{least[k][j]} < out.least ? double{least[k][j]} : out.least;
        }
}

#if defined(__x86_64__)
/// Sums the parts of `n` products of doubles and of what rounding each left, for processors that fuse.
/// `anchor` is 1.5 * 2^(E + 12) where every product is below 2^E.
template <int Bytes>
[[gnu::always_inline]] inline void sum_product_lanes(const double* left, const double* right, std::size_t n,
                                                     double anchor, block_sums& out) noexcept {
    using lane = typename lanes_of<Bytes>::real;
    using word = typename lanes_of<Bytes>::word;
    constexpr std::size_t width = Bytes / sizeof(double), n_registers = 2, group = width * n_registers;
    constexpr int n_parts = 3;
    const word magnitude_bits = word{} + 0x7fffffffffffffff;
    const lane infinite = lane{} + std::numeric_limits<double>::infinity();
    std::int64_t zero = 0;
    asm("" : "+r"(zero)); // which the compiler does not know, so that a product is fused with nothing
    const word nothing = word{} + zero;
    const double error_anchor = anchor * 0x1p-53;
    lane sums[n_registers][n_parts], errors[n_registers][n_parts];
    lane largest[n_registers], least[n_registers], smallest[n_registers];
    for (std::size_t k = 0; k < n_registers; ++k) {
        double start = anchor;
        for (int part = 0; part < n_parts; ++part, start *= 0x1p-41) {
            sums[k][part] = part + 1 < n_parts ? lane{} + start : lane{};
            errors[k][part] = part + 1 < n_parts ? lane{} + start * 0x1p-53 : lane{};
        }
        largest[k] = lane{};
        least[k] = smallest[k] = infinite;
    }
    double left_rest[group], right_rest[group];
    for (std::size_t i = 0; i < n; i += group) {
        const double* const here = group_at(left, i, n, left_rest);
        const double* const there = group_at(right, i, n, right_rest);
        REPRO_UNROLL(2)
        for (std::size_t k = 0; k < n_registers; ++k) {
            lane x, y, error;
            __builtin_memcpy(&x, here + width * k, Bytes);
            __builtin_memcpy(&y, there + width * k, Bytes);
            __builtin_prefetch(left + i + width * k + prefetched_bytes / sizeof(double));
            __builtin_prefetch(right + i + width * k + prefetched_bytes / sizeof(double));
            lane product = reinterpret_cast<lane>(reinterpret_cast<word>(x * y) ^ nothing);
            REPRO_UNROLL(8)
            for (std::size_t j = 0; j < width; ++j)
                error[j] = __builtin_fma(x[j], y[j], -product[j]);
            const lane size = reinterpret_cast<lane>(reinterpret_cast<word>(product) & magnitude_bits);
            const lane not_zero = size == 0.0 ? infinite : size;
            largest[k] = size > largest[k] ? size : largest[k];
            least[k] = not_zero < least[k] ? not_zero : least[k];
            smallest[k] = size < smallest[k] ? size : smallest[k];
            add_parts(sums[k], product);
            add_parts(errors[k], error);
        }
    }
    for (std::size_t k = 0; k < n_registers; ++k) {
        add_lanes(sums[k], anchor, out.parts);
        add_lanes(errors[k], error_anchor, out.errors);
        for (std::size_t j = 0; j < width; ++j) {
            out.largest = largest[k][j] > out.largest ? largest[k][j] : out.largest;
            out.least = least[k][j] < out.least ? least[k][j] : out.least;
            out.smallest = smallest[k][j] < out.smallest ? smallest[k][j] : out.smallest;
        }
    }
}

template <int Parts>
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl")]] void
sum_avx512(const double* from, std::size_t n, double anchor, block_sums& out) noexcept {
    sum_lanes<64, Parts>(from, n, anchor, out);
}
template <int Parts>
[[gnu::noinline, gnu::target("avx2,fma")]] void sum_avx2(const double* from, std::size_t n, double anchor,
                                                         block_sums& out) noexcept {
    sum_lanes<32, Parts>(from, n, anchor, out);
}
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl")]] inline void
sum_avx512(const float* from, std::size_t n, block_sums& out) noexcept {
    sum_float_lanes<64>(from, n, out);
}
[[gnu::noinline, gnu::target("avx2,fma")]] inline void sum_avx2(const float* from, std::size_t n,
                                                                block_sums& out) noexcept {
    sum_float_lanes<32>(from, n, out);
}
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl,fma")]] inline void
sum_products_avx512(const double* left, const double* right, std::size_t n, double anchor,
                    block_sums& out) noexcept {
    sum_product_lanes<64>(left, right, n, anchor, out);
}
[[gnu::noinline, gnu::target("avx2,fma")]] inline void sum_products_avx2(const double* left,
                                                                         const double* right, std::size_t n,
                                                                         double anchor,
                                                                         block_sums& out) noexcept {
    sum_product_lanes<32>(left, right, n, anchor, out);
}

/// Sums up to block_terms products; see sum_product_lanes. Precondition: `tier` is not portable.
[[nodiscard]] inline block_sums sum_block(const double* left, const double* right, std::size_t n,
                                          double anchor, simd tier) noexcept {
    block_sums out;
    if (tier == simd::avx512)
        sum_products_avx512(left, right, n, anchor, out);
    else
        sum_products_avx2(left, right, n, anchor, out);
    return out;
}
#endif

/// Sums up to block_terms doubles in 2 or 3 parts; see sum_lanes.
template <int Parts>
[[nodiscard]] block_sums sum_block(const double* from, std::size_t n, double anchor, simd tier) noexcept {
    block_sums out;
#if defined(__x86_64__)
    if (tier == simd::avx512) {
        sum_avx512<Parts>(from, n, anchor, out);
        return out;
    }
    if (tier == simd::avx2) {
        sum_avx2<Parts>(from, n, anchor, out);
        return out;
    }
#endif
    static_cast<void>(tier);
    sum_lanes<16, Parts>(from, n, anchor, out);
    return out;
}

/// Sums up to block_terms floats; exact where the least is at least 2^-19 of a power of two above the
/// largest.
[[nodiscard]] inline block_sums sum_block(const float* from, std::size_t n, simd tier) noexcept {
    block_sums out;
#if defined(__x86_64__)
    if (tier == simd::avx512) {
        sum_avx512(from, n, out);
        return out;
    }
    if (tier == simd::avx2) {
        sum_avx2(from, n, out);
        return out;
    }
#endif
    static_cast<void>(tier);
    sum_float_lanes<16>(from, n, out);
    return out;
}

} // namespace detail
} // namespace repro::inline v0
