// SPDX-License-Identifier: MIT
#pragma once
// What calls of NumPy have in common: parameters by name or by position, with NumPy's defaults; parameters
// that broadcast; and results of any shape.

#include <repro/compat/numpy.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

namespace replay {

// The rules of the version; 2.4 stands between two sets of them.
inline repro::numpy::rules rules_of(const json& c) {
    const int version = version_of(c, 2005);
    if (version < 1022 || version == 2000 || version == 2004) malformed("version", c["version"]);
    if (version < 2000) return repro::numpy::rules::numpy_1_24;
    return version < 2004 ? repro::numpy::rules::numpy_2_2 : repro::numpy::rules::numpy_2_5;
}

/// NumPy's parameters, in its order, with its defaults. A "?" marks what the files alone write.
inline constexpr std::pair<std::string_view, std::string_view> numpy_signatures[] = {
    {"beta", "a b size=null"},
    {"binomial", "n p size=null"},
    {"bytes", "length"},
    {"chisquare", "df size=null"},
    {"dirichlet", "alpha size=null"},
    {"exponential", "scale=1 size=null"},
    {"f", "dfnum dfden size=null"},
    {"gamma", "shape scale=1 size=null"},
    {"geometric", "p size=null"},
    {"gumbel", "loc=0 scale=1 size=null"},
    {"hypergeometric", "ngood nbad nsample size=null"},
    {"integers", "low high=null size=null dtype=\"int64\" endpoint=false"},
    {"laplace", "loc=0 scale=1 size=null"},
    {"logistic", "loc=0 scale=1 size=null"},
    {"lognormal", "mean=0 sigma=1 size=null"},
    {"logseries", "p size=null"},
    {"multinomial", "n pvals size=null"},
    {"multivariate_hypergeometric", "colors nsample size=null method=\"marginals\""},
    {"multivariate_normal", "mean cov size=null check_valid=\"warn\" tol=1e-8 method=\"svd\""},
    {"negative_binomial", "n p size=null"},
    {"noncentral_chisquare", "df nonc size=null"},
    {"noncentral_f", "dfnum dfden nonc size=null"},
    {"normal", "loc=0 scale=1 size=null"},
    {"pareto", "a size=null"},
    {"permutation", "x axis=0 shape?"},
    {"permuted", "x axis=null shape?"},
    {"poisson", "lam=1 size=null"},
    {"power", "a size=null"},
    {"randint", "low high=null size=null dtype=\"int64\""},
    {"random", "size=null dtype=\"float64\""},
    {"random_integers", "low high=null size=null"},
    {"random_raw", "size=null"},
    {"random_sample", "size=null"},
    {"rayleigh", "scale=1 size=null"},
    {"shuffle", "x axis=0 n? dtype?"},
    {"shuffle_2d", "shape axis=0"},
    {"shuffle_list", "x n?"},
    {"standard_cauchy", "size=null"},
    {"standard_exponential", "size=null dtype=\"float64\" method=\"zig\""},
    {"standard_gamma", "shape size=null dtype=\"float64\""},
    {"standard_normal", "size=null dtype=\"float64\""},
    {"standard_t", "df size=null"},
    {"tomaxint", "size=null"},
    {"triangular", "left mode right size=null"},
    {"uniform", "low=0 high=1 size=null"},
    {"vonmises", "mu kappa size=null"},
    {"wald", "mean scale size=null"},
    {"weibull", "a size=null"},
    {"zipf", "a size=null"},
};

/// The arguments by name, positional ones too, with the defaults of those that are not given.
inline json numpy_named(const json& args, std::string_view signature) {
    if (!args.is_object()) malformed("arguments", args);
    json named = args;
    named.erase("positional");
    const json& positional = optional(args, "positional");
    std::vector<std::string> known;
    std::istringstream parameters{std::string(signature)};
    for (std::string parameter; parameters >> parameter;) {
        const std::size_t cut = std::min(parameter.find_first_of("=?"), parameter.size());
        const std::string name = parameter.substr(0, cut);
        if (known.size() < positional.size()) named[name] = positional[known.size()];
        if (cut < parameter.size() && parameter[cut] == '=' && !named.contains(name))
            named[name] = json::parse(parameter.substr(cut + 1));
        known.push_back(name);
    }
    if (positional.size() > known.size()) malformed("too many arguments", positional);
    for (const auto& [name, argument] : named.items())
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw unsupported("argument '" + name + "'");
    return named;
}

inline json numpy_named(const std::string& call, const json& args) {
    for (const auto& [name, signature] : numpy_signatures)
        if (name == call) return numpy_named(args, signature);
    return args;
}

/// A dtype by its full name.
inline std::string dtype_name(const json& dtype) {
    static const std::map<std::string, std::string> short_names = {
        {"?", "bool"},     {"b", "int8"},       {"i1", "int8"},   {"u1", "uint8"},   {"B", "uint8"},
        {"i2", "int16"},   {"u2", "uint16"},    {"i4", "int32"},  {"u4", "uint32"},  {"i8", "int64"},
        {"int", "int64"},  {"u8", "uint64"},    {"f", "float32"}, {"f4", "float32"}, {"d", "float64"},
        {"f8", "float64"}, {"float", "float64"}};
    std::string name = text(dtype);
    if (name.starts_with('<')) name.erase(0, 1);
    const auto found = short_names.find(name);
    return found == short_names.end() ? name : found->second;
}

/// Calls `body` with a value of the dtype.
template <class Body> value with_dtype(const json& dtype, Body body) {
    const std::string name = dtype_name(dtype);
    if (name == "bool") return body(bool{});
    if (name == "int8") return body(std::int8_t{});
    if (name == "uint8") return body(std::uint8_t{});
    if (name == "int16") return body(std::int16_t{});
    if (name == "uint16") return body(std::uint16_t{});
    if (name == "int32") return body(std::int32_t{});
    if (name == "uint32") return body(std::uint32_t{});
    if (name == "int64") return body(std::int64_t{});
    if (name == "uint64") return body(std::uint64_t{});
    if (name == "float32") return body(float{});
    if (name == "float64") return body(double{});
    throw unsupported("dtype '" + name + "'");
}

/// Draws in the form that `size` asks for: one value, a vector, or a filled span for a shape with several
/// axes.
template <class Draw> value draw_sized(const json& size, Draw draw) {
    using T = decltype(draw());
    if (size.is_null()) return draw();
    const shape_type shape = extents(size);
    if (!size.is_array()) return shaped<T>(draw(shape[0]), shape);
    if constexpr (std::same_as<T, bool>) {
        return shaped<T>(draw(product(shape)), shape);
    } else {
        std::vector<T> values(product(shape));
        draw(std::span<T>(values));
        return shaped(values, shape);
    }
}

/// A parameter: one value, or an array of any number of axes given as nested lists.
template <class T> struct operand {
    shape_type shape;
    std::vector<T> values;

    explicit operand(const json& given) {
        for (const json* level = &given; level->is_array(); level = &level->front()) {
            shape.push_back(level->size());
            if (level->empty()) break;
        }
        add(given, 0);
    }

    /// The element for the i-th of a result of this shape.
    [[nodiscard]] T at(const shape_type& of, std::size_t i) const {
        std::size_t offset = 0, stride = 1;
        for (std::size_t axis = of.size(), own = shape.size(); axis-- > 0 && own-- > 0;) {
            if (shape[own] != 1) offset += i % of[axis] * stride;
            stride *= shape[own];
            i /= of[axis];
        }
        return values[offset];
    }

private:
    void add(const json& given, std::size_t axis) {
        if (axis == shape.size()) {
            if constexpr (std::floating_point<T>)
                values.push_back(static_cast<T>(real(given)));
            else if constexpr (std::same_as<T, int128>)
                values.push_back(integer(given));
            else
                values.push_back(integer_as<T>(given));
            return;
        }
        if (!given.is_array() || given.size() != shape[axis]) malformed("a ragged array", given);
        for (const json& each : given)
            add(each, axis + 1);
    }
};

/// The shape that these broadcast to, with `size` where it is given.
inline shape_type broadcast(const std::vector<shape_type>& shapes, const json& size) {
    shape_type result;
    const auto widen = [&result](const shape_type& shape) {
        if (shape.size() > result.size()) result.insert(result.begin(), shape.size() - result.size(), 1);
        for (std::size_t i = 0; i < shape.size(); ++i) {
            std::size_t& extent = result[result.size() - shape.size() + i];
            if (shape[i] != extent && shape[i] != 1 && extent != 1)
                throw unsupported("arguments that do not broadcast");
            if (extent == 1) extent = shape[i];
        }
    };
    for (const shape_type& shape : shapes)
        widen(shape);
    if (size.is_null()) return result;
    const shape_type asked = extents(size);
    widen(asked);
    if (asked != result) throw unsupported("arguments that do not broadcast to the size " + shown(size));
    return result;
}

/// Draws with parameters of the types T: in the form of `size` where each is one value, else once for each
/// element that they broadcast to.
template <class... T, class Draw, std::size_t... I>
value distribution(const json& args, const std::array<const char*, sizeof...(T)>& names, Draw draw,
                   std::index_sequence<I...>) {
    const std::tuple<operand<T>...> parameters{operand<T>(need(args, names[I]))...};
    const json& size = optional(args, "size");
    if ((std::get<I>(parameters).shape.empty() && ...))
        return draw_sized(size,
                          [&](auto... form) { return draw(std::get<I>(parameters).values[0]..., form...); });
    const shape_type shape = broadcast({std::get<I>(parameters).shape...}, size);
    std::vector<decltype(draw(T{}...))> values(product(shape));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = draw(std::get<I>(parameters).at(shape, i)...);
    return shaped(values, shape);
}

template <class... T, class Draw>
value distribution(const json& args, const std::array<const char*, sizeof...(T)>& names, Draw draw) {
    return distribution<T...>(args, names, draw, std::index_sequence_for<T...>{});
}

/// An array to shuffle or to choose from: {"shape": ...} is arange(prod(shape)).reshape(shape), {"fn":
/// "arange", "pos":
/// [...]} that call, and a list stands for itself.
struct numpy_array {
    shape_type shape;
    std::vector<double> reals; ///< Of a list that has a float; else
    std::vector<std::int64_t> integers;

