// SPDX-License-Identifier: MIT
#pragma once
// repro::pcg64: pcg-cpp's own 128-bit engine, seeded as NumPy seeds its PCG64. Opt-in: no other header of the
// library includes this one.

#if !__has_include(<pcg_random.hpp>)
#error "repro/rng/pcg64.hpp needs pcg-cpp: install it (Debian: libpcg-cpp-dev) or add its include folder"
#else

#include <repro/rng/seed_sequence.hpp>

#include <pcg_random.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace repro::inline v0 {

/// PCG64 of pcg-cpp (XSL-RR 128/64), which gives the words of `numpy.random.PCG64(entropy).random_raw()`.
///
/// Stability: contract 1 for the seeding; the engine is pcg-cpp's. Class int.
class pcg64 : public ::pcg64 {
public:
    /// Seeds as `numpy.random.PCG64(entropy)`.
    explicit pcg64(std::uint64_t entropy) : pcg64(seed_sequence(entropy)) {}

    /// Seeds as `numpy.random.PCG64(SeedSequence(...))`.
    explicit pcg64(const seed_sequence& sequence) : pcg64(words_of(sequence)) {}

private:
    using words = std::array<std::uint64_t, 4>;

    static words words_of(const seed_sequence& sequence) noexcept {
        words state{};
        sequence.generate_state(std::span<std::uint64_t>(state));
        return state;
    }

    explicit pcg64(const words& w) : ::pcg64(wide(w[0], w[1]), wide(w[2], w[3])) {}

    static state_type wide(std::uint64_t high, std::uint64_t low) {
        return (static_cast<state_type>(high) << 64) | static_cast<state_type>(low);
    }
};

} // namespace repro::inline v0
#endif
