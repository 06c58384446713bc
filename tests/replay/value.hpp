// SPDX-License-Identifier: MIT
#pragma once
// What a replayed call returned, free of the way in which a file of known answers writes it down.

#include <repro/detail/uint128.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace replay {

using repro::detail::int128;

struct value;

/// An integer of any size.
struct wide_integer {
    bool negative = false;
    std::vector<std::uint32_t> limbs; ///< Little-endian.
};

/// A NumPy array or a tensor: its elements in C order, little-endian. Half types keep their own 16 bits.
struct array {
    std::string dtype; ///< "float64", "float32", "float16", "bfloat16", "int8" ... "uint64", "bool".
    std::vector<std::size_t> shape;
    std::vector<std::uint8_t> bytes;
};

/// SHA-256 in 64 hexadecimal digits; a file may show the first digits alone.
struct digest {
    std::string hex;
};

using bytes = std::vector<std::uint8_t>;
using list = std::vector<value>;             ///< A Python list or tuple.
using object = std::map<std::string, value>; ///< Several results by name, or a state.

/// One result; None where nothing was returned.
struct value {
    std::variant<std::monostate, bool, int128, wide_integer, double, std::string, bytes, array, digest, list,
                 object>
        is;

    value() = default;
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, value>)
    value(T&& from) : is(stored(std::forward<T>(from))) {} // NOLINT(google-explicit-constructor)

private:
    template <class T> static auto stored(T&& from) {
        using plain = std::remove_cvref_t<T>;
        if constexpr (std::same_as<plain, bool>)
            return from;
        else if constexpr (std::integral<plain>)
            return static_cast<int128>(from);
        else if constexpr (std::floating_point<plain>)
            return static_cast<double>(from);
        else if constexpr (std::convertible_to<T, std::string_view>)
            return std::string(from);
        else
            return plain(std::forward<T>(from));
    }
};

template <class T> void append_little_endian(std::vector<std::uint8_t>& out, T element) {
    const auto bits = [&] {
        if constexpr (std::same_as<T, double>)
            return std::bit_cast<std::uint64_t>(element);
        else if constexpr (std::same_as<T, float>)
            return std::bit_cast<std::uint32_t>(element);
        else
            return static_cast<std::uint64_t>(element);
    }();
    for (std::size_t i = 0; i < sizeof(T); ++i)
        out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
}

/// The name of an arithmetic type among the dtypes.
template <class T> constexpr const char* dtype_of() {
    if constexpr (std::same_as<T, bool>) return "bool";
    if constexpr (std::same_as<T, double>) return "float64";
    if constexpr (std::same_as<T, float>) return "float32";
    constexpr const char* names[] = {"uint8", "uint16", "uint32", "uint64",
                                     "int8",  "int16",  "int32",  "int64"};
    return names[std::bit_width(sizeof(T)) - 1 + (std::signed_integral<T> ? 4 : 0)];
}

/// An array of these elements in this shape (one axis, where none is given).
template <class T> array make_array(std::span<const T> elements, std::vector<std::size_t> shape = {}) {
    array result{dtype_of<T>(), std::move(shape), {}};
    if (result.shape.empty()) result.shape = {elements.size()};
    result.bytes.reserve(elements.size() * sizeof(T));
    for (const T element : elements)
        append_little_endian(result.bytes, element);
    return result;
}

} // namespace replay
