// SPDX-License-Identifier: MIT
// Sums on a GPU: first that the bits are those of the host, then times beside a plain read, cub's sum
// and partial sums added by atomics.
// Usage: gpu_sums [N]. Without CMake:
//     nvcc -std=c++20 -O3 -arch=native -Iinclude bench/gpu_sums.cu bench/gpu_sums_host.cpp -o gpu_sums
#include <repro/adapters/cuda/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cub/device/device_reduce.cuh>
#include <limits>
#include <vector>

repro::sum_state sum_on_host(const double* terms, std::size_t n); // in gpu_sums_host.cpp
repro::sum_state sum_on_host(const float* terms, std::size_t n);

namespace {

void expect(cudaError_t status) {
    if (status == cudaSuccess) return;
    std::fprintf(stderr, "%s\n", cudaGetErrorString(status));
    std::exit(1);
}

std::uint64_t splitmix64(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

template <class T> std::vector<T> some_terms(std::size_t n, int spread) {
    std::vector<T> terms(n);
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t draw = splitmix64(i);
        const double mantissa = static_cast<double>(draw >> 11) * 0x1p-53 - 0.5;
        terms[i] = static_cast<T>(
            std::ldexp(mantissa, -static_cast<int>(splitmix64(draw) % static_cast<unsigned>(spread))));
    }
    return terms;
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
        check(some_terms<T>(1000003, spread), what);
    }
    check(std::vector<T>(5000, -T{0}), "negative zeros");
    std::vector<T> zeros(5000, -T{0});
    zeros[4321] = T{0};
    check(zeros, "zeros");
    check(std::vector<T>(300000, std::numeric_limits<T>::denorm_min()), "denormals");
    auto terms = some_terms<T>(100000, 10);
    terms[77777] = std::numeric_limits<T>::infinity();
    check(terms, "an infinity");
    terms[7] = -std::numeric_limits<T>::infinity();
    check(terms, "two infinities");
    terms = some_terms<T>(100000, 10);
    terms[99999] = std::numeric_limits<T>::quiet_NaN();
    check(terms, "a NaN");
    std::vector<T> huge(100000, std::numeric_limits<T>::max());
    for (std::size_t i = 1; i < huge.size(); i += 2)
        huge[i] = -huge[i];
    huge[0] = 3;
    check(huge, "the largest, cancelling");
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
    const auto host = some_terms<T>(n, 1);
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
    repro::cuda::detail::device_total* total = nullptr;
    expect(cudaMalloc(&total, sizeof(*total)));
    cudaMemset(total, 0, sizeof(*total));
    time("repro, the kernel", bytes,
         [&] { repro::cuda::detail::add_terms<<<processors * 8, 256>>>(terms.data, n, total); });
    time("repro::cuda::sum, with all copies", bytes, [&] { (void)repro::cuda::sum(terms.data, n); });
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000'000;
    cudaDeviceProp properties;
    expect(cudaGetDeviceProperties(&properties, 0));
    std::printf("%s\n", properties.name);
    check_all<double>("double");
    check_all<float>("float");
    for (const std::size_t size : {std::size_t{1'000'000}, n}) {
        bench<double>(size, "double");
        bench<float>(size, "float");
    }
    return 0;
}
