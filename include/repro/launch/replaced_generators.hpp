// SPDX-License-Identifier: MIT
#pragma once
// Stands in the place of the generators of the C library, and counts who draws, who seeds, and with what.
// Included by an audit alone: whatever includes it replaces them in its process.

#include <repro/detail/config.hpp>
#include <repro/launch/entropy_watch.hpp>
#include <repro/launch/next_function.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace repro::inline v0 {
namespace detail {

inline constinit next_function<int()> next_rand("rand");
extern "C" inline int repro_audit_rand() noexcept REPRO_REPLACES("rand");
extern "C" inline int repro_audit_rand() noexcept {
    const watched_call watched(entropy_call::rand, kind_of_draw(this_watch.random_seeded),
                               __builtin_return_address(0));
    return next_rand.get()();
}

inline constinit next_function<long()> next_random("random");
extern "C" inline long repro_audit_random() noexcept REPRO_REPLACES("random");
extern "C" inline long repro_audit_random() noexcept {
    const watched_call watched(entropy_call::random, kind_of_draw(this_watch.random_seeded),
                               __builtin_return_address(0));
    return next_random.get()();
}

inline constinit next_function<double()> next_drand48("drand48");
extern "C" inline double repro_audit_drand48() noexcept REPRO_REPLACES("drand48");
extern "C" inline double repro_audit_drand48() noexcept {
    const watched_call watched(entropy_call::drand48, kind_of_draw(this_watch.drand_seeded),
                               __builtin_return_address(0));
    return next_drand48.get()();
}

inline constinit next_function<long()> next_lrand48("lrand48");
extern "C" inline long repro_audit_lrand48() noexcept REPRO_REPLACES("lrand48");
extern "C" inline long repro_audit_lrand48() noexcept {
    const watched_call watched(entropy_call::lrand48, kind_of_draw(this_watch.drand_seeded),
                               __builtin_return_address(0));
    return next_lrand48.get()();
}

inline constinit next_function<long()> next_mrand48("mrand48");
extern "C" inline long repro_audit_mrand48() noexcept REPRO_REPLACES("mrand48");
extern "C" inline long repro_audit_mrand48() noexcept {
    const watched_call watched(entropy_call::mrand48, kind_of_draw(this_watch.drand_seeded),
                               __builtin_return_address(0));
    return next_mrand48.get()();
}

inline constinit next_function<void(unsigned)> next_srand("srand");
extern "C" inline void repro_audit_srand(unsigned seed) noexcept REPRO_REPLACES("srand");
extern "C" inline void repro_audit_srand(unsigned seed) noexcept {
    const watched_call watched(entropy_call::srand, kind_of_seed(seed), __builtin_return_address(0));
    this_watch.random_seeded.store(true, std::memory_order_relaxed);
    return next_srand.get()(seed);
}

inline constinit next_function<void(unsigned)> next_srandom("srandom");
extern "C" inline void repro_audit_srandom(unsigned seed) noexcept REPRO_REPLACES("srandom");
extern "C" inline void repro_audit_srandom(unsigned seed) noexcept {
    const watched_call watched(entropy_call::srandom, kind_of_seed(seed), __builtin_return_address(0));
    this_watch.random_seeded.store(true, std::memory_order_relaxed);
    return next_srandom.get()(seed);
}

inline constinit next_function<char*(unsigned, char*, std::size_t)> next_initstate("initstate");
extern "C" inline char* repro_audit_initstate(unsigned seed, char* state, std::size_t size) noexcept
    REPRO_REPLACES("initstate");
extern "C" inline char* repro_audit_initstate(unsigned seed, char* state, std::size_t size) noexcept {
    const watched_call watched(entropy_call::initstate, kind_of_seed(seed), __builtin_return_address(0));
    this_watch.random_seeded.store(true, std::memory_order_relaxed);
    return next_initstate.get()(seed, state, size);
}

inline constinit next_function<int(unsigned, random_data*)> next_srandom_r("srandom_r");
extern "C" inline int repro_audit_srandom_r(unsigned seed, random_data* state) noexcept
    REPRO_REPLACES("srandom_r");
extern "C" inline int repro_audit_srandom_r(unsigned seed, random_data* state) noexcept {
    const watched_call watched(entropy_call::srandom_r, kind_of_seed(seed), __builtin_return_address(0));
    return next_srandom_r.get()(seed, state);
}

inline constinit next_function<int(unsigned, char*, std::size_t, random_data*)>
    next_initstate_r("initstate_r");
extern "C" inline int repro_audit_initstate_r(unsigned seed, char* state, std::size_t size,
                                              random_data* data) noexcept REPRO_REPLACES("initstate_r");
extern "C" inline int repro_audit_initstate_r(unsigned seed, char* state, std::size_t size,
                                              random_data* data) noexcept {
    const watched_call watched(entropy_call::initstate_r, kind_of_seed(seed), __builtin_return_address(0));
    return next_initstate_r.get()(seed, state, size, data);
}

inline constinit next_function<void(long)> next_srand48("srand48");
extern "C" inline void repro_audit_srand48(long seed) noexcept REPRO_REPLACES("srand48");
extern "C" inline void repro_audit_srand48(long seed) noexcept {
    const watched_call watched(entropy_call::srand48, kind_of_seed(static_cast<std::uint64_t>(seed)),
                               __builtin_return_address(0));
    this_watch.drand_seeded.store(true, std::memory_order_relaxed);
    return next_srand48.get()(seed);
}

inline constinit next_function<int(long, drand48_data*)> next_srand48_r("srand48_r");
extern "C" inline int repro_audit_srand48_r(long seed, drand48_data* state) noexcept
    REPRO_REPLACES("srand48_r");
extern "C" inline int repro_audit_srand48_r(long seed, drand48_data* state) noexcept {
    const watched_call watched(entropy_call::srand48_r, kind_of_seed(static_cast<std::uint64_t>(seed)),
                               __builtin_return_address(0));
    return next_srand48_r.get()(seed, state);
}

// These hand a state over: the generator goes on from there, and what is in it is the caller's affair.

inline constinit next_function<char*(char*)> next_setstate("setstate");
extern "C" inline char* repro_audit_setstate(char* state) noexcept REPRO_REPLACES("setstate");
extern "C" inline char* repro_audit_setstate(char* state) noexcept {
    const watched_call inner;
    this_watch.random_seeded.store(true, std::memory_order_relaxed);
    return next_setstate.get()(state);
}

inline constinit next_function<unsigned short*(unsigned short*)> next_seed48("seed48");
extern "C" inline unsigned short* repro_audit_seed48(unsigned short* state) noexcept REPRO_REPLACES("seed48");
extern "C" inline unsigned short* repro_audit_seed48(unsigned short* state) noexcept {
    const watched_call inner;
    this_watch.drand_seeded.store(true, std::memory_order_relaxed);
    return next_seed48.get()(state);
}

inline constinit next_function<void(unsigned short*)> next_lcong48("lcong48");
extern "C" inline void repro_audit_lcong48(unsigned short* state) noexcept REPRO_REPLACES("lcong48");
extern "C" inline void repro_audit_lcong48(unsigned short* state) noexcept {
    const watched_call inner;
    this_watch.drand_seeded.store(true, std::memory_order_relaxed);
    return next_lcong48.get()(state);
}

/// Looks up the functions replaced here, before a thread or signal handler calls one of them.
inline void find_next_generators() noexcept {
    (void)next_rand.find();
    (void)next_random.find();
    (void)next_drand48.find();
    (void)next_lrand48.find();
    (void)next_mrand48.find();
    (void)next_srand.find();
    (void)next_srandom.find();
    (void)next_initstate.find();
    (void)next_srandom_r.find();
    (void)next_initstate_r.find();
    (void)next_srand48.find();
    (void)next_srand48_r.find();
    (void)next_setstate.find();
    (void)next_seed48.find();
    (void)next_lcong48.find();
}

} // namespace detail
} // namespace repro::inline v0
