// SPDX-License-Identifier: MIT
#pragma once
// The calls that an entropy audit watches, what each means for a run, and their names.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace repro::inline v0 {

/// What a watched call means for a run.
enum class entropy_kind : std::uint8_t {
    entropy,   ///< numbers that no seed repeats
    time_seed, ///< a seed that equals a time which was just returned
    unseeded,  ///< a number of a C generator that nobody seeded
    seeded,    ///< a number of a C generator that was seeded
    seed,      ///< a C generator was seeded
    time,      ///< the time was asked for
    count_     ///< not a kind: how many there are
};

/// A watched call.
enum class entropy_call : std::uint8_t {
    getrandom,
    getentropy,
    syscall_getrandom,
    arc4random,
    arc4random_buf,
    arc4random_uniform,
    random_device_made,
    random_device,
    urandom_opened,
    random_opened,
    urandom_read,
    random_read,
    rand,
    random,
    drand48,
    lrand48,
    mrand48,
    srand,
    srandom,
    initstate,
    srandom_r,
    initstate_r,
    srand48,
    srand48_r,
    time,
    gettimeofday,
    clock_gettime,
    timespec_get,
    hwrng_opened,
    hwrng_read,
    uuid_opened,
    count_ // not a call: how many there are
};

namespace detail {

inline constexpr std::string_view entropy_kind_names[] = {"entropy", "time-seed", "unseeded",
                                                          "seeded",  "seed",      "time"};
static_assert(std::size(entropy_kind_names) == static_cast<std::size_t>(entropy_kind::count_));

inline constexpr std::string_view entropy_call_names[] = {"getrandom",
                                                          "getentropy",
                                                          "syscall(SYS_getrandom)",
                                                          "arc4random",
                                                          "arc4random_buf",
                                                          "arc4random_uniform",
                                                          "std::random_device made",
                                                          "std::random_device",
                                                          "/dev/urandom opened",
                                                          "/dev/random opened",
                                                          "/dev/urandom read",
                                                          "/dev/random read",
                                                          "rand",
                                                          "random",
                                                          "drand48",
                                                          "lrand48",
                                                          "mrand48",
                                                          "srand",
                                                          "srandom",
                                                          "initstate",
                                                          "srandom_r",
                                                          "initstate_r",
                                                          "srand48",
                                                          "srand48_r",
                                                          "time",
                                                          "gettimeofday",
                                                          "clock_gettime",
                                                          "timespec_get",
                                                          "/dev/hwrng opened",
                                                          "/dev/hwrng read",
                                                          "/proc/sys/kernel/random/uuid opened"};
static_assert(std::size(entropy_call_names) == static_cast<std::size_t>(entropy_call::count_));

} // namespace detail

/// Returns the word of a kind: "time-seed". Of a number that is no kind, "unknown".
[[nodiscard]] constexpr std::string_view to_string(entropy_kind kind) noexcept {
    const auto index = static_cast<std::size_t>(kind);
    return index < std::size(detail::entropy_kind_names) ? detail::entropy_kind_names[index] : "unknown";
}

/// Returns the name of a call: "getrandom". Of a number that is no call, "unknown".
[[nodiscard]] constexpr std::string_view to_string(entropy_call call) noexcept {
    const auto index = static_cast<std::size_t>(call);
    return index < std::size(detail::entropy_call_names) ? detail::entropy_call_names[index] : "unknown";
}

/// Whether calls of this kind keep a run from being repeated by its seed. Strict audits fail by them.
[[nodiscard]] constexpr bool defeats_seed(entropy_kind kind) noexcept {
    return kind == entropy_kind::entropy || kind == entropy_kind::time_seed || kind == entropy_kind::unseeded;
}

} // namespace repro::inline v0
