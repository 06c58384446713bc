// SPDX-License-Identifier: MIT
#pragma once
// The numbers of cuRAND's host API from CURAND_RNG_PSEUDO_PHILOX4_32_10 in its default ordering: 65536
// threads give four numbers each in turn. Origin: cuRAND (CUDA 13), its documented ordering, and its results.

#include <repro/compat/curand/transforms.hpp>
#include <repro/rng/philox.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0::curand {

/// The twin of a host generator of the type Philox4_32_10. The offset counts numbers, of whatever type: a
/// double and a pair of normal doubles take as many words as they need, from the place of their number.
///
/// Classes of exactness, errors and threads: as for curand::xorwow.
class philox4_32_10 {
public:
    explicit philox4_32_10(std::uint64_t seed = 0, std::uint64_t offset = 0) noexcept
        : seed_(seed), offset_(offset) {}

    /// Moves to an offset, as curandSetGeneratorOffset does.
    void set_offset(std::uint64_t offset) noexcept { offset_ = offset; }
    /// Returns how many numbers were made.
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

    /// Fills `out` with words. Class int.
    void generate(std::span<std::uint32_t> out) noexcept {
        quads<1>(out, [this](std::uint64_t block, std::uint64_t thread, std::uint32_t* four) {
            words(block, thread, four);
        });
    }
    /// Fills `out` with numbers in (0, 1], one word each for float, two for double. Class ieee.
    void generate_uniform(std::span<float> out) noexcept {
        quads<1>(out, [this](std::uint64_t block, std::uint64_t thread, float* four) {
            std::uint32_t w[4];
            words(block, thread, w);
            for (int i = 0; i < 4; ++i)
                four[i] = detail::uniform(w[i]);
        });
    }
    void generate_uniform(std::span<double> out) noexcept {
        quads<2>(out, [this](std::uint64_t block, std::uint64_t thread, double* four) {
            for (std::uint64_t half = 0; half < 2; ++half, four += 2) {
                std::uint32_t w[4];
                words(block + half, thread, w);
                four[0] = detail::uniform(w[0], w[1]);
                four[1] = detail::uniform(w[2], w[3]);
            }
        });
    }
    /// Fills `out` with normal numbers, a pair from two words for float, from four for double. Class device.
    ///
    /// Errors: errc::argument_invalid for an odd size.
    template <std::floating_point Real>
    void generate_normal(std::span<Real> out, Real mean = 0, Real stddev = 1) {
        detail::require_pairs(out.size());
        quads<sizeof(Real) / 4>(out, [=, this](std::uint64_t block, std::uint64_t thread, Real* four) {
            normals(block, thread, four);
            for (int i = 0; i < 4; ++i)
                four[i] = detail::cuda::fma(four[i], stddev, mean);
        });
    }

private:
    static constexpr std::uint64_t threads = 65536;

    void words(std::uint64_t block, std::uint64_t thread, std::uint32_t* out) const noexcept {
        const auto x = philox4x32<10>::apply_lanes(
            {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
             static_cast<std::uint32_t>(thread), 0},
            static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32));
        out[0] = x.a;
        out[1] = x.b;
        out[2] = x.c;
        out[3] = x.d;
    }
    void normals(std::uint64_t block, std::uint64_t thread, float* four) const noexcept {
        std::uint32_t w[4];
        words(block, thread, w);
        detail::normal_pair({w[0], w[1]}, four);
        detail::normal_pair({w[2], w[3]}, four + 2);
    }
    void normals(std::uint64_t block, std::uint64_t thread, double* four) const noexcept {
        for (std::uint64_t half = 0; half < 2; ++half) {
            std::uint32_t w[4];
            words(block + half, thread, w);
            detail::normal_pair(w, four + 2 * half);
        }
    }

    /// Fills `out` from the offset on; make(block, thread, four) makes the four numbers of a thread's turn
    /// from `Blocks` blocks. A call finds every thread as many blocks on as if all numbers before had been
    /// words.
    template <std::uint64_t Blocks, class T, class Make>
    void quads(std::span<T> out, const Make& make) noexcept {
        const std::uint64_t first = offset_ / 4;
        std::size_t lane = offset_ % 4, made = 0;
        for (std::uint64_t k = 0; made < out.size(); ++k, lane = 0) {
            const std::uint64_t start = first + k % threads;
            T four[4];
            make(start / threads + Blocks * (k / threads), start % threads, four);
            for (; lane < 4 && made < out.size(); ++lane)
                out[made++] = four[lane];
        }
        offset_ += out.size();
    }

    std::uint64_t seed_;
    std::uint64_t offset_;
};

} // namespace repro::inline v0::curand
