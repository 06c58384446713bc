// SPDX-License-Identifier: MIT
#pragma once
// Who runs the pieces of a reduction. Which piece runs where, and when, changes no bit.

#include <concepts>
#include <cstddef>

namespace repro::inline v0 {

/// Runs pieces: run(n, f) calls f(i) once for every i below n, from any threads, and returns when all are
/// done; concurrency() is how many pieces it can run at a time.
template <class T>
concept executor = requires(T& which, std::size_t n) {
    { which.concurrency() } -> std::convertible_to<std::size_t>;
    which.run(n, [](std::size_t) {});
};

/// Runs the pieces one after the other in the calling thread.
struct serial {
    [[nodiscard]] static constexpr std::size_t concurrency() noexcept { return 1; }
    template <class Function> static constexpr void run(std::size_t n, Function&& piece) {
        for (std::size_t i = 0; i < n; ++i)
            piece(i);
    }
};

namespace detail {

/// Terms below which a piece is not worth a thread.
inline constexpr std::size_t least_piece = 1u << 15;

/// Returns into how many pieces `n` terms are cut.
template <executor Executor> [[nodiscard]] std::size_t n_pieces(std::size_t n, Executor& by) {
    const std::size_t most = n / least_piece + 1;
    const std::size_t threads = by.concurrency();
    return threads < most ? (threads == 0 ? 1 : threads) : most;
}

/// The terms of one of `n_pieces` pieces.
struct piece {
    std::size_t first;
    std::size_t size;
};
[[nodiscard]] constexpr piece piece_of(std::size_t i, std::size_t n_pieces, std::size_t n) noexcept {
    const std::size_t each = n / n_pieces, more = n % n_pieces;
    return {i * each + (i < more ? i : more), each + (i < more ? 1 : 0)};
}

} // namespace detail
} // namespace repro::inline v0
