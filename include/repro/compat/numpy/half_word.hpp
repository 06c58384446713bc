// SPDX-License-Identifier: MIT
#pragma once
// The 32-bit half that NumPy's 64-bit bit generators keep: one output serves two 32-bit draws.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/src/pcg64/pcg64.h and its siblings.

#include <repro/core/state_text.hpp>

#include <cstdint>

namespace repro::inline v0::numpy {
namespace detail {

/// The kept high half of an output. As in NumPy its value stays visible after it was used.
struct half_word {
    bool present = false;
    std::uint32_t value = 0;

    /// Returns the kept half, or the low half of a new output, whose high half is then kept.
    template <class Next> std::uint32_t take(Next next) noexcept {
        if (present) {
            present = false;
            return value;
        }
        const std::uint64_t output = next();
        present = true;
        value = static_cast<std::uint32_t>(output >> 32);
        return static_cast<std::uint32_t>(output);
    }

    void append_to(std::string& line) const {
        repro::detail::append_state(line, present);
        repro::detail::append_state(line, value);
    }
    static half_word read_from(repro::detail::state_reader& reader) {
        const bool present = reader.number(1) != 0;
        return {present, static_cast<std::uint32_t>(reader.number(UINT32_MAX))};
    }

    friend bool operator==(const half_word& a, const half_word& b) noexcept {
        return a.present == b.present && (!a.present || a.value == b.value);
    }
};

/// A double in [0, 1) from the high 53 bits of an output.
[[nodiscard]] inline double unit_double(std::uint64_t output) noexcept {
    return static_cast<double>(output >> 11) * 0x1p-53;
}

} // namespace detail
} // namespace repro::inline v0::numpy
