// SPDX-License-Identifier: MIT
#pragma once
// What the tests of bulk fills share: sizes worth trying, outputs at any address with guards on both sides,
// and the skip of a tier that the processor lacks.

#include <repro/detail/cpu.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace support {

inline constexpr std::size_t million = 1'000'000;

/// Sizes from nothing to beyond a few registers, and around multiples of a kernel's block.
inline std::vector<std::size_t> fill_sizes(std::size_t block) {
    std::vector<std::size_t> sizes;
    for (std::size_t n = 0; n <= 70; ++n)
        sizes.push_back(n);
    for (std::size_t k = 1; k <= 3; ++k)
        for (std::size_t n = k * block - 1; n <= k * block + 1; ++n)
            sizes.push_back(n);
    return sizes;
}

/// `count` elements that start `offset` elements after a multiple of 64 bytes; every byte around them is a
/// guard.
template <class T> class guarded {
public:
    guarded(std::size_t count, std::size_t offset)
        : bytes_((count + offset) * sizeof(T) + 3 * margin, guard), count_(count) {
        const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
        start_ = margin + (margin - address % margin) + offset * sizeof(T);
    }

    std::span<T> values() { return {reinterpret_cast<T*>(bytes_.data() + start_), count_}; }

    [[nodiscard]] bool guards_stand() const {
        for (std::size_t i = 0; i < bytes_.size(); ++i)
            if ((i < start_ || i >= start_ + count_ * sizeof(T)) && bytes_[i] != guard) return false;
        return true;
    }

    /// Whether the elements are those of `expected`, bit by bit, and nothing else was written.
    [[nodiscard]] bool holds(std::span<const T> expected) const {
        return expected.size() == count_ && guards_stand() &&
               (count_ == 0 || std::memcmp(bytes_.data() + start_, expected.data(), count_ * sizeof(T)) == 0);
    }

private:
    static constexpr std::size_t margin = 64;
    static constexpr unsigned char guard = 0xa5;
    std::vector<unsigned char> bytes_;
    std::size_t count_;
    std::size_t start_;
};

/// Ends a test case whose instructions this processor lacks, and lists it as skipped.
inline void need_simd(repro::simd tier) {
    if (repro::has_simd(tier)) return;
    if (tier == repro::simd::avx2) SKIP("no-avx2: the processor lacks AVX2");
    SKIP("no-avx512: the processor lacks AVX-512 with IFMA and VBMI");
}

} // namespace support
