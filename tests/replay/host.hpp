// SPDX-License-Identifier: MIT
#pragma once
// The mathematical library of this machine: sin, cos, tan and acos are its own, and known answers of class
// libm may rest on them.

#include <string>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace replay {

/// Whether sin, cos, tan and acos of this machine are those of the reference: a glibc on a processor with
/// FMA.
inline bool host_is_reference_libm() {
#if defined(__GLIBC__) && defined(__x86_64__)
    return __builtin_cpu_supports("fma") != 0;
#elif defined(__GLIBC__) && defined(__aarch64__)
    return true;
#else
    return false;
#endif
}

/// Which library this machine has, in words.
inline std::string host_libm() {
#if defined(__GLIBC__)
    return std::string("glibc ") + gnu_get_libc_version() +
           (host_is_reference_libm() ? " with FMA" : " on a processor without FMA");
#else
    return "a library other than glibc";
#endif
}

} // namespace replay
