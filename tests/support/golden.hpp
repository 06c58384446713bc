// SPDX-License-Identifier: MIT
#pragma once
// Reads the known answers under tests/vectors/golden and puts results into the same encoding, so that a test
// compares JSON with JSON. The encoding is described in tests/vectors/golden/README.md.

#include <repro/detail/libm_trigonometric.hpp>
#include <repro/detail/uint128.hpp>
#include <repro/hash/sha2.hpp>

#include <nlohmann/json.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

using json = nlohmann::json;
using repro::detail::int128;
using repro::detail::uint128;

/// Returns a file of known answers.
inline json read_golden(const std::string& name) {
    const std::string here = __FILE__;
    const std::string path = here.substr(0, here.rfind("support/")) + "vectors/golden/" + name;
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    return json::parse(file);
}

// Decoding.

inline int128 parse_integer(const std::string& text) {
    int128 value = 0;
    const bool negative = text.starts_with('-');
    for (const char c : text.substr(negative ? 1 : 0)) {
        if (c < '0' || c > '9') throw std::runtime_error("no integer: " + text);
        value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

inline int128 integer(const json& value) {
    if (value.is_string()) return parse_integer(value.get<std::string>());
    if (value.is_number_unsigned()) return static_cast<int128>(value.get<std::uint64_t>());
    return value.get<std::int64_t>();
}

template <class T> T integer_as(const json& value) { return static_cast<T>(integer(value)); }

inline double real(const json& value) {
    if (value.is_number()) return value.get<double>();
    const auto text = value.get<std::string>();
    std::size_t used = 0;
    const double number = std::stod(text, &used);
    if (used != text.size()) throw std::runtime_error("no number: " + text);
    return number;
}

inline std::vector<double> reals(const json& list) {
    std::vector<double> values;
    for (const json& value : list)
        values.push_back(real(value));
    return values;
}

/// The little-endian 32-bit limbs of a hexadecimal integer, "0x..." of any size.
inline std::vector<std::uint32_t> limbs_of_hex(std::string text) {
    text = text.substr(text.find('x') + 1);
    std::vector<std::uint32_t> limbs;
    while (!text.empty()) {
        const std::size_t cut = text.size() > 8 ? text.size() - 8 : 0;
        limbs.push_back(static_cast<std::uint32_t>(std::stoul(text.substr(cut), nullptr, 16)));
        text.resize(cut);
    }
    return limbs;
}

/// The limbs of {"int": ..., "int_hex": ...}; one limb for zero.
inline std::vector<std::uint32_t> limbs_of(const json& seed) {
    if (seed.contains("int_hex")) return limbs_of_hex(seed["int_hex"].get<std::string>());
    auto value = static_cast<uint128>(integer(seed["int"]));
    std::vector<std::uint32_t> limbs;
    do {
        limbs.push_back(static_cast<std::uint32_t>(value));
        value >>= 32;
    } while (value != 0);
    return limbs;
}

inline std::vector<std::uint8_t> bytes_of_hex(const std::string& text) {
    std::vector<std::uint8_t> bytes(text.size() / 2);
    if (!repro::detail::from_hex(text, bytes)) throw std::runtime_error("no hexadecimal bytes: " + text);
    return bytes;
}

// Encoding.

inline std::string decimal(uint128 value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return digits;
}

inline json encode(int128 value) {
    constexpr int128 exact = int128{1} << 53;
    if (value >= -exact && value <= exact) return static_cast<std::int64_t>(value);
    std::string text = value < 0 ? "-" : "";
    return text.append(decimal(value < 0 ? 0 - static_cast<uint128>(value) : static_cast<uint128>(value)));
}

/// An integer of any size, from its limbs.
inline json encode_limbs(std::vector<std::uint32_t> limbs) {
    if (limbs.size() <= 3) {
        uint128 value = 0;
        for (std::size_t i = limbs.size(); i-- > 0;)
            value = value << 32 | limbs[i];
        return encode(static_cast<int128>(value));
    }
    std::string digits;
    for (bool more = true; more;) {
        std::uint64_t rest = 0;
        more = false;
        for (std::size_t i = limbs.size(); i-- > 0;) {
            rest = rest << 32 | limbs[i];
            limbs[i] = static_cast<std::uint32_t>(rest / 10);
            more = more || limbs[i] != 0;
            rest %= 10;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + rest));
    }
    return digits.size() <= 15 ? json(std::stoll(digits)) : json(digits);
}

/// A double in the notation of Python's float.hex().
inline json encode(double value) {
    if (value != value) return "nan";
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const std::string sign = bits >> 63 != 0 ? "-" : "";
    const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
    const std::uint64_t fraction = bits & 0x000fffffffffffff;
    if (exponent == 0x7ff) return sign + "inf";
    if (exponent == 0 && fraction == 0) return sign + "0x0.0p+0";
    std::string digits(13, '0');
    for (int i = 0; i < 13; ++i)
        digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[fraction >> (48 - 4 * i) & 15];
    const int power = exponent == 0 ? -1022 : exponent - 1023;
    return sign + (exponent == 0 ? "0x0." : "0x1.") + digits + "p" + (power < 0 ? "-" : "+") +
           std::to_string(power < 0 ? -power : power);
}

template <class T> json encode_element(T value) {
    if constexpr (std::same_as<T, bool>)
        return value ? 1 : 0;
    else if constexpr (std::floating_point<T>)
        return encode(static_cast<double>(value));
    else
        return encode(static_cast<int128>(value));
}

template <class T> std::string digest_of(const std::vector<T>& values) {
    repro::sha256_hash hash;
    for (const T value : values) {
        std::uint64_t bits = 0;
        if constexpr (std::same_as<T, double>)
            bits = std::bit_cast<std::uint64_t>(value);
        else if constexpr (std::same_as<T, float>)
            bits = std::bit_cast<std::uint32_t>(value);
        else
            bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i)
            hash.update(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
    return repro::digest256{hash.finish()}.hex();
}

template <class T> constexpr std::string_view dtype_of() {
    if constexpr (std::same_as<T, bool>) return "bool";
    if constexpr (std::same_as<T, double>) return "float64";
    if constexpr (std::same_as<T, float>) return "float32";
    if constexpr (std::integral<T>) {
        constexpr std::string_view names[] = {"uint8", "uint16", "uint32", "uint64",
                                              "int8",  "int16",  "int32",  "int64"};
        return names[std::bit_width(sizeof(T)) - 1 + (std::signed_integral<T> ? 4 : 0)];
    }
}

inline constexpr std::size_t whole = 16, ends = 8;

template <class T> void encode_ends(json& result, const std::vector<T>& values) {
    for (std::size_t i = 0; i < ends; ++i) {
        result["first"].push_back(encode_element<T>(values[i]));
        result["last"].push_back(encode_element<T>(values[values.size() - ends + i]));
    }
    result["sha256"] = digest_of(values);
}

/// A NumPy array of the given shape (the length, where none is given).
template <class T> json encode_array(const std::vector<T>& values, json shape = nullptr) {
    json result = {{"dtype", dtype_of<T>()},
                   {"shape", shape.is_null() ? json::array({values.size()}) : shape}};
    if (values.size() > whole) {
        encode_ends(result, values);
        return result;
    }
    result["data"] = json::array();
    for (const T value : values)
        result["data"].push_back(encode_element<T>(value));
    return result;
}

/// A list of Python floats or ints.
template <class T> json encode_list(const std::vector<T>& values) {
    if (values.size() > whole) {
        json result = {{"n", values.size()}, {"pack", std::floating_point<T> ? "f64le" : "i64le"}};
        encode_ends(result, values);
        return result;
    }
    json result = json::array();
    for (const T value : values)
        result.push_back(encode_element<T>(value));
    return result;
}

inline json encode_bytes(const std::vector<std::uint8_t>& bytes) {
    constexpr std::size_t longest = 64, shown = 32; // bytes, and hexadecimal digits of each end
    const std::string hex = repro::detail::to_hex(bytes);
    if (bytes.size() <= longest) return {{"hex", hex}};
    return {{"n", bytes.size()},
            {"hex_first", hex.substr(0, shown)},
            {"hex_last", hex.substr(hex.size() - shown)},
            {"sha256", digest_of(bytes)}};
}

/// The first `digits` of the digest over 32-bit words.
inline std::string words_digest(std::span<const std::uint32_t> words, std::size_t digits) {
    return digest_of(std::vector<std::uint32_t>(words.begin(), words.end())).substr(0, digits);
}

/// Whether sin, cos and acos of this machine are those of the reference, glibc's FMA path.
inline bool host_is_reference_libm() { return repro::detail::libm::host_has_reference(); }

/// Whether a call needs sin, cos or acos: the only ones whose bits are another's on another host.
inline bool is_trigonometric(const std::string& call) {
    return call == "gauss" || call == "vonmises" || call == "vonmisesvariate";
}

/// Whether the known answer of a call is promised on this machine.
inline bool is_promised(const std::string& call) {
    return host_is_reference_libm() || !is_trigonometric(call);
}

/// For its lifetime, sin, cos and acos are correctly rounded, as on a host without the reference.
struct rounded_trigonometry {
    rounded_trigonometry() { in_use = repro::detail::libm::correctly_rounded; }
    ~rounded_trigonometry() { in_use = before; }
    rounded_trigonometry(const rounded_trigonometry&) = delete;
    rounded_trigonometry& operator=(const rounded_trigonometry&) = delete;

    repro::detail::libm::trigonometry& in_use = repro::detail::libm::trigonometry_in_use();
    repro::detail::libm::trigonometry before = in_use;
};

} // namespace support
