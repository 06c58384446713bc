// SPDX-License-Identifier: MIT
#pragma once
// The exact sum of numbers in a CUDA device's memory, with the bits of repro::sum.

#if !defined(__CUDACC__)
#error "repro/adapters/cuda/sum.hpp holds kernels: compile it with nvcc"
#else

#include <repro/core/error.hpp>
#include <repro/reduce/sum_state.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>
#include <string>

namespace repro::inline v0::cuda {
namespace detail {

inline void expect(cudaError_t status, const char* call) {
    if (status != cudaSuccess)
        throw error(errc::library_failed, std::string("CUDA, ") + call,
                    std::string("failed: ") + cudaGetErrorString(status),
                    "see what stands before it; memory of the device may be exhausted");
}

inline constexpr int n_digits = static_cast<int>(repro::detail::long_sum::n_digits);
inline constexpr int lowest_place = 32 * repro::detail::long_sum::low;
inline constexpr int block_threads = 256, terms_at_a_time = 16;
inline constexpr int lowest_scale = -900; ///< of which all parts are normal numbers

/// What all blocks add to: digits as in long_number, and what special_values saw.
struct device_total {
    unsigned long long digits[n_digits];
    unsigned int special;
};

/// Adds mantissa * 2^exponent, carries put off.
__device__ inline void add_to(unsigned long long* digits, unsigned long long mantissa, int exponent,
                              bool negative) {
    const int place = exponent - lowest_place;
    const int digit = place >> 5, shift = place & 31;
    const unsigned long long low = mantissa << shift;
    const unsigned long long high = shift == 0 ? 0 : mantissa >> (64 - shift);
    const unsigned long long parts[3] = {low & 0xffffffffu, low >> 32, high};
    for (int k = 0; k < 3; ++k)
        if (parts[k] != 0) atomicAdd(digits + digit + k, negative ? 0 - parts[k] : parts[k]);
}
__device__ inline void add_to(unsigned long long* digits, long long value, int exponent) {
    const bool negative = value < 0;
    if (value != 0)
        add_to(digits,
               negative ? 0 - static_cast<unsigned long long>(value) : static_cast<unsigned long long>(value),
               exponent, negative);
}

/// Adds one term of any kind.
__device__ inline void add_term(device_total& total, double term) {
    const auto bits = static_cast<unsigned long long>(__double_as_longlong(term));
    const bool negative = bits >> 63 != 0;
    const int biased = static_cast<int>(bits >> 52 & 0x7ff);
    const unsigned long long fraction = bits & 0x000fffffffffffffu;
    if (biased == 0x7ff)
        atomicOr(&total.special, fraction != 0 ? 1u : negative ? 4u : 2u);
    else if (biased == 0)
        add_to(total.digits, fraction, -1074, negative);
    else
        add_to(total.digits, fraction | 0x0010000000000000u, biased - 1075, negative);
}

/// What one thread has summed in units of 2^(scale - 40) and 2^(scale - 83): terms below 2^scale, cut in two.
struct thread_sum {
    long long high = 0, low = 0;
    int scale = lowest_scale - 1; ///< which no term has
    int n_groups = 0;

