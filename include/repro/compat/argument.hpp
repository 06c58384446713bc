// SPDX-License-Identifier: MIT
#pragma once
// The refusals of the twins: what the original rejects with an exception is rejected here with
// errc::argument_invalid.

#include <repro/core/error.hpp>

#include <string>

namespace repro::inline v0 {
namespace detail {

/// Throws errc::argument_invalid. `call` is the method as its original spells it.
[[noreturn, gnu::cold, gnu::noinline]] inline void reject(const char* call, const char* problem,
                                                          const char* fix) {
    throw error(errc::argument_invalid, call, problem, fix);
}

/// Throws errc::argument_invalid unless `holds`.
constexpr void require(bool holds, const char* call, const char* problem, const char* fix) {
    if (!holds) [[unlikely]]
        reject(call, problem, fix);
}

} // namespace detail
} // namespace repro::inline v0
