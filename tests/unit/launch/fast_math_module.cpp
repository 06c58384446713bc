// SPDX-License-Identifier: MIT
// A module that does nothing with floating point; its linker flags do.
extern "C" __attribute__((visibility("default"))) int answer() { return 42; }
