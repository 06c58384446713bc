// SPDX-License-Identifier: MIT
// Sums on a GPU: first that the bits are those of the host, then times beside a plain read, cub's sum,
// partial sums added by atomics, and places that atomics add floats to.
// Usage: gpu_sums [N]. Without CMake:
//     nvcc -std=c++20 -O3 -arch=native -Iinclude bench/gpu_sums.cu bench/gpu_sums_host.cpp -o gpu_sums
#include <repro/adapters/cuda/scatter.hpp>
#include <repro/adapters/cuda/sum.hpp>

#include "../tests/support/sum_terms.hpp"
#include "gpu_sums_host.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cub/device/device_reduce.cuh>
#include <limits>
#include <span>
#include <vector>

namespace {

using support::long_terms;

void expect(cudaError_t status) {
    if (status == cudaSuccess) return;
    std::fprintf(stderr, "%s\n", cudaGetErrorString(status));
    std::exit(1);
}

template <class T> struct on_device {
    explicit on_device(const std::vector<T>& host) {
        expect(cudaMalloc(&data, host.size() * sizeof(T)));
        expect(cudaMemcpy(data, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    }
    ~on_device() { cudaFree(data); }
    T* data = nullptr;
};

/// Bits of the host's and the device's sum of the first n terms.
template <class T> void check(const std::vector<T>& terms, const char* what) {
    const on_device<T> there(terms);
    for (const std::size_t n :
         {terms.size(), terms.size() - 1, terms.size() / 3, std::size_t{4096}, std::size_t{1}}) {
        if (n > terms.size()) continue;
        const repro::sum_state here = sum_on_host(terms.data(), n);
        const repro::sum_state far = repro::cuda::exact_sum(there.data, n);
        const T a = here.value<T>(), b = far.value<T>();
        const bool same_state = here == far;
        if (std::memcmp(&a, &b, sizeof(T)) != 0 && !(a != a && b != b)) {
            std::fprintf(stderr, "%s, %zu terms: %.17g on the host, %.17g on the device\n", what, n,
                         double(a), double(b));
            std::exit(1);
        }
        if (!same_state && a == a && a - a == 0) {
            std::fprintf(stderr, "%s, %zu terms: states differ\n", what, n);
            std::exit(1);
        }
    }
    std::printf("same bits: %s\n", what);
}

template <class T> void check_all(const char* name) {
    char what[80];
    for (const int spread : {1, 20, 40, 100, sizeof(T) == 8 ? 1000 : 120}) {
        std::snprintf(what, sizeof(what), "%s over %d binades", name, spread);
        check(long_terms<T>(1000003, spread), what);
    }
    check(std::vector<T>(5000, -T{0}), "negative zeros");
    std::vector<T> zeros(5000, -T{0});
    zeros[4321] = T{0};
    check(zeros, "zeros");
    check(std::vector<T>(300000, std::numeric_limits<T>::denorm_min()), "denormals");
    auto terms = long_terms<T>(100000, 10);
    terms[77777] = std::numeric_limits<T>::infinity();
    check(terms, "an infinity");
    terms[7] = -std::numeric_limits<T>::infinity();
    check(terms, "two infinities");
    terms = long_terms<T>(100000, 10);
    terms[99999] = std::numeric_limits<T>::quiet_NaN();
    check(terms, "a NaN");
    std::vector<T> huge(100000, std::numeric_limits<T>::max());
    for (std::size_t i = 1; i < huge.size(); i += 2)
        huge[i] = -huge[i];
    huge[0] = 3;
    check(huge, "the largest, cancelling");
}

std::vector<int> some_places(std::size_t n, int n_places) {
    std::vector<int> places(n);
    for (std::size_t i = 0; i < n; ++i)
        places[i] = static_cast<int>(support::splitmix64_of(i ^ 0x5555) % static_cast<unsigned>(n_places));
    return places;
}

template <class T> std::vector<T> on_host(const T* data, std::size_t n) {
    std::vector<T> host(n);
    expect(cudaMemcpy(host.data(), data, n * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
}

template <class T>
void expect_same(const std::vector<T>& here, const std::vector<T>& there, const char* what) {
    for (std::size_t i = 0; i < here.size(); ++i)
        if (std::memcmp(&here[i], &there[i], sizeof(T)) != 0 &&
            !(here[i] != here[i] && there[i] != there[i])) {
            std::fprintf(stderr, "%s, place %zu: %.17g on the host, %.17g on the device\n", what, i,
                         double(here[i]), double(there[i]));
            std::exit(1);
        }
}

/// Bits of the host's and the device's sums by place, with what is already there, and of segments.
template <class T> void check_places(const std::vector<T>& terms, int n_places, const char* what) {
    const auto places = some_places(terms.size(), n_places);
    std::vector<T> out = long_terms<T>(static_cast<std::size_t>(n_places) + 1, 30); // the last has no terms
    out.back() = -T{0};
    const on_device<T> far_terms(terms), far_out(out);
    const on_device<int> far_places(places);
    repro::cuda::scatter_add(far_places.data, far_terms.data, terms.size(), far_out.data, out.size());
    scatter_on_host(places, terms, out);
    expect_same(out, on_host(far_out.data, out.size()), what);

    repro::cuda::weighted_bincount(far_places.data, far_terms.data, terms.size(), far_out.data, out.size());
    expect_same(bins_on_host(places, terms, out.size()), on_host(far_out.data, out.size()), what);

    std::vector<int> offsets =
        some_places(static_cast<std::size_t>(n_places) + 2, static_cast<int>(terms.size()));
    std::sort(offsets.begin(), offsets.end());
    const on_device<int> far_offsets(offsets);
    repro::cuda::segment_sum(far_terms.data, terms.size(), far_offsets.data, out.size(), far_out.data);
    expect_same(segments_on_host(terms, offsets), on_host(far_out.data, out.size()), what);
    std::printf("same bits: %s in %d places and segments\n", what, n_places);
}

/// What names no place, and offsets that fall, are refused, and change nothing.
void check_refusals() {
    const on_device<float> terms({1, 2, 3}), out({5, 6});
    const auto refused = [](auto call) {
        try {
            call();
        } catch (const repro::error& problem) {
            if (problem.code() == repro::errc::argument_invalid) return;
        }
        std::fprintf(stderr, "what should be refused was not\n");
        std::exit(1);
    };
    for (const std::vector<int>& places : {std::vector{0, 2, 1}, std::vector{0, -1, 1}}) {
        const on_device<int> far(places);
        refused([&] { repro::cuda::scatter_add(far.data, terms.data, 3, out.data, 2); });
        refused([&] { repro::cuda::weighted_bincount(far.data, terms.data, 3, out.data, 2); });
    }
    for (const std::vector<int>& offsets :
         {std::vector{0, 2, 1}, std::vector{-1, 2, 3}, std::vector{0, 2, 4}}) {
        const on_device<int> far(offsets);
        refused([&] { repro::cuda::segment_sum(terms.data, 3, far.data, 2, out.data); });
    }
    expect_same<float>({5, 6}, on_host(out.data, 2), "a refusal");
    std::printf("refused: places and offsets outside\n");
}

template <class T> void check_all_places(const char* name) {
    char what[80];
    for (const int spread : {1, 40, sizeof(T) == 8 ? 1000 : 120}) {
        std::snprintf(what, sizeof(what), "%s over %d binades", name, spread);
        for (const int n_places : {1, 7, 1000, 200000})
            check_places(long_terms<T>(1000003, spread), n_places, what);
    }
    auto terms = long_terms<T>(100000, 10);
    terms[77777] = std::numeric_limits<T>::infinity();
    terms[7] = -std::numeric_limits<T>::infinity();
    terms[8] = std::numeric_limits<T>::quiet_NaN();
    terms[9] = std::numeric_limits<T>::denorm_min();
    check_places(terms, 50000, "infinities and a NaN");
    check_places(terms, 3, "infinities and a NaN");
    check_places(std::vector<T>(100000, -T{0}), 1000, "negative zeros");
    check_places(std::vector<T>(100000, std::numeric_limits<T>::denorm_min()), 1000, "denormals");
    check_places(std::vector<T>(100000, std::numeric_limits<T>::max()), 90000, "the largest");
}

template <class T> __global__ void plain_read(const T* from, std::size_t n, T* out) {
    constexpr int per_load = 16 / sizeof(T);
    const auto* const wide = reinterpret_cast<const repro::cuda::detail::sixteen_bytes<T>*>(from);
    T sum = 0;
    const std::size_t step = std::size_t{gridDim.x} * blockDim.x;
    std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x;
    for (; i + 7 * step < n / per_load; i += 8 * step) {
        repro::cuda::detail::sixteen_bytes<T> loaded[8];
#pragma unroll
        for (int k = 0; k < 8; ++k)
            loaded[k] = wide[i + k * step];
#pragma unroll
        for (int k = 0; k < 8; ++k)
#pragma unroll
            for (int j = 0; j < per_load; ++j)
                sum += loaded[k].values[j];
    }
    for (; i < n / per_load; i += step)
        for (int j = 0; j < per_load; ++j)
            sum += wide[i].values[j];
    if (sum == T{12345}) *out = sum;
}
template <class T> __global__ void atomic_sum(const T* from, std::size_t n, T* out) {
    T sum = 0;
    for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < n;
         i += std::size_t{gridDim.x} * blockDim.x)
        sum += from[i];
    atomicAdd(out, sum);
}

template <class F> void time(const char* name, double bytes, F f) {
    cudaEvent_t begin, end;
    cudaEventCreate(&begin);
    cudaEventCreate(&end);
    f();
    std::vector<float> times;
    for (int i = 0; i < 21; ++i) {
        cudaEventRecord(begin);
        f();
        cudaEventRecord(end);
        cudaEventSynchronize(end);
        float ms = 0;
        cudaEventElapsedTime(&ms, begin, end);
        times.push_back(ms);
    }
    std::sort(times.begin(), times.end());
    std::printf("| %-40s | %8.1f | %8.1f | %8.1f | %7.0f |\n", name, times.front() * 1e3, times[10] * 1e3,
                times.back() * 1e3, bytes / (times[10] * 1e-3) / 1e9);
}

template <class T> void bench(std::size_t n, const char* type) {
    const auto host = long_terms<T>(n, 1);
    const on_device<T> terms(host);
    T* out = nullptr;
    expect(cudaMalloc(&out, 64));
    void* scratch = nullptr;
    std::size_t scratch_size = 0;
    cub::DeviceReduce::Sum(scratch, scratch_size, terms.data, out, n);
    expect(cudaMalloc(&scratch, scratch_size));
    const double bytes = static_cast<double>(n * sizeof(T));
    std::printf("\n%zu %ss\n| sum | least us | median us | most us | GB/s |\n|---|---|---|---|---|\n", n,
                type);
    int processors = 0;
    cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0);
    time("plain read", bytes, [&] { plain_read<<<processors * 8, 256>>>(terms.data, n, out); });
    time("cub::DeviceReduce::Sum", bytes,
         [&] { cub::DeviceReduce::Sum(scratch, scratch_size, terms.data, out, n); });
    time("partial sums and atomicAdd", bytes,
         [&] { atomic_sum<<<processors * 8, 256>>>(terms.data, n, out); });
    repro::cuda::detail::device_sum<double>* total = nullptr;
    expect(cudaMalloc(&total, sizeof(*total)));
    cudaMemset(total, 0, sizeof(*total));
    time("repro, the kernel", bytes,
         [&] { repro::cuda::detail::add_terms<<<processors * 8, 256>>>(terms.data, n, total); });
    time("repro::cuda::sum, with all copies", bytes, [&] { (void)repro::cuda::sum(terms.data, n); });
}

template <class T> __global__ void add_floats(const int* places, const T* terms, std::size_t n, T* out) {
    for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < n;
         i += std::size_t{gridDim.x} * blockDim.x)
        atomicAdd(out + places[i], terms[i]);
}

template <class T> void bench_places(std::size_t n, const char* type) {
    const on_device<T> terms(long_terms<T>(n, 1));
    for (const int n_places : {10, 1000, 1000000}) {
        const on_device<int> places(some_places(n, n_places));
        const on_device<T> out(std::vector<T>(static_cast<std::size_t>(n_places), T{0}));
        const double bytes = static_cast<double>(n * (sizeof(T) + sizeof(int)));
        std::printf("\n%zu %ss into %d places\n| sums | least us | median us | most us | GB/s "
                    "|\n|---|---|---|---|---|\n",
                    n, type, n_places);
        time("atomicAdd of floats, whose bits change", bytes,
             [&] { add_floats<<<132 * 8, 256>>>(places.data, terms.data, n, out.data); });
        time("repro::cuda::scatter_add", bytes, [&] {
            repro::cuda::scatter_add(places.data, terms.data, n, out.data,
                                     static_cast<std::size_t>(n_places));
        });
        if (n_places == 10) continue;
        std::vector<int> offsets(static_cast<std::size_t>(n_places) + 1);
        for (std::size_t i = 0; i < offsets.size(); ++i)
            offsets[i] = static_cast<int>(n / static_cast<std::size_t>(n_places) * i);
        const on_device<int> far(offsets);
        time("repro::cuda::segment_sum, equal lengths", static_cast<double>(n * sizeof(T)), [&] {
            repro::cuda::segment_sum(terms.data, n, far.data, static_cast<std::size_t>(n_places), out.data);
        });
    }
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000'000;
    cudaDeviceProp properties;
    expect(cudaGetDeviceProperties(&properties, 0));
    std::printf("%s\n", properties.name);
    check_all<double>("double");
    check_all<float>("float");
    check_all_places<double>("double");
    check_all_places<float>("float");
    check_refusals();
    for (const std::size_t size : {std::size_t{1'000'000}, n}) {
        bench<double>(size, "double");
        bench<float>(size, "float");
    }
    bench_places<double>(10'000'000, "double");
    bench_places<float>(10'000'000, "float");
    return 0;
}
