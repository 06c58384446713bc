// SPDX-License-Identifier: MIT
#pragma once
// Makes the calls of the known answers of NumPy with a twin. RandomState and Generator share names and
// parameters of most methods, so one runner serves both.

#include <repro/compat/numpy.hpp>

#include "golden.hpp"

#include <optional>

namespace support {

/// The product of a shape: {"size": null | n | [...]}, or a list of dimensions.
inline std::size_t elements(const json& shape) {
    if (!shape.is_array()) return shape.get<std::size_t>();
    std::size_t product = 1;
    for (const json& n : shape)
        product *= n.get<std::size_t>();
    return product;
}

/// Draws in the form that `size` asks for: one value, a vector, or a filled span for a shape with many axes.
template <class Draw> json draw_sized(const json& size, Draw draw) {
    using T = decltype(draw());
    if (size.is_null()) return encode_element<T>(draw());
    if (!size.is_array()) return encode_array<T>(draw(elements(size)));
    if constexpr (std::same_as<T, bool>) {
        return encode_array<T>(draw(elements(size)), size);
    } else {
        std::vector<T> values(elements(size));
        draw(std::span<T>(values));
        return encode_array(values, size);
    }
}

/// Draws one value for each element that parameters given as lists broadcast to.
template <class Draw>
json draw_broadcast(const json& args, const char* first, const char* second, Draw draw) {
    const auto length = [&](const char* name) {
        return args[name].is_array() ? args[name].size() : std::size_t{1};
    };
    const std::size_t width = std::max(length(first), length(second));
    const json size = args.value("size", json());
    const json shape = size.is_null() ? json::array({width}) : size;
    const auto at = [&](const char* name, std::size_t i) -> const json& {
        return args[name].is_array() ? args[name][i % length(name)] : args[name];
    };
    using T = decltype(draw(args[first], args[second]));
    std::vector<T> values;
    for (std::size_t i = 0; i < elements(shape); ++i)
        values.push_back(draw(at(first, i), at(second, i)));
    return encode_array(values, shape);
}

/// 0, 1, 2 ... as a dtype.
template <class T> std::vector<T> arange(std::size_t n) {
    std::vector<T> values(n);
    for (std::size_t i = 0; i < n; ++i)
        values[i] = static_cast<T>(i);
    return values;
}

/// Calls `body` with a value of the dtype.
template <class Body> json with_dtype(const std::string& dtype, Body body) {
    if (dtype == "bool") return body(bool{});
    if (dtype == "int8") return body(std::int8_t{});
    if (dtype == "uint8") return body(std::uint8_t{});
    if (dtype == "int16") return body(std::int16_t{});
    if (dtype == "uint16") return body(std::uint16_t{});
    if (dtype == "int32") return body(std::int32_t{});
    if (dtype == "uint32") return body(std::uint32_t{});
    if (dtype == "int64") return body(std::int64_t{});
    if (dtype == "uint64") return body(std::uint64_t{});
    if (dtype == "float32") return body(float{});
    if (dtype == "float64") return body(double{});
    throw std::runtime_error("unknown dtype " + dtype);
}

/// The bounds of randint and integers that broadcast: low and high as vectors, and the shape.
struct bounds {
    std::vector<int128> low, high;
    json shape;

