// SPDX-License-Identifier: MIT
#pragma once
// Settings of the compiler and of the process.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr code_switch process_switches[] = {
    {"-ffp-contract", "#pragma clang fp contract|#pragma STDC FP_CONTRACT",
     "GCC, Clang and icpx, for each translation unit", read_at::build, "off", for_bits,
     "whether a * b + c is rounded once or twice; fast is the default of GCC outside of strict "
     "ISO C modes and of icpx, and on of Clang from 14 on",
     "small where the processor has fused multiply-add",
     "GCC manual, Optimize Options; Clang users manual, Controlling Floating Point Behavior; Clang 14 "
     "release notes, Floating Point Support in Clang; Intel oneAPI DPC++/C++ compiler guide, ffp-contract; "
     "measured: a Gaussian stream changed by -march=native alone under GCC 12 and Clang 14; "
     "GCC ignores the standard pragma, and heeds the flag, its optimize pragma and the "
     "function attribute"},
    {"-ffast-math", "-Ofast|-funsafe-math-optimizations|--use_fast_math|-fp-model=fast",
     "GCC, Clang, icpx and nvcc, for each translation unit", read_at::build, "absent", for_bits,
     "whether sums are reordered, divisions become products and signs of zeros are dropped; linked into a "
     "shared library by GCC before 13 or older Clang it turns denormal numbers off in the thread that loads "
     "it. icpx has it on unless told -fp-model=precise",
     "speed",
     "GCC manual, Optimize Options, and Link Options, -shared; Intel oneAPI DPC++/C++ compiler guide, "
     "fp-model; CUDA compiler driver, use_fast_math; measured with libraries of GCC 12 and Clang 14"},
    {"-mno-daz-ftz", "-mdaz-ftz", "GCC from 13 on and newer Clang, when they link", read_at::build,
     "set for what is linked with -ffast-math", for_bits,
     "whether the start-up code turns denormal numbers off: these compilers still do it for a program that "
     "is linked with -ffast-math, and no longer for a shared library",
     "speed on denormal numbers",
     "GCC manual, x86 Options, -mdaz-ftz, and Link Options, -shared; LLVM pull request 80475"},
    {"-march", "-mfma|-mavx2|-mcpu|-mtune", "GCC and Clang, for each translation unit", read_at::build,
     "the same in all builds that share results", for_bits,
     "which vector widths and fused operations the compiler uses, and with them the order of "
     "sums that it may reorder",
     "speed",
     "GCC manual, x86 Options, and AArch64 Options for -mcpu; measured: native changed a Gaussian stream"},
    {"--fmad", "", "nvcc, for each translation unit", read_at::build, "false", for_none,
     "whether device code rounds a * b + c once: it differs from the host then, not from run "
     "to run",
     "speed on the device", "CUDA compiler driver, fmad: its default is true, and use_fast_math asks for it"},
    {"-mfpmath", "-fexcess-precision", "GCC on 32-bit x86, for each translation unit", read_at::build, "sse",
     for_bits, "whether the x87 keeps 64 bits of mantissa between operations",
     "none on x86-64, where sse is the default",
     "GCC manual, x86 Options, -mfpmath, and Optimize Options, -fexcess-precision"},
    {"fesetround", "std::fesetround|_MM_SET_ROUNDING_MODE",
     "the processor, from the call on, in the thread that calls and in those that it starts", read_at::any,
     "FE_TONEAREST", for_bits, "how every operation is rounded", "none",
     "C17, 7.6 for threads and 7.6.3; checked in each run as floating_point"},
    {"_MM_SET_FLUSH_ZERO_MODE",
     "_MM_SET_DENORMALS_ZERO_MODE|torch.set_flush_denormal|at::globalContext().setFlushDenormal",
     "the processor, from the call on, in the thread that calls and in those that it starts", read_at::any,
     "off: _MM_FLUSH_ZERO_OFF, _MM_DENORMALS_ZERO_OFF, False", for_bits,
     "whether denormal numbers become zero, as results and as operands", "speed on denormal numbers",
     "Intel 64 and IA-32 Software Developer Manual, volume 1, 10.2.3; checked in each run as "
     "floating_point"},
    {"personality(ADDR_NO_RANDOMIZE)", "setarch -R", "the kernel, when the program is executed",
     read_at::exec, "set where numbers follow addresses, as where pointers order a container", for_none,
     "the addresses of code, heap and stack", "a protection against attacks",
     "personality(2); relaunch_if_needed has address_layout::fixed for it"},
    {"setlocale", "std::locale::global", "the C library, from the call on", read_at::any, "\"C\"", for_none,
     "the decimal point, and the order in which text is sorted", "none",
     "setlocale(3); POSIX.1-2017, Base Definitions, Locale, LC_COLLATE and LC_NUMERIC"},
};

} // namespace repro::inline v0::detail
