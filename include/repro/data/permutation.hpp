// SPDX-License-Identifier: MIT
#pragma once
// A shuffle that is a formula: the sample at any position of an epoch's order in constant memory and time,
// for up to 2^63 samples, so that a rank, a worker or a kernel starts anywhere and nobody keeps a table.
// Origin: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002 (generalised Feistel
// rounds, cycle-walking); Mitchell, Stokes, Frank, Holmes, "Bandwidth-optimal random shuffling for GPUs",
// 2021 (such a cipher of few multiplications as a shuffle). Known answers:
// tests/vectors/contract/permutation.txt

#include <repro/data/index_iterator.hpp>
#include <repro/data/keyed_words.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/uint128.hpp>
#include <repro/rng/distributions.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// Up to sixteen items in random order, four bits each in one word, every order equally likely.
class nibble_order {
public:
    template <random_words G> [[nodiscard]] static constexpr std::uint64_t draw(G&& words, std::uint64_t n) {
        std::uint64_t order = 0xfedcba9876543210;
        for (std::uint64_t i = n; i > 1; --i)
            order = exchanged(order, 4 * (i - 1), 4 * uniform_int(words, i));
        return order;
    }

    [[nodiscard]] REPRO_HOST_DEVICE static constexpr std::uint64_t item(std::uint64_t order,
                                                                        std::uint64_t place) noexcept {
        return order >> (4 * place) & 15;
    }

    [[nodiscard]] REPRO_HOST_DEVICE static constexpr std::uint64_t place(std::uint64_t order,
                                                                         std::uint64_t item) noexcept {
        std::uint64_t place = 0;
        while ((order >> (4 * place) & 15) != item)
            ++place;
        return place;
    }

private:
    [[nodiscard]] static constexpr std::uint64_t exchanged(std::uint64_t order, std::uint64_t a,
                                                           std::uint64_t b) noexcept {
        const std::uint64_t difference = (order >> a ^ order >> b) & 15;
        return order ^ difference << a ^ difference << b;
    }
};

} // namespace detail

/// The order of `n` samples in one epoch: `order[i]` is the sample at position i, `order.position_of(s)` the
/// position of sample s. It depends on seed, epoch and n alone, and each of the three gives orders that have
/// nothing to do with each other. Two data sets of one size under one seed are told apart by a seed derived
/// for each: `derive_seed(root_key(42), "validation")`.
///
/// Up to sixteen samples are an exact shuffle, every order equally likely. More are a cipher: the index is
/// cut into the row and the column of the smallest table of 2^k columns, k = floor(log2(n) / 2), that
/// holds n cells; six times each is moved round by a keyed hash of the other; and what comes to lie behind
/// the n-th cell, which is rare, is moved again. Where two samples come to lie tells four such
/// rounds from chance at n = 20 and three at n = 64, given 400 000 keys; each further round leaves a
/// fifteenth of that or less, so there are six. It is a shuffle, not a secret.
///
/// Stability: contract 1; class int.
/// Threads:   a value of 120 bytes that never changes: safe, and a parameter of kernels.
/// Example:
///     const repro::permutation order(42, epoch, samples);
///     for (auto i = rank; i < order.size(); i += world) train(order[i]);
class permutation {
public:
    static constexpr std::uint64_t max_size = std::uint64_t{1} << 63;

    /// Errors: errc::argument_invalid for more than 2^63 samples.
    constexpr permutation(seed s, std::uint64_t epoch, std::uint64_t n) : size_(n) {
        if (n > max_size)
            throw error(errc::argument_invalid, "permutation()", "more than 2^63 samples", "order fewer");
        keyed_words words(s, detail::packed_text("permute"), epoch, n);
        if (n <= few) {
            key_[0] = detail::nibble_order::draw(words, n);
            return;
        }
        column_bits_ = static_cast<std::uint32_t>(std::bit_width(n) - 1) / 2;
        rows_ = ((n - 1) >> column_bits_) + 1;
        for (std::uint64_t& key : key_)
            key = words();
    }

    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t size() const noexcept { return size_; }

    /// Returns the sample at position `i`. On the host and in a kernel.
    ///
    /// Precondition: i < size().
    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t operator[](std::uint64_t i) const noexcept {
        REPRO_EXPECTS(i < size_);
        if (size_ <= few) return detail::nibble_order::item(key_[0], i);
        do
            i = forwards(i);
        while (i >= size_);
        return i;
    }

