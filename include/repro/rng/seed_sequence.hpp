// SPDX-License-Identifier: MIT
#pragma once
// NumPy's SeedSequence: spreads entropy of any size over the state of an engine, and spawns independent
// children. Origin: NumPy (BSD-3-Clause), numpy/random/bit_generator.pyx, after M. E. O'Neill's randutils
// (MIT).

#include <repro/detail/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Little-endian 32-bit limbs of `value`: one for zero.
inline void append_limbs(std::vector<std::uint32_t>& limbs, std::uint64_t value) {
    limbs.push_back(static_cast<std::uint32_t>(value));
    if (value >> 32 != 0) limbs.push_back(static_cast<std::uint32_t>(value >> 32));
}

/// The running hash of SeedSequence: a multiplier that changes with every word.
class seed_hash {
public:
    constexpr seed_hash(std::uint32_t start, std::uint32_t factor) noexcept
        : constant_(start), factor_(factor) {}

    constexpr std::uint32_t operator()(std::uint32_t value) noexcept {
        value ^= constant_;
        constant_ *= factor_;
        value *= constant_;
        return value ^ (value >> 16);
    }

private:
    std::uint32_t constant_;
    std::uint32_t factor_;
};

[[nodiscard]] constexpr std::uint32_t seed_mix(std::uint32_t x, std::uint32_t y) noexcept {
    const std::uint32_t mixed = 0xca01f9dd * x - 0x4973f715 * y;
    return mixed ^ (mixed >> 16);
}

/// Spreads `words` over the whole pool.
constexpr void fill_seed_pool(std::span<std::uint32_t> pool, std::span<const std::uint32_t> words) noexcept {
    seed_hash hash(0x43b0d7e5, 0x931e8875);
    for (std::size_t i = 0; i < pool.size(); ++i)
        pool[i] = hash(i < words.size() ? words[i] : 0);
    for (std::size_t source = 0; source < pool.size(); ++source)
        for (std::size_t target = 0; target < pool.size(); ++target)
            if (source != target) pool[target] = seed_mix(pool[target], hash(pool[source]));
    for (std::size_t i = pool.size(); i < words.size(); ++i)
        for (std::uint32_t& target : pool)
            target = seed_mix(target, hash(words[i]));
}

/// Fills `state` from the pool, over and over; 64-bit words take two 32-bit ones, low half first.
template <std::unsigned_integral Word>
constexpr void expand_seed_pool(std::span<const std::uint32_t> pool, std::span<Word> state) noexcept {
    static_assert(sizeof(Word) == 4 || sizeof(Word) == 8);
    seed_hash hash(0x8b51f9dd, 0x58f38ded);
    std::size_t next = 0;
    for (Word& word : state) {
        word = 0;
        for (std::size_t shift = 0; shift < 8 * sizeof(Word); shift += 32) {
            word |= static_cast<Word>(hash(pool[next])) << shift;
            if (++next == pool.size()) next = 0;
        }
    }
}

} // namespace detail

/// NumPy's SeedSequence: entropy of any size in, as many well-mixed words as asked for out.
///
/// An integer is given as its little-endian 32-bit limbs; a sequence of integers as the limbs of each, one
/// after the other, zero being one limb. Stability: contract 1; class int.
class seed_sequence {
public:
    static constexpr std::size_t default_pool_size = 4;

    /// Takes one integer as entropy.
    explicit seed_sequence(std::uint64_t entropy) {
        detail::append_limbs(entropy_, entropy);
        mix();
    }

    /// Takes limbs as entropy, and the key that spawn() would give a child. The pool has at least four words.
    explicit seed_sequence(std::span<const std::uint32_t> entropy,
                           std::span<const std::uint32_t> spawn_key = {},
                           std::size_t pool_size = default_pool_size)
        : entropy_(entropy.begin(), entropy.end()),
          spawn_key_(spawn_key.begin(), spawn_key.end()),
          pool_(pool_size) {
        REPRO_EXPECTS(pool_size >= default_pool_size);
        mix();
    }

    /// Fills `state` with words of 32 or 64 bits. The same words every time.
    template <std::unsigned_integral Word> void generate_state(std::span<Word> state) const noexcept {
        detail::expand_seed_pool(std::span<const std::uint32_t>(pool_), state);
    }

    /// Returns `n_words` words of 32 or 64 bits.
    template <std::unsigned_integral Word = std::uint32_t>
    [[nodiscard]] std::vector<Word> generate_state(std::size_t n_words) const {
        std::vector<Word> state(n_words);
        generate_state(std::span<Word>(state));
        return state;
    }

    /// Returns `n_children` sequences, independent of this one and of every other child, also of later calls.
    [[nodiscard]] std::vector<seed_sequence> spawn(std::size_t n_children) {
        std::vector<seed_sequence> children;
        children.reserve(n_children);
        for (std::size_t i = 0; i < n_children; ++i) {
            std::vector<std::uint32_t> key = spawn_key_;
            detail::append_limbs(key, n_children_spawned_++);
            children.emplace_back(entropy_, key, pool_.size());
        }
        return children;
    }

    [[nodiscard]] const std::vector<std::uint32_t>& entropy() const noexcept { return entropy_; }
    [[nodiscard]] const std::vector<std::uint32_t>& spawn_key() const noexcept { return spawn_key_; }
    [[nodiscard]] const std::vector<std::uint32_t>& pool() const noexcept { return pool_; }
    [[nodiscard]] std::uint64_t n_children_spawned() const noexcept { return n_children_spawned_; }

    /// Continues the count of children where another object left off.
    void set_children_spawned(std::uint64_t n) noexcept { n_children_spawned_ = n; }

    friend bool operator==(const seed_sequence&, const seed_sequence&) = default;

private:
    void mix() {
        if (spawn_key_.empty()) {
            detail::fill_seed_pool(pool_, entropy_);
            return;
        }
        std::vector<std::uint32_t> words = entropy_;
        if (words.size() < pool_.size()) words.resize(pool_.size(), 0); // keeps key and entropy apart
        words.insert(words.end(), spawn_key_.begin(), spawn_key_.end());
        detail::fill_seed_pool(pool_, words);
    }

    std::vector<std::uint32_t> entropy_;
    std::vector<std::uint32_t> spawn_key_;
    std::vector<std::uint32_t> pool_ = std::vector<std::uint32_t>(default_pool_size);
    std::uint64_t n_children_spawned_ = 0;
};

} // namespace repro::inline v0
