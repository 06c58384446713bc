// SPDX-License-Identifier: MIT
#pragma once
// The state of PyTorch's CUDA generator and the order in which a grid of threads takes its words. Thread t of
// a call owns the blocks of Philox4x32-10 with counter (offset / 4 + i, t) under the seed. Origin:
// PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/cuda/CUDAGeneratorImpl.cpp, native/cuda/DistributionTemplates.h.

#include <repro/compat/pytorch/cuda_device.hpp>
#include <repro/compat/pytorch/half.hpp>
#include <repro/compat/pytorch/state.hpp>
#include <repro/compat/pytorch/words.hpp>
#include <repro/rng/philox.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// The words of a block, in order.
using cuda_block = philox4x32<10>::lanes;

[[nodiscard]] constexpr std::uint64_t first_half(const cuda_block& w) noexcept {
    return std::uint64_t{w.a} << 32 | w.b;
}
[[nodiscard]] constexpr std::uint64_t second_half(const cuda_block& w) noexcept {
    return std::uint64_t{w.c} << 32 | w.d;
}

/// What a kernel is given: the seed and where its threads start.
struct cuda_stream_position {
    std::uint64_t seed = 0;
    std::uint64_t offset = 0;

    /// The i-th block of a thread.
    [[nodiscard]] [[gnu::always_inline]] cuda_block block(std::uint64_t thread,
                                                          std::uint64_t i = 0) const noexcept {
        const std::uint64_t count = offset / 4 + i;
        return philox4x32<10>::apply_lanes(
            {static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(count >> 32),
             static_cast<std::uint32_t>(thread), static_cast<std::uint32_t>(thread >> 32)},
            static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
    }
};

/// A grid-stride loop of a kernel that makes `Unroll` elements of a block: element (i * Unroll + lane) *
/// threads
/// + t is lane `lane` of block i of thread t.
template <int Unroll, class T, class Convert>
[[gnu::always_inline]] inline void grid_stride(const cuda_stream_position& at, std::uint64_t threads,
                                               std::span<T> out, const Convert& convert) noexcept {
    const std::size_t n = out.size();
    std::uint64_t turn = 0;
    for (std::size_t base = 0; base < n; base += Unroll * threads, ++turn) {
        const std::size_t active = std::min<std::size_t>(threads, n - base);
        for (std::size_t t = 0; t < active; ++t) {
            T values[Unroll];
            convert(at.block(t, turn), values);
            for (std::size_t lane = 0, i = base + t; lane < Unroll && i < n; ++lane, i += threads)
                out[i] = values[lane];
        }
    }
}

#if defined(__x86_64__)
template <int Unroll, class T, class Convert>
[[gnu::target("fma")]] inline void grid_stride_fused(const cuda_stream_position& at, std::uint64_t threads,
                                                     std::span<T> out, const Convert& convert) noexcept {
    grid_stride<Unroll>(at, threads, out, convert);
}
#endif

template <int Unroll, class T, class Convert>
void run_grid(const cuda_stream_position& at, std::uint64_t threads, std::span<T> out,
              const Convert& convert) noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("fma")) return grid_stride_fused<Unroll>(at, threads, out, convert);
#endif
    grid_stride<Unroll>(at, threads, out, convert);
}

/// The seed, the offset and the device of PyTorch's CUDA generator; use it through `pytorch::cuda_generator`.
class cuda_words {
public:
    static constexpr std::string_view engine_name = "philox4x32-10";
    static constexpr std::size_t state_size = 16;

    /// Seeds as `manual_seed(seed)`: the offset returns to zero.
    template <std::integral Integer> void manual_seed(Integer seed) noexcept {
        at_ = {static_cast<std::uint64_t>(seed), 0};
    }
    /// Returns the seed.
    [[nodiscard]] std::uint64_t initial_seed() const noexcept { return at_.seed; }

    /// Returns the offset: how many words of each thread are taken; a multiple of four.
    [[nodiscard]] std::uint64_t get_offset() const noexcept { return at_.offset; }
    /// Moves to an offset.
    ///
    /// Errors: errc::argument_invalid unless it is a multiple of four below 2^63.
    void set_offset(std::uint64_t offset) {
        require(offset % 4 == 0, "set_offset()", "the offset is no multiple of 4",
                "pass what get_offset() returned");
        require(offset >> 63 == 0, "set_offset()", "the offset is negative",
                "pass what get_offset() returned");
        at_.offset = offset;
    }

