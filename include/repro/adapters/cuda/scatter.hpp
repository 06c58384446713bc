// SPDX-License-Identifier: MIT
#pragma once
// Sums into places of a CUDA device's memory that an index names, with the bits of repro/reduce/scatter.hpp.
// Atomics add whole numbers to digits, so that their order changes nothing.

#if !defined(__CUDACC__)
#error "repro/adapters/cuda/scatter.hpp holds kernels: compile it with nvcc"
#else

#include <repro/adapters/cuda/device_sum.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>

namespace repro::inline v0::cuda {
namespace detail {

inline constexpr unsigned long long no_place = ~0ull;

/// Terms of one launch: so many overflow no digit.
inline constexpr std::size_t terms_of_launch = std::size_t{1} << 30;

/// Memory for the sums of a pass, unless the device has less to spare.
inline constexpr std::size_t bytes_of_pass = std::size_t{1} << 30;

/// Copies of few places, so that threads wait less for each other.
inline constexpr std::size_t most_copies = 64, copied_sums = std::size_t{1} << 16;

/// One of many sums in memory, that many threads add to.
template <class T> struct place_sum {
    static constexpr int low = device_sum<T>::low;
    unsigned long long* digits;
    unsigned int* special;
    std::size_t stride;

    __device__ unsigned long long& digit(int i) const { return digits[static_cast<std::size_t>(i) * stride]; }
    __device__ void put(int i, unsigned long long value) const { atomicAdd(&digit(i), value); }
    __device__ void see(unsigned int what) const {
        if ((*special & what) == 0) atomicOr(special, what);
    }
};

/// Sums in memory: all lowest digits, then all that come next, so that neighbours read neighbours.
template <class T> struct place_sums {
    unsigned long long* digits;
    unsigned int* special;
    std::size_t n;

    __device__ place_sum<T> operator[](std::size_t i) const { return {digits + i, special + i, n}; }
};

/// A sum that one thread has for itself.
template <class T> struct own_sum : device_sum<T> {
    __device__ void put(int i, unsigned long long digit) { this->digits[i] += digit; }
    __device__ void see(unsigned int what) { this->special |= what; }
    __device__ void add(const place_sum<T>& other) {
        for (int i = 0; i < this->n_digits; ++i)
            put(i, other.digit(i));
        see(*other.special);
    }
};

/// Adds one term, and what special_values has to see of it.
template <class Sum> __device__ void add_seen(Sum& sum, double term) {
    sum.see(is_negative_zero(term) ? seen::negative_zero : seen::other);
    add_term(sum, term);
}

/// Adds the terms from `begin` up to `end` to their places, for the places from `first` up to `first +
/// count`. Notes in `bad` the first term whose place is none of `n_places`.
template <class Index, class T>
__global__ void __launch_bounds__(block_threads)
    add_by_place(const Index* places, const T* terms, std::size_t begin, std::size_t end,
                 std::size_t n_places, std::size_t first, std::size_t count, std::size_t n_copies,
                 place_sums<T> sums, unsigned long long* bad) {
    const std::size_t copy = blockIdx.x % n_copies * count;
    const std::size_t step = std::size_t{gridDim.x} * block_threads;
    for (std::size_t i = begin + std::size_t{blockIdx.x} * block_threads + threadIdx.x; i < end; i += step) {
        const auto place = static_cast<unsigned long long>(places[i]); // less than zero is far too large
        if (place >= n_places)
            atomicMin(bad, static_cast<unsigned long long>(i));
        else if (place - first < count) {
            place_sum<T> sum = sums[copy + (place - first)];
            add_seen(sum, static_cast<double>(terms[i]));
        }
    }
}

/// Notes in `bad` the first offset that falls, or is past the end.
template <class Index>
__global__ void check_offsets(const Index* offsets, std::size_t n_offsets, std::size_t n_terms,
                              unsigned long long* bad) {
    const std::size_t step = std::size_t{gridDim.x} * block_threads;
    for (std::size_t i = std::size_t{blockIdx.x} * block_threads + threadIdx.x; i < n_offsets; i += step) {
        const auto here = static_cast<unsigned long long>(offsets[i]);
        const unsigned long long before = i == 0 ? 0 : static_cast<unsigned long long>(offsets[i - 1]);
        if (here > n_terms || here < before) atomicMin(bad, static_cast<unsigned long long>(i));
    }
}

/// The segment that holds term `i`; no_place where none does.
template <class Index>
__device__ unsigned long long segment_of(const Index* offsets, std::size_t n_segments, std::size_t i) {
    std::size_t low = 0, high = n_segments + 1; // the first offset past i lies in [low, high]
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (static_cast<std::size_t>(offsets[middle]) <= i)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 || low > n_segments ? no_place : low - 1;
}

/// Adds the terms from `begin` up to `end` to their segments, for the segments from `first` up to `first +
/// count`. A warp whose terms lie in one segment adds them together.
template <class Index, class T>
__global__ void __launch_bounds__(block_threads)
    add_by_segment(const T* terms, std::size_t begin, std::size_t end, const Index* offsets,
                   std::size_t n_segments, std::size_t first, std::size_t count, place_sums<T> sums) {
    constexpr std::size_t tile = 32 * terms_at_a_time;
    const std::size_t lane = threadIdx.x % 32,
                      warp = (std::size_t{blockIdx.x} * block_threads + threadIdx.x) / 32;
    const std::size_t step = std::size_t{gridDim.x} * block_threads / 32 * tile;
    for (std::size_t i = begin + warp * tile; i < end; i += step) {
        const std::size_t last = min(i + tile, end) - 1;
        const unsigned long long left = segment_of(offsets, n_segments, i);
        if (last == i + tile - 1 && left == segment_of(offsets, n_segments, last)) {
            if (left - first >= count) continue;
            double group[terms_at_a_time];
            bool other = false;
            for (int k = 0; k < terms_at_a_time; ++k) {
                group[k] = static_cast<double>(terms[i + lane + 32 * static_cast<std::size_t>(k)]);
                other |= !is_negative_zero(group[k]);
            }
            place_sum<T> sum = sums[left - first];
            sum.see(other ? seen::other : seen::negative_zero);
            thread_sum part;
            add_group(part, sum, group);
            flush_warp(part, sum);
        } else {
            for (std::size_t k = i + lane; k <= last; k += 32) {
                const unsigned long long place = segment_of(offsets, n_segments, k);
                if (place - first >= count) continue;
                place_sum<T> sum = sums[place - first];
                add_seen(sum, static_cast<double>(terms[k]));
            }
        }
    }
}

template <class T> __global__ void carry_all(place_sums<T> sums) {
    const std::size_t i = std::size_t{blockIdx.x} * block_threads + threadIdx.x;
    if (i >= sums.n) return;
    own_sum<T> sum{};
    sum.add(sums[i]);
    carry<device_sum<T>::n_digits>(sum.digits);
    for (int k = 0; k < device_sum<T>::n_digits; ++k)
        sums[i].digit(k) = sum.digits[k];
}

/// Returns the number that `sum` holds, rounded once. Its digits are used up.
template <class T> __device__ T value_of(own_sum<T>& sum) {
    constexpr int n = device_sum<T>::n_digits;
    constexpr T infinite = repro::detail::infinity_of<T>;
    if ((sum.special & seen::nan) != 0 ||
        (sum.special & (seen::plus | seen::minus)) == (seen::plus | seen::minus))
        return repro::detail::nan_of<T>;
    if ((sum.special & seen::plus) != 0) return infinite;
    if ((sum.special & seen::minus) != 0) return -infinite;
    carry<n>(sum.digits);
    const bool negative = static_cast<long long>(sum.digits[n - 1]) < 0;
    if (negative) {
        for (int i = 0; i < n; ++i)
            sum.digits[i] = 0 - sum.digits[i];
        carry<n>(sum.digits);
    }
    int top = n - 1;
    while (top >= 0 && sum.digits[top] == 0)
        --top;
    if (top < 0) return sum.special == seen::negative_zero ? -T{0} : T{0};
    const auto digit = [&](int i) { return i < 0 ? 0 : sum.digits[i]; };
    // The 96 bits from the highest digit down, of which 64 stay.
    const int zeros = __clz(static_cast<int>(sum.digits[top]));
    const unsigned long long upper = sum.digits[top] << 32 | digit(top - 1), lower = digit(top - 2);
    const unsigned long long leading = zeros == 0 ? upper : upper << zeros | lower >> (32 - zeros);
    bool rest = (lower << zeros & 0xffffffffu) != 0;
    for (int i = top - 3; i >= 0 && !rest; --i)
        rest = sum.digits[i] != 0;
    return repro::detail::nearest<T>(leading, 32 * (top + 1 + device_sum<T>::low) - zeros, rest, negative);
}

/// Sets out[i] to the sum of all copies of place i, of `out[i]` as it was if `add` says so. A place without
/// terms stays as it is then, and is 0 otherwise.
template <class T> __global__ void round_places(place_sums<T> sums, std::size_t count, bool add, T* out) {
    const std::size_t i = std::size_t{blockIdx.x} * block_threads + threadIdx.x;
    if (i >= count) return;
    own_sum<T> sum{};
    for (std::size_t copy = i; copy < sums.n; copy += count)
        sum.add(sums[copy]);
    if (sum.special == 0) {
        if (!add) out[i] = T{0};
        return;
    }
    carry<device_sum<T>::n_digits>(sum.digits);
    if (add) add_seen(sum, static_cast<double>(out[i]));
    out[i] = value_of(sum);
}

[[nodiscard]] inline unsigned blocks_for(std::size_t n, std::size_t most) {
    return static_cast<unsigned>(std::min((n + block_threads - 1) / block_threads, most));
}

/// Fills `out` from sums of so many places at a time as memory holds. `add(first, count, done, n, sums)`
/// starts the kernel that adds the `n` terms from `done` on to the places from `first` on; `check()` throws
/// before anything is written, if something is wrong with them.
template <class T, class Add, class Check>
void sum_places(T* out, std::size_t n_places, std::size_t n_copies, std::size_t n_terms, bool keep,
                cudaStream_t stream, Add add, Check check) {
    std::size_t unused = 0, total = 0;
    expect(cudaMemGetInfo(&unused, &total), "cudaMemGetInfo");
    const std::size_t room = std::max(std::min(bytes_of_pass, unused / 4) / sizeof(device_sum<T>), n_copies);
    const std::size_t most = std::min(n_places, room / n_copies);
    const device_memory<unsigned long long> digits(device_sum<T>::n_digits * most * n_copies, stream);
    const device_memory<unsigned int> special(most * n_copies, stream);
    for (std::size_t first = 0; first < n_places; first += most) {
        const std::size_t count = std::min(most, n_places - first);
        const place_sums<T> sums{digits.get(), special.get(), count * n_copies};
        expect(
            cudaMemsetAsync(sums.digits, 0, device_sum<T>::n_digits * sums.n * sizeof(*sums.digits), stream),
            "cudaMemsetAsync");
        expect(cudaMemsetAsync(sums.special, 0, sums.n * sizeof(*sums.special), stream), "cudaMemsetAsync");
        for (std::size_t done = 0; done < n_terms; done += terms_of_launch) {
            if (done != 0) carry_all<<<blocks_for(sums.n, sums.n), block_threads, 0, stream>>>(sums);
            add(first, count, done, std::min(terms_of_launch, n_terms - done), sums);
            expect(cudaGetLastError(), "the kernel");
        }
        if (first == 0) check();
        round_places<<<blocks_for(count, count), block_threads, 0, stream>>>(sums, count, keep, out + first);
        expect(cudaGetLastError(), "the kernel");
    }
    expect(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
}

/// Throws if the kernels before noted something in `bad`. `words` makes what is thrown.
template <class Words>
void expect_none(const device_memory<unsigned long long>& bad, cudaStream_t stream, Words words) {
    unsigned long long first = 0;
    expect(cudaMemcpyAsync(&first, bad.get(), sizeof(first), cudaMemcpyDeviceToHost, stream),
           "cudaMemcpyAsync");
    expect(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    if (first != no_place) throw words(first);
}

template <class Index> [[nodiscard]] std::string number_at(const Index* there, std::size_t i) {
    Index number{};
    expect(cudaMemcpy(&number, there + i, sizeof(number), cudaMemcpyDeviceToHost), "cudaMemcpy");
    return std::to_string(number);
}

template <std::integral Index, class T>
void sum_by_place(const Index* places, const T* terms, std::size_t n, T* out, std::size_t n_places, bool keep,
                  cudaStream_t stream) {
    if (n_places == 0 && n == 0) return;
    const device_memory<unsigned long long> bad(1, stream);
    expect(cudaMemsetAsync(bad.get(), 0xff, sizeof(no_place), stream), "cudaMemsetAsync");
    const std::size_t n_copies =
        std::clamp<std::size_t>(copied_sums / std::max<std::size_t>(n_places, 1), 1, most_copies);
    sum_places(
        out, std::max<std::size_t>(n_places, 1), n_copies, n, keep, stream,
        [&](std::size_t first, std::size_t count, std::size_t done, std::size_t some,
            const place_sums<T>& sums) {
            add_by_place<<<blocks_for(some, 1u << 16), block_threads, 0, stream>>>(
                places, terms, done, done + some, n_places, first, count, n_copies, sums, bad.get());
        },
        [&] {
            expect_none(bad, stream, [&](std::size_t i) {
                return error(
                    errc::argument_invalid, "place " + number_at(places, i) + " of term " + std::to_string(i),
                    "is none of the " + std::to_string(n_places) + " that there are", "use places from 0 on");
            });
        });
}

} // namespace detail

/// Adds terms[i] to out[places[i]], for all i below `n`, in the current device's memory: the bits of
/// repro::scatter_add on the host. It waits for what `stream` was given before, and is done when it returns.
///
/// `n_places` sums of 116 bytes (548 for doubles) are kept at a time, up to a GiB or a quarter of the memory
/// that is free; more places take more passes over the terms.
///
/// Errors:    errc::argument_invalid for a place outside `out`; nothing is changed then.
/// errc::library_failed. Stability: contract 1. The same bits for any order of the terms, on any device and
/// on the host. Threads:   safe to call from many, for other `out`.
template <std::integral Index, class T>
    requires std::same_as<T, double> || std::same_as<T, float>
void scatter_add(const Index* places, const T* terms, std::size_t n, T* out, std::size_t n_places,
                 cudaStream_t stream = nullptr) {
    detail::sum_by_place(places, terms, n, out, n_places, true, stream);
}

/// Sets each of the `n_places` elements of `out` to the sum of the weights of the elements that name it, 0
/// where none does, with the bits of repro::weighted_bincount.
///
/// Errors, stability, threads: as scatter_add.
template <std::integral Index, class T>
    requires std::same_as<T, double> || std::same_as<T, float>
void weighted_bincount(const Index* places, const T* weights, std::size_t n, T* out, std::size_t n_places,
                       cudaStream_t stream = nullptr) {
    detail::sum_by_place(places, weights, n, out, n_places, false, stream);
}

/// Sets out[i] to the sum of the terms from offsets[i] up to offsets[i + 1], for all i below `n_segments`,
/// with the bits of repro::segment_sum.
///
/// Errors:    errc::argument_invalid where offsets fall or pass the end; nothing is changed then.
/// errc::library_failed. Stability, threads: as scatter_add.
template <std::integral Index, class T>
    requires std::same_as<T, double> || std::same_as<T, float>
void segment_sum(const T* terms, std::size_t n, const Index* offsets, std::size_t n_segments, T* out,
                 cudaStream_t stream = nullptr) {
    const detail::device_memory<unsigned long long> bad(1, stream);
    detail::expect(cudaMemsetAsync(bad.get(), 0xff, sizeof(detail::no_place), stream), "cudaMemsetAsync");
    detail::check_offsets<<<detail::blocks_for(n_segments + 1, 1u << 16), detail::block_threads, 0, stream>>>(
        offsets, n_segments + 1, n, bad.get());
    detail::expect(cudaGetLastError(), "the kernel");
    detail::expect_none(bad, stream, [&](std::size_t i) {
        return error(errc::argument_invalid,
                     "offset " + detail::number_at(offsets, i) + " of segment " + std::to_string(i),
                     "falls, or is past the " + std::to_string(n) + " terms",
                     "give offsets that rise from 0 up to the number of terms");
    });
    if (n_segments == 0) return;
    detail::sum_places(
        out, n_segments, 1, n, false, stream,
        [&](std::size_t first, std::size_t count, std::size_t done, std::size_t some,
            const detail::place_sums<T>& sums) {
            detail::add_by_segment<<<detail::blocks_for(some / detail::terms_at_a_time + 1, 1u << 16),
                                     detail::block_threads, 0, stream>>>(terms, done, done + some, offsets,
                                                                         n_segments, first, count, sums);
        },
        [] {});
}

} // namespace repro::inline v0::cuda
#endif