    /// Returns the position of `sample`: the inverse of [].
    ///
    /// Precondition: sample < size().
    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t position_of(std::uint64_t sample) const noexcept {
        REPRO_EXPECTS(sample < size_);
        if (size_ <= few) return detail::nibble_order::place(key_[0], sample);
        do
            sample = backwards(sample);
        while (sample >= size_);
        return sample;
    }

    /// Writes the samples at positions `first`, first + 1, ... to `out`: those of [], sooner.
    ///
    /// Precondition: first + out.size() <= size().
    constexpr void copy(std::uint64_t first, std::span<std::uint64_t> out) const noexcept {
        std::size_t i = 0;
        if (size_ > few)
            for (; i + lanes <= out.size(); i += lanes)
                copy_lanes(first + i, &out[i]);
        for (; i < out.size(); ++i)
            out[i] = (*this)[first + i];
    }

    [[nodiscard]] constexpr auto begin() const noexcept { return detail::index_iterator(*this, 0); }
    [[nodiscard]] constexpr auto end() const noexcept { return detail::index_iterator(*this, size_); }

private:
    static constexpr std::uint64_t few = 16;
    static constexpr int rounds = 12;
    static constexpr std::uint64_t lanes = 8;

    /// A hash of a row or a column from [0, bound): the multipliers are Philox's.
    [[nodiscard]] REPRO_HOST_DEVICE static constexpr std::uint64_t hash(std::uint64_t half, std::uint64_t key,
                                                                        std::uint64_t bound) noexcept {
        std::uint64_t z = (half + key) * 0xd2e7470ee14c6c93;
        z = (z ^ z >> 32) * 0xca5a826395121157;
        return static_cast<std::uint64_t>(static_cast<detail::uint128>(z) * bound >> 64);
    }

    struct cell {
        std::uint64_t row, column;
    };

    [[nodiscard]] REPRO_HOST_DEVICE constexpr cell cell_of(std::uint64_t index) const noexcept {
        return {index >> column_bits_, index & ((std::uint64_t{1} << column_bits_) - 1)};
    }
    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t index_of(const cell& c) const noexcept {
        return c.row << column_bits_ | c.column;
    }

    /// Moves a cell by two rounds.
    REPRO_HOST_DEVICE constexpr void move(cell& c, int round) const noexcept {
        const std::uint64_t columns = std::uint64_t{1} << column_bits_;
        c.row += hash(c.column, key_[round], rows_);
        c.row -= c.row >= rows_ ? rows_ : 0;
        c.column = (c.column + hash(c.row, key_[round + 1], columns)) & (columns - 1);
    }

    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t forwards(std::uint64_t index) const noexcept {
        cell c = cell_of(index);
        for (int round = 0; round < rounds; round += 2)
            move(c, round);
        return index_of(c);
    }

    /// Writes `lanes` samples: a round waits for the one before, so that several cells move at a time.
    constexpr void copy_lanes(std::uint64_t first, std::uint64_t* out) const noexcept {
        cell cells[lanes] = {};
        for (std::uint64_t k = 0; k < lanes; ++k)
            cells[k] = cell_of(first + k);
        for (int round = 0; round < rounds; round += 2)
            for (cell& each : cells)
                move(each, round);
        for (std::uint64_t k = 0; k < lanes; ++k) {
            out[k] = index_of(cells[k]);
            while (out[k] >= size_)
                out[k] = forwards(out[k]);
        }
    }

    [[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t backwards(std::uint64_t index) const noexcept {
        const std::uint64_t columns = std::uint64_t{1} << column_bits_;
        cell c = cell_of(index);
        for (int round = rounds; round > 0; round -= 2) {
            c.column = (c.column - hash(c.row, key_[round - 1], columns)) & (columns - 1);
            const std::uint64_t moved = hash(c.column, key_[round - 2], rows_);
            c.row = c.row >= moved ? c.row - moved : c.row + rows_ - moved;
        }
        return index_of(c);
    }

    std::uint64_t size_;
    std::uint64_t rows_ = 0;
    std::uint32_t column_bits_ = 0;
    std::uint64_t key_[rounds] = {};
};

} // namespace repro::inline v0
