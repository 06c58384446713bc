// SPDX-License-Identifier: MIT
#pragma once
// The two versions: of the library, and of the bits it promises. CMake and the lint read them from here.

#include <string_view>

namespace repro::inline v0 {

/// The library's version, semantic.
inline constexpr std::string_view version = "0.1.0";

/// The stream contract: every promised bit is a function of this number and of the inputs. A change of bits
/// without a new number is a defect of a release.
inline constexpr unsigned stream_contract = 1;

} // namespace repro::inline v0
