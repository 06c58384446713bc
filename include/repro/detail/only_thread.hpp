// SPDX-License-Identifier: MIT
#pragma once
// Whether what has no lock can be looked at.

#include <sys/stat.h>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace repro::inline v0 {
namespace detail {

/// Returns whether this is the only thread of the process; false where that is not known.
///
/// glibc knows it at no cost as long as there never was another one; else /proc has a link for each thread.
[[nodiscard]] inline bool is_only_thread() noexcept {
#if __has_include(<sys/single_threaded.h>)
    if (__libc_single_threaded != 0) return true;
#endif
    struct stat tasks{};
    return ::stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3; // two, and one for this thread
}

} // namespace detail
} // namespace repro::inline v0