    explicit bounds(const json& args) {
        const json& l = args["low"];
        const json& h = args["high"];
        const std::size_t columns =
            std::max(l.is_array() ? l.size() : 1, h.is_array() && !h[0].is_array() ? h.size() : 1);
        const bool rows_of_high = h.is_array() && h[0].is_array();
        shape = rows_of_high ? json::array({h.size(), columns}) : json::array({columns});
        if (args.contains("size") && !args["size"].is_null()) shape = args["size"];
        for (std::size_t i = 0; i < elements(shape); ++i) {
            low.push_back(integer(l.is_array() ? l[i % l.size()] : l));
            high.push_back(integer(rows_of_high ? h[i / columns][0] : h.is_array() ? h[i % h.size()] : h));
        }
    }
};

/// The methods that both classes have under the same name; nothing for any other.
template <class G> std::optional<json> run_shared(G& g, const std::string& call, const json& a) {
    const json size = a.value("size", json());
    const auto p = [&](const char* name) { return real(a[name]); };
    const auto n = [&](const char* name) { return integer_as<std::int64_t>(a[name]); };
    if (call == "normal" && a["loc"].is_array())
        return draw_broadcast(a, "loc", "scale",
                              [&](const json& x, const json& y) { return g.normal(real(x), real(y)); });
    if (call == "uniform" && a["low"].is_array())
        return draw_broadcast(a, "low", "high",
                              [&](const json& x, const json& y) { return g.uniform(real(x), real(y)); });
    if (call == "binomial" && a["n"].is_array())
        return draw_broadcast(a, "n", "p", [&](const json& x, const json& y) {
            return g.binomial(integer_as<std::int64_t>(x), real(y));
        });
    if (call == "poisson" && a["lam"].is_array())
        return draw_broadcast(a, "lam", "lam",
                              [&](const json& x, const json&) { return g.poisson(real(x)); });
    if (call == "bytes") return encode_bytes(g.bytes(a["length"].get<std::size_t>()));

    const auto sized = [&](auto draw) { return draw_sized(size, draw); };
    if (call == "uniform") return sized([&](auto... s) { return g.uniform(p("low"), p("high"), s...); });
    if (call == "standard_normal") return sized([&](auto... s) { return g.standard_normal(s...); });
    if (call == "normal") return sized([&](auto... s) { return g.normal(p("loc"), p("scale"), s...); });
    if (call == "standard_exponential") return sized([&](auto... s) { return g.standard_exponential(s...); });
    if (call == "exponential") return sized([&](auto... s) { return g.exponential(p("scale"), s...); });
    if (call == "standard_gamma") return sized([&](auto... s) { return g.standard_gamma(p("shape"), s...); });
    if (call == "gamma") return sized([&](auto... s) { return g.gamma(p("shape"), p("scale"), s...); });
    if (call == "beta") return sized([&](auto... s) { return g.beta(p("a"), p("b"), s...); });
    if (call == "chisquare") return sized([&](auto... s) { return g.chisquare(p("df"), s...); });
    if (call == "noncentral_chisquare")
        return sized([&](auto... s) { return g.noncentral_chisquare(p("df"), p("nonc"), s...); });
    if (call == "f") return sized([&](auto... s) { return g.f(p("dfnum"), p("dfden"), s...); });
    if (call == "noncentral_f")
        return sized([&](auto... s) { return g.noncentral_f(p("dfnum"), p("dfden"), p("nonc"), s...); });
    if (call == "standard_cauchy") return sized([&](auto... s) { return g.standard_cauchy(s...); });
    if (call == "standard_t") return sized([&](auto... s) { return g.standard_t(p("df"), s...); });
    if (call == "pareto") return sized([&](auto... s) { return g.pareto(p("a"), s...); });
    if (call == "weibull") return sized([&](auto... s) { return g.weibull(p("a"), s...); });
    if (call == "power") return sized([&](auto... s) { return g.power(p("a"), s...); });
    if (call == "laplace") return sized([&](auto... s) { return g.laplace(p("loc"), p("scale"), s...); });
    if (call == "gumbel") return sized([&](auto... s) { return g.gumbel(p("loc"), p("scale"), s...); });
    if (call == "logistic") return sized([&](auto... s) { return g.logistic(p("loc"), p("scale"), s...); });
    if (call == "lognormal")
        return sized([&](auto... s) { return g.lognormal(p("mean"), p("sigma"), s...); });
    if (call == "rayleigh") return sized([&](auto... s) { return g.rayleigh(p("scale"), s...); });
    if (call == "wald") return sized([&](auto... s) { return g.wald(p("mean"), p("scale"), s...); });
    if (call == "vonmises") return sized([&](auto... s) { return g.vonmises(p("mu"), p("kappa"), s...); });
    if (call == "triangular")
        return sized([&](auto... s) { return g.triangular(p("left"), p("mode"), p("right"), s...); });
    if (call == "binomial") return sized([&](auto... s) { return g.binomial(n("n"), p("p"), s...); });
    if (call == "negative_binomial")
        return sized([&](auto... s) { return g.negative_binomial(p("n"), p("p"), s...); });
    if (call == "poisson") return sized([&](auto... s) { return g.poisson(p("lam"), s...); });
    if (call == "zipf") return sized([&](auto... s) { return g.zipf(p("a"), s...); });
    if (call == "geometric") return sized([&](auto... s) { return g.geometric(p("p"), s...); });
    if (call == "logseries") return sized([&](auto... s) { return g.logseries(p("p"), s...); });
    if (call == "hypergeometric")
        return sized([&](auto... s) { return g.hypergeometric(n("ngood"), n("nbad"), n("nsample"), s...); });
    if (call == "dirichlet") {
        const auto alpha = reals(a["alpha"]);
        if (size.is_null()) return encode_array(g.dirichlet(alpha));
        return encode_array(g.dirichlet(alpha, elements(size)), json::array({elements(size), alpha.size()}));
    }
    if (call == "multinomial" && !a["n"].is_array()) {
        const auto pvals = reals(a["pvals"]);
        if (size.is_null()) return encode_array(g.multinomial(n("n"), pvals));
        return encode_array(g.multinomial(n("n"), pvals, elements(size)),
                            json::array({elements(size), pvals.size()}));
    }
    return std::nullopt;
}

} // namespace support
