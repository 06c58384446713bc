// SPDX-License-Identifier: MIT
#pragma once
// A rounded sum along a fixed tree: the same bits for any number of threads, faster than the exact sum, and
// dependent on the order of the terms.

#include <repro/detail/config.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fp.hpp>
#include <repro/detail/fp_control.hpp>
#include <repro/reduce/executor.hpp>
#include <repro/reduce/lane_terms.hpp>
#include <repro/reduce/sum.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// Terms of a leaf, and partial sums within it.
inline constexpr std::size_t leaf_terms = 4096, leaf_lanes = 64;
/// Leaves of a tree are shared among at most as many branches.
inline constexpr std::size_t n_branches = 256;

/// Adds term i to partial sum i modulo leaf_lanes, for whole rows of leaf_lanes terms.
template <int Bytes, class Float>
[[gnu::always_inline]] inline void add_rows(const Float* from, std::size_t n, double* partial) noexcept {
    using lanes = lanes_of<Bytes, double>;
    using real = typename lanes::vec;
    constexpr std::size_t n_registers = leaf_lanes / lanes::width;
    real sums[n_registers];
    __builtin_memcpy(sums, partial, sizeof(sums));
    for (std::size_t i = 0; i < n; i += leaf_lanes)
        REPRO_UNROLL(8)
    for (std::size_t k = 0; k < n_registers; ++k) {
        real x;
        if constexpr (sizeof(Float) == sizeof(double))
            load_lanes(from + i + lanes::width * k, x);
        else
            load_widened(from + i + lanes::width * k, x);
        sums[k] += x;
    }
    __builtin_memcpy(partial, sums, sizeof(sums));
}

#if defined(__x86_64__)
template <class Float>
[[gnu::noinline, gnu::target("avx512f,avx512dq,avx512vl")]] void
add_rows_avx512(const Float* from, std::size_t n, double* partial) noexcept {
    add_rows<64>(from, n, partial);
}
template <class Float>
[[gnu::noinline, gnu::target("avx2,fma")]] void add_rows_avx2(const Float* from, std::size_t n,
                                                              double* partial) noexcept {
    add_rows<32>(from, n, partial);
}
#endif

/// Returns the sum of up to leaf_terms terms.
template <class Float> [[nodiscard]] double leaf_sum(const Float* from, std::size_t n, simd tier) noexcept {
    std::array<double, leaf_lanes> partial;
    partial.fill(-0.0); // which adds nothing, not even a sign
    const std::size_t whole = n - n % leaf_lanes;
#if defined(__x86_64__)
    if (tier == simd::avx512)
        add_rows_avx512(from, whole, partial.data());
    else if (tier == simd::avx2)
        add_rows_avx2(from, whole, partial.data());
    else
#endif
        add_rows<16>(from, whole, partial.data());
    static_cast<void>(tier);
    for (std::size_t i = whole; i < n; ++i)
        partial[i - whole] += static_cast<double>(from[i]);
    for (std::size_t half = leaf_lanes / 2; half > 0; half /= 2)
        for (std::size_t k = 0; k < half; ++k)
            partial[k] += partial[k + half];
    return partial[0];
}

/// Sums in pairs, pairs of pairs, and so on: a counter in binary of which digit k holds the sum of 2^k
/// summands.
class pairwise_sum {
public:
    void add(double summand) noexcept {
        std::size_t level = 0;
        for (; (count_ >> level & 1) != 0; ++level)
            summand = levels_[level] + summand;
        levels_[level] = summand;
        ++count_;
    }
    [[nodiscard]] double total() const noexcept {
        double sum = -0.0;
        for (std::size_t level = 0; count_ >> level != 0; ++level)
            if ((count_ >> level & 1) != 0) sum = levels_[level] + sum;
        return sum;
    }

private:
    std::array<double, 64> levels_;
    std::size_t count_ = 0;
};

/// Returns the sum of `n` terms by their leaves.
template <class Float> [[nodiscard]] double branch_sum(const Float* from, std::size_t n, simd tier) noexcept {
    pairwise_sum leaves;
    for (std::size_t done = 0; done < n; done += leaf_terms)
        leaves.add(leaf_sum(from + done, std::min(leaf_terms, n - done), tier));
    return leaves.total();
}

} // namespace detail

/// Returns the sum of `values` along a tree that depends on their number alone, in double; a float for
/// floats.
///
/// The same bits for any executor and any processor, and other bits for another order of the values: for
/// that, sum. The relative error is at most (70 + log2(n)) * 2^-53 times the sum of absolute values, then
/// that of one rounding.
///
/// Stability: contract 1.
/// Errors:    none of its own; with several threads what the executor throws.
template <terms Range, executor Executor>
    requires std::floating_point<detail::term_type<Range>>
[[nodiscard]] auto tree_sum(const Range& values, Executor& by, simd tier = best_simd()) {
    const auto all = detail::span_of(values);
    const std::size_t n_leaves = (all.size() + detail::leaf_terms - 1) / detail::leaf_terms;
    std::size_t leaves = 1; // of a branch
    while (leaves * detail::n_branches < n_leaves)
        leaves *= 2;
    const std::size_t size = leaves * detail::leaf_terms;
    std::array<double, detail::n_branches> branches;
    const std::size_t count = (all.size() + size - 1) / size;
    by.run(count, [&](std::size_t i) {
        const detail::fp_control_scope control(detail::default_fp_control());
        branches[i] = detail::branch_sum(all.data() + i * size, std::min(size, all.size() - i * size), tier);
    });
    const detail::fp_control_scope control(detail::default_fp_control());
    detail::pairwise_sum total;
    for (std::size_t i = 0; i < count; ++i)
        total.add(branches[i]);
    return static_cast<detail::term_type<Range>>(all.empty() ? 0.0 : total.total());
}
template <terms Range>
    requires std::floating_point<detail::term_type<Range>>
[[nodiscard]] auto tree_sum(const Range& values, simd tier = best_simd()) noexcept {
    serial by;
    return tree_sum(values, by, tier);
}

} // namespace repro::inline v0
