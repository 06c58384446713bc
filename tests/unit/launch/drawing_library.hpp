// SPDX-License-Identifier: MIT
#pragma once
// A library that draws: built for itself, without a word of repro.

namespace drawing {

void from_random_device();
void from_getrandom();
void from_getentropy();
void from_system_call();
void from_urandom_by_open();
void from_urandom_by_fopen();
void from_arc4random();
void from_random_by_openat();
void from_urandom_by_checked_openat();
void from_urandom_by_freopen();
void from_uuid_by_fopen();
void from_hwrng_by_open();
void from_rand();
void from_random();
void from_drand48();
void from_lrand48();
void from_mrand48();
void seed_rand(unsigned seed);
void seed_rand_by_time();
void seed_rand_by_time_of_day();
void seed_drand48_by_clock();
void seed_srandom();
void seed_srandom_by_time();
void seed_initstate();
void seed_initstate_by_time();
void seed_srandom_r();
void seed_srandom_r_by_time();
void seed_initstate_r();
void seed_initstate_r_by_time();
void seed_srand48();
void seed_srand48_r();
void seed_srand48_r_by_time();
void hand_over_by_setstate();
void hand_over_by_seed48();
void hand_over_by_lcong48();

} // namespace drawing
