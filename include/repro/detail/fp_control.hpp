// SPDX-License-Identifier: MIT
#pragma once
// The control registers of the calling thread's floating-point unit: rounding mode, and what becomes of
// denormal numbers.

#include <repro/detail/config.hpp>

#include <cfenv>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// Control registers as they stand, status bits left out.
struct fp_control {
    std::uint64_t main = 0; ///< MXCSR on x86, FPCR on AArch64, what fegetround returns elsewhere
    std::uint16_t x87 = 0;  ///< the x87 control word; 0 elsewhere

    friend bool operator==(const fp_control&, const fp_control&) = default;
};

#if defined(__x86_64__)
inline constexpr std::uint64_t mxcsr_status = 0x3f; ///< the sticky flags of exceptions
#endif

/// Returns what the calling thread has.
[[nodiscard]] inline fp_control read_fp_control() noexcept {
    fp_control now;
#if defined(__x86_64__)
    std::uint32_t mxcsr = 0;
    asm volatile("stmxcsr %0" : "=m"(mxcsr));
    asm volatile("fnstcw %0" : "=m"(now.x87));
    now.main = mxcsr & ~mxcsr_status;
#elif defined(__aarch64__)
    asm volatile("mrs %0, fpcr" : "=r"(now.main));
#else
    now.main = static_cast<std::uint64_t>(std::fegetround());
#endif
    return now;
}

/// Gives the calling thread `wanted`. Sticky flags of exceptions stay.
inline void write_fp_control(const fp_control& wanted) noexcept {
#if defined(__x86_64__)
    std::uint32_t mxcsr = 0;
    asm volatile("stmxcsr %0" : "=m"(mxcsr));
    mxcsr = static_cast<std::uint32_t>(wanted.main | (mxcsr & mxcsr_status));
    asm volatile("ldmxcsr %0" : : "m"(mxcsr) : "memory");
    asm volatile("fldcw %0" : : "m"(wanted.x87) : "memory");
#elif defined(__aarch64__)
    asm volatile("msr fpcr, %0" : : "r"(wanted.main) : "memory");
#else
    std::fesetround(static_cast<int>(wanted.main));
#endif
}

/// Returns what a process starts with: nearest, denormals kept, no traps.
[[nodiscard]] constexpr fp_control default_fp_control() noexcept {
#if defined(__x86_64__)
    return {0x1f80, 0x037f};
#elif defined(__aarch64__)
    return {0, 0};
#else
    return {FE_TONEAREST, 0};
#endif
}

/// For its lifetime, the calling thread has the given control registers.
class fp_control_scope {
public:
    explicit fp_control_scope(const fp_control& wanted) noexcept { write_fp_control(wanted); }
    ~fp_control_scope() { write_fp_control(before_); }
    fp_control_scope(const fp_control_scope&) = delete;
    fp_control_scope& operator=(const fp_control_scope&) = delete;

private:
    fp_control before_ = read_fp_control();
};

} // namespace detail
} // namespace repro::inline v0
