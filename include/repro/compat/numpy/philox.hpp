// SPDX-License-Identifier: MIT
#pragma once
// NumPy's Philox bit generator: blocks of Philox4x64-10 under a counter of 256 bits.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/_philox.pyx and src/philox.

#include <repro/compat/numpy/half_word.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0::numpy {

/// What NumPy's `Philox().state` holds.
struct philox_state {
    std::array<std::uint64_t, 4> counter{};
    std::array<std::uint64_t, 2> key{};
    std::array<std::uint64_t, 4> buffer{};
    std::uint32_t buffer_pos = 4;
    bool has_uint32 = false;
    std::uint32_t uinteger = 0;

    friend bool operator==(const philox_state&, const philox_state&) = default;
};

/// The twin of `numpy.random.Philox`. Class int.
class philox {
public:
    using result_type = std::uint64_t;
    using state_type = philox_state;
    static constexpr std::string_view engine_name = "philox4x64";
    static constexpr std::string_view format = "numpy.philox-1";

    /// Seeds as NumPy does, through a SeedSequence.
    explicit philox(std::uint64_t seed) { this->seed(seed_sequence(seed)); }
    explicit philox(const seed_sequence& sequence) noexcept { seed(sequence); }

    void seed(const seed_sequence& sequence) noexcept {
        s_ = {};
        sequence.generate_state(std::span<std::uint64_t>(s_.key));
        half_ = {};
        taken_ = 0;
    }

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// Returns the next raw output; leaves a kept half alone.
    result_type operator()() noexcept {
        if (s_.buffer_pos == 4) refill();
        return s_.buffer[s_.buffer_pos++];
    }
    std::uint64_t next_uint64() noexcept { return (*this)(); }
    std::uint32_t next_uint32() noexcept {
        return half_.take([this] { return (*this)(); });
    }
    /// Returns a double in [0, 1) with 53 random bits. Class ieee.
    double next_double() noexcept { return detail::unit_double((*this)()); }

    /// Adds to the counter, four words from low to high; drops the rest of the block and a kept half.
    void advance(const std::array<std::uint64_t, 4>& delta) noexcept {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint64_t with_carry = delta[i] + carry;
            s_.counter[i] += with_carry;
            carry = with_carry < carry || s_.counter[i] < with_carry ? 1 : 0;
        }
        taken_ = draws();
        s_.buffer = {};
        s_.buffer_pos = 4;
        half_ = {};
    }
    /// Returns a generator 2^128 counters ahead, times `jumps`.
    [[nodiscard]] philox jumped(std::uint64_t jumps = 1) const noexcept {
        philox other = *this;
        other.advance({0, 0, jumps, 0});
        other.taken_ = 0;
        return other;
    }

    [[nodiscard]] state_type state() const noexcept {
        state_type s = s_;
        s.has_uint32 = half_.present;
        s.uinteger = half_.value;
        return s;
    }
    /// Takes over a state. The position in the buffer is at most 4.
    void set_state(const state_type& s) noexcept {
        REPRO_EXPECTS(s.buffer_pos <= 4);
        s_ = s;
        half_ = {s.has_uint32, s.uinteger};
        taken_ = 4 - std::uint64_t{s.buffer_pos};
    }

    /// Returns how many 64-bit outputs were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return taken_ + s_.buffer_pos - 4; }

    void append_to(std::string& line) const {
        for (const std::uint64_t word : s_.counter)
            repro::detail::append_state(line, word);
        for (const std::uint64_t word : s_.key)
            repro::detail::append_state(line, word);
        for (const std::uint64_t word : s_.buffer)
            repro::detail::append_state(line, word);
        repro::detail::append_state(line, s_.buffer_pos);
        repro::detail::append_state(line, taken_);
        half_.append_to(line);
    }
    [[nodiscard]] static philox read_from(repro::detail::state_reader& reader) {
        philox saved;
        for (std::uint64_t& word : saved.s_.counter)
            word = reader.number();
        for (std::uint64_t& word : saved.s_.key)
            word = reader.number();
        for (std::uint64_t& word : saved.s_.buffer)
            word = reader.number();
        saved.s_.buffer_pos = static_cast<std::uint32_t>(reader.number(4));
        saved.taken_ = reader.number();
        saved.half_ = detail::half_word::read_from(reader);
        return saved;
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const philox& a, const philox& b) noexcept {
        if (a.s_.counter != b.s_.counter || a.s_.key != b.s_.key || a.s_.buffer_pos != b.s_.buffer_pos)
            return false;
        return a.half_ == b.half_ && (a.s_.buffer_pos == 4 || a.s_.buffer == b.s_.buffer);
    }

private:
    friend struct repro::detail::fill_access;

    philox() = default;

    void refill() noexcept {
        for (std::uint64_t& word : s_.counter)
            if (++word != 0) break;
        s_.buffer = philox4x64<10>::apply(s_.counter, s_.key);
        s_.buffer_pos = 0;
        taken_ += 4;
    }

    state_type s_; // the kept half lives in half_ alone
    detail::half_word half_;
    std::uint64_t taken_ = 0; // outputs of the blocks begun, all counted
};

} // namespace repro::inline v0::numpy
