// SPDX-License-Identifier: MIT
#pragma once
// Fills of the GPU's memory with the numbers of rng/keyed.hpp. One block of Philox gives sixteen bytes, which
// one store writes: the memory's speed is the limit. For sources that nvcc compiles (-std=c++20); to any
// other compiler this header is empty.

#include <repro/rng/keyed.hpp>

#if defined(__CUDACC__)

namespace repro::inline v0 {
namespace detail::keyed {

// How many blocks a thread makes a turn, and of how many threads' blocks a grid consists: measured on an
// H100.
template <class Real> struct uniform_law {
    static constexpr int unroll = 1, resident = 1;
    static constexpr std::size_t most = 1u << 16;
    __device__ keyed_values<Real> operator()(words w) const { return uniform_values<Real>(w); }
};
template <class Real> struct normal_law {
    static constexpr int unroll = sizeof(Real) == 8 ? 4 : 1; // four share the loading of constants
    static constexpr int resident = sizeof(Real) == 8 ? 2 : 5;
    static constexpr std::size_t most = sizeof(Real) == 8 ? 2112 : 4224;
    normal_terms<Real> terms;
    __device__ keyed_values<Real> operator()(words w) const {
        if constexpr (sizeof(Real) == 8) return normal_values<Real>(w, terms);
        normal_terms<Real> known; // coefficients in float are part of the instructions
        known.two = terms.two;
        return normal_values<Real>(w, known);
    }
};

/// One thread writes every (gridDim * blockDim)-th block, `Unroll` of them a turn, and one the elements after
/// the last whole block.
template <class Real, class Law, int Unroll, int Resident>
__global__ void __launch_bounds__(256, Resident)
    fill(keyed_stream s, const __grid_constant__ Law law, Real* out, std::size_t count,
         std::uint64_t first_block) {
    constexpr std::size_t size = keyed_values<Real>::size;
    const std::size_t whole = count / size, stride = std::size_t{gridDim.x} * blockDim.x;
    const std::size_t first = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
    auto* at = reinterpret_cast<keyed_values<Real>*>(out) + first;
    auto* const end = reinterpret_cast<keyed_values<Real>*>(out) + whole;
    std::uint64_t block = first_block + first;
    if constexpr (Unroll > 1) {
        for (; at + (Unroll - 1) * stride < end; at += Unroll * stride, block += Unroll * stride) {
#pragma unroll
            for (int turn = 0; turn < Unroll; ++turn)
                at[turn * stride] = law(s(block + turn * stride));
        }
    }
    for (; at < end; at += stride, block += stride)
        *at = law(s(block));
    if (at == end) {
        const keyed_values<Real> last = law(s(block));
        for (std::size_t j = 0; j < count % size; ++j)
            out[whole * size + j] = last.value[j];
    }
}

template <class Law, class Real>
cudaError_t launch(const keyed_stream& s, Real* out, std::size_t count, std::uint64_t first_block,
                   cudaStream_t stream) {
    constexpr std::size_t threads = 256;
    const std::size_t blocks = count / (keyed_values<Real>::size * threads) + 1;
    fill<Real, Law, Law::unroll, Law::resident>
        <<<static_cast<unsigned>(blocks < Law::most ? blocks : Law::most), threads, 0, stream>>>(
            s, Law{}, out, count, first_block);
    return cudaGetLastError();
}

} // namespace detail::keyed

/// Fills `count` numbers at `out`, in the device's memory and aligned to sixteen bytes (as cudaMalloc gives
/// it), with what the host's fill_uniform gives: the same bits, for any GPU and any grid.
///
/// Errors: what the launch returns.
template <std::floating_point Real>
cudaError_t device_fill_uniform(const keyed_stream& s, Real* out, std::size_t count,
                                std::uint64_t first_block = 0, cudaStream_t stream = nullptr) {
    return detail::keyed::launch<detail::keyed::uniform_law<Real>>(s, out, count, first_block, stream);
}

/// The same with the host's fill_normal.
template <std::floating_point Real>
cudaError_t device_fill_normal(const keyed_stream& s, Real* out, std::size_t count,
                               std::uint64_t first_block = 0, cudaStream_t stream = nullptr) {
    return detail::keyed::launch<detail::keyed::normal_law<Real>>(s, out, count, first_block, stream);
}

} // namespace repro::inline v0

#endif
