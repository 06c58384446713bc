// SPDX-License-Identifier: MIT
#pragma once
// The exact sum of numbers in a CUDA device's memory, with the bits of repro::sum.

#if !defined(__CUDACC__)
#error "repro/adapters/cuda/sum.hpp holds kernels: compile it with nvcc"
#else

#include <repro/adapters/cuda/device_sum.hpp>
#include <repro/reduce/sum_state.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

namespace repro::inline v0::cuda {
namespace detail {

template <class T> struct alignas(16) sixteen_bytes {
    T values[16 / sizeof(T)];
};

/// Adds `n` terms to `total`.
template <class T>
__global__ void __launch_bounds__(block_threads)
    add_terms(const T* terms, std::size_t n, device_sum<double>* total) {
    __shared__ device_sum<double> mine;
    for (int i = static_cast<int>(threadIdx.x); i < device_sum<double>::n_digits; i += block_threads)
        mine.digits[i] = 0;
    if (threadIdx.x == 0) mine.special = 0;
    __syncthreads();

    constexpr int per_load = 16 / sizeof(T), n_loads = terms_at_a_time / per_load;
    const std::size_t tile = static_cast<std::size_t>(block_threads) * terms_at_a_time;
    thread_sum sum;
    bool other_than_negative_zero = false, any = false;
    double group[terms_at_a_time];
    for (std::size_t first = blockIdx.x * tile; first < n; first += gridDim.x * tile) {
        if (n - first >= tile) {
            const auto* const from = reinterpret_cast<const sixteen_bytes<T>*>(terms + first);
            sixteen_bytes<T> loaded[n_loads];
#pragma unroll
            for (int k = 0; k < n_loads; ++k)
                loaded[k] = from[threadIdx.x + k * block_threads];
#pragma unroll
            for (int k = 0; k < terms_at_a_time; ++k)
                group[k] = static_cast<double>(loaded[k / per_load].values[k % per_load]);
        } else {
            for (int k = 0; k < terms_at_a_time; ++k) {
                const std::size_t i = first + threadIdx.x + static_cast<std::size_t>(k) * block_threads;
                group[k] = i < n ? static_cast<double>(terms[i]) : -0.0;
            }
        }
        if (!other_than_negative_zero)
#pragma unroll
            for (int k = 0; k < terms_at_a_time; ++k)
                other_than_negative_zero |= !is_negative_zero(group[k]);
        any = true;
        add_group(sum, mine, group);
    }
    flush_warp(sum, mine);
    if (any) atomicOr(&mine.special, other_than_negative_zero ? seen::other : seen::negative_zero);
    __syncthreads();

    if (threadIdx.x == 0 && n >> 30 != 0) // fewer terms overflow no digit
        carry<device_sum<double>::n_digits>(mine.digits);
    __syncthreads();
    for (int i = static_cast<int>(threadIdx.x); i < device_sum<double>::n_digits; i += block_threads)
        if (mine.digits[i] != 0) atomicAdd(&total->digits[i], mine.digits[i]);
    if (threadIdx.x == 0) atomicOr(&total->special, mine.special);
}

} // namespace detail

/// Returns the exact sum of `n` terms of the current device's memory, aligned to 16 bytes: the state that an
/// accumulator on the host would have, for it to go on from. It waits for what `stream` was given before.
///
/// Errors:    errc::library_failed.
/// Stability: contract 1.
/// Threads:   safe to call from many.
template <class T>
    requires std::same_as<T, double> || std::same_as<T, float>
[[nodiscard]] sum_state exact_sum(const T* terms, std::size_t n, cudaStream_t stream = nullptr) {
    if (n == 0) return {};
    int device = 0, n_processors = 0;
    detail::expect(cudaGetDevice(&device), "cudaGetDevice");
    detail::expect(cudaDeviceGetAttribute(&n_processors, cudaDevAttrMultiProcessorCount, device),
                   "cudaDeviceGetAttribute");
    const detail::device_memory<detail::device_sum<double>> total(1, stream);
    detail::expect(cudaMemsetAsync(total.get(), 0, sizeof(*total.get()), stream), "cudaMemsetAsync");
    const std::size_t tile = static_cast<std::size_t>(detail::block_threads) * detail::terms_at_a_time;
    const std::size_t tiles = (n + tile - 1) / tile, most = static_cast<std::size_t>(n_processors) * 8;
    detail::add_terms<<<static_cast<unsigned>(std::min(tiles, most)), detail::block_threads, 0, stream>>>(
        terms, n, total.get());
    detail::expect(cudaGetLastError(), "the kernel");
    detail::device_sum<double> sums{};
    detail::expect(cudaMemcpyAsync(&sums, total.get(), sizeof(sums), cudaMemcpyDeviceToHost, stream),
                   "cudaMemcpyAsync");
    detail::expect(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    repro::detail::long_sum sum;
    std::array<std::int64_t, static_cast<std::size_t>(detail::device_sum<double>::n_digits)> digits;
    for (std::size_t i = 0; i < digits.size(); ++i)
        digits[i] = static_cast<std::int64_t>(sums.digits[i]);
    sum.set_digits(digits);
    sum.carry();
    repro::detail::special_values special;
    special.set_bits(static_cast<std::uint8_t>(sums.special));
    return {sum.digits(), special.bits()};
}

/// Returns the sum of `n` terms of the current device's memory, with the bits of repro::sum on the host.
///
/// Errors, stability, threads: as exact_sum.
template <class T> [[nodiscard]] T sum(const T* terms, std::size_t n, cudaStream_t stream = nullptr) {
    return exact_sum(terms, n, stream).template value<T>();
}

} // namespace repro::inline v0::cuda
#endif
