// SPDX-License-Identifier: MIT
#pragma once
// Stands in the place of the clocks, and remembers what they returned: a seed can be one of these. Included
// by an audit alone: whatever includes it replaces them in its process.

#include <repro/detail/config.hpp>
#include <repro/launch/entropy_watch.hpp>
#include <repro/launch/next_function.hpp>

#include <ctime>
#include <sys/time.h>

namespace repro::inline v0 {
namespace detail {

inline constinit next_function<std::time_t(std::time_t*)> next_time("time");
extern "C" inline std::time_t repro_audit_time(std::time_t* to) noexcept REPRO_REPLACES("time");
extern "C" inline std::time_t repro_audit_time(std::time_t* to) noexcept {
    const watched_call watched(entropy_call::time, entropy_kind::time, __builtin_return_address(0));
    const std::time_t result = next_time.get()(to);
    if (result != -1) this_watch.times.remember(result, 0);
    return result;
}

inline constinit next_function<int(timeval*, void*)> next_gettimeofday("gettimeofday");
extern "C" inline int repro_audit_gettimeofday(timeval* to, void* zone) noexcept
    REPRO_REPLACES("gettimeofday");
extern "C" inline int repro_audit_gettimeofday(timeval* to, void* zone) noexcept {
    const watched_call watched(entropy_call::gettimeofday, entropy_kind::time, __builtin_return_address(0));
    const int result = next_gettimeofday.get()(to, zone);
    if (result == 0 && to != nullptr) this_watch.times.remember(to->tv_sec, to->tv_usec * 1000);
    return result;
}

inline constinit next_function<int(clockid_t, timespec*)> next_clock_gettime("clock_gettime");
extern "C" inline int repro_audit_clock_gettime(clockid_t clock, timespec* to) noexcept
    REPRO_REPLACES("clock_gettime");
extern "C" inline int repro_audit_clock_gettime(clockid_t clock, timespec* to) noexcept {
    const watched_call watched(entropy_call::clock_gettime, entropy_kind::time, __builtin_return_address(0));
    const int result = next_clock_gettime.get()(clock, to);
    if (result == 0) this_watch.times.remember(to->tv_sec, to->tv_nsec);
    return result;
}

inline constinit next_function<int(timespec*, int)> next_timespec_get("timespec_get");
extern "C" inline int repro_audit_timespec_get(timespec* to, int base) noexcept
    REPRO_REPLACES("timespec_get");
extern "C" inline int repro_audit_timespec_get(timespec* to, int base) noexcept {
    const watched_call watched(entropy_call::timespec_get, entropy_kind::time, __builtin_return_address(0));
    const int result = next_timespec_get.get()(to, base);
    if (result != 0) this_watch.times.remember(to->tv_sec, to->tv_nsec);
    return result;
}

/// Looks up the functions replaced here, before a thread or signal handler calls one of them.
inline void find_next_clocks() noexcept {
    (void)next_time.find();
    (void)next_gettimeofday.find();
    (void)next_clock_gettime.find();
    (void)next_timespec_get.find();
}

} // namespace detail
} // namespace repro::inline v0
