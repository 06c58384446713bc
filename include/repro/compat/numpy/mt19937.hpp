// SPDX-License-Identifier: MIT
#pragma once
// NumPy's MT19937 bit generator: the engine, and how its words become 64 bits and doubles.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/_mt19937.pyx and src/mt19937.

#include <repro/rng/mt19937.hpp>
#include <repro/rng/seed_sequence.hpp>

namespace repro::inline v0::numpy {

/// What NumPy's `MT19937().state["state"]` holds.
struct mt19937_state {
    std::array<std::uint32_t, 624> key{};
    std::uint32_t pos = 0;

    friend bool operator==(const mt19937_state&, const mt19937_state&) = default;
};

/// The twin of `numpy.random.MT19937`. 32 bits are one word, 64 bits two, the high half first; nothing is
/// buffered. Class int.
class mt19937 {
public:
    using result_type = std::uint32_t;
    static constexpr std::string_view engine_name = repro::mt19937::engine_name;
    using state_type = mt19937_state;
    static constexpr std::string_view format = "numpy.mt19937-1";

    /// Seeds as `MT19937(seed)`, through a SeedSequence.
    explicit mt19937(std::uint64_t seed) { this->seed(seed_sequence(seed)); }
    explicit mt19937(const seed_sequence& sequence) { seed(sequence); }
    /// Starts from an engine, seeded in whichever way.
    explicit mt19937(const repro::mt19937& engine) noexcept : engine_(engine) {}

    void seed(const seed_sequence& sequence) {
        std::array<std::uint32_t, 624> key{};
        sequence.generate_state(std::span<std::uint32_t>(key));
        key[0] = 0x80000000;
        engine_.set_state(key, key.size() - 1); // NumPy stands before the last word, not after it
    }

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return 0xffffffff; }
    /// Returns the next raw word.
    result_type operator()() noexcept { return engine_(); }

    std::uint32_t next_uint32() noexcept { return engine_(); }
    std::uint64_t next_uint64() noexcept {
        const std::uint64_t high = engine_();
        return high << 32 | engine_();
    }
    /// Returns a double in [0, 1) with 53 random bits, from two words. Class ieee.
    double next_double() noexcept {
        const std::uint64_t high = engine_() >> 5;
        const std::uint64_t low = engine_() >> 6;
        return static_cast<double>(high << 26 | low) * 0x1p-53;
    }

    [[nodiscard]] mt19937_state state() const noexcept {
        return {engine_.words(), static_cast<std::uint32_t>(engine_.position())};
    }
    /// Takes over a state. The position is at most 624.
    void set_state(const mt19937_state& s) noexcept { engine_.set_state(s.key, s.pos); }

    /// Returns how many 32-bit words were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return engine_.draws(); }
    [[nodiscard]] const repro::mt19937& engine() const noexcept { return engine_; }

    void append_to(std::string& line) const { engine_.append_to(line); }
    [[nodiscard]] static mt19937 read_from(repro::detail::state_reader& reader) {
        return mt19937(repro::mt19937::read_from(reader));
    }

    friend bool operator==(const mt19937&, const mt19937&) = default;

private:
    friend struct repro::detail::fill_access;

    repro::mt19937 engine_{repro::mt19937::unseeded{}};
};

} // namespace repro::inline v0::numpy
