// SPDX-License-Identifier: MIT
#pragma once
// XORWOW as cuRAND has it: seeding, stepping, and skipping far ahead with matrices over GF(2), computed when
// first asked for. Source: Marsaglia, "Xorshift RNGs", 2003; the scrambling of seeds: cuRAND's device headers
// (CUDA 13).

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace repro::inline v0::curand {
namespace detail {

/// Five words of a linear generator and a counter.
struct xorwow_state {
    using words = std::array<std::uint32_t, 5>;
    words v{};
    std::uint32_t d = 0;

    static constexpr std::uint32_t weyl = 362437;

    /// The state that a seed gives.
    [[nodiscard]] static constexpr xorwow_state seeded(std::uint64_t seed) noexcept {
        const std::uint32_t low = static_cast<std::uint32_t>(seed) ^ 0xaad26b49u;
        const std::uint32_t high = static_cast<std::uint32_t>(seed >> 32) ^ 0xf7dcefddu;
        const std::uint32_t t0 = 1099087573u * low, t1 = 2591861531u * high;
        return {{123456789u + t0, 362436069u ^ t0, 521288629u + t1, 88675123u ^ t1, 5783321u + t0},
                6615241u + t0 + t1};
    }

    constexpr std::uint32_t operator()() noexcept {
        step(v);
        d += weyl;
        return v[4] + d;
    }

    static constexpr void step(words& v) noexcept {
        const std::uint32_t t = v[0] ^ v[0] >> 2;
        v = {v[1], v[2], v[3], v[4], v[4] ^ v[4] << 4 ^ t ^ t << 1};
    }
};

/// A linear map of the 160 bits of the words, as a table for each of their bytes.
class xorwow_map {
public:
    using words = xorwow_state::words;

    /// The map of one step.
    static std::unique_ptr<xorwow_map> step() {
        return of([](words v) {
            xorwow_state::step(v);
            return v;
        });
    }
    /// This map after itself.
    [[nodiscard]] std::unique_ptr<xorwow_map> squared() const {
        return of([this](const words& v) { return (*this)((*this)(v)); });
    }

    [[nodiscard]] words operator()(const words& v) const noexcept {
        words sum{};
        for (std::size_t byte = 0; byte < table_.size(); ++byte)
            add(sum, table_[byte][v[byte / 4] >> (8 * (byte % 4)) & 0xff]);
        return sum;
    }

private:
    template <class Map> static std::unique_ptr<xorwow_map> of(const Map& map) {
        auto result = std::make_unique<xorwow_map>();
        for (std::size_t byte = 0; byte < result->table_.size(); ++byte) {
            auto& images = result->table_[byte];
            for (unsigned bit = 0; bit < 8; ++bit) {
                words unit{};
                unit[byte / 4] = std::uint32_t{1} << (8 * (byte % 4) + bit);
                const words image = map(unit);
                for (std::size_t i = std::size_t{1} << bit, n = 2 * i; i < n; ++i) {
                    images[i] = images[i - (std::size_t{1} << bit)];
                    add(images[i], image);
                }
            }
        }
        return result;
    }
    static void add(words& sum, const words& v) noexcept {
        for (std::size_t i = 0; i < v.size(); ++i)
            sum[i] ^= v[i];
    }

    std::array<std::array<words, 256>, 20> table_{};
};

/// The map of 2^67 steps, from one thread's sequence to the next one's.
[[nodiscard]] inline const xorwow_map& xorwow_next_sequence() {
    static const std::unique_ptr<xorwow_map> map = [] {
        auto power = xorwow_map::step();
        for (int i = 0; i < 67; ++i)
            power = power->squared();
        return power;
    }();
    return *map;
}

} // namespace detail
} // namespace repro::inline v0::curand
