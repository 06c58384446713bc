// SPDX-License-Identifier: MIT
#pragma once
// Variables that the C library, the dynamic loader and Python read.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr knob process_knobs[] = {
    {"GLIBC_TUNABLES", "the C library, at exec", read_at::exec, knob_rule::noted, "", for_none, "",
     "which variant of exp, log, pow, sin, cos, tan, atan, erf and others runs: glibc.cpu.hwcaps=-AVX2,-FMA "
     "pins the one that every x86-64 processor has",
     "slower libm and memcpy",
     "glibc manual, Hardware Capability Tunables; effect measured with glibc 2.36, which ignores the older "
     "spellings (-AVX2_Usable)"},
    {"LD_PRELOAD", "the dynamic loader, at exec", read_at::exec, knob_rule::noted, "", for_none, "",
     "which library answers a call", "none", "ld.so(8), Environment"},
    {"LD_LIBRARY_PATH", "the dynamic loader, at exec", read_at::exec, knob_rule::noted, "", for_none, "",
     "which file is loaded for a library", "none", "ld.so(8), Environment: evaluated at program start"},
    {"LD_BIND_NOW", "the dynamic loader, at exec", read_at::exec, knob_rule::noted, "", for_none, "",
     "whether a missing symbol ends the program at its start or in the middle", "start-up time",
     "ld.so(8), Environment"},
    {"MALLOC_PERTURB_", "the C library, at exec", read_at::exec, knob_rule::noted, "", for_none, "",
     "what uninitialised memory holds: a program whose numbers follow it reads what it never wrote", "small",
     "mallopt(3), M_PERTURB"},
    {"LC_ALL", "setlocale, when it is called", read_at::any, knob_rule::noted, "C", for_none, "",
     "the decimal point, and the order in which text is sorted", "none",
     "setlocale(3); POSIX.1-2017, Base Definitions 8.2"},
    {"TZ", "localtime, whenever it is called", read_at::any, knob_rule::noted, "UTC", for_none, "",
     "how times are split into days and hours", "none", "tzset(3); POSIX.1-2017, Base Definitions 8.3"},
    {"PYTHONHASHSEED", "each Python interpreter, at its start", read_at::exec, knob_rule::fixed, "",
     for_seeds, "libpython",
     "the order of sets, and hash(str): in this process only where it embeds Python, and in children", "none",
     "Python documentation, Command line and environment, PYTHONHASHSEED: random, or 0 to 4294967295"},
};

} // namespace repro::inline v0::detail