    /// Returns the GPU whose numbers these are.
    [[nodiscard]] const cuda_device& device() const noexcept { return device_; }
    /// Returns whether this GPU's numbers were compared with its own, or are derived from its properties.
    [[nodiscard]] layout_origin origin() const noexcept { return device_.origin(); }

    /// Chooses the rules of another PyTorch; the state stays.
    void follow(rules which) noexcept { rules_ = which; }

    /// Returns the 16 bytes of `torch.cuda.get_rng_state()`: seed and offset, little-endian.
    [[nodiscard]] std::vector<std::uint8_t> get_state() const {
        std::vector<std::uint8_t> bytes(state_size);
        store_little_endian(bytes.data(), at_.seed, 8);
        store_little_endian(bytes.data() + 8, at_.offset, 8);
        return bytes;
    }
    /// Continues from such bytes.
    ///
    /// Errors: errc::state_invalid for another size, and for an offset that is no multiple of four or
    /// negative.
    void set_state(std::span<const std::uint8_t> bytes) {
        if (bytes.size() != state_size) refuse_cuda_state("the state has not 16 bytes");
        const std::uint64_t offset = load_little_endian(bytes.data() + 8, 8);
        if (offset % 4 != 0) refuse_cuda_state("the offset in the state is no multiple of 4");
        if (offset >> 63 != 0) refuse_cuda_state("the offset in the state is negative");
        at_ = {load_little_endian(bytes.data(), 8), offset};
    }

    friend bool operator==(const cuda_words& a, const cuda_words& b) noexcept {
        return a.at_.seed == b.at_.seed && a.at_.offset == b.at_.offset && a.device_ == b.device_ &&
               a.rules_ == b.rules_;
    }

protected:
    cuda_words(std::uint64_t seed, const cuda_device& device) : device_(device) {
        require(device.valid(), "cuda_generator", "the device's properties are not those of a GPU",
                "pass the counts of torch.cuda.get_device_properties(), or one of pytorch::devices");
        manual_seed(seed);
    }

    /// Takes `increment` words of every thread, rounded up to blocks, and returns where they start.
    cuda_stream_position take(std::uint64_t increment) noexcept {
        const cuda_stream_position start = at_;
        at_.offset += (increment + 3) / 4 * 4;
        return start;
    }

    /// Fills `out` as one call of PyTorch's distribution kernels does. Tensors that 32 bits cannot index are
    /// cut in halves; the words reserved for the whole are lost.
    template <int Unroll, class T, class Convert>
    void fill(std::span<T> out, const Convert& convert) noexcept {
        if (out.empty()) return;
        const std::uint64_t n = out.size(), threads = device_.threads(n);
        const cuda_stream_position start = take(((n - 1) / (threads * Unroll) + 1) * 4);
        constexpr std::uint64_t greatest = INT32_MAX;
        if (n > greatest || (n - 1) * sizeof(T) + 1 > greatest) {
            fill_parts<Unroll>(out, convert);
            return;
        }
        run_grid<Unroll>(start, threads, out, convert);
    }

    cuda_stream_position at_;
    cuda_device device_;
    rules rules_ = rules::torch_2_7;

private:
    template <int Unroll, class T, class Convert>
    void fill_parts(std::span<T> out, const Convert& convert) noexcept {
        constexpr std::uint64_t greatest = INT32_MAX;
        if (out.size() <= greatest && (out.size() - 1) * sizeof(T) + 1 <= greatest) {
            fill<Unroll>(out, convert);
            return;
        }
        fill_parts<Unroll>(out.first(out.size() / 2), convert);
        fill_parts<Unroll>(out.subspan(out.size() / 2), convert);
    }

    [[noreturn, gnu::cold, gnu::noinline]] static void refuse_cuda_state(const char* problem) {
        throw error(errc::state_invalid, "set_state()", problem,
                    "pass the 16 bytes that torch.cuda.get_rng_state() or get_state() returned");
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
