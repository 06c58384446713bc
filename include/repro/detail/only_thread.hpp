// SPDX-License-Identifier: MIT
#pragma once
// Whether what has no lock can be looked at.

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace repro::inline v0 {
namespace detail {

/// Returns whether this is the only thread of the process; false where the C library does not say (glibc does
/// from 2.32 on). After threads have ended it may stay false.
[[nodiscard]] inline bool is_only_thread() noexcept {
#if __has_include(<sys/single_threaded.h>)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
}

} // namespace detail
} // namespace repro::inline v0
