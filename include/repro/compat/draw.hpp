// SPDX-License-Identifier: MIT
#pragma once
// What the methods of all twins share: the forms that return or fill many values, exchanging elements, and
// the set of indices already chosen.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns `count` values, drawn one after the other.
template <class T, class Draw> [[nodiscard]] std::vector<T> draw_many(std::size_t count, Draw draw) {
    std::vector<T> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = draw();
    return values;
}

/// Fills `out` in order.
template <class T, class Draw> void draw_into(std::span<T> out, Draw draw) {
    for (T& value : out)
        value = draw();
}

/// The second normal of a pair, kept for the next call.
struct kept_normal {
    bool present = false;
    double value = 0.0;

    friend bool operator==(const kept_normal& a, const kept_normal& b) noexcept {
        return a.present == b.present && (!a.present || a.value == b.value);
    }
};

/// Exchanges two elements of anything with operator[].
template <class Sequence> void exchange(Sequence& sequence, std::size_t i, std::size_t j) {
    auto held = std::move(sequence[i]);
    sequence[i] = std::move(sequence[j]);
    sequence[j] = std::move(held);
}

/// The indices chosen so far, at most as many as announced.
class index_set {
public:
    explicit index_set(std::size_t capacity) {
        while ((std::size_t{1} << bits_) < 2 * capacity)
            ++bits_;
        slots_.assign(std::size_t{1} << bits_, free_slot);
    }

    /// Returns whether `index` was new.
    bool insert(std::uint64_t index) {
        std::size_t slot = (index * 0x9e3779b97f4a7c15) >> (64 - bits_);
        while (slots_[slot] != free_slot) {
            if (slots_[slot] == index) return false;
            slot = (slot + 1) & (slots_.size() - 1);
        }
        slots_[slot] = index;
        return true;
    }

private:
    static constexpr std::uint64_t free_slot = UINT64_MAX;
    int bits_ = 1;
    std::vector<std::uint64_t> slots_;
};

} // namespace detail
} // namespace repro::inline v0
