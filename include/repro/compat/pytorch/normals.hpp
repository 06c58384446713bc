// SPDX-License-Identifier: MIT
#pragma once
// Normal numbers of PyTorch's CPU generator. Box and Muller's method twice: in blocks of sixteen from sixteen
// elements on, and one by one, keeping the second of a pair in the generator, below that.
// Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/native/cpu/DistributionTemplates.h and
// core/DistributionsHelper.h.

#include <repro/compat/pytorch/cephes.hpp>
#include <repro/compat/pytorch/integers.hpp>
#include <repro/detail/libm_float.hpp>
#include <repro/detail/libm_sincosf.hpp>
#include <repro/detail/libm_trigonometric.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

inline constexpr double pi = 3.14159265358979323846;

/// Makes sixteen normals of sixteen uniform numbers: elements j and j + 8 become a pair.
[[gnu::always_inline]] inline void normals_of_16(float* x, float mean, float std) noexcept {
    for (int j = 0; j < 8; ++j) {
        const float radius = __builtin_sqrtf(-2.0f * cephes::log(1.0f - x[j]));
        const cephes::sine_cosine angle = cephes::sincos(cephes::mul(static_cast<float>(2.0 * pi), x[j + 8]));
        x[j] = libm::fmaf(cephes::mul(radius, angle.cosine), std, mean);
        x[j + 8] = libm::fmaf(cephes::mul(radius, angle.sine), std, mean);
    }
}

[[gnu::always_inline]] inline void normals_in_blocks(float* x, std::size_t n, float mean,
                                                     float std) noexcept {
    for (std::size_t i = 0; i + 16 <= n; i += 16)
        normals_of_16(x + i, mean, std);
}

/// value std + mean, rounded as the kernels of `which` round.
template <std::floating_point Float>
[[nodiscard]] Float scaled(Float value, Float std, Float mean, path which) noexcept {
    scale(&value, 1, std, mean, which);
    return value;
}

/// The same for other elements: every operation rounds to the element, the functions are the C library's.
template <real_dtype T> void normals_of_16_by_libm(T* x, T mean, T std, path which) noexcept {
    using number = arithmetic_t<T>;
    const auto wide = [](T value) { return static_cast<number>(value); };
    for (int j = 0; j < 8; ++j) {
        const T u1 = T(number{1} - wide(x[j]));
        const T theta = element<T>(repro::detail::mul(2.0 * pi, static_cast<double>(wide(x[j + 8]))));
        T radius, cosine, sine;
        if constexpr (std::same_as<T, double>) {
            radius = libm::sqrt(-2.0 * libm::log(u1));
            cosine = libm::cos(theta);
            sine = libm::sin(theta);
        } else {
            radius = T(libm::sqrtf(wide(T(-2.0f * wide(T(libm::logf(wide(u1))))))));
            cosine = T(libm::cosf(wide(theta)));
            sine = T(libm::sinf(wide(theta)));
        }
        const auto finish = [&](T part) {
            const number product = repro::detail::mul(wide(radius), wide(part));
            if constexpr (half_dtype<T>)
                return T(wide(T(wide(T(product)) * wide(std))) + wide(mean));
            else
                return scaled(product, std, mean, which);
        };
        x[j] = finish(cosine);
        x[j + 8] = finish(sine);
    }
}

/// The normals of the CPU generator; use it through `pytorch::cpu_generator`.
class cpu_normals : public cpu_integers {
public:
    /// Returns a standard normal as randn(1) does: four words, or none where one is kept. Class libm (log1p,
    /// sin, cos).
    template <real_dtype T = float> [[nodiscard]] T randn() { return normal<T>(0.0, 1.0); }
    /// Returns n standard normals: see normal_().
    template <real_dtype T = float> [[nodiscard]] std::vector<T> randn(std::size_t n) {
        return normal<T>(0.0, 1.0, n);
    }
    template <real_dtype T> void randn(std::span<T> out) { normal_(out); }

    /// Returns a normal by the serial algorithm, as one element is drawn, and each element of a tensor that
    /// is not contiguous. Class libm (log1p, sin, cos), in double; float hides nearly every difference.
    ///
    /// Errors: errc::argument_invalid for std < 0 or NaN.
    template <real_dtype T = float> [[nodiscard]] T normal(double mean, double std) {
        spread(std, "normal()");
        return element<T>(serial_normal(mean, std));
    }
    template <real_dtype T = float>
    [[nodiscard]] std::vector<T> normal(double mean, double std, std::size_t n) {
        std::vector<T> values(n);
        normal_(std::span<T>(values), mean, std);
        return values;
    }

