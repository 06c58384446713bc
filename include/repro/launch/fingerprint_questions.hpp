// SPDX-License-Identifier: MIT
#pragma once
// What the fingerprint of libm asks for. glibc's variants with and without FMA agree on all but a few in ten
// thousand arguments, so arguments taken at random see nothing: these were searched for on glibc 2.36 by
// comparing its two variants on 400,000 arguments each, and all give other bits there but those of exp2,
// which has one variant.

#include <cstddef>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::size_t arguments_each = 4;

/// A function of one double and its arguments.
struct libm_question {
    const char* name;
    double arguments[arguments_each];
};

inline constexpr libm_question double_questions[] = {
    {"exp", {0x1.303994cep+0, 0x1.c2d386ffp-2, 0x1.eebed60fp+1, 0x1.b3f40232p-2}},
    {"exp2", {0x1.303994cep+0, 0x1.c2d386ffp-2, 0x1.eebed60fp+1, 0x1.b3f40232p-2}},
    {"expm1", {0x1.eaa7575ap+1, 0x1.452b6cd3p-2, 0x1.36a4cefep-2, 0x1.2f5d9003p+0}},
    {"log", {0x1.a9df7076p+0, 0x1.3bdb8f21p+0, 0x1.cdcca72p-1, 0x1.a5ae79e6p+1}},
    {"log2", {0x1.b7e43ea1p-1, 0x1.e45decdep-1, 0x1.38ea6158p-2, 0x1.596f4234p+0}},
    {"log10", {0x1.a9df7076p+0, 0x1.3bdb8f21p+0, 0x1.b7458ee2p+1, 0x1.cdcca72p-1}},
    {"log1p", {0x1.a4434fe1p-2, 0x1.5fc83be1p-1, 0x1.ce9d7d83p-2, 0x1.b3b1e782p-2}},
    {"sin", {0x1.77cec921p+1, 0x1.5922e2acp-2, 0x1.b253e6fep-1, 0x1.756f9b6cp+1}},
    {"cos", {0x1.370f1fa4p-1, 0x1.6b0a570fp+0, 0x1.b6a9ac6bp+0, 0x1.86928d22p-1}},
    {"tan", {0x1.8c0db39fp+1, 0x1.8c2eb69cp+1, 0x1.8b734907p+1, 0x1.834d2febp+0}},
    {"asin", {0x1.50df2bdcp-2, 0x1.fc1fe83dp-4, 0x1.b7c2b70ap-4, 0x1.13e3854p-1}},
    {"acos", {0x1.e06b87a3p-1, 0x1.747211ecp-2, 0x1.c7ed744fp-1, 0x1.da3e1d1bp-1}},
    {"atan", {0x1.dcb5b405p-1, 0x1.2ce10208p-1, 0x1.1dfa644ep-2, 0x1.8af7449ap-1}},
    {"sinh", {0x1.eaa7575ap+1, 0x1.452b6cd3p-2, 0x1.36a4cefep-2, 0x1.2f5d9003p+0}},
    {"cosh", {0x1.303994cep+0, 0x1.eebed60fp+1, 0x1.d863337ap-1, 0x1.45f34b95p+1}},
    {"tanh", {0x1.27398348p+0, 0x1.3c60e163p+0, 0x1.0762aac9p-2, 0x1.2b27c168p+0}},
    {"asinh", {0x1.4add85bp-2, 0x1.b9bf51b7p-2, 0x1.a89f96bfp-2, 0x1.890c139p-2}},
    {"erf", {0x1.581960d2p+0, 0x1.f7647ca6p+0, 0x1.4b696c48p+0, 0x1.4c702d0dp+0}},
    {"erfc", {0x1.cffcc946p+0, 0x1.fafad588p+0, 0x1.a7752786p+0, 0x1.dba556f7p+1}},
    {"tgamma", {0x1.654a5659p-1, 0x1.d9834895p-1, 0x1.77c32d88p-2, 0x1.49424d54p+0}},
};

/// A function of two doubles and its arguments.
struct libm_pair_question {
    const char* name;
    double first[arguments_each];
    double second[arguments_each];
};

inline constexpr libm_pair_question double_pair_questions[] = {
    {"pow",
     {0x1.ffaff918p+0, 0x1.209c2a88p-2, 0x1.ed06b0a8p-1, 0x1.76f4c5bfp-2},
     {0x1.c1d9ec22p+1, 0x1.a611511ap+0, 0x1.ede682cdp-1, 0x1.2041f703p-1}},
    {"atan2",
     {0x1.00f21d54p-1, 0x1.25a210fp-2, 0x1.a489ecd6p+0, 0x1.9376aa76p-1},
     {0x1.2ea7224ap+1, 0x1.6fe7306ep+1, 0x1.d7a15c02p-1, 0x1.53fdbeb4p-1}},
};

/// A function of one float and its arguments.
struct libm_float_question {
    const char* name;
    float arguments[arguments_each];
};

/// glibc computes floats in double and rounds once, so its variants agree; of all floats from 2^-30 to 2^23
/// these are among the 17 that tell them apart.
inline constexpr libm_float_question float_questions[] = {
    {"sinf", {0x1.ab6152p+5F, 0x1.46b80ep+6F, 0x1.46ba88p+6F, 0x1.52e6cp+6F}},
    {"cosf", {0x1.1475b6p+4F, 0x1.1475b8p+4F, 0x1.1475bap+4F, 0x1.78edb2p+4F}},
};

/// Other libraries differ in more.
inline constexpr const char* float_names[] = {"expf",   "exp2f", "expm1f", "logf",   "log2f", "log10f",
                                              "log1pf", "sinf",  "cosf",   "tanf",   "atanf", "sinhf",
                                              "coshf",  "tanhf", "erff",   "tgammaf"};
inline constexpr float float_arguments[] = {0x1.303994p-3F, 0x1.c2d386p-2F, 0x1.b3f402p-1F, 0x1.451f28p+0F,
                                            0x1.77cec8p+1F, 0x1.eebed6p+1F, 0x1.8c0db2p+2F, 0x1.2b6cd2p+3F};

/// Roots: the square root is correctly rounded everywhere, the cube root is not.
inline constexpr const char* double_root_names[] = {"sqrt", "cbrt"};
inline constexpr const char* float_root_names[] = {"sqrtf", "cbrtf"};
inline constexpr double root_arguments[] = {0x1.303994cep+0, 0x1.c2d386ffp-2, 0x1.eebed60fp+1,
                                            0x1.b3f40232p-2, 0x1.eaa7575ap+1, 0x1.452b6cd3p-2,
                                            0x1.36a4cefep-2, 0x1.2f5d9003p+0};

} // namespace detail
} // namespace repro::inline v0
