// SPDX-License-Identifier: MIT
#pragma once
// The twin of torch.Generator on a CUDA device and of the functions of torch that draw from it: the GPU's
// numbers, made on the CPU: the real-valued distributions, over pytorch/cuda_sampling.hpp. Origin:
// PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/native/cuda.

#include <repro/compat/pytorch/cuda_sampling.hpp>
#include <repro/compat/pytorch/cuda_transforms.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {

/// The twin of `torch.Generator("cuda")` and of what torch draws with it on that GPU, for any size.
///
/// Functions that end in an underscore fill the span that comes first, as in torch they fill the tensor they
/// are called on; the others return a vector for a count. The element type is the dtype: float, double, half,
/// bfloat16, integers, bool. Tensors are contiguous.
///
/// Classes of exactness: *int*, *ieee* and *ieee+fma* are exact; *device* values are near: in float they rest
/// on the GPU's approximations, in double on CUDA's library, followed but for about one number in 10^7
/// (docs/cuda.md has the distances). All this holds for a layout that was compared (`origin()`); those of
/// other GPUs are derived from their properties. Errors: errc::argument_invalid for what PyTorch rejects,
/// before a word is taken. Threads: one object belongs to one thread at a time.
class cuda_generator : public detail::cuda_samples {
public:
    /// Seeds as `manual_seed(seed)`, for a GPU with these properties.
    ///
    /// Errors: errc::argument_invalid for properties that no GPU has.
    template <std::integral Integer>
    cuda_generator(Integer seed, const cuda_device& device)
        : cuda_samples(static_cast<std::uint64_t>(seed), device) {}

    /// Fills `out` with numbers in [from, to): from + u (to - from), one fused step, in float for half types.
    /// Class ieee+fma.
    ///
    /// Errors: errc::argument_invalid unless from <= to, and where to - from overflows the element.
    template <real_dtype T> void uniform_(std::span<T> out, double from = 0.0, double to = 1.0) {
        using real = detail::arithmetic_t<T>;
        detail::require(from <= to, "uniform_()", "from is above to", "pass from <= to");
        detail::require(to - from <= detail::largest<T>, "uniform_()", "to - from overflows the element",
                        "pass bounds closer together");
        const T first = detail::element<T>(from), last = detail::element<T>(to);
        const real base(first), width(T(real(last) - base));
        fill_uniform<real>(out, [=](real u) __attribute__((always_inline)) {
            const T value(detail::cuda::fma(u, width, base));
            return value == last ? first : value;
        });
    }
    /// Returns `n` numbers in [0, 1). Class ieee.
    template <real_dtype T = float> [[nodiscard]] std::vector<T> rand(std::size_t n) {
        std::vector<T> values(n);
        uniform_(std::span<T>(values));
        return values;
    }

    /// Fills `out` with normal numbers. Class device.
    ///
    /// Errors: errc::argument_invalid for a negative std.
    template <real_dtype T> void normal_(std::span<T> out, double mean = 0.0, double std = 1.0) {
        detail::require(std >= 0.0, "normal_()", "std is negative", "pass std >= 0");
        fill_normal(out, mean, std, [](auto x) __attribute__((always_inline)) { return x; });
    }
    /// Returns `n` standard normal numbers. Class as normal_().
    template <real_dtype T = float> [[nodiscard]] std::vector<T> randn(std::size_t n) {
        std::vector<T> values(n);
        normal_(std::span<T>(values));
        return values;
    }
    /// Fills `out` with exp of normal numbers. Class as normal_().
    ///
    /// Errors: errc::argument_invalid unless std > 0.
    template <real_dtype T> void log_normal_(std::span<T> out, double mean = 1.0, double std = 2.0) {
        detail::require(std > 0.0, "log_normal_()", "std is not positive", "pass std > 0");
        fill_normal(out, mean, std,
                    [](auto x) __attribute__((always_inline)) { return detail::kernel_exp(x); });
    }

    /// Fills `out` with exponential numbers. Class as normal_().
    ///
    /// Errors: errc::argument_invalid unless lambd > 0.
    template <real_dtype T> void exponential_(std::span<T> out, double lambd = 1.0) {
        using real = detail::arithmetic_t<T>;
        detail::require(lambd > 0.0, "exponential_()", "lambd is not positive", "pass lambd > 0");
        const real factor = real{-1} / static_cast<real>(lambd);
        fill_uniform<real>(out, [=](real u) __attribute__((always_inline)) {
            return T(detail::cuda_exponential(u, factor));
        });
    }
    /// Fills `out` with numbers from Cauchy's distribution. Class as normal_().
    ///
    /// Errors: errc::argument_invalid unless sigma > 0.
    template <real_dtype T> void cauchy_(std::span<T> out, double median = 0.0, double sigma = 1.0) {
        using real = detail::arithmetic_t<T>;
        detail::require(sigma > 0.0, "cauchy_()", "sigma is not positive", "pass sigma > 0");
        const auto centre = static_cast<real>(median), scale = static_cast<real>(sigma);
        fill_uniform<real>(out, [=](real u) __attribute__((always_inline)) {
            return T(detail::cuda_cauchy(u, centre, scale));
        });
    }
    /// Fills `out` with the number of trials up to the first success. Class device.
    ///
    /// Errors: errc::argument_invalid unless 0 < p < 1.
    template <dtype T> void geometric_(std::span<T> out, double p) {
        using real = detail::cuda_real<T>;
        detail::require(p > 0.0 && p < 1.0, "geometric_()", "p is not in (0, 1)", "pass 0 < p < 1");
        const real log_failure = detail::kernel_log(real{1} - static_cast<real>(p));
        fill_uniform<real>(out, [=](real u) __attribute__((always_inline)) {
            return detail::cuda_element<T>(__builtin_ceil(detail::kernel_log(u) / log_failure));
        });
    }

    /// Fills `out` with ones with probability p, else zeros: u < p in the arithmetic's type. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless 0 <= p <= 1.
    template <dtype T> void bernoulli_(std::span<T> out, double p = 0.5) {
        using real = detail::cuda_real<T>;
        detail::require(p >= 0.0 && p <= 1.0, "bernoulli_()", "p is not in [0, 1]", "pass 0 <= p <= 1");
        const auto bound = static_cast<real>(p);
        fill_uniform<real>(out, [=](real u) __attribute__((always_inline)) {
            return detail::cuda_element<T>(u < bound ? 1.0f : 0.0f);
        });
    }

private:
    template <class Real, class T, class Transform>
    void fill_uniform(std::span<T> out, const Transform& transform) noexcept {
        constexpr int lanes = detail::cuda_lanes<Real>;
        fill<lanes>(out, [=](const detail::cuda_block& w, T* values) __attribute__((always_inline)) {
            Real u[lanes];
            detail::cuda_uniforms(w, u);
            for (int i = 0; i < lanes; ++i)
                values[i] = transform(u[i]);
        });
    }
    template <class T, class Transform>
    void fill_normal(std::span<T> out, double mean, double std, const Transform& transform) noexcept {
        using real = detail::arithmetic_t<T>;
        constexpr int lanes = detail::cuda_lanes<real>;
        const auto centre = static_cast<real>(mean), scale = static_cast<real>(std);
        fill<lanes>(out, [=](const detail::cuda_block& w, T* values) __attribute__((always_inline)) {
            real z[lanes];
            detail::cuda_normals(w, z);
            for (int i = 0; i < lanes; ++i)
                values[i] = T(transform(detail::cuda::fma(z[i], scale, centre)));
        });
    }
};

} // namespace repro::inline v0::pytorch
