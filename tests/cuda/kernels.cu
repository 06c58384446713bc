// SPDX-License-Identifier: MIT
// What kernels of a user call: the engines with a key of each element, the keyed numbers, an order of data.

#include <repro/data/permutation.hpp>
#include <repro/rng/keyed_device.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/threefry.hpp>

__global__ void words(std::uint64_t* out) {
    const std::uint64_t i = blockIdx.x * blockDim.x + threadIdx.x;
    const auto low = static_cast<std::uint32_t>(i), high = static_cast<std::uint32_t>(i >> 32);
    const auto a = repro::philox4x32<10>::apply_lanes({low, high, 0, 0}, 1, 2);
    const auto b = repro::philox4x64<10>::apply_lanes({i, 0, 0, 0}, 1, 2);
    const auto c = repro::threefry2x32<20>::apply_lanes({low, high}, {1, 2});
    const auto d = repro::threefry4x64<20>::apply_lanes({i, 0, 0, 0}, {1, 2, 3, 4});
    out[i] = a.a ^ b.b ^ c.b ^ d.d;
}

__global__ void noise(float* out, std::uint64_t seed) {
    const std::uint64_t i = blockIdx.x * blockDim.x + threadIdx.x;
    const repro::keyed_stream of_element{.key = seed, .stream = i};
    out[i] = repro::normal_values<float>(of_element(0)).value[0];
}

__global__ void gather(float* out, const float* rows, const __grid_constant__ repro::permutation order) {
    const std::uint64_t i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = rows[order[i]] + static_cast<float>(order.position_of(i));
}

cudaError_t fills(float* floats, double* doubles, std::size_t n, cudaStream_t on) {
    cudaError_t status = repro::device_fill_uniform({.key = 42}, floats, n, 0, on);
    if (status == cudaSuccess) status = repro::device_fill_normal({.key = 42}, floats, n, 0, on);
    if (status == cudaSuccess) status = repro::device_fill_uniform({.key = 42}, doubles, n, 0, on);
    if (status == cudaSuccess) status = repro::device_fill_normal({.key = 42}, doubles, n, 0, on);
    return status;
}
