// SPDX-License-Identifier: MIT
// log1pf rounded correctly, as glibc has it from 2.41 on; preloaded into the NumPy that the twins are compared with, so
// that an older glibc gives its float tails the bits of the named one.

#include <math.h>

float log1pf(float x) { return (float)log1pl(x); }
