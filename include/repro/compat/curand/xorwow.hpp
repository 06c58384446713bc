// SPDX-License-Identifier: MIT
#pragma once
// The numbers of cuRAND's host API from CURAND_RNG_PSEUDO_XORWOW in its default ordering: 4096 threads, 2^67
// numbers apart, give one unit each in turn. Origin: cuRAND (CUDA 13), its documented ordering, and its
// results.

#include <repro/compat/argument.hpp>
#include <repro/compat/curand/transforms.hpp>
#include <repro/compat/curand/xorwow_state.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::curand {

/// The twin of a host generator of the type XORWOW. A call that makes numbers of two words takes two from
/// each thread's sequence, yet moves the offset by one a number (a pair of normals): so does cuRAND.
///
/// Classes of exactness: *int* and *ieee* are exact; normals are of class *device* (docs/cuda.md). Errors:
/// errc::argument_invalid for an odd number of normals, which cuRAND refuses. Threads: one object belongs to
/// one thread at a time.
class xorwow {
public:
    explicit xorwow(std::uint64_t seed = 0, std::uint64_t offset = 0)
        : seeded_(detail::xorwow_state::seeded(seed)), offset_(offset) {}

    /// Moves to an offset, as curandSetGeneratorOffset does.
    void set_offset(std::uint64_t offset) noexcept { offset_ = offset; }
    /// Returns how far the generator has moved.
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

    /// Fills `out` with words. Class int.
    void generate(std::span<std::uint32_t> out) {
        units<1>(out.size(), [&](std::size_t i, const auto& w) { out[i] = w[0]; });
    }
    /// Fills `out` with numbers in (0, 1], one word each for float, two for double. Class ieee.
    void generate_uniform(std::span<float> out) {
        units<1>(out.size(), [&](std::size_t i, const auto& w) { out[i] = detail::uniform(w[0]); });
    }
    void generate_uniform(std::span<double> out) {
        units<2>(out.size(), [&](std::size_t i, const auto& w) { out[i] = detail::uniform(w[0], w[1]); });
    }
    /// Fills `out` with normal numbers, a pair from two words for float, from four for double. Class device.
    ///
    /// Errors: errc::argument_invalid for an odd size.
    template <std::floating_point Real>
    void generate_normal(std::span<Real> out, Real mean = 0, Real stddev = 1) {
        detail::require_pairs(out.size());
        constexpr int words = sizeof(Real) / 2;
        units<words>(out.size() / 2, [&](std::size_t i, const auto& w) {
            detail::normal_pair(w, &out[2 * i]);
            for (std::size_t j = 2 * i; j < 2 * i + 2; ++j)
                out[j] = detail::cuda::fma(out[j], stddev, mean);
        });
    }

private:
    static constexpr std::size_t threads = 4096;

    /// Calls body(i, words) for `count` units of `Words` words.
    template <int Words, class Body> void units(std::size_t count, const Body& body) {
        if (starts_.empty()) start();
        const std::size_t first = offset_ % threads;
        advance_to(offset_ / threads);
        for (std::size_t k = 0; k < std::min(count, threads); ++k) {
            const bool wraps = first + k >= threads; // that thread has given one number more
            detail::xorwow_state s = starts_[(first + k) % threads];
            if (wraps) (void)s();
            for (std::size_t i = k; i < count; i += threads) {
                std::uint32_t w[Words];
                for (std::uint32_t& word : w)
                    word = s();
                body(i, w);
            }
        }
        offset_ += count;
    }

    /// The threads' states after no number.
    void start() {
        starts_.assign(threads, seeded_);
        const detail::xorwow_map& next = detail::xorwow_next_sequence();
        for (std::size_t t = 1; t < threads; ++t)
            starts_[t].v = next(starts_[t - 1].v); // 2^67 times the counter's step is a multiple of 2^32
        taken_ = 0;
    }

    /// Every thread's state after `count` numbers.
    void advance_to(std::uint64_t count) {
        if (count < taken_) start();
        std::uint64_t rest = count - taken_;
        constexpr std::uint64_t few = 256;
        if (rest > few) {
            for (detail::xorwow_state& s : starts_)
                s.d += static_cast<std::uint32_t>(rest) * detail::xorwow_state::weyl;
            for (auto power = detail::xorwow_map::step(); rest != 0; rest >>= 1) {
                if ((rest & 1) != 0)
                    for (detail::xorwow_state& s : starts_)
                        s.v = (*power)(s.v);
                if (rest > 1) power = power->squared();
            }
        }
        for (; rest != 0; --rest)
            for (detail::xorwow_state& s : starts_)
                (void)s();
        taken_ = count;
    }

    detail::xorwow_state seeded_;
    std::uint64_t offset_ = 0;
    std::vector<detail::xorwow_state> starts_;
    std::uint64_t taken_ = 0;
};

} // namespace repro::inline v0::curand
