// SPDX-License-Identifier: MIT
#pragma once
// Golden files for tests: numbers kept bit by bit in a text that a review can read, and what a mismatch looks
// like. Knows no test framework: testing/catch2.hpp and testing/gtest.hpp put it into theirs.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace repro::inline v0 {
namespace testing {

/// A number whose bits a golden file keeps: float, double, and integers of fixed width.
template <class T>
concept golden_number =
    (std::integral<T> && !std::same_as<T, bool>) || std::same_as<T, float> || std::same_as<T, double>;

/// What a comparison came to: empty where the bits are the same.
struct golden_outcome {
    std::string problem;   ///< what is wrong, where, and what to do
    bool approved = false; ///< the file was written just now

    [[nodiscard]] bool same() const noexcept { return problem.empty(); }
};

} // namespace testing

namespace detail {

template <std::size_t Bytes> struct golden_word;
template <> struct golden_word<1> {
    using type = std::uint8_t;
};
template <> struct golden_word<2> {
    using type = std::uint16_t;
};
template <> struct golden_word<4> {
    using type = std::uint32_t;
};
template <> struct golden_word<8> {
    using type = std::uint64_t;
};

/// Returns the bits of a number, in the low end of 64.
template <testing::golden_number T> [[nodiscard]] std::uint64_t golden_bits_of(T value) noexcept {
    return std::bit_cast<typename golden_word<sizeof(T)>::type>(value);
}

/// Returns "float64", "int32", "uint8", ...
template <testing::golden_number T> [[nodiscard]] std::string golden_type() {
    const char* const kind = std::floating_point<T> ? "float" : std::signed_integral<T> ? "int" : "uint";
    return kind + decimal(8 * sizeof(T));
}

/// Returns bits as their hexadecimal digits, as many as the type has.
[[nodiscard]] inline std::string golden_hex(std::uint64_t bits, std::size_t bytes) {
    std::string digits;
    for (std::size_t i = 2 * bytes; i-- > 0;)
        digits += "0123456789abcdef"[bits >> (4 * i) & 15U];
    return digits;
}

/// Returns a number in the fewest digits that give it back.
template <testing::golden_number T> [[nodiscard]] std::string golden_text(std::uint64_t bits) {
    const T value = std::bit_cast<T>(static_cast<typename golden_word<sizeof(T)>::type>(bits));
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// Returns how many numbers lie from one to the other: of floats those of their type, with both zeros one.
template <testing::golden_number T>
[[nodiscard]] std::uint64_t golden_distance(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t sign = std::uint64_t{1} << (8 * sizeof(T) - 1);
    if constexpr (std::floating_point<T>) {
        const bool other_side = ((a ^ b) & sign) != 0;
        const std::uint64_t x = a & (sign - 1), y = b & (sign - 1);
        return other_side ? x + y : x > y ? x - y : y - x;
    } else {
        const std::uint64_t x = std::signed_integral<T> ? a ^ sign : a,
                            y = std::signed_integral<T> ? b ^ sign : b;
        return x > y ? x - y : y - x;
    }
}

/// What a golden file holds.
struct golden_file {
    std::string type;
    std::vector<std::uint64_t> bits;
};

/// Returns the digest of what a golden file says: its type, and the bits as the file spells them.
[[nodiscard]] inline std::string golden_digest(std::string_view type, std::string_view words) {
    return sha256(std::string(type) + "\n" + std::string(words)).hex();
}

template <testing::golden_number T>
[[nodiscard]] std::string golden_document(const std::vector<std::uint64_t>& bits) {
    std::string words, lines;
    for (const std::uint64_t each : bits) {
        const std::string hex = golden_hex(each, sizeof(T));
        words += hex + "\n";
        lines += hex + " " + golden_text<T>(each) + "\n";
    }
    const std::string type = golden_type<T>();
    return "repro golden bits 1\ntype " + type + "\ncount " + decimal(bits.size()) + "\nsha256 " +
           golden_digest(type, words) + "\n" + lines;
}

[[nodiscard]] inline error golden_damaged(const std::filesystem::path& path, std::uint64_t line,
                                          std::string problem) {
    return {errc::digest_mismatch, path.native() + ":" + decimal(line), std::move(problem),
            "take the file from its commit again, or approve what the test computes: REPRO_APPROVE=1"};
}

/// Returns the rest of a line that starts with `word` and a space.
[[nodiscard]] inline std::string golden_field(std::istream& file, const std::filesystem::path& path,
                                              std::uint64_t line, std::string_view word) {
    std::string text;
    std::getline(file, text);
    if (!text.starts_with(word) || text.size() <= word.size() || text[word.size()] != ' ')
        throw golden_damaged(path, line, "does not give the " + std::string(word));
    return text.substr(word.size() + 1);
}

/// Returns what the golden file holds; what is written behind the bits of a line is for people.
///
/// Errors: errc::digest_mismatch where it was damaged or changed by hand.
[[nodiscard]] inline golden_file read_golden(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text, words;
    std::getline(file, text);
    if (text != "repro golden bits 1") throw golden_damaged(path, 1, "is no golden file of version 1");
    golden_file found{golden_field(file, path, 2, "type"), {}};
    std::uint64_t count = 0;
    if (!from_decimal(golden_field(file, path, 3, "count"), count))
        throw golden_damaged(path, 3, "gives no count");
    const std::string digest = golden_field(file, path, 4, "sha256");
    while (std::getline(file, text)) {
        const std::string hex = text.substr(0, text.find(' '));
        std::uint64_t bits = 0;
        const auto [end, failed] = std::from_chars(hex.data(), hex.data() + hex.size(), bits, 16);
        if (failed != std::errc() || end != hex.data() + hex.size())
            throw golden_damaged(path, 5 + found.bits.size(), "holds no bits");
        found.bits.push_back(bits);
        words += hex + "\n";
    }
    if (found.bits.size() != count || golden_digest(found.type, words) != digest)
        throw golden_damaged(path, 4, "does not have the digest that it names");
    return found;
}

/// Writes a golden file beside its name, and gives it the name then.
///
/// Errors: errc::unwritable.
inline void write_golden(const std::filesystem::path& path, const std::string& text) {
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    const std::filesystem::path fresh = path.native() + ".tmp";
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file) std::filesystem::rename(fresh, path, failed);
    if (file && !failed) return;
    throw error(errc::unwritable, path.native(), "cannot be written", "check the folder and its permissions");
}

/// Returns how two lists of one type part; empty where they do not.
template <testing::golden_number T>
[[nodiscard]] std::string golden_difference(const std::vector<std::uint64_t>& golden,
                                            const std::vector<std::uint64_t>& now) {
    const std::size_t common = std::min(golden.size(), now.size());
    std::size_t differing = 0, first = common;
    for (std::size_t i = 0; i < common; ++i)
        if (golden[i] != now[i] && differing++ == 0) first = i;
    if (differing == 0 && golden.size() == now.size()) return {};
    std::string text;
    if (differing > 0) {
        const auto spelled = [](std::uint64_t bits) {
            return golden_text<T>(bits) + " (0x" + golden_hex(bits, sizeof(T)) + ")";
        };
        text = "index " + decimal(first) + " is " + spelled(now[first]) + ", was " + spelled(golden[first]) +
               ", " + decimal(golden_distance<T>(golden[first], now[first])) +
               (std::floating_point<T> ? " ulp apart; " : " apart; ") + decimal(differing) + " of " +
               decimal(common) + " differ";
    }
    if (golden.size() != now.size())
        text += std::string(text.empty() ? "" : "; ") + "there are " + decimal(now.size()) +
                " values, were " + decimal(golden.size());
    return text;
}

/// Returns whether the person who runs the tests has asked for golden files to be written.
[[nodiscard]] inline bool golden_approved() {
    const char* const word = std::getenv("REPRO_APPROVE");
    return word != nullptr && std::string_view(word) == "1";
}

template <testing::golden_number T>
[[nodiscard]] std::string golden_problem(const std::filesystem::path& path,
                                         const std::vector<std::uint64_t>& now) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return "there is no golden file; look at the values, run the test with REPRO_APPROVE=1 to write it, "
               "and commit it";
    const golden_file golden = read_golden(path);
    if (golden.type != golden_type<T>()) return "the type is " + golden_type<T>() + ", was " + golden.type;
    const std::string text = golden_difference<T>(golden.bits, now);
    return text.empty() ? text
                        : text + "; if that is meant, run the test with REPRO_APPROVE=1 and commit the file";
}

} // namespace detail

