// SPDX-License-Identifier: MIT
#pragma once
// sin, cos, tan and acos: the host's where it has those of glibc's FMA path, the reference of the twins; else
// correctly rounded ones, which differ from the reference in few arguments, by an ulp: measured against glibc
// 2.36, with 2,000,000 arguments each, angles to 2 pi and cosines, sin in 0.133 %, cos in 0.137 %, tan in
// 0.250 %, acos in 0.071 %. Where a huge argument is next to a zero or a pole, glibc itself is off by up
// to 13.

#include <repro/detail/fp.hpp>
#include <repro/detail/libm_rounded.hpp>

#include <string>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace repro::inline v0 {
namespace detail::libm {

/// One choice of the four functions.
struct trigonometry {
    double (*sin)(double) noexcept;
    double (*cos)(double) noexcept;
    double (*tan)(double) noexcept;
    double (*acos)(double) noexcept;

    friend bool operator==(const trigonometry&, const trigonometry&) = default;
};

/// Correctly rounded, on every machine.
inline constexpr trigonometry correctly_rounded = {rounded_sin, rounded_cos, rounded_tan, rounded_acos};

// A compiler that knows the argument would compute the result itself, with a library of its own.
[[nodiscard]] inline double host_sin(double x) noexcept { return __builtin_sin(rounded(x)); }
[[nodiscard]] inline double host_cos(double x) noexcept { return __builtin_cos(rounded(x)); }
[[nodiscard]] inline double host_tan(double x) noexcept { return __builtin_tan(rounded(x)); }
[[nodiscard]] inline double host_acos(double x) noexcept { return __builtin_acos(rounded(x)); }

/// From the C library that this process runs with.
inline constexpr trigonometry of_the_host = {host_sin, host_cos, host_tan, host_acos};

/// Returns the host's functions, those left out whose bits are not the reference's. On a processor without
/// FMA, or with FMA switched off by GLIBC_TUNABLES, glibc takes others; their results for the arguments asked
/// here, and correctly rounded ones, are not those of the FMA path. Measured with glibc 2.36.
[[nodiscard]] inline trigonometry reference_or_rounded() noexcept {
    trigonometry best = correctly_rounded;
#if defined(__GLIBC__)
    if (host_sin(0x1.65adc1ea539b7p-3) == 0x1.63dcfaacb2eacp-3 &&
        host_sin(0x1.81614e0ecb41ap+1) == 0x1.0b2306fa564d4p-3)
        best.sin = host_sin;
    if (host_cos(0x1.4b10e674e0e55p+2) == 0x1.c713e1a439ec0p-2 &&
        host_cos(0x1.49a5d1d31a215p+1) == -0x1.b0183c5a76d90p-1)
        best.cos = host_cos;
    if (host_tan(0x1.6aac9a4dc33c0p-5) == 0x1.6ae94ef71c581p-5 &&
        host_tan(0x1.8e5f73fcb7fa3p+2) == -0x1.e0ad920a0614fp-5)
        best.tan = host_tan;
    if (host_acos(0x1.d78dd276eb566p-1) == 0x1.99c008591225cp-2 &&
        host_acos(-0x1.37de09a5ea6b4p-1) == 0x1.1ce51a490fbf2p+1)
        best.acos = host_acos;
#endif
    return best;
}

/// The functions in use: chosen once, when first asked for. Only a test puts others here, before it draws.
[[nodiscard]] inline trigonometry& trigonometry_in_use() noexcept {
    static trigonometry chosen = reference_or_rounded();
    return chosen;
}

/// Returns whether the host has the reference, all of it.
[[nodiscard]] inline bool host_has_reference() noexcept { return reference_or_rounded() == of_the_host; }

/// Returns what the host has: "glibc 2.36 (FMA path)", "glibc 2.36 (not its FMA path)", "not glibc".
[[nodiscard]] inline std::string host_libm() {
#if defined(__GLIBC__)
    return std::string("glibc ") + gnu_get_libc_version() +
           (host_has_reference() ? " (FMA path)" : " (not its FMA path)");
#else
    return "not glibc";
#endif
}

/// The trigonometric functions of the twins: the reference's bits on a host that has them, else correctly
/// rounded. NaN where C has it.
[[nodiscard]] inline double sin(double x) noexcept { return trigonometry_in_use().sin(x); }
[[nodiscard]] inline double cos(double x) noexcept { return trigonometry_in_use().cos(x); }
[[nodiscard]] inline double tan(double x) noexcept { return trigonometry_in_use().tan(x); }
[[nodiscard]] inline double acos(double x) noexcept { return trigonometry_in_use().acos(x); }

} // namespace detail::libm
} // namespace repro::inline v0
