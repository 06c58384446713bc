// SPDX-License-Identifier: MIT
// log1pf rounded correctly, as glibc has it from 2.41 on. Preloaded into the NumPy that the twins are
// compared with, it gives an older glibc's float tails the bits of the named one.

extern "C" float log1pf(float x) noexcept { return static_cast<float>(__builtin_log1pl(x)); }
