// SPDX-License-Identifier: MIT
#pragma once
// Stands in the place of the functions that draw random numbers, and counts their callers. Included by an
// audit alone: whatever includes it replaces them in its process.

#include <repro/detail/config.hpp>
#include <repro/launch/entropy_watch.hpp>
#include <repro/launch/next_function.hpp>

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/types.h>

namespace repro::inline v0 {
namespace detail {

inline constinit next_function<ssize_t(void*, std::size_t, unsigned)> next_getrandom("getrandom");
extern "C" inline ssize_t repro_audit_getrandom(void* to, std::size_t size, unsigned flags)
    REPRO_REPLACES("getrandom");
extern "C" inline ssize_t repro_audit_getrandom(void* to, std::size_t size, unsigned flags) {
    const watched_call watched(entropy_call::getrandom, entropy_kind::entropy, __builtin_return_address(0));
    return next_getrandom.get()(to, size, flags);
}

inline constinit next_function<int(void*, std::size_t)> next_getentropy("getentropy");
extern "C" inline int repro_audit_getentropy(void* to, std::size_t size) noexcept
    REPRO_REPLACES("getentropy");
extern "C" inline int repro_audit_getentropy(void* to, std::size_t size) noexcept {
    const watched_call watched(entropy_call::getentropy, entropy_kind::entropy, __builtin_return_address(0));
    return next_getentropy.get()(to, size);
}

inline constinit next_function<std::uint32_t()> next_arc4random("arc4random");
extern "C" inline std::uint32_t repro_audit_arc4random() noexcept REPRO_REPLACES("arc4random");
extern "C" inline std::uint32_t repro_audit_arc4random() noexcept {
    const watched_call watched(entropy_call::arc4random, entropy_kind::entropy, __builtin_return_address(0));
    return next_arc4random.get()();
}

inline constinit next_function<void(void*, std::size_t)> next_arc4random_buf("arc4random_buf");
extern "C" inline void repro_audit_arc4random_buf(void* to, std::size_t size) noexcept
    REPRO_REPLACES("arc4random_buf");
extern "C" inline void repro_audit_arc4random_buf(void* to, std::size_t size) noexcept {
    const watched_call watched(entropy_call::arc4random_buf, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_arc4random_buf.get()(to, size);
}

inline constinit next_function<std::uint32_t(std::uint32_t)> next_arc4random_uniform("arc4random_uniform");
extern "C" inline std::uint32_t repro_audit_arc4random_uniform(std::uint32_t bound) noexcept
    REPRO_REPLACES("arc4random_uniform");
extern "C" inline std::uint32_t repro_audit_arc4random_uniform(std::uint32_t bound) noexcept {
    const watched_call watched(entropy_call::arc4random_uniform, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_arc4random_uniform.get()(bound);
}

inline constinit next_function<long(long, long, long, long, long, long, long)> next_syscall("syscall");
extern "C" inline long repro_audit_syscall(long number, ...) REPRO_REPLACES("syscall");
extern "C" inline long repro_audit_syscall(long number, ...) {
    va_list rest;
    va_start(rest, number);
    long a[6];
    for (long& each : a)
        each = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_getrandom && watched_call::outermost())
        note_call(entropy_call::syscall_getrandom, entropy_kind::entropy, __builtin_return_address(0));
    return next_syscall.get()(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// libstdc++'s std::random_device: the object is nothing but the first argument here.

inline constinit next_function<unsigned(void*)> next_device_value("_ZNSt13random_device9_M_getvalEv");
extern "C" inline unsigned repro_audit_device_value(void* device)
    REPRO_REPLACES("_ZNSt13random_device9_M_getvalEv");
extern "C" inline unsigned repro_audit_device_value(void* device) {
    const watched_call watched(entropy_call::random_device, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_device_value.get()(device);
}

inline constinit next_function<void(void*, const void*)>
    next_device_made("_ZNSt13random_device7_M_initERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
extern "C" inline void repro_audit_device_made(void* device, const void* token)
    REPRO_REPLACES("_ZNSt13random_device7_M_initERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
extern "C" inline void repro_audit_device_made(void* device, const void* token) {
    const watched_call watched(entropy_call::random_device_made, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_device_made.get()(device, token);
}

inline constinit next_function<void(void*, const void*)>
    next_device_made_old("_ZNSt13random_device7_M_initERKSs");
extern "C" inline void repro_audit_device_made_old(void* device, const void* token)
    REPRO_REPLACES("_ZNSt13random_device7_M_initERKSs");
extern "C" inline void repro_audit_device_made_old(void* device, const void* token) {
    const watched_call watched(entropy_call::random_device_made, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_device_made_old.get()(device, token);
}

inline constinit next_function<void(void*, const void*)> next_device_made_pretr1(
    "_ZNSt13random_device14_M_init_pretr1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
extern "C" inline void repro_audit_device_made_pretr1(void* device, const void* token) REPRO_REPLACES(
    "_ZNSt13random_device14_M_init_pretr1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
extern "C" inline void repro_audit_device_made_pretr1(void* device, const void* token) {
    const watched_call watched(entropy_call::random_device_made, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_device_made_pretr1.get()(device, token);
}

inline constinit next_function<unsigned(void*)>
    next_device_value_pretr1("_ZNSt13random_device16_M_getval_pretr1Ev");
extern "C" inline unsigned repro_audit_device_value_pretr1(void* device)
    REPRO_REPLACES("_ZNSt13random_device16_M_getval_pretr1Ev");
extern "C" inline unsigned repro_audit_device_value_pretr1(void* device) {
    const watched_call watched(entropy_call::random_device, entropy_kind::entropy,
                               __builtin_return_address(0));
    return next_device_value_pretr1.get()(device);
}

/// Looks up the functions replaced here, before a thread or signal handler calls one of them.
inline void find_next_entropy() noexcept {
    (void)next_getrandom.find();
    (void)next_getentropy.find();
    (void)next_arc4random.find();
    (void)next_arc4random_buf.find();
    (void)next_arc4random_uniform.find();
    (void)next_syscall.find();
    (void)next_device_value.find();
    (void)next_device_made.find();
    (void)next_device_made_old.find();
    (void)next_device_made_pretr1.find();
    (void)next_device_value_pretr1.find();
}

} // namespace detail
} // namespace repro::inline v0
