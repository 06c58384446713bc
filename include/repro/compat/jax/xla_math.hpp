// SPDX-License-Identifier: MIT
#pragma once
// log, log1p, erf and its inverse as XLA compiles them for x86-64 processors with FMA (jaxlib 0.11). Origin
// of the formulas: logf and log1p of S. Moshier's Cephes as Eigen and XLA (Apache-2.0) order them; M. Giles,
// "Approximating the erfinv function", GPU Computing Gems 2; Eigen's rational approximation of erf. In
// float64, log is the C library's: glibc's.

#include <repro/detail/fp.hpp>
#include <repro/detail/libm_float.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace repro::inline v0::jax {
namespace detail::xla {

using repro::detail::rounded;

[[gnu::always_inline]] inline float fma(float a, float b, float c) noexcept {
    return __builtin_fmaf(a, b, c);
}
[[gnu::always_inline]] inline double fma(double a, double b, double c) noexcept {
    return __builtin_fma(a, b, c);
}

/// The polynomial with these coefficients, the highest first, fused at every step.
template <class Float, std::size_t N>
[[gnu::always_inline]] inline Float polynomial(Float x, const Float (&terms)[N]) noexcept {
    Float sum = terms[0];
    for (std::size_t i = 1; i < N; ++i)
        sum = fma(sum, x, terms[i]);
    return sum;
}

[[gnu::always_inline]] inline float log_kernel(float x) noexcept {
    if (!(x > 0.0f)) return x == 0.0f ? -__builtin_inff() : __builtin_nanf("");
    if (x == __builtin_inff()) return x;
    const auto bits = std::bit_cast<std::uint32_t>(x < 0x1p-126f ? 0x1p-126f : x);
    const auto mantissa = std::bit_cast<float>((bits & 0x007fffff) | 0x3f000000);
    float e = static_cast<float>(static_cast<int>(bits >> 23) - 126);
    float r = mantissa - 1.0f;
    if (mantissa < 0x1.6a09e6p-1f) {
        e -= 1.0f;
        r += mantissa;
    }
    const float r2 = rounded(r * r);
    const float r3 = rounded(r2 * r);
    const float high = polynomial(r, {0x1.204376p-4f, -0x1.d7a37p-4f, 0x1.de4a34p-4f});
    const float middle = polynomial(r, {-0x1.fcba9ep-4f, 0x1.23d37ep-3f, -0x1.555cap-3f});
    const float low = polynomial(r, {0x1.999d58p-3f, -0x1.fffff8p-3f, 0x1.555554p-2f});
    const float tail = fma(fma(fma(high, r3, middle), r3, low), r3, rounded(e * -0x1.bd0106p-13f));
    return fma(e, 0x1.63p-1f, fma(-0.5f, r2, r) + tail);
}

template <class Float>
inline constexpr Float log1p_numerator[] = {
    Float(4.5270000862445199635215e-5), Float(4.9854102823193375972212e-1), Float(6.5787325942061044846969),
    Float(2.9911919328553073277375e1),  Float(6.0949667980987787057556e1),  Float(5.7112963590585538103336e1),
    Float(2.0039553499201281259648e1)};
template <class Float>
inline constexpr Float log1p_denominator[] = {Float(1.0),
                                              Float(1.5062909083469192043167e1),
                                              Float(8.3047565967967209469434e1),
                                              Float(2.2176239823732856465394e2),
                                              Float(3.0909872225312059774938e2),
                                              Float(2.1642788614495947685003e2),
                                              Float(6.0118660497603843919306e1)};

/// log(1 + x) near zero.
template <class Float> [[gnu::always_inline]] inline Float log1p_near_zero(Float x) noexcept {
    const Float x2 = rounded(x * x);
    const Float ratio = polynomial(x, log1p_numerator<Float>) / polynomial(x, log1p_denominator<Float>);
    return x + fma(Float(-0.5), x2, rounded(rounded(x * x2) * ratio));
}

[[gnu::always_inline]] inline float log1p_kernel(float x) noexcept {
    return (x < 0.0f ? -x : x) < 0x1.a8279ap-2f ? log1p_near_zero(x) : log_kernel(1.0f + x);
}
[[gnu::always_inline]] inline double log1p_kernel(double x) noexcept {
    return x <= 0x1.a827999fcef32p-2 && x >= -0x1.2bec333018867p-2 ? log1p_near_zero(x)
                                                                   : repro::detail::libm::log(1.0 + x);
}

[[gnu::always_inline]] inline float erf_inv_kernel(float x) noexcept {
    if (x == 1.0f || x == -1.0f) return x * __builtin_inff();
    const float log_of_rest = log1p_kernel(rounded(x * -x));
    if (log_of_rest > -5.0f)
        return x * polynomial(-2.5f - log_of_rest,
                              {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f,
                               0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f});
    return x * polynomial(__builtin_sqrtf(-log_of_rest) - 3.0f,
                          {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f,
                           -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f});
}

[[gnu::always_inline]] inline double erf_inv_kernel(double x) noexcept {
    if (x == 1.0 || x == -1.0) return x * __builtin_inf();
    const double log_of_rest = log1p_kernel(rounded(x * -x));
    if (log_of_rest > -6.25)
        return x *
               polynomial(-3.125 - log_of_rest,
                          {-3.6444120640178196996e-21, -1.685059138182016589e-19,  1.2858480715256400167e-18,
                           1.115787767802518096e-17,   -1.333171662854620906e-16,  2.0972767875968561637e-17,
                           6.6376381343583238325e-15,  -4.0545662729752068639e-14, -8.1519341976054721522e-14,
                           2.6335093153082322977e-12,  -1.2975133253453532498e-11, -5.4154120542946279317e-11,
                           1.051212273321532285e-09,   -4.1126339803469836976e-09, -2.9070369957882005086e-08,
                           4.2347877827932403518e-07,  -1.3654692000834678645e-06, -1.3882523362786468719e-05,
                           0.0001867342080340571352,   -0.00074070253416626697512, -0.0060336708714301490533,
                           0.24015818242558961693,     1.6536545626831027356});
    if (log_of_rest > -16.0)
        return x *
               polynomial(__builtin_sqrt(-log_of_rest) - 3.25,
                          {2.2137376921775787049e-09, 9.0756561938885390979e-08, -2.7517406297064545428e-07,
                           1.8239629214389227755e-08, 1.5027403968909827627e-06, -4.013867526981545969e-06,
                           2.9234449089955446044e-06, 1.2475304481671778723e-05, -4.7318229009055733981e-05,
                           6.8284851459573175448e-05, 2.4031110387097893999e-05, -0.0003550375203628474796,
                           0.00095328937973738049703, -0.0016882755560235047313, 0.0024914420961078508066,
                           -0.0037512085075692412107, 0.005370914553590063617, 1.0052589676941592334,
                           3.0838856104922207635});
    return x * polynomial(__builtin_sqrt(-log_of_rest) - 5.0,
                          {-2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-09,
                           -3.7894654401267369937e-09, 7.6157012080783393804e-09, -1.4960026627149240478e-08,
                           2.9147953450901080826e-08, -6.7711997758452339498e-08, 2.2900482228026654717e-07,
                           -9.9298272942317002539e-07, 4.5260625972231537039e-06, -1.9681778105531670567e-05,
                           7.5995277030017761139e-05, -0.00021503011930044477347, -0.00013871931833623122026,
                           1.0103004648645343977, 4.8499064014085844221});
}

[[gnu::always_inline]] inline float erf_kernel(float x) noexcept {
    constexpr float saturated = 3.7439212799072266f;
    if ((x < 0.0f ? -x : x) >= saturated) return x < 0.0f ? -1.0f : 1.0f;
    const float x2 = rounded(x * x);
    const float numerator =
        polynomial(x2, {0.00022905065270606428f, 0.0034082909114658833f, 0.050955694168806076f,
                        0.18520832061767578f, 1.1283791065216064f});
    const float denominator =
        polynomial(x2, {-1.1791603071742429e-07f, 2.354796561121475e-05f, 0.0010179625824093819f,
                        0.01407046988606453f, 0.11098504811525345f, 0.4974692463874817f, 1.0f});
    return rounded(x * numerator) / denominator;
}

// The same kernels, compiled with the fma instruction where the processor has it.
[[nodiscard]] inline float log(float x) noexcept {
    return repro::detail::libm::dispatch<static_cast<float (*)(float)>(log_kernel)>(x);
}
[[nodiscard]] inline double log(double x) noexcept { return repro::detail::libm::log(x); }
[[nodiscard]] inline float log1p(float x) noexcept {
    return repro::detail::libm::dispatch<static_cast<float (*)(float)>(log1p_kernel)>(x);
}
[[nodiscard]] inline double log1p(double x) noexcept {
    return repro::detail::libm::dispatch<static_cast<double (*)(double)>(log1p_kernel)>(x);
}
[[nodiscard]] inline float erf_inv(float x) noexcept {
    return repro::detail::libm::dispatch<static_cast<float (*)(float)>(erf_inv_kernel)>(x);
}
[[nodiscard]] inline double erf_inv(double x) noexcept {
    return repro::detail::libm::dispatch<static_cast<double (*)(double)>(erf_inv_kernel)>(x);
}
// The host's.
[[nodiscard]] inline float tan(float x) noexcept { return __builtin_tanf(x); }
[[nodiscard]] inline double tan(double x) noexcept { return __builtin_tan(x); }
[[nodiscard]] inline float erf(float x) noexcept { return repro::detail::libm::dispatch<erf_kernel>(x); }

} // namespace detail::xla
} // namespace repro::inline v0::jax
