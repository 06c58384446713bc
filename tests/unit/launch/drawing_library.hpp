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
void from_rand();
void from_drand48();
void seed_rand(unsigned seed);
void seed_rand_by_time();
void seed_drand48_by_clock();

} // namespace drawing
