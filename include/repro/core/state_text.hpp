// SPDX-License-Identifier: MIT
#pragma once
// The saved state of a generator as one line of text: a leading word that names format and version, then
// hexadecimal numbers, one space apart.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Appends ` ` and the lower-case hexadecimal digits of `value`, without leading zeros.
inline void append_state(std::string& line, std::uint64_t value) {
    line += ' ';
    int shift = 60;
    while (shift > 0 && (value >> shift) == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        line += "0123456789abcdef"[(value >> shift) & 15];
}

/// Reads what append_state wrote. Every complaint is one errc::state_invalid; nothing is changed before the
/// caller has read all.
class state_reader {
public:
    /// Starts after the leading word, which has to be `format`.
    state_reader(std::string_view line, std::string_view format) : rest_(line), format_(format) {
        if (next_token(rest_, ' ') != format) fail("does not start with this word");
    }

    /// Returns the next number, at most `maximum`.
    std::uint64_t number(std::uint64_t maximum = UINT64_MAX) {
        const std::string_view token = next_token(rest_, ' ');
        if (token.empty() || token.size() > 16) fail("is cut short or has a number that is too long");
        std::uint64_t value = 0;
        for (const char c : token) {
            const int digit = hex_value(c);
            if (digit < 0) fail("has a character that is no hexadecimal digit");
            value = value * 16 + static_cast<std::uint64_t>(digit);
        }
        if (value > maximum) fail("has a number out of range");
        return value;
    }

    /// Ends the reading: nothing may be left.
    void finish() const {
        if (!rest_.empty()) fail("has more than the state");
    }

    [[noreturn]] void fail(std::string_view problem) const {
        throw error(errc::state_invalid, "state '" + std::string(format_) + "'", std::string(problem),
                    "give a line that save() of the same generator returned");
    }

private:
    std::string_view rest_;
    std::string_view format_;
};

} // namespace detail
} // namespace repro::inline v0
