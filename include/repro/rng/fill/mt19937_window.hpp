// SPDX-License-Identifier: MIT
#pragma once
// The unread words of an MT19937 in one piece. A fill reads from any position on and leaves the engine after
// the last word it read, as single draws would.

#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/mt19937_portable.hpp>
#include <repro/rng/mt19937.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace repro::inline v0 {
namespace detail {

/// A copy of an engine's block, in front of which up to 31 unread words of the block before stay in
/// place: reads need not stop where a block ends. The engine stands right again when the window goes.
template <class Kernel> class mt19937_window {
public:
    using kernel = Kernel;
    static constexpr std::size_t capacity = 32 + mt19937::state_size;
    static constexpr std::size_t granule = 32; ///< words that a kernel takes at once

    explicit mt19937_window(mt19937& engine) noexcept : engine_(engine), next_(granule + engine.position()) {
        std::memcpy(words_ + granule, engine.words().data(), mt19937::state_size * sizeof words_[0]);
    }
    mt19937_window(const mt19937_window&) = delete;
    mt19937_window& operator=(const mt19937_window&) = delete;

    ~mt19937_window() {
        std::memcpy(fill_access::words(engine_).data(), words_ + granule,
                    mt19937::state_size * sizeof words_[0]);
        fill_access::position(engine_) = next_ - granule;
    }

    /// Returns how many words can be read.
    [[nodiscard]] std::size_t size() const noexcept { return capacity - next_; }
    /// Returns the next words, untempered.
    [[nodiscard]] const std::uint32_t* data() const noexcept { return words_ + next_; }
    void take(std::size_t n_words) noexcept { next_ += n_words; }

    /// Returns the next word.
    [[nodiscard]] std::uint32_t next() noexcept {
        if (size() == 0) refill();
        return mt19937_temper(words_[next_++]);
    }

    /// Makes the next block.
    /// Precondition: fewer than `granule` words are unread, and the next reads take all of them.
    void refill() noexcept {
        const std::size_t unread = size();
        std::memcpy(words_ + granule - unread, data(), unread * sizeof words_[0]);
        Kernel::twist(words_ + granule);
        fill_access::taken_before(engine_) += mt19937::state_size;
        next_ = granule - unread;
    }

private:
    alignas(64) std::uint32_t words_[capacity];
    mt19937& engine_;
    std::size_t next_;
};

/// The tempered words of an engine in pieces of up to a block.
template <class Kernel> class mt19937_words {
public:
    explicit mt19937_words(mt19937& engine) noexcept : window_(engine) { temper(); }

    /// Returns the next words and lowers `n` to how many there are, at least one.
    const std::uint32_t* available(std::size_t& n) noexcept {
        if (window_.size() == 0) {
            window_.refill();
            temper();
        }
        if (n > window_.size()) n = window_.size();
        return tempered_ + (window_.capacity - window_.size());
    }
    void take(std::size_t n) noexcept { window_.take(n); }

private:
    void temper() noexcept {
        Kernel::temper(window_.data(), tempered_ + (window_.capacity - window_.size()), window_.size(),
                       store_kind::cached);
    }

    mt19937_window<Kernel> window_;
    alignas(64) std::uint32_t tempered_[mt19937_window<Kernel>::capacity];
};

} // namespace detail
} // namespace repro::inline v0
