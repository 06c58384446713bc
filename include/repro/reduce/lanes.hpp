// SPDX-License-Identifier: MIT
#pragma once
// Loops over blocks of doubles that lose nothing: each term is cut in two parts, and each part is summed
// where no rounding happens. The result does not depend on the number of lanes.
// Origin: the extraction of Rump, Ogita, Oishi, "Accurate floating-point summation, part I", SIAM J. Sci.
// Comput. 31, 2008; bins chosen a block at a time as in Demmel, Nguyen, "Fast reproducible floating-point
// summation", ARITH 2013.

#include <repro/detail/cpu.hpp>
#include <repro/detail/fp.hpp>
#include <repro/reduce/lane_terms.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace repro::inline v0 {
namespace detail {

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

/// Sums of the parts of doubles in vectors. `anchor` is 1.5 * 2^(E + 12) where every term is below 2^E.
template <int Bytes, int Parts> struct lane_sums {
    using lanes = lanes_of<Bytes, double>;
    using vec = typename lanes::vec;
    static constexpr std::size_t n_registers = 4, group = lanes::width * n_registers;

    vec sums[n_registers][Parts];
    seen_sizes<Bytes, double> seen[n_registers];

    [[gnu::always_inline]] explicit lane_sums(double anchor) noexcept {
        for (auto& each : sums) {
            double start = anchor;
            for (int part = 0; part < Parts; ++part, start *= 0x1p-41)
                each[part] = part + 1 < Parts ? vec{} + start : vec{};
        }
    }
    template <class Terms>
    [[gnu::always_inline]] inline void add_group(const Terms& terms, std::size_t i) noexcept {
        REPRO_UNROLL(4)
        for (std::size_t k = 0; k < n_registers; ++k) {
            vec x, size;
            terms.load(i + lanes::width * k, x);
            seen[k].see(x, size);
            add_parts(sums[k], x);
        }
    }
};

/// Sums the parts of `n` terms; see lane_sums.
template <int Bytes, int Parts, class Terms>
[[gnu::always_inline]] inline void sum_lanes(const Terms& terms, std::size_t n, double anchor,
                                             block_sums& out) noexcept {
    using state = lane_sums<Bytes, Parts>;
    state total(anchor);
    std::size_t i = 0;
    for (; i + state::group <= n; i += state::group)
        total.add_group(terms, i);
    if (i < n) {
        const typename Terms::template last<state::group> rest(terms, i, n);
        total.add_group(rest.terms(), 0);
    }
    for (std::size_t k = 0; k < state::n_registers; ++k) {
        add_lanes(total.sums[k], anchor, out.parts);
        total.seen[k].add_to(out);
    }
}

/// Sums of floats in vectors of doubles.
template <int Bytes> struct float_lane_sums {
    using lanes = lanes_of<Bytes, float>;
    using vec = typename lanes_of<Bytes, double>::vec;
    static constexpr std::size_t n_registers = 2, group = lanes::width * n_registers;

    vec sums[2 * n_registers] = {};
    seen_sizes<Bytes, float> seen[n_registers];

    [[gnu::always_inline]] inline void add_group(const float* from) noexcept {
        REPRO_UNROLL(2)
        for (std::size_t k = 0; k < n_registers; ++k) {
            typename lanes::vec x, size;
            vec first, second;
            load_lanes(from + lanes::width * k, x);
            seen[k].see(x, size);
            load_widened(from + lanes::width * k, first);
            load_widened(from + lanes::width * k + lanes::width / 2, second);
            sums[2 * k] += first;
            sums[2 * k + 1] += second;
        }
    }
};

/// Sums `n` floats in double.
template <int Bytes>
[[gnu::always_inline]] inline void sum_float_lanes(const float* from, std::size_t n,
                                                   block_sums& out) noexcept {
    using state = float_lane_sums<Bytes>;
    state total;
    std::size_t i = 0;
    for (; i + state::group <= n; i += state::group)
        total.add_group(from + i);
    if (i < n) total.add_group(last_group<state::group, float>(from, i, n).numbers);
    for (const auto& sum : total.sums)
        for (std::size_t j = 0; j < state::lanes::width / 2; ++j)
            out.parts[0] += sum[j];
    for (const auto& seen : total.seen)
        seen.add_to(out);
}

#if defined(__x86_64__)
/// Sums of the parts of products of doubles in vectors, and of what rounding each left, for processors that
/// fuse. `anchor` is 1.5 * 2^(E + 12) where every product is below 2^E.
template <int Bytes> struct product_lane_sums {
    using lanes = lanes_of<Bytes, double>;
    using vec = typename lanes::vec;
    using word = typename lanes::word;
    static constexpr std::size_t n_registers = 2, group = lanes::width * n_registers;
    static constexpr int n_parts = 3;

    vec sums[n_registers][n_parts], errors[n_registers][n_parts];
    seen_sizes<Bytes, double> seen[n_registers];
    vec smallest[n_registers];
    word nothing = word{};

    [[gnu::always_inline]] explicit product_lane_sums(double anchor) noexcept {
        std::int64_t zero = 0;
        asm("" : "+r"(zero)); // which the compiler does not know, so that a product is fused with nothing
        nothing = word{} + zero;
        for (std::size_t k = 0; k < n_registers; ++k) {
            double start = anchor;
            for (int part = 0; part < n_parts; ++part, start *= 0x1p-41) {
                sums[k][part] = part + 1 < n_parts ? vec{} + start : vec{};
                errors[k][part] = part + 1 < n_parts ? vec{} + start * 0x1p-53 : vec{};
            }
            smallest[k] = vec{} + std::numeric_limits<double>::infinity();
        }
    }
    [[gnu::always_inline]] inline void add_group(const double* left, const double* right) noexcept {
        REPRO_UNROLL(2)
        for (std::size_t k = 0; k < n_registers; ++k) {
            vec x, y, error, size;
            load_lanes(left + lanes::width * k, x);
            load_lanes(right + lanes::width * k, y);
            vec product = reinterpret_cast<vec>(reinterpret_cast<word>(x * y) ^ nothing);
            REPRO_UNROLL(8)
            for (std::size_t j = 0; j < lanes::width; ++j)
                error[j] = __builtin_fma(x[j], y[j], -product[j]);
            seen[k].see(product, size);
            smallest[k] = size < smallest[k] ? size : smallest[k];
            add_parts(sums[k], product);
            add_parts(errors[k], error);
        }
    }
};

/// Sums the parts of `n` products; see product_lane_sums.
template <int Bytes>
[[gnu::always_inline]] inline void sum_product_lanes(const double* left, const double* right, std::size_t n,
                                                     double anchor, block_sums& out) noexcept {
    using state = product_lane_sums<Bytes>;
    state total(anchor);
    std::size_t i = 0;
    for (; i + state::group <= n; i += state::group)
        total.add_group(left + i, right + i);
    if (i < n)
        total.add_group(last_group<state::group, double>(left, i, n).numbers,
                        last_group<state::group, double>(right, i, n).numbers);
    for (std::size_t k = 0; k < state::n_registers; ++k) {
        add_lanes(total.sums[k], anchor, out.parts);
        add_lanes(total.errors[k], anchor * 0x1p-53, out.errors);
        total.seen[k].add_to(out);
        for (std::size_t j = 0; j < state::lanes::width; ++j)
            out.smallest = total.smallest[k][j] < out.smallest ? total.smallest[k][j] : out.smallest;
    }
}

template <int Parts, class Terms>
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl")]] void
sum_avx512(const Terms& terms, std::size_t n, double anchor, block_sums& out) noexcept {
    sum_lanes<64, Parts>(terms, n, anchor, out);
}
template <int Parts, class Terms>
[[gnu::noinline, gnu::target("avx2,fma")]] void sum_avx2(const Terms& terms, std::size_t n, double anchor,
                                                         block_sums& out) noexcept {
    sum_lanes<32, Parts>(terms, n, anchor, out);
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

/// Sums up to block_terms terms in 2 or 3 parts; see sum_lanes.
template <int Parts, class Terms>
[[nodiscard]] block_sums sum_block(const Terms& terms, std::size_t n, double anchor, simd tier) noexcept {
    block_sums out;
#if defined(__x86_64__)
    if (tier == simd::avx512) {
        sum_avx512<Parts>(terms, n, anchor, out);
        return out;
    }
    if (tier == simd::avx2) {
        sum_avx2<Parts>(terms, n, anchor, out);
        return out;
    }
#endif
    static_cast<void>(tier);
    sum_lanes<16, Parts>(terms, n, anchor, out);
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
