// SPDX-License-Identifier: MIT
#pragma once
// The value of a SHA-256 digest, whoever computed it.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// The 256 bits of a SHA-256 digest.
struct digest256 {
    std::array<std::uint8_t, 32> bytes{};

    /// Returns the 64 lower-case hexadecimal digits.
    [[nodiscard]] std::string hex() const { return detail::to_hex(bytes); }

    /// Returns the digest that `text` spells in 64 lower-case hexadecimal digits.
    ///
    /// Errors: errc::digest_format.
    [[nodiscard]] static digest256 parse(std::string_view text) {
        digest256 value;
        if (!detail::from_hex(text, value.bytes))
            throw error(errc::digest_format, std::string(text.substr(0, 80)), "is no SHA-256 digest",
                        "64 lower-case hexadecimal digits are expected");
        return value;
    }

    friend bool operator==(const digest256&, const digest256&) = default;
};

} // namespace repro::inline v0
