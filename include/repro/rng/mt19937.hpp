// SPDX-License-Identifier: MIT
#pragma once
// The Mersenne Twister MT19937, the engine under CPython's random and NumPy's RandomState, with both of its
// seeding procedures. Origin: M. Matsumoto and T. Nishimura, mt19937ar.c (2002), BSD-3-Clause.

#include <repro/core/state_text.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/fill_access.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// MT19937: 32 random bits a call, period 2^19937 - 1. A uniform random bit generator; seeded with one word
/// it gives the words of std::mt19937.
///
/// Stability: contract 1; class int.
class mt19937 {
public:
    using result_type = std::uint32_t;
    static constexpr std::size_t state_size = 624;
    static constexpr std::string_view engine_name = "mt19937";

    /// Seeds with one word (init_genrand).
    explicit mt19937(std::uint32_t word = 5489) noexcept { seed(word); }
    /// Seeds with a key of at least one word (init_by_array).
    explicit mt19937(std::span<const std::uint32_t> key) noexcept { seed(key); }

    /// Leaves all words zero, for an owner that seeds before the first draw.
    struct unseeded {};
    explicit mt19937(unseeded) noexcept : words_{} {}

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return 0xffffffff; }

    /// Starts anew from one word.
    void seed(std::uint32_t word) noexcept {
        words_[0] = word;
        for (std::uint32_t i = 1; i < state_size; ++i) {
            word = 1812433253 * (word ^ (word >> 30)) + i;
            words_[i] = word;
        }
        start_at(state_size);
    }

    /// Starts anew from a key of at least one word; every word of it counts.
    void seed(std::span<const std::uint32_t> key) noexcept {
        REPRO_EXPECTS(!key.empty());
        words_ = start_of_keys();
        std::uint32_t before = words_[0]; // the word last mixed, kept in a register
        std::size_t i = 1;
        std::size_t j = 0;
        for (std::size_t k = key.size() > state_size ? key.size() : state_size; k > 0; --k) {
            before = (words_[i] ^ mixed(before, 1664525)) + key[j] + static_cast<std::uint32_t>(j);
            words_[i] = before;
            advance_index(i);
            if (++j == key.size()) j = 0;
        }
        for (std::size_t k = state_size - 1; k > 0; --k) {
            before = (words_[i] ^ mixed(before, 1566083941)) - static_cast<std::uint32_t>(i);
            words_[i] = before;
            advance_index(i);
        }
        words_[0] = 0x80000000;
        start_at(state_size);
    }

    /// Returns the next 32 bits.
    result_type operator()() noexcept {
        if (position_ == state_size) [[unlikely]]
            refill();
        std::uint32_t y = words_[position_++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    /// Returns the untempered words of the current block.
    [[nodiscard]] const std::array<std::uint32_t, state_size>& words() const noexcept { return words_; }
    /// Returns how many words of the current block are taken: 624 when the next call makes a new block.
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    /// Takes over a state that another implementation gave; the count of draws starts at zero.
    void set_state(const std::array<std::uint32_t, state_size>& words, std::size_t position) noexcept {
        REPRO_EXPECTS(position <= state_size);
        words_ = words;
        start_at(position);
    }

    /// Returns how many words were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return taken_before_ + position_ - start_; }

    /// Returns the complete state as one line of text.
    [[nodiscard]] std::string save() const {
        std::string line = "mt19937-1";
        line.reserve(9 * (state_size + 3));
        append_to(line);
        return line;
    }

    /// Puts back a state that save() returned.
    ///
    /// Errors: errc::state_invalid; nothing has changed then.
    void restore(std::string_view line) {
        detail::state_reader reader(line, "mt19937-1");
        const mt19937 saved = read_from(reader);
        reader.finish();
        *this = saved;
    }

    /// Appends the state to a line that a generator over this engine writes.
    void append_to(std::string& line) const {
        detail::append_state(line, position_);
        detail::append_state(line, draws());
        for (const std::uint32_t word : words_)
            detail::append_state(line, word);
    }

    /// Returns the state that append_to() wrote.
    ///
    /// Errors: errc::state_invalid.
    [[nodiscard]] static mt19937 read_from(detail::state_reader& reader) {
        mt19937 saved{unseeded{}};
        const auto position = static_cast<std::size_t>(reader.number(state_size));
        const std::uint64_t draws = reader.number();
        for (std::uint32_t& word : saved.words_)
            word = static_cast<std::uint32_t>(reader.number(UINT32_MAX));
        saved.start_at(position);
        saved.taken_before_ = draws;
        return saved;
    }

    /// Whether both give the same words from here on.
    friend bool operator==(const mt19937& a, const mt19937& b) noexcept {
        return a.position_ == b.position_ && a.words_ == b.words_;
    }

private:
    friend struct detail::fill_access;

    /// What every key is mixed into, computed once a process.
    static const std::array<std::uint32_t, state_size>& start_of_keys() noexcept {
        static const std::array<std::uint32_t, state_size> words = mt19937(19650218).words_;
        return words;
    }

    static constexpr std::uint32_t mixed(std::uint32_t before, std::uint32_t factor) noexcept {
        return (before ^ (before >> 30)) * factor;
    }

    void advance_index(std::size_t& i) noexcept {
        if (++i < state_size) return;
        words_[0] = words_[state_size - 1];
        i = 1;
    }

    void start_at(std::size_t position) noexcept {
        position_ = position;
        start_ = position;
        taken_before_ = 0;
    }

    static constexpr std::uint32_t twist(std::uint32_t upper, std::uint32_t lower) noexcept {
        const std::uint32_t y = (upper & 0x80000000) | (lower & 0x7fffffff);
        return (y >> 1) ^ ((0u - (lower & 1)) & 0x9908b0df);
    }

    [[gnu::noinline]] void refill() noexcept {
        constexpr std::size_t shift = 397;
        std::uint32_t* const w = words_.data();
        for (std::size_t i = 0; i < state_size - shift; ++i)
            w[i] = w[i + shift] ^ twist(w[i], w[i + 1]);
        for (std::size_t i = state_size - shift; i < state_size - 1; ++i)
            w[i] = w[i + shift - state_size] ^ twist(w[i], w[i + 1]);
        w[state_size - 1] = w[shift - 1] ^ twist(w[state_size - 1], w[0]);
        position_ = 0;
        taken_before_ += state_size;
    }

    std::array<std::uint32_t, state_size> words_;
    std::size_t position_ = state_size;
    std::size_t start_ = state_size;
    std::uint64_t taken_before_ = 0; // words of finished blocks; draws() is exact between refills too
};

} // namespace repro::inline v0
