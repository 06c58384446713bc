// SPDX-License-Identifier: MIT
// A unit compiled with what the compiler lets through of -ffast-math unannounced.
#include <repro/launch/selftest.hpp>

[[gnu::visibility("default")]] repro::selftest_report selftest_of_unsafe_unit();

repro::selftest_report selftest_of_unsafe_unit() { return repro::selftest(); }
