// SPDX-License-Identifier: MIT
#pragma once
// Iteration over whatever has size() and operator[].

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// Goes through `(*items)[0]`, `(*items)[1]`, ...; the items have to outlive it.
template <class Items> class index_iterator {
public:
    using difference_type = std::ptrdiff_t;
    using value_type = std::remove_cvref_t<decltype(std::declval<const Items&>()[0])>;

    constexpr index_iterator() noexcept = default;
    constexpr index_iterator(const Items& items, std::uint64_t index) noexcept
        : items_(&items), index_(index) {}

    [[nodiscard]] constexpr value_type operator*() const { return (*items_)[index_]; }
    constexpr index_iterator& operator++() noexcept {
        ++index_;
        return *this;
    }
    constexpr index_iterator operator++(int) noexcept {
        const index_iterator before = *this;
        ++index_;
        return before;
    }
    friend constexpr bool operator==(const index_iterator& a, const index_iterator& b) noexcept {
        return a.index_ == b.index_;
    }

private:
    const Items* items_ = nullptr;
    std::uint64_t index_ = 0;
};

} // namespace detail
} // namespace repro::inline v0
