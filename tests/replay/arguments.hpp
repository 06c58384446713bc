// SPDX-License-Identifier: MIT
#pragma once
// Decodes the arguments and seeds of known answers. Whatever is not of the form that
// tests/vectors/golden/README.md describes throws `unsupported`, with its name.

#include <repro/core/digest.hpp>
#include <repro/hash/sha2.hpp>

#include "player.hpp"

#include <cerrno>
#include <cstdlib>
#include <limits>

namespace replay {

using repro::detail::uint128;
using shape_type = std::vector<std::size_t>;

/// The start of a JSON text, for messages.
inline std::string shown(const json& value) {
    constexpr std::size_t longest = 160;
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > longest) text.replace(longest, std::string::npos, "...");
    return text;
}

[[noreturn]] inline void malformed(const std::string& what, const json& value) {
    throw unsupported(what + ": " + shown(value));
}

/// The argument of this name, which must be there.
inline const json& need(const json& args, const std::string& name) {
    const auto found = args.find(name);
    if (found == args.end()) throw unsupported("no argument '" + name + "' in " + shown(args));
    return *found;
}

/// The argument of this name; null where it is not there.
inline const json& optional(const json& args, const std::string& name) {
    static const json null;
    const auto found = args.find(name);
    return found == args.end() ? null : *found;
}

/// The little-endian 32-bit limbs of a decimal number or, after "0x", of a hexadecimal one, of any size and
/// without its sign; one limb for zero.
inline std::vector<std::uint32_t> limbs_of(std::string_view text) {
    const json whole = std::string(text);
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool hexadecimal = text.starts_with("0x");
    if (hexadecimal) text.remove_prefix(2);
    if (text.empty() || text.size() > 20000) malformed("no integer", whole);
    std::vector<std::uint32_t> limbs{0};
    for (const char c : text) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit >= (hexadecimal ? 16 : 10)) malformed("no integer", whole);
        std::uint64_t carry = digit;
        for (std::uint32_t& limb : limbs) {
            carry += std::uint64_t{limb} * (hexadecimal ? 16 : 10);
            limb = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
    }
    return limbs;
}

/// An integer: a JSON number, or a string of decimal digits.
inline int128 integer(const json& value) {
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (value.is_number_unsigned()) return static_cast<int128>(value.get<std::uint64_t>());
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_string()) malformed("no integer", value);
    const auto text = value.get<std::string>();
    const std::vector<std::uint32_t> limbs = limbs_of(text);
    if (limbs.size() > 4 || (limbs.size() == 4 && limbs[3] >> 31 != 0))
        malformed("an integer beyond 127 bits", value);
    uint128 magnitude = 0;
    for (std::size_t i = limbs.size(); i-- > 0;)
        magnitude = magnitude << 32 | limbs[i];
    return text.starts_with('-') ? -static_cast<int128>(magnitude) : static_cast<int128>(magnitude);
}

/// An integer that fits T.
template <class T> T integer_as(const json& value) {
    const int128 wide = integer(value);
    if (wide < static_cast<int128>(std::numeric_limits<T>::min()) ||
        wide > static_cast<int128>(std::numeric_limits<T>::max()))
        malformed("an integer out of range", value);
    return static_cast<T>(wide);
}

/// A number of things that memory can hold.
inline std::size_t count(const json& value) {
    constexpr std::size_t most = std::size_t{1} << 28;
    const auto n = integer_as<std::uint64_t>(value);
    if (n > most) malformed("a count beyond 2**28", value);
    return static_cast<std::size_t>(n);
}

/// A double: a C99 hexadecimal float, "inf", "-inf", "nan", or a JSON number.
inline double real(const json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) malformed("no number", value);
    const auto text = value.get<std::string>();
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) malformed("no number", value);
    return number;
}

inline bool flag(const json& value) {
    if (!value.is_boolean()) malformed("no boolean", value);
    return value.get<bool>();
}

inline std::string text(const json& value) {
    if (!value.is_string()) malformed("no text", value);
    return value.get<std::string>();
}

