// SPDX-License-Identifier: MIT
#pragma once
// Elements of tensors by the name of their dtype.

#include <repro/compat/pytorch/half.hpp>

#include "arguments.hpp"

#include <cstring>

namespace replay {

template <class T> std::string dtype_name() {
    if constexpr (std::same_as<T, repro::pytorch::half>)
        return "float16";
    else if constexpr (std::same_as<T, repro::pytorch::bfloat16>)
        return "bfloat16";
    else
        return dtype_of<T>();
}

/// A tensor of these elements.
template <class T> array tensor(std::span<const T> elements, shape_type shape) {
    static_assert(std::endian::native == std::endian::little);
    array result{dtype_name<T>(), std::move(shape), bytes(elements.size_bytes())};
    if (!elements.empty()) std::memcpy(result.bytes.data(), elements.data(), elements.size_bytes());
    return result;
}
template <class T> array tensor(const std::vector<T>& elements, shape_type shape) {
    return tensor(std::span<const T>(elements), std::move(shape));
}

/// Calls `body` with a null pointer to an element of the dtype that `args` names.
template <class Body> value with_dtype(const json& args, const char* otherwise, const Body& body) {
    const std::string name = args.contains("dtype") ? text(args["dtype"]) : otherwise;
    const auto as = [&]<class T>(T* element) { return body(element); };
    if (name == "float32") return as(static_cast<float*>(nullptr));
    if (name == "float64") return as(static_cast<double*>(nullptr));
    if (name == "float16") return as(static_cast<repro::pytorch::half*>(nullptr));
    if (name == "bfloat16") return as(static_cast<repro::pytorch::bfloat16*>(nullptr));
    if (name == "bool") return as(static_cast<bool*>(nullptr));
    if (name == "uint8") return as(static_cast<std::uint8_t*>(nullptr));
    if (name == "int8") return as(static_cast<std::int8_t*>(nullptr));
    if (name == "int16") return as(static_cast<std::int16_t*>(nullptr));
    if (name == "uint16") return as(static_cast<std::uint16_t*>(nullptr));
    if (name == "int32") return as(static_cast<std::int32_t*>(nullptr));
    if (name == "uint32") return as(static_cast<std::uint32_t*>(nullptr));
    if (name == "int64") return as(static_cast<std::int64_t*>(nullptr));
    if (name == "uint64") return as(static_cast<std::uint64_t*>(nullptr));
    throw unsupported("dtype '" + name + "'");
}

/// The same with an element, for floating-point dtypes.
template <class Body> value with_real(const json& args, const char* otherwise, const Body& body) {
    return with_dtype(args, otherwise, [&]<class T>(T*) -> value {
        if constexpr (repro::pytorch::real_dtype<T>)
            return body(T{});
        else
            throw unsupported("an integer dtype in " + shown(args));
    });
}

/// The same for float and double.
template <class Body> value with_float(const json& args, const Body& body) {
    return with_real(args, "float32", [&](auto element) -> value {
        if constexpr (std::floating_point<decltype(element)>)
            return body(element);
        else
            throw unsupported("a half dtype in " + shown(args));
    });
}

} // namespace replay
