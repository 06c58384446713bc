// SPDX-License-Identifier: MIT
#pragma once
// Sums in a CUDA device's memory that threads add to without rounding, in any order.

#if !defined(__CUDACC__)
#error "repro/adapters/cuda/device_sum.hpp holds kernels: compile it with nvcc"
#else

#include <repro/core/error.hpp>
#include <repro/reduce/long_number.hpp>
#include <repro/reduce/special_values.hpp>

#include <cstddef>
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

/// Memory of the device, given back at the end.
template <class T> class device_memory {
public:
    device_memory(std::size_t n, cudaStream_t stream) : stream_(stream) {
        expect(cudaMallocAsync(&data_, n * sizeof(T), stream), "cudaMallocAsync");
    }
    ~device_memory() { static_cast<void>(cudaFreeAsync(data_, stream_)); }
    device_memory(const device_memory&) = delete;
    device_memory& operator=(const device_memory&) = delete;
    [[nodiscard]] T* get() const noexcept { return data_; }

private:
    T* data_ = nullptr;
    cudaStream_t stream_;
};

inline constexpr int block_threads = 256, terms_at_a_time = 16;
inline constexpr int lowest_scale = -900; ///< of which all parts are normal numbers

using seen = repro::detail::special_values; ///< whose bits say what a sum saw

[[nodiscard]] __device__ inline bool is_negative_zero(double value) {
    return __double_as_longlong(value) == static_cast<long long>(0x8000000000000000u);
}

/// A sum that many threads add to: digits as in long_number from 2^(32 * low) on, and what it saw.
template <class T> struct device_sum {
    static constexpr int low = sizeof(T) == 8 ? repro::detail::long_sum::low : -8;
    static constexpr int n_digits = sizeof(T) == 8 ? static_cast<int>(repro::detail::long_sum::n_digits) : 14;
    unsigned long long digits[n_digits];
    unsigned int special;

    __device__ void put(int i, unsigned long long digit) { atomicAdd(digits + i, digit); }
    __device__ void see(unsigned int what) {
        if ((special & what) == 0) atomicOr(&special, what);
    }
};

/// Moves the carries of `digits`; afterwards each but the last is below 2^32.
template <int N> __device__ void carry(unsigned long long* digits) {
    long long carried = 0;
    for (int i = 0; i + 1 < N; ++i) {
        const long long digit = static_cast<long long>(digits[i]) + carried;
        digits[i] = static_cast<unsigned long long>(digit & 0xffffffff);
        carried = digit >> 32;
    }
    digits[N - 1] += static_cast<unsigned long long>(carried);
}

/// Adds mantissa * 2^exponent, carries put off.
template <class Sum>
__device__ void add_to(Sum& sum, unsigned long long mantissa, int exponent, bool negative) {
    const int place = exponent - 32 * Sum::low;
    const int digit = place >> 5, shift = place & 31;
    const unsigned long long low = mantissa << shift;
    const unsigned long long high = shift == 0 ? 0 : mantissa >> (64 - shift);
    const unsigned long long parts[3] = {low & 0xffffffffu, low >> 32, high};
    for (int k = 0; k < 3; ++k)
        if (parts[k] != 0) sum.put(digit + k, negative ? 0 - parts[k] : parts[k]);
}
template <class Sum> __device__ void add_to(Sum& sum, long long value, int exponent) {
    const bool negative = value < 0;
    if (value != 0)
        add_to(sum,
               negative ? 0 - static_cast<unsigned long long>(value) : static_cast<unsigned long long>(value),
               exponent, negative);
}

/// Adds one term of any kind.
template <class Sum> __device__ void add_term(Sum& total, double term) {
    const auto bits = static_cast<unsigned long long>(__double_as_longlong(term));
    const bool negative = bits >> 63 != 0;
    const int biased = static_cast<int>(bits >> 52 & 0x7ff);
    const unsigned long long fraction = bits & 0x000fffffffffffffu;
    if (biased == 0x7ff)
        total.see(fraction != 0 ? seen::nan : negative ? seen::minus : seen::plus);
    else if (biased == 0)
        add_to(total, fraction, -1074, negative);
    else
        add_to(total, fraction | 0x0010000000000000u, biased - 1075, negative);
}

/// What one thread has summed in units of 2^(scale - 40) and 2^(scale - 83): terms below 2^scale, cut in two.
struct thread_sum {
    long long high = 0, low = 0;
    int scale = lowest_scale - 1; ///< which no term has
    int n_groups = 0;

    template <class Sum> __device__ void flush(Sum& total) {
        add_to(total, high, scale - 40);
        add_to(total, low, scale - 83);
        high = low = 0;
        n_groups = 0;
    }
};

/// Adds what the threads of a warp have summed, together if it has one scale.
template <class Sum> __device__ void flush_warp(thread_sum& sum, Sum& total) {
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
template <class Sum>
__device__ void add_group(thread_sum& sum, Sum& total, const double (&terms)[terms_at_a_time]) {
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

} // namespace detail
} // namespace repro::inline v0::cuda
#endif