inline const json& array_of(const json& value) {
    if (!value.is_array()) malformed("no list", value);
    return value;
}

inline std::vector<double> reals(const json& given) {
    std::vector<double> values;
    for (const json& each : array_of(given))
        values.push_back(real(each));
    return values;
}

template <class T> std::vector<T> integers_as(const json& given) {
    std::vector<T> values;
    for (const json& each : array_of(given))
        values.push_back(integer_as<T>(each));
    return values;
}

/// The limbs of the seed {"int": ..., "int_hex": ...} without its sign.
inline std::vector<std::uint32_t> seed_limbs(const json& seed) {
    if (seed.contains("int_hex")) return limbs_of(text(seed["int_hex"]));
    const json& number = need(seed, "int");
    return limbs_of(number.is_string() ? number.get<std::string>() : number.dump());
}

inline bytes bytes_of_hex(const json& hex) {
    const auto digits = text(hex);
    bytes result(digits.size() / 2);
    if (!repro::detail::from_hex(digits, result)) malformed("no hexadecimal bytes", hex);
    return result;
}

/// The extents of a shape: a number or a list of numbers.
inline shape_type extents(const json& shape) {
    if (!shape.is_array()) return {count(shape)};
    shape_type result;
    for (const json& each : shape)
        result.push_back(count(each));
    return result;
}

inline std::size_t product(const shape_type& shape) {
    constexpr std::size_t most = std::size_t{1} << 28;
    std::size_t result = 1;
    for (const std::size_t extent : shape) {
        if (extent != 0 && result > most / extent) throw unsupported("a shape beyond 2**28 elements");
        result *= extent;
    }
    return result;
}

/// An axis of so many; negative ones count from the last.
inline std::size_t axis_of(const json& axis, std::size_t axes) {
    const int128 given = integer(axis);
    const int128 from_first = given < 0 ? given + static_cast<int128>(axes) : given;
    if (from_first < 0 || from_first >= static_cast<int128>(axes)) malformed("no such axis", axis);
    return static_cast<std::size_t>(from_first);
}

/// The version "major.minor..." as 1000 * major + minor; the fallback where the case names none.
inline int version_of(const json& c, int fallback) {
    const json& version = optional(c, "version");
    if (version.is_null()) return fallback;
    const auto written = text(version);
    char* rest = nullptr;
    const long major = std::strtol(written.c_str(), &rest, 10);
    if (*rest != '.' || major < 0 || major > 1000) malformed("no version", version);
    const char* const second = rest + 1;
    const long minor = std::strtol(second, &rest, 10);
    if (rest == second || minor < 0 || minor > 999) malformed("no version", version);
    return static_cast<int>(1000 * major + minor);
}

// Encoding.

inline wide_integer wide(uint128 number) {
    wide_integer result;
    for (; number != 0; number >>= 32)
        result.limbs.push_back(static_cast<std::uint32_t>(number));
    return result;
}

/// Elements in this shape, which has no axis where it is empty.
template <class T> array shaped(const std::vector<T>& elements, shape_type shape) {
    array result;
    if constexpr (std::same_as<T, bool>)
        result = {dtype_of<bool>(), {}, bytes(elements.begin(), elements.end())};
    else
        result = make_array(std::span<const T>(elements));
    result.shape = std::move(shape);
    return result;
}

template <class T> array shaped(const std::vector<T>& elements) {
    return shaped(elements, {elements.size()});
}

/// A Python list of these.
template <class T> list list_of(const T& elements) { return list(elements.begin(), elements.end()); }

/// The digest of 32-bit state words.
inline digest words_digest(std::span<const std::uint32_t> words) {
    bytes little_endian;
    for (const std::uint32_t word : words)
        append_little_endian(little_endian, word);
    repro::sha256_hash hash;
    hash.update(std::span<const std::uint8_t>(little_endian));
    return {repro::digest256{hash.finish()}.hex()};
}

} // namespace replay
