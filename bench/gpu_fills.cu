// SPDX-License-Identifier: MIT
// The GPU's side of gpu_fills.py: our fills on the device and on the host, cuRAND's and a memset, behind C
// names.

#include <repro/rng/keyed_device.hpp>

#include <curand.h>
#include <span>

namespace {

using repro::detail::keyed::fill;
using repro::detail::keyed::normal_law;
using repro::detail::keyed::uniform_law;

template <class Real, class Law, int Unroll, int Resident>
int shaped(unsigned grid, Real* out, std::size_t n, std::uint64_t key, cudaStream_t stream) {
    const std::size_t most = n / (repro::keyed_values<Real>::size * 256) + 1;
    fill<Real, Law, Unroll, Resident>
        <<<static_cast<unsigned>(grid < most ? grid : most), 256, 0, stream>>>({key, 0}, Law{}, out, n, 0);
    return cudaGetLastError();
}

template <class Real, class Law>
int shaped(int unroll, int resident, unsigned grid, Real* out, std::size_t n, std::uint64_t key,
           cudaStream_t stream) {
    switch (10 * unroll + resident) {
    case 11:
        return shaped<Real, Law, 1, 1>(grid, out, n, key, stream);
    case 15:
        return shaped<Real, Law, 1, 5>(grid, out, n, key, stream);
    case 16:
        return shaped<Real, Law, 1, 6>(grid, out, n, key, stream);
    case 21:
        return shaped<Real, Law, 2, 1>(grid, out, n, key, stream);
    case 25:
        return shaped<Real, Law, 2, 5>(grid, out, n, key, stream);
    default:
        return shaped<Real, Law, 2, 6>(grid, out, n, key, stream);
    }
}

/// Counts the floats in [2^-25, 2^5] whose square root differs from the correctly rounded one.
__global__ void wrong_roots(unsigned long long* wrong) {
    constexpr std::uint32_t first = 0x33000000, last = 0x42000000;
    unsigned long long mine = 0;
    for (std::uint32_t bits = first + blockIdx.x * blockDim.x + threadIdx.x; bits <= last;
         bits += gridDim.x * blockDim.x) {
        const float x = __uint_as_float(bits);
        mine += repro::detail::host_device::square_root(x) != __fsqrt_rn(x);
    }
    if (mine > 0) atomicAdd(wrong, mine);
}

} // namespace

extern "C" {

int device_uniform_f32(float* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                       std::uint64_t first, void* on) {
    return repro::device_fill_uniform({key, stream}, out, n, first, static_cast<cudaStream_t>(on));
}
int device_normal_f32(float* out, std::size_t n, std::uint64_t key, std::uint64_t stream, std::uint64_t first,
                      void* on) {
    return repro::device_fill_normal({key, stream}, out, n, first, static_cast<cudaStream_t>(on));
}
int device_uniform_f64(double* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                       std::uint64_t first, void* on) {
    return repro::device_fill_uniform({key, stream}, out, n, first, static_cast<cudaStream_t>(on));
}
int device_normal_f64(double* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                      std::uint64_t first, void* on) {
    return repro::device_fill_normal({key, stream}, out, n, first, static_cast<cudaStream_t>(on));
}

void host_uniform_f32(float* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                      std::uint64_t first) {
    repro::fill_uniform({key, stream}, std::span(out, n), first);
}
void host_normal_f32(float* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                     std::uint64_t first) {
    repro::fill_normal({key, stream}, std::span(out, n), first);
}
void host_uniform_f64(double* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                      std::uint64_t first) {
    repro::fill_uniform({key, stream}, std::span(out, n), first);
}
void host_normal_f64(double* out, std::size_t n, std::uint64_t key, std::uint64_t stream,
                     std::uint64_t first) {
    repro::fill_normal({key, stream}, std::span(out, n), first);
}

/// One fill with a grid and an unrolling of its own; `law` is uniform_f32, normal_f32, uniform_f64 or
/// normal_f64.
int device_shaped(int law, int unroll, int resident, unsigned grid, void* out, std::size_t n,
                  std::uint64_t key, void* on) {
    const auto stream = static_cast<cudaStream_t>(on);
    auto* const floats = static_cast<float*>(out);
    auto* const doubles = static_cast<double*>(out);
    switch (law) {
    case 0:
        return shaped<float, uniform_law<float>>(unroll, resident, grid, floats, n, key, stream);
    case 1:
        return shaped<float, normal_law<float>>(unroll, resident, grid, floats, n, key, stream);
    case 2:
        return shaped<double, uniform_law<double>>(unroll, resident, grid, doubles, n, key, stream);
    default:
        return shaped<double, normal_law<double>>(unroll, resident, grid, doubles, n, key, stream);
    }
}

long long count_wrong_roots() {
    unsigned long long* wrong = nullptr;
    unsigned long long count = 0;
    if (cudaMalloc(&wrong, sizeof count) != cudaSuccess) return -1;
    cudaMemset(wrong, 0, sizeof count);
    wrong_roots<<<1024, 256>>>(wrong);
    const cudaError_t status = cudaMemcpy(&count, wrong, sizeof count, cudaMemcpyDeviceToHost);
    cudaFree(wrong);
    return status == cudaSuccess ? static_cast<long long>(count) : -1;
}

int memset_bytes(void* out, std::size_t bytes, void* on) {
    return cudaMemsetAsync(out, 0x3f, bytes, static_cast<cudaStream_t>(on));
}

/// A cuRAND generator: `type` as in curandRngType (100 the default, 101 XORWOW, 161 Philox).
void* curand_new(int type, unsigned long long seed, void* on) {
    curandGenerator_t g = nullptr;
    if (curandCreateGenerator(&g, static_cast<curandRngType_t>(type)) != CURAND_STATUS_SUCCESS)
        return nullptr;
    curandSetPseudoRandomGeneratorSeed(g, seed);
    curandSetStream(g, static_cast<cudaStream_t>(on));
    return g;
}
int curand_words(void* g, unsigned* out, std::size_t n) {
    return curandGenerate(static_cast<curandGenerator_t>(g), out, n);
}
int curand_offset(void* g, unsigned long long offset) {
    return curandSetGeneratorOffset(static_cast<curandGenerator_t>(g), offset);
}
int curand_fill(void* g, int law, void* out, std::size_t n) {
    const auto generator = static_cast<curandGenerator_t>(g);
    switch (law) {
    case 0:
        return curandGenerateUniform(generator, static_cast<float*>(out), n);
    case 1:
        return curandGenerateNormal(generator, static_cast<float*>(out), n, 0.0f, 1.0f);
    case 2:
        return curandGenerateUniformDouble(generator, static_cast<double*>(out), n);
    default:
        return curandGenerateNormalDouble(generator, static_cast<double*>(out), n, 0.0, 1.0);
    }
}
void curand_delete(void* g) { curandDestroyGenerator(static_cast<curandGenerator_t>(g)); }

} // extern "C"
