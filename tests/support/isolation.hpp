// SPDX-License-Identifier: MIT
#pragma once
// Takes something usual away from the calling process, in namespaces of its own.

#include <sched.h>
#include <sys/mount.h>

namespace support {

/// What a child exits with where nothing may be taken away from it.
inline constexpr int cannot_isolate = 77;

inline bool enter_own_mounts() {
    return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// Puts an empty folder where /proc is.
inline bool hide_proc() {
    return enter_own_mounts() && ::mount("none", "/proc", "tmpfs", MS_RDONLY, nullptr) == 0;
}

} // namespace support