    explicit numpy_array(const json& given) {
        if (given.is_array()) {
            from_list(given);
        } else if (given.is_object() && given.contains("shape")) {
            shape = extents(given["shape"]);
            count_up(0, static_cast<std::int64_t>(product(shape)), 1);
        } else if (given.is_object() && optional(given, "fn") == "arange" && optional(given, "kw").empty()) {
            const auto pos = integers_as<std::int64_t>(need(given, "pos"));
            if (pos.empty() || pos.size() > 3 || (pos.size() == 3 && pos[2] == 0)) malformed("arange", given);
            count_up(pos.size() == 1 ? 0 : pos[0], pos[pos.size() == 1 ? 0 : 1],
                     pos.size() == 3 ? pos[2] : 1);
            shape = {integers.size()};
        } else {
            malformed("no array", given);
        }
    }

    /// These of the indices along an axis, in this order; `axes` stand where that axis was.
    [[nodiscard]] array take(const std::vector<std::int64_t>& order, std::size_t axis,
                             const shape_type& axes) const {
        shape_type result(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis));
        result.insert(result.end(), axes.begin(), axes.end());
        result.insert(result.end(), shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
        return reals.empty() ? taken(integers, order, axis, result) : taken(reals, order, axis, result);
    }

private:
    template <class T>
    [[nodiscard]] array taken(const std::vector<T>& from, const std::vector<std::int64_t>& order,
                              std::size_t axis, const shape_type& result) const {
        std::size_t inner = 1, outer = 1;
        for (std::size_t i = 0; i < shape.size(); ++i)
            (i < axis ? outer : inner) *= i == axis ? 1 : shape[i];
        std::vector<T> values;
        for (std::size_t o = 0; o < outer; ++o)
            for (const std::int64_t index : order)
                for (std::size_t i = 0; i < inner; ++i)
                    values.push_back(
                        from.at((o * shape[axis] + static_cast<std::size_t>(index)) * inner + i));
        return shaped(values, result);
    }

    void from_list(const json& given) {
        const operand<double> numbers(given);
        shape = numbers.shape;
        if (has_float(given))
            reals = numbers.values;
        else
            integers = operand<std::int64_t>(given).values;
    }

    static bool has_float(const json& given) {
        if (given.is_array()) return std::any_of(given.begin(), given.end(), has_float);
        return given.is_number_float() ||
               (given.is_string() && text(given).find_first_of("xni") != std::string::npos);
    }

    void count_up(std::int64_t start, std::int64_t stop, std::int64_t step) {
        const auto steps = (static_cast<int128>(stop) - start + step - (step > 0 ? 1 : -1)) / step;
        if (steps > 0) (void)product({static_cast<std::size_t>(steps)});
        for (std::int64_t i = 0; static_cast<int128>(i) < steps; ++i)
            integers.push_back(start + i * step);
    }
};

inline std::vector<std::int64_t> index_range(std::size_t n) {
    std::vector<std::int64_t> order(n);
    for (std::size_t i = 0; i < n; ++i)
        order[i] = static_cast<std::int64_t>(i);
    return order;
}

} // namespace replay