    __device__ void flush(device_total& total) {
        add_to(total.digits, high, scale - 40);
        add_to(total.digits, low, scale - 83);
        high = low = 0;
        n_groups = 0;
    }
};

/// Adds what the threads of a warp have summed, together if it has one scale.
__device__ inline void flush_warp(thread_sum& sum, device_total& total) {
    constexpr unsigned int all = 0xffffffffu;
    const bool one_scale = __all_sync(all, sum.scale == __shfl_sync(all, sum.scale, 0)) != 0;
    if (!one_scale) return sum.flush(total);
    for (int distance = 16; distance > 0; distance /= 2) { // 2^60 at most: 512 groups of 16 terms, 32 threads
        sum.high += __shfl_down_sync(all, sum.high, distance);
        sum.low += __shfl_down_sync(all, sum.low, distance);
    }
    if (threadIdx.x % 32 == 0) sum.flush(total);
}

/// 2^exponent, for exponents of normal doubles.
__device__ inline double power_of_two(int exponent) {
    return __longlong_as_double(static_cast<long long>(exponent + 1023) << 52);
}

/// Adds a group of terms; those that do not fit one scale go to the total one by one.
__device__ inline void add_group(thread_sum& sum, device_total& total,
                                 const double (&terms)[terms_at_a_time]) {
    // Upper halves of absolute values compare as the values do; zeros are kept out of the least.
    unsigned int largest = 0, least = 0x7fffffffu;
#pragma unroll
    for (int k = 0; k < terms_at_a_time; ++k) {
        const unsigned int upper = static_cast<unsigned int>(__double2hiint(terms[k])) & 0x7fffffffu;
        largest = max(largest, upper);
        least = min(least,
                    (upper | static_cast<unsigned int>(__double2loint(terms[k]))) == 0 ? 0x7fffffffu : upper);
    }
    const int biased_largest = static_cast<int>(largest >> 20), biased_least = static_cast<int>(least >> 20);
    int scale = sum.scale;
    if (scale < lowest_scale || biased_largest - 1022 > scale || biased_least - 1023 < scale - 31)
        scale = max(biased_largest - 1022 + 1, lowest_scale);
    const bool fits = biased_largest - 1022 <= scale && scale <= 900 &&
                      (biased_least - 1023 >= scale - 31 || least == 0x7fffffffu);
    if (!fits) {
        for (int k = 0; k < terms_at_a_time; ++k)
            add_term(total, terms[k]);
        return;
    }
    if (scale != sum.scale || sum.n_groups == 512) {
        sum.flush(total);
        sum.scale = scale;
    }
    const double anchor = 6144.0 * power_of_two(scale);
    double high = anchor, low = 0;
#pragma unroll
    for (int k = 0; k < terms_at_a_time; ++k) {
        const double next = __dadd_rn(high, terms[k]);
        low = __dadd_rn(low, __dsub_rn(terms[k], __dsub_rn(next, high)));
        high = next;
    }
    // Both are whole numbers of their units, below 2^53.
    sum.high += __double2ll_rn(__dsub_rn(high, anchor) * power_of_two(40 - scale));
    sum.low += __double2ll_rn(low * power_of_two(83 - scale));
    ++sum.n_groups;
}

template <class T> struct alignas(16) sixteen_bytes {
    T values[16 / sizeof(T)];
};

/// Adds `n` terms to `total`.
template <class T>
__global__ void __launch_bounds__(block_threads)
    add_terms(const T* terms, std::size_t n, device_total* total) {
    __shared__ device_total mine;
    for (int i = static_cast<int>(threadIdx.x); i < n_digits; i += block_threads)
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
                other_than_negative_zero |=
                    __double_as_longlong(group[k]) != static_cast<long long>(0x8000000000000000u);
        any = true;
        add_group(sum, mine, group);
    }
    flush_warp(sum, mine);
    if (any) atomicOr(&mine.special, other_than_negative_zero ? 16u : 8u);
    __syncthreads();

    if (threadIdx.x == 0 && n >> 30 != 0) { // carries; fewer terms overflow no digit
        long long carried = 0;
        for (int i = 0; i + 1 < n_digits; ++i) {
            const long long digit = static_cast<long long>(mine.digits[i]) + carried;
            mine.digits[i] = static_cast<unsigned long long>(digit & 0xffffffff);
            carried = digit >> 32;
        }
        mine.digits[n_digits - 1] += static_cast<unsigned long long>(carried);
    }
    __syncthreads();
    for (int i = static_cast<int>(threadIdx.x); i < n_digits; i += block_threads)
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
    detail::device_total* total = nullptr;
    detail::expect(cudaMallocAsync(&total, sizeof(detail::device_total), stream), "cudaMallocAsync");
    detail::device_total sums{};
    const auto run = [&] {
        detail::expect(cudaMemsetAsync(total, 0, sizeof(detail::device_total), stream), "cudaMemsetAsync");
        const std::size_t tile = static_cast<std::size_t>(detail::block_threads) * detail::terms_at_a_time;
        const std::size_t tiles = (n + tile - 1) / tile, most = static_cast<std::size_t>(n_processors) * 8;
        detail::add_terms<<<static_cast<unsigned>(tiles < most ? tiles : most), detail::block_threads, 0,
                            stream>>>(terms, n, total);
        detail::expect(cudaGetLastError(), "the kernel");
        detail::expect(cudaMemcpyAsync(&sums, total, sizeof(sums), cudaMemcpyDeviceToHost, stream),
                       "cudaMemcpyAsync");
        detail::expect(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    };
    try {
        run();
    } catch (...) {
        static_cast<void>(cudaFreeAsync(total, stream));
        throw;
    }
    detail::expect(cudaFreeAsync(total, stream), "cudaFreeAsync");
    repro::detail::long_sum sum;
    std::array<std::int64_t, static_cast<std::size_t>(detail::n_digits)> digits;
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
