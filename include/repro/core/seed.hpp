// SPDX-License-Identifier: MIT
#pragma once
// The seed of a run: 64 bits, never truncated silently.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

namespace detail {

[[nodiscard]] inline error seed_error(std::string_view text, std::string_view problem) {
    return {errc::seed_invalid, "seed '" + std::string(text.substr(0, 80)) + "'", std::string(problem),
            "give a whole number from 0 to 18446744073709551615"};
}

} // namespace detail

/// The seed of a run: a whole number from 0 to 2^64-1.
class seed {
public:
    /// Takes any integer type but bool and char.
    ///
    /// Errors: errc::seed_invalid for a negative number, which would otherwise wrap silently.
    template <std::integral Integer>
        requires(sizeof(Integer) <= 8 && !std::same_as<Integer, bool> && !std::same_as<Integer, char>)
    constexpr seed(Integer value) : value_(static_cast<std::uint64_t>(value)) {
        if constexpr (std::signed_integral<Integer>)
            if (value < 0)
                throw detail::seed_error("-" + detail::decimal(0 - static_cast<std::uint64_t>(value)),
                                         "is negative");
    }

    /// Returns the seed that `text` spells: decimal, or hexadecimal in either case after 0x.
    ///
    /// Errors: errc::seed_invalid for anything else, and above 2^64-1.
    [[nodiscard]] static seed parse(std::string_view text) {
        std::uint64_t value = 0;
        if (text.starts_with("0x")) {
            if (text.size() < 3 || text.size() > 18) throw detail::seed_error(text, "is no 64-bit number");
            for (const char c : text.substr(2)) {
                const int digit =
                    detail::hex_value(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
                if (digit < 0) throw detail::seed_error(text, "is no hexadecimal number");
                value = value * 16 + static_cast<std::uint64_t>(digit);
            }
            return value;
        }
        if (!detail::from_decimal(text, value)) throw detail::seed_error(text, "is no 64-bit whole number");
        return value;
    }

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

    friend constexpr bool operator==(seed, seed) = default;

private:
    std::uint64_t value_;
};

/// Where the seed of a run came from.
enum class seed_source : unsigned char {
    code,        ///< the program passed it
    environment, ///< REPRO_SEED replaced what the program passed
    drawn        ///< nobody gave one: drawn from the operating system, and recorded
};

/// Returns the word the manifest uses: "code", "environment" or "drawn".
[[nodiscard]] constexpr std::string_view to_string(seed_source source) noexcept {
    constexpr std::string_view words[] = {"code", "environment", "drawn"};
    return words[static_cast<unsigned char>(source)];
}

} // namespace repro::inline v0
