// SPDX-License-Identifier: MIT
#pragma once
// The parameters that modules of torch.nn are born with: what nn.Linear(...) draws when it is made.
// Origin: PyTorch 2.11 (BSD-3-Clause), torch/nn/modules.

#include <repro/compat/pytorch/init.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch::nn {

/// Whether a module has a bias.
enum class bias : unsigned char { no, yes };

/// A weight in C order, and the bias, empty where there is none.
template <real_dtype T> struct weight_and_bias {
    std::vector<T> weight;
    std::vector<T> bias;
};

namespace detail {

/// Uniform numbers within a bound around zero.
template <real_dtype T, class Generator>
[[nodiscard]] std::vector<T> within(double bound, std::size_t n, Generator& g) {
    std::vector<T> values(n);
    g.uniform_(std::span<T>(values), -bound, bound);
    return values;
}

[[nodiscard]] inline double inverse_root(double x) noexcept { return 1.0 / repro::detail::libm::sqrt(x); }

/// What nn.Linear and nn.Conv* do: Kaiming with a = sqrt(5), then the bias.
template <real_dtype T, class Generator>
[[nodiscard]] weight_and_bias<T> reset(const shape& of, bias with, Generator& g) {
    weight_and_bias<T> made;
    made.weight.resize(of.numel());
    init::kaiming_uniform_(std::span<T>(made.weight), of, g, repro::detail::libm::sqrt(5.0));
    if (with == bias::yes)
        made.bias = within<T>(inverse_root(init::calculate_fans(of).in), of.extents()[0], g);
    return made;
}

inline void positive(std::size_t n, const char* call) {
    repro::detail::require(n > 0, call, "an extent is zero", "pass one or more");
}

} // namespace detail

/// Returns what nn.Linear(in_features, out_features, bias) holds: weight (out, in), bias (out). Class ieee,
/// fused on path::vector.
///
/// Errors: errc::argument_invalid for no input features.
template <real_dtype T = float, class Generator>
[[nodiscard]] weight_and_bias<T> linear(std::size_t in_features, std::size_t out_features, Generator& g,
                                        bias with = bias::yes) {
    detail::positive(in_features, "nn.Linear");
    return detail::reset<T>({out_features, in_features}, with, g);
}

/// Returns what nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias) holds: weight (out, in, k, k),
/// bias (out). Class ieee, fused on path::vector.
///
/// Errors: errc::argument_invalid for no input channels or no kernel.
template <real_dtype T = float, class Generator>
[[nodiscard]] weight_and_bias<T> conv2d(std::size_t in_channels, std::size_t out_channels,
                                        std::size_t kernel_size, Generator& g, bias with = bias::yes) {
    detail::positive(in_channels, "nn.Conv2d");
    detail::positive(kernel_size, "nn.Conv2d");
    return detail::reset<T>({out_channels, in_channels, kernel_size, kernel_size}, with, g);
}

/// Returns the weight (num_embeddings, embedding_dim) of nn.Embedding. Class as normal_().
template <real_dtype T = float, class Generator>
[[nodiscard]] std::vector<T> embedding(std::size_t num_embeddings, std::size_t embedding_dim, Generator& g) {
    return g.template randn<T>(num_embeddings * embedding_dim);
}

/// The parameters of one layer of an LSTM, in the order in which they are drawn.
template <real_dtype T> struct lstm_layer {
    std::vector<T> weight_ih; ///< (4 hidden, in)
    std::vector<T> weight_hh; ///< (4 hidden, hidden)
    std::vector<T> bias_ih;   ///< (4 hidden)
    std::vector<T> bias_hh;   ///< (4 hidden)
};

/// Returns what nn.LSTM(input_size, hidden_size) holds. Class ieee, fused on path::vector.
///
/// Errors: errc::argument_invalid for no hidden units.
template <real_dtype T = float, class Generator>
[[nodiscard]] lstm_layer<T> lstm(std::size_t input_size, std::size_t hidden_size, Generator& g) {
    detail::positive(hidden_size, "nn.LSTM");
    const double bound = detail::inverse_root(static_cast<double>(hidden_size));
    const std::size_t gates = 4 * hidden_size;
    lstm_layer<T> made;
    made.weight_ih = detail::within<T>(bound, gates * input_size, g);
    made.weight_hh = detail::within<T>(bound, gates * hidden_size, g);
    made.bias_ih = detail::within<T>(bound, gates, g);
    made.bias_hh = detail::within<T>(bound, gates, g);
    return made;
}

/// The parameters of nn.MultiheadAttention(embed_dim, num_heads).
template <real_dtype T> struct multihead_attention_parameters {
    weight_and_bias<T> in_proj;  ///< (3 embed_dim, embed_dim), and zeros
    weight_and_bias<T> out_proj; ///< (embed_dim, embed_dim), and zeros
};

/// Returns what nn.MultiheadAttention(embed_dim, num_heads) holds: the output projection is made first, its
/// bias drawn and then set to zero. The number of heads draws nothing. Class ieee, fused on path::vector.
///
/// Errors: errc::argument_invalid for no dimension.
template <real_dtype T = float, class Generator>
[[nodiscard]] multihead_attention_parameters<T> multihead_attention(std::size_t embed_dim, Generator& g) {
    multihead_attention_parameters<T> made;
    made.out_proj = linear<T>(embed_dim, embed_dim, g);
    made.out_proj.bias.assign(embed_dim, T(0.0f));
    made.in_proj.weight.resize(3 * embed_dim * embed_dim);
    made.in_proj.bias.assign(3 * embed_dim, T(0.0f));
    init::xavier_uniform_(std::span<T>(made.in_proj.weight), {3 * embed_dim, embed_dim}, g);
    return made;
}

} // namespace repro::inline v0::pytorch::nn
