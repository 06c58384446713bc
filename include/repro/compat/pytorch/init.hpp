// SPDX-License-Identifier: MIT
#pragma once
// The initialisers of torch.nn.init that draw. Bounds are computed in double, as Python does.
// Origin: PyTorch 2.11 (BSD-3-Clause), torch/nn/init.py.

#include <repro/compat/argument.hpp>
#include <repro/compat/pytorch/erfinv.hpp>
#include <repro/compat/pytorch/half.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {

/// The extents of a tensor, the outermost first.
class shape {
public:
    shape(std::initializer_list<std::size_t> extents) : extents_(extents) {}
    explicit shape(std::vector<std::size_t> extents) : extents_(std::move(extents)) {}

    [[nodiscard]] std::span<const std::size_t> extents() const noexcept { return extents_; }
    /// Returns how many elements there are.
    [[nodiscard]] std::size_t numel() const noexcept { return product(0); }
    /// Returns the product of the extents from `first` on.
    [[nodiscard]] std::size_t product(std::size_t first) const noexcept {
        std::size_t n = 1;
        for (std::size_t i = first; i < extents_.size(); ++i)
            n *= extents_[i];
        return n;
    }

private:
    std::vector<std::size_t> extents_;
};

/// Which fan keeps its variance.
enum class fan_mode : unsigned char { fan_in, fan_out };

/// What follows the layer, for the gain.
enum class nonlinearity : unsigned char { linear, sigmoid, tanh, relu, leaky_relu, selu };

namespace nn::init {

/// Returns the gain of a nonlinearity; `param` is the negative slope of leaky_relu.
[[nodiscard]] inline double calculate_gain(nonlinearity which, double param = 0.01) noexcept {
    using repro::detail::libm::sqrt;
    switch (which) {
    case nonlinearity::tanh:
        return 5.0 / 3;
    case nonlinearity::relu:
        return sqrt(2.0);
    case nonlinearity::leaky_relu:
        return sqrt(2.0 / (1.0 + repro::detail::mul(param, param)));
    case nonlinearity::selu:
        return 3.0 / 4;
    case nonlinearity::linear:
    case nonlinearity::sigmoid:
        break;
    }
    return 1.0;
}

struct fans {
    double in;
    double out;
};

/// Returns fan_in and fan_out of a weight.
///
/// Errors: errc::argument_invalid for fewer than two axes.
[[nodiscard]] inline fans calculate_fans(const shape& weight) {
    const auto extents = weight.extents();
    repro::detail::require(extents.size() >= 2, "_calculate_fan_in_and_fan_out()",
                           "the weight has fewer than two axes", "pass two or more");
    const auto field = static_cast<double>(weight.product(2));
    return {static_cast<double>(extents[1]) * field, static_cast<double>(extents[0]) * field};
}

namespace detail {

[[nodiscard]] inline double kaiming_std(const shape& of, double a, fan_mode mode, nonlinearity which) {
    const fans both = calculate_fans(of);
    return calculate_gain(which, a) /
           repro::detail::libm::sqrt(mode == fan_mode::fan_in ? both.in : both.out);
}

[[nodiscard]] inline double xavier_std(const shape& of, double gain) {
    const fans both = calculate_fans(of);
    return repro::detail::mul(gain, repro::detail::libm::sqrt(2.0 / (both.in + both.out)));
}

/// Half the width of the uniform distribution with this deviation.
[[nodiscard]] inline double bound_of(double std) noexcept {
    return repro::detail::mul(repro::detail::libm::sqrt(3.0), std);
}

[[nodiscard]] inline double dot(const std::vector<double>& x, const std::vector<double>& y) noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += repro::detail::mul(x[i], y[i]);
    return sum;
}

inline void same_size(std::size_t elements, const shape& of) {
    repro::detail::require(elements == of.numel(), "nn.init", "the tensor and its shape differ in size",
                           "pass as many elements as the shape has");
}

} // namespace detail

/// Fills a weight of shape `of` as init.kaiming_uniform_(tensor, a, mode, nonlinearity). Class ieee, fused on
/// path::vector.
///
/// Errors: errc::argument_invalid for fewer than two axes, or another number of elements.
template <real_dtype T, class Generator>
void kaiming_uniform_(std::span<T> tensor, const shape& of, Generator& g, double a = 0.0,
                      fan_mode mode = fan_mode::fan_in, nonlinearity which = nonlinearity::leaky_relu) {
    detail::same_size(tensor.size(), of);
    const double bound = detail::bound_of(detail::kaiming_std(of, a, mode, which));
    g.uniform_(tensor, -bound, bound);
}

