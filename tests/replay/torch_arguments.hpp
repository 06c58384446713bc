// SPDX-License-Identifier: MIT
#pragma once
// Decodes arguments of PyTorch's calls, and puts tensors into their form.

#include <repro/compat/pytorch.hpp>

#include "abbreviated.hpp"

#include <memory>

namespace replay {

namespace torch = repro::pytorch;

/// The shape in `size` or `n`.
inline shape_type tensor_shape(const json& args) {
    return extents(args.contains("size") ? args["size"] : need(args, "n"));
}

inline digest digest_of(std::span<const std::uint8_t> of) {
    repro::sha256_hash hash;
    hash.update(of);
    return {repro::digest256{hash.finish()}.hex()};
}

/// A list of numbers, which may be abbreviated; where its middle stays unknown, `known` turns false and it is
/// filled with its first number. A list that repeats its beginning is known by its digest.
inline std::vector<double> numbers_or_placeholders(const json& given, bool& known) {
    if (const auto found = numbers_of(given)) return found->reals;
    const std::vector<double> first = reals(need(given, "first"));
    const std::size_t n = count(need(given, "n"));
    for (std::size_t period = 1; period <= first.size(); ++period) {
        std::vector<double> values(n);
        bytes little_endian;
        for (std::size_t i = 0; i < n; ++i)
            append_little_endian(little_endian, values[i] = first[i % period]);
        if (digest_of(little_endian).hex == text(need(given, "sha256"))) return values;
    }
    known = false;
    return std::vector<double>(n, first.at(0));
}

template <class T> std::vector<T> elements(const json& given, bool& known) {
    std::vector<T> values;
    for (const double each : numbers_or_placeholders(given, known))
        values.push_back(torch::detail::element<T>(each));
    return values;
}

template <class T> std::string torch_dtype() {
    if constexpr (std::same_as<T, torch::half>)
        return "float16";
    else if constexpr (std::same_as<T, torch::bfloat16>)
        return "bfloat16";
    else
        return dtype_of<T>();
}

template <class T> array tensor(std::span<const T> elements, shape_type shape) {
    using word = std::conditional_t<
        sizeof(T) == 1, std::uint8_t,
        std::conditional_t<sizeof(T) == 2, std::uint16_t,
                           std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
    array result{torch_dtype<T>(), std::move(shape), {}};
    result.bytes.reserve(elements.size_bytes());
    for (const T& each : elements)
        append_little_endian(result.bytes, std::bit_cast<word>(each));
    return result;
}
template <class T> array tensor(const std::vector<T>& elements, shape_type shape) {
    return tensor(std::span<const T>(elements), std::move(shape));
}
template <class T> array tensor(const std::vector<T>& elements) {
    return tensor(elements, {elements.size()});
}

/// A tensor of the shape of `args` that `fill` fills.
template <class T, class Fill> value filled(const json& args, Fill fill) {
    const shape_type shape = tensor_shape(args);
    const std::size_t n = product(shape);
    const auto storage = std::make_unique<T[]>(n); // std::vector packs bool
    fill(std::span<T>(storage.get(), n));
    return tensor(std::span<const T>(storage.get(), n), shape);
}

/// The result of `draw` for a tensor of the shape of `args`, full of one parameter.
template <class T, class Draw> value of_full(const json& args, const char* parameter, Draw draw) {
    const shape_type shape = tensor_shape(args);
    const std::vector<T> full(product(shape), torch::detail::element<T>(real(need(args, parameter))));
    return tensor(draw(std::span<const T>(full)), shape);
}

/// Calls `body` with an element of the dtype of `args`.
template <class Body> value with_dtype(const json& args, const char* otherwise, Body body) {
    const std::string dtype = args.contains("dtype") ? text(args["dtype"]) : otherwise;
    if (dtype == "float32") return body(float{});
    if (dtype == "float64") return body(double{});
    if (dtype == "float16") return body(torch::half{});
    if (dtype == "bfloat16") return body(torch::bfloat16{});
    if (dtype == "bool") return body(bool{});
    if (dtype == "int8") return body(std::int8_t{});
    if (dtype == "uint8") return body(std::uint8_t{});
    if (dtype == "int16") return body(std::int16_t{});
    if (dtype == "uint16") return body(std::uint16_t{});
    if (dtype == "int32") return body(std::int32_t{});
    if (dtype == "uint32") return body(std::uint32_t{});
    if (dtype == "int64") return body(std::int64_t{});
    if (dtype == "uint64") return body(std::uint64_t{});
    throw unsupported("dtype '" + dtype + "'");
}

/// The same for floating-point dtypes alone, and for float and double alone.
template <class Body> value with_real(const json& args, Body body) {
    return with_dtype(args, "float32", [&](auto element) -> value {
        if constexpr (torch::real_dtype<decltype(element)>)
            return body(element);
        else
            malformed("no floating-point dtype", args);
    });
}
template <class Body> value with_float(const json& args, Body body) {
    return with_dtype(args, "float32", [&](auto element) -> value {
        if constexpr (std::floating_point<decltype(element)>)
            return body(element);
        else
            malformed("neither float32 nor float64", args);
    });
}

inline torch::rules torch_rules(const json& c) {
    const int version = version_of(c, 2013);
    if (version >= 2013) return torch::rules::torch_2_13;
    if (version >= 2012) return torch::rules::torch_2_12;
    if (version >= 2007) return torch::rules::torch_2_7;
    return version >= 1009 ? torch::rules::torch_2_6 : torch::rules::torch_1_8;
}

inline torch::path torch_path(const json& c) {
    const std::string path = c.contains("path") ? text(c["path"]) : "vector";
    if (path == "baseline") return torch::path::baseline;
    if (path != "vector") malformed("path", c["path"]);
    return torch::path::vector;
}

inline std::size_t count_or(const json& args, const std::string& name, std::size_t otherwise) {
    return args.contains(name) ? count(args[name]) : otherwise;
}
inline bool flag_or(const json& args, const std::string& name, bool otherwise) {
    return args.contains(name) ? flag(args[name]) : otherwise;
}

inline torch::replacement replacement_of(const json& args, bool otherwise) {
    return flag_or(args, "replacement", otherwise) ? torch::replacement::yes : torch::replacement::no;
}

/// The generator's own 64 bits of an integer that may be negative or beyond 2^63.
inline std::uint64_t seed_bits(const json& seed) { return static_cast<std::uint64_t>(integer(seed)); }

} // namespace replay
