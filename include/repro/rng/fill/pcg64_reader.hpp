// SPDX-License-Identifier: MIT
#pragma once
// A PCG64 that makes its words in bulk and hands them out one by one.

#include <repro/rng/fill/pcg64_core.hpp>
#include <repro/rng/fill/store.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace repro::inline v0 {
namespace detail {

/// Reads ahead of `core`, which stands after the last word handed out when the reader goes. `Kernel` makes
/// the words.
template <class Kernel> class pcg64_reader {
public:
    static constexpr std::size_t capacity = 512;

    explicit pcg64_reader(fill::pcg64_core& core) noexcept : core_(core), made_(core) {}
    pcg64_reader(const pcg64_reader&) = delete;
    pcg64_reader& operator=(const pcg64_reader&) = delete;
    ~pcg64_reader() { core_.advance(next_); }

    std::uint64_t next_uint64() noexcept {
        if (next_ == size_) [[unlikely]]
            refill();
        return words_[next_++];
    }
    double next_double() noexcept { return pcg64_double(next_uint64()); }

private:
    // Few words first: whoever wants few pays for few.
    [[gnu::noinline]] void refill() noexcept {
        core_ = made_;
        size_ = size_ == 0 ? 32 : size_ < capacity ? 2 * size_ : capacity;
        Kernel::words(made_, words_, size_, store_kind::cached);
        next_ = 0;
    }

    fill::pcg64_core& core_; // before the first of the words made
    fill::pcg64_core made_;  // after the last of them
    std::size_t next_ = 0, size_ = 0;
    alignas(64) std::uint64_t words_[capacity];
};

/// The 32-bit halves of a PCG64's words by NumPy's rule: the kept one first, then low and high half of each
/// word. Leaves the generator and its kept half as single draws would.
template <class Kernel, class Half> class pcg64_halves {
public:
    pcg64_halves(fill::pcg64_core& core, Half& half) noexcept : core_(core), made_(core), half_(half) {
        if (half.present) halves_[--next_] = half.value;
    }
    pcg64_halves(const pcg64_halves&) = delete;
    pcg64_halves& operator=(const pcg64_halves&) = delete;

    ~pcg64_halves() {
        half_.present = next_ < front;
        if (next_ <= front) return;
        const std::size_t taken = next_ - front;
        core_.advance((taken + 1) / 2);
        half_.present = taken % 2 != 0;
        half_.value = static_cast<std::uint32_t>(core_.word() >> 32);
    }

    /// Returns the next halves and lowers `n` to how many there are, at least one.
    const std::uint32_t* available(std::size_t& n) noexcept {
        if (next_ == end_) refill();
        if (n > end_ - next_) n = end_ - next_;
        return halves_ + next_;
    }
    void take(std::size_t n) noexcept { next_ += n; }

private:
    static constexpr std::size_t front = 16; ///< where the halves of a refill start
    static constexpr std::size_t n_words = 256;

    void refill() noexcept {
        std::uint64_t words[n_words];
        core_ = made_;
        Kernel::words(made_, words, n_words, store_kind::cached);
        if constexpr (std::endian::native == std::endian::big)
            for (std::uint64_t& word : words)
                word = word << 32 | word >> 32;
        std::memcpy(halves_ + front, words, sizeof words);
        next_ = front;
        end_ = front + 2 * n_words;
    }

    fill::pcg64_core& core_; // before the first of the words made
    fill::pcg64_core made_;  // after the last of them
    Half& half_;
    std::size_t next_ = front, end_ = front;
    alignas(64) std::uint32_t halves_[front + 2 * n_words];
};

} // namespace detail
} // namespace repro::inline v0
