// SPDX-License-Identifier: MIT
#pragma once
// Fisher and Yates's shuffle as NumPy does it, where the time goes into waiting for memory: partners are
// drawn a batch ahead, and their places are on the way into the cache while the batch before is exchanged.

#include <repro/rng/fill/bounded.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// The partners of a batch of elements, from some element down.
class partner_batch {
public:
    static constexpr std::size_t capacity = 256;

    /// Draws partners for elements `i`, i - 1, ..., as many as the batch holds or as there are down to 1.
    /// Each word gives one at most, so none is read in vain.
    template <class Partners, class Words> void draw(Words& words, std::uint32_t i) noexcept {
        const std::size_t wanted = std::min<std::size_t>(capacity, i);
        size_ = 0;
        while (size_ < wanted) {
            const auto element = i - static_cast<std::uint32_t>(size_);
            const std::uint32_t mask = masked32(element).mask;
            const std::size_t under_this_mask = element - (mask >> 1);
            std::size_t n = std::min(wanted - size_, under_this_mask); // then the mask shrinks
            const std::uint32_t* const next = words.available(n);
            size_ += Partners::pick(next, n, mask, element, partners_ + size_);
            words.take(n);
        }
    }

    template <class T> void prefetch(const T* items) const noexcept {
        for (std::size_t k = 0; k < size_; ++k)
            __builtin_prefetch(items + partners_[k], 1);
    }

    template <class T> void exchange(T* items, std::uint32_t i) const noexcept {
        for (std::size_t k = 0; k < size_; ++k, --i)
            std::swap(items[partners_[k]], items[i]);
    }

    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(size_); }

private:
    std::size_t size_ = 0;
    std::uint32_t partners_[capacity + 16];
};

/// Shuffles at most 2^32 items with 32-bit words.
template <class Partners, class Words, class T> void shuffle(Words& words, T* items, std::size_t n) noexcept {
    if (n < 2) return;
    partner_batch batches[2];
    partner_batch *present = &batches[0], *next = &batches[1];
    auto i = static_cast<std::uint32_t>(n - 1);
    present->draw<Partners>(words, i);
    present->prefetch(items);
    while (i > 0) {
        next->draw<Partners>(words, i - present->size());
        next->prefetch(items);
        present->exchange(items, i);
        i -= present->size();
        std::swap(present, next);
    }
}

} // namespace detail
} // namespace repro::inline v0
