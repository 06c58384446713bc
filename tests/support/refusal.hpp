// SPDX-License-Identifier: MIT
#pragma once
// What an operation refuses with.

#include <repro/core/error.hpp>

#include <optional>

namespace support {

/// Returns the code of the repro::error that `operation()` throws; nothing if it throws none.
template <class Operation> [[nodiscard]] std::optional<repro::errc> refusal(Operation operation) {
    try {
        operation();
    } catch (const repro::error& problem) {
        return problem.code();
    }
    return std::nullopt;
}

} // namespace support