    /// Fills `out` with normals. Below 16 elements they are serial ones. From 16 on nothing is kept or taken
    /// from what is kept, and where the count is no multiple of 16 the last 16 are drawn anew: n words, or
    /// n + 16; twice as many for double. Class simd for float on path::vector; else libm (log, sin, cos, or
    /// their float forms).
    ///
    /// Errors: errc::argument_invalid for std < 0 or NaN.
    template <real_dtype T> void normal_(std::span<T> out, double mean = 0.0, double std = 1.0) {
        spread(std, "normal_()");
        if (out.size() < 16)
            return repro::detail::draw_into(out, [=, this] { return element<T>(serial_normal(mean, std)); });
        fill_blocks(out, mean, std);
        if (out.size() % 16 != 0) fill_blocks(out.last(16), mean, std);
    }

    /// Returns torch.normal(mean, std) of tensors: randn times std[i], plus mean[i], each rounded. Class as
    /// normal_().
    ///
    /// Errors: errc::argument_invalid for a negative std, or another count of means.
    template <real_dtype T>
    [[nodiscard]] std::vector<T> normal(std::span<const T> mean, std::span<const T> std) {
        require(mean.size() == std.size(), "normal()", "mean and std differ in length", "pass equal lengths");
        using number = arithmetic_t<T>;
        for (const T each : std)
            spread(static_cast<double>(static_cast<number>(each)), "normal()");
        std::vector<T> values = randn<T>(mean.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto product = T(static_cast<number>(values[i]) * static_cast<number>(std[i]));
            values[i] =
                T(repro::detail::rounded(static_cast<number>(product)) + static_cast<number>(mean[i]));
        }
        return values;
    }

    /// Fills `out` with exp of serial normals. Class libm (log1p, sin, cos, exp).
    ///
    /// Errors: errc::argument_invalid unless std > 0.
    template <real_dtype T> void log_normal_(std::span<T> out, double mean = 1.0, double std = 2.0) {
        require(std > 0.0, "log_normal_()", "std is not positive", "pass std > 0");
        repro::detail::draw_into(out, [=, this] { return element<T>(libm::exp(serial_normal(mean, std))); });
    }

protected:
    static void spread(double std, const char* call) {
        require(std >= 0.0, call, "std is negative or NaN", "pass std >= 0");
    }

    double serial_normal(double mean, double std) noexcept {
        return scaled(standard_normal(), std, mean, path_);
    }

    double standard_normal() noexcept {
        if (kept_.present) {
            kept_.present = false;
            return kept_.value;
        }
        const double u1 = uniform53(), u2 = uniform53();
        const double radius = libm::sqrt(-2.0 * libm::log1p(-u2)), theta = repro::detail::mul(2.0 * pi, u1);
        kept_ = {true, repro::detail::mul(radius, libm::sin(theta))};
        return repro::detail::mul(radius, libm::cos(theta));
    }

private:
    /// Makes the whole blocks of `out`.
    template <real_dtype T> void fill_blocks(std::span<T> out, double mean, double std) noexcept {
        if constexpr (half_dtype<T>) {
            if (rules_ >= rules::torch_2_12) return fill_rounded_blocks(out, mean, std);
        }
        rand(out); // also for the rest, which is drawn anew
        make_normals(out, element<T>(mean), element<T>(std));
    }

    /// The blocks of half types in float. PyTorch 2.12 rounds mean and std first, and uses the C library.
    template <half_dtype T> void fill_rounded_blocks(std::span<T> out, double mean, double std) noexcept {
        const bool newest = rules_ >= rules::torch_2_13;
        const auto m = newest ? static_cast<float>(mean) : static_cast<float>(element<T>(mean));
        const auto s = newest ? static_cast<float>(std) : static_cast<float>(element<T>(std));
        for (std::size_t i = 0; i + 16 <= out.size(); i += 16) {
            float block[16];
            rand(std::span<float>(block));
            if (newest)
                make_normals(std::span<float>(block), m, s);
            else
                normals_of_16_by_libm(block, m, s, path_);
            for (std::size_t j = 0; j < 16; ++j)
                out[i + j] = T(block[j]);
        }
    }

    template <real_dtype T> void make_normals(std::span<T> x, T mean, T std) noexcept {
        if constexpr (std::same_as<T, float>) {
            if (path_ == path::vector)
                return libm::dispatch<normals_in_blocks>(x.data(), x.size(), mean, std);
        }
        const path last_step = rules_ >= rules::torch_2_13 ? path::vector : path_;
        for (std::size_t i = 0; i + 16 <= x.size(); i += 16)
            normals_of_16_by_libm(x.data() + i, mean, std, last_step);
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