namespace testing {

/// Holds the bits of `values` against the golden file `name` (".bits" is added), in `folder` unless it is
/// absolute. With REPRO_APPROVE=1 in the environment a file that differs or is not there is written instead;
/// nothing else ever writes one.
///
/// Errors: none; what fails is said in the outcome.
template <std::ranges::input_range Values>
    requires golden_number<std::remove_cv_t<std::ranges::range_value_t<Values>>>
[[nodiscard]] golden_outcome same_bits(Values&& values, const std::filesystem::path& name,
                                       const std::filesystem::path& folder) {
    using number = std::remove_cv_t<std::ranges::range_value_t<Values>>;
    const std::filesystem::path path = (folder / name).native() + ".bits";
    std::vector<std::uint64_t> now;
    for (const number each : values)
        now.push_back(detail::golden_bits_of(each));
    golden_outcome outcome;
    try {
        outcome.problem = detail::golden_problem<number>(path, now);
    } catch (const error& problem) {
        outcome.problem = problem.what();
    }
    if (outcome.same()) return outcome;
    outcome.problem = path.native() + ": " + outcome.problem;
    if (!detail::golden_approved()) return outcome;
    try {
        detail::write_golden(path, detail::golden_document<number>(now));
        return {{}, true};
    } catch (const error& problem) {
        return {problem.what(), false};
    }
}

} // namespace testing
} // namespace repro::inline v0