/// Fills a weight of shape `of` as init.kaiming_normal_(tensor, a, mode, nonlinearity). Class as normal_().
///
/// Errors: as above.
template <real_dtype T, class Generator>
void kaiming_normal_(std::span<T> tensor, const shape& of, Generator& g, double a = 0.0,
                     fan_mode mode = fan_mode::fan_in, nonlinearity which = nonlinearity::leaky_relu) {
    detail::same_size(tensor.size(), of);
    g.normal_(tensor, 0.0, detail::kaiming_std(of, a, mode, which));
}

/// Fills a weight of shape `of` as init.xavier_uniform_(tensor, gain). Class ieee, fused on path::vector.
///
/// Errors: as above.
template <real_dtype T, class Generator>
void xavier_uniform_(std::span<T> tensor, const shape& of, Generator& g, double gain = 1.0) {
    detail::same_size(tensor.size(), of);
    const double bound = detail::bound_of(detail::xavier_std(of, gain));
    g.uniform_(tensor, -bound, bound);
}

/// Fills a weight of shape `of` as init.xavier_normal_(tensor, gain). Class as normal_().
///
/// Errors: as above.
template <real_dtype T, class Generator>
void xavier_normal_(std::span<T> tensor, const shape& of, Generator& g, double gain = 1.0) {
    detail::same_size(tensor.size(), of);
    g.normal_(tensor, 0.0, detail::xavier_std(of, gain));
}

/// Fills `tensor` as init.trunc_normal_(tensor, mean, std, a, b): a uniform number through the inverse error
/// function. Class libm: erf is the host's, and PyTorch's own depends on its build.
///
/// Errors: errc::argument_invalid unless std > 0 and a < b.
template <class Generator>
void trunc_normal_(std::span<float> tensor, Generator& g, double mean = 0.0, double std = 1.0,
                   double a = -2.0, double b = 2.0) {
    using repro::detail::require, repro::detail::mul, repro::detail::libm::sqrt;
    require(std > 0.0, "trunc_normal_()", "std is not positive", "pass std > 0");
    require(a < b, "trunc_normal_()", "a is not below b", "pass a < b");
    const auto below = [&](double x) { return (1.0 + __builtin_erf((x - mean) / std / sqrt(2.0))) / 2.0; };
    g.uniform_(tensor, mul(2.0, below(a)) - 1.0, mul(2.0, below(b)) - 1.0);
    const auto factor = static_cast<float>(mul(std, sqrt(2.0)));
    for (float& x : tensor) {
        const float value = mul(pytorch::detail::erfinv(x), factor) + static_cast<float>(mean);
        x = value < static_cast<float>(a) ? static_cast<float>(a)
                                          : (value > static_cast<float>(b) ? static_cast<float>(b) : value);
    }
}

/// Fills a weight of shape `of` as init.orthogonal_(tensor, gain): the orthogonal factor of a matrix of
/// normals, rows of `of`'s first axis. Class layout: LAPACK's rounding decides; these are within float's.
///
/// Errors: errc::argument_invalid for fewer than two axes, or another number of elements.
template <class Generator>
void orthogonal_(std::span<float> tensor, const shape& of, Generator& g, double gain = 1.0) {
    (void)calculate_fans(of); // two axes
    detail::same_size(tensor.size(), of);
    const std::size_t rows = of.extents()[0], columns = rows == 0 ? 0 : tensor.size() / rows;
    g.normal_(tensor);
    const bool wide = rows < columns; // then the rows become orthogonal, else the columns
    const std::size_t vectors = wide ? rows : columns, length = wide ? columns : rows;
    const auto at = [&](std::size_t vector, std::size_t i) -> float& {
        return tensor[wide ? vector * columns + i : i * columns + vector];
    };
    std::vector<std::vector<double>> basis;
    for (std::size_t v = 0; v < vectors; ++v) {
        std::vector<double> x(length);
        for (std::size_t i = 0; i < length; ++i)
            x[i] = static_cast<double>(at(v, i));
        for (const std::vector<double>& b : basis) {
            const double along = detail::dot(x, b);
            for (std::size_t i = 0; i < length; ++i)
                x[i] -= along * b[i];
        }
        const double norm = repro::detail::libm::sqrt(detail::dot(x, x));
        for (std::size_t i = 0; i < length; ++i) {
            x[i] /= norm;
            at(v, i) = static_cast<float>(x[i] * gain);
        }
        basis.push_back(std::move(x));
    }
}

} // namespace nn::init
} // namespace repro::inline v0::pytorch
