// SPDX-License-Identifier: MIT
#pragma once
// NumPy's SFC64 bit generator. Origin: C. Doty-Humphrey's small fast chaotic generator (PractRand, public
// domain); seeding and buffering from NumPy 2.2 (BSD-3-Clause), numpy/random/_sfc64.pyx and src/sfc64.

#include <repro/compat/numpy/half_word.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0::numpy {

/// What NumPy's `SFC64().state` holds.
struct sfc64_state {
    std::array<std::uint64_t, 4> state{};
    bool has_uint32 = false;
    std::uint32_t uinteger = 0;

    friend bool operator==(const sfc64_state&, const sfc64_state&) = default;
};

/// The twin of `numpy.random.SFC64`, which has no jumps. Class int.
class sfc64 {
public:
    using result_type = std::uint64_t;
    using state_type = sfc64_state;
    static constexpr std::string_view engine_name = "sfc64";
    static constexpr std::string_view format = "numpy.sfc64-1";

    /// Seeds as NumPy does, through a SeedSequence.
    explicit sfc64(std::uint64_t seed) { this->seed(seed_sequence(seed)); }
    explicit sfc64(const seed_sequence& sequence) noexcept { seed(sequence); }

    void seed(const seed_sequence& sequence) noexcept {
        sequence.generate_state(std::span<std::uint64_t>(words_).first(3));
        words_[3] = 1;
        for (int i = 0; i < 12; ++i)
            (void)(*this)();
        start_ = words_[3];
        half_ = {};
    }

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// Returns the next raw output; leaves a kept half alone.
    result_type operator()() noexcept {
        const std::uint64_t output = words_[0] + words_[1] + words_[3]++;
        words_[0] = words_[1] ^ (words_[1] >> 11);
        words_[1] = words_[2] + (words_[2] << 3);
        words_[2] = std::rotl(words_[2], 24) + output;
        return output;
    }
    std::uint64_t next_uint64() noexcept { return (*this)(); }
    std::uint32_t next_uint32() noexcept {
        return half_.take([this] { return (*this)(); });
    }
    /// Returns a double in [0, 1) with 53 random bits. Class ieee.
    double next_double() noexcept { return detail::unit_double((*this)()); }

    [[nodiscard]] state_type state() const noexcept { return {words_, half_.present, half_.value}; }
    void set_state(const state_type& s) noexcept {
        words_ = s.state;
        half_ = {s.has_uint32, s.uinteger};
        start_ = words_[3];
    }

    /// Returns how many 64-bit outputs were taken since the last seeding; the generator counts them itself.
    [[nodiscard]] std::uint64_t draws() const noexcept { return words_[3] - start_; }

    void append_to(std::string& line) const {
        for (const std::uint64_t word : words_)
            repro::detail::append_state(line, word);
        repro::detail::append_state(line, start_);
        half_.append_to(line);
    }
    [[nodiscard]] static sfc64 read_from(repro::detail::state_reader& reader) {
        sfc64 saved;
        for (std::uint64_t& word : saved.words_)
            word = reader.number();
        saved.start_ = reader.number();
        saved.half_ = detail::half_word::read_from(reader);
        return saved;
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const sfc64& a, const sfc64& b) noexcept {
        return a.words_ == b.words_ && a.half_ == b.half_;
    }

private:
    sfc64() = default;

    std::array<std::uint64_t, 4> words_{};
    std::uint64_t start_ = 0; // the counter at the last seeding
    detail::half_word half_;
};

} // namespace repro::inline v0::numpy
