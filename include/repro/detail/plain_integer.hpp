// SPDX-License-Identifier: MIT
#pragma once
// Integer types that stand for numbers.

#include <concepts>

namespace repro::inline v0 {
namespace detail {

/// An integer type of at most 64 bits, or bool; characters, which stand for text, are left out.
template <class T>
concept plain_integer =
    std::integral<T> && sizeof(T) <= 8 && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

} // namespace detail
} // namespace repro::inline v0
