// SPDX-License-Identifier: MIT
#pragma once
// The methods that RandomState and Generator have under the same name. `a` has the arguments by name, with
// defaults.

#include "numpy_arguments.hpp"

namespace replay {

/// A method whose parameters are doubles, or nothing for the name of any other.
template <class G> std::optional<value> real_method(G& g, const std::string& call, const json& a) {
    using d = double;
    if (call == "uniform")
        return distribution<d, d>(a, {"low", "high"}, [&](auto... x) { return g.uniform(x...); });
    if (call == "normal")
        return distribution<d, d>(a, {"loc", "scale"}, [&](auto... x) { return g.normal(x...); });
    if (call == "exponential")
        return distribution<d>(a, {"scale"}, [&](auto... x) { return g.exponential(x...); });
    if (call == "gamma")
        return distribution<d, d>(a, {"shape", "scale"}, [&](auto... x) { return g.gamma(x...); });
    if (call == "beta") return distribution<d, d>(a, {"a", "b"}, [&](auto... x) { return g.beta(x...); });
    if (call == "chisquare") return distribution<d>(a, {"df"}, [&](auto... x) { return g.chisquare(x...); });
    if (call == "noncentral_chisquare")
        return distribution<d, d>(a, {"df", "nonc"}, [&](auto... x) { return g.noncentral_chisquare(x...); });
    if (call == "f") return distribution<d, d>(a, {"dfnum", "dfden"}, [&](auto... x) { return g.f(x...); });
    if (call == "noncentral_f")
        return distribution<d, d, d>(a, {"dfnum", "dfden", "nonc"},
                                     [&](auto... x) { return g.noncentral_f(x...); });
    if (call == "standard_t")
        return distribution<d>(a, {"df"}, [&](auto... x) { return g.standard_t(x...); });
    if (call == "pareto") return distribution<d>(a, {"a"}, [&](auto... x) { return g.pareto(x...); });
    if (call == "weibull") return distribution<d>(a, {"a"}, [&](auto... x) { return g.weibull(x...); });
    if (call == "power") return distribution<d>(a, {"a"}, [&](auto... x) { return g.power(x...); });
    if (call == "laplace")
        return distribution<d, d>(a, {"loc", "scale"}, [&](auto... x) { return g.laplace(x...); });
    if (call == "gumbel")
        return distribution<d, d>(a, {"loc", "scale"}, [&](auto... x) { return g.gumbel(x...); });
    if (call == "logistic")
        return distribution<d, d>(a, {"loc", "scale"}, [&](auto... x) { return g.logistic(x...); });
    if (call == "lognormal")
        return distribution<d, d>(a, {"mean", "sigma"}, [&](auto... x) { return g.lognormal(x...); });
    if (call == "rayleigh") return distribution<d>(a, {"scale"}, [&](auto... x) { return g.rayleigh(x...); });
    if (call == "wald")
        return distribution<d, d>(a, {"mean", "scale"}, [&](auto... x) { return g.wald(x...); });
    if (call == "vonmises")
        return distribution<d, d>(a, {"mu", "kappa"}, [&](auto... x) { return g.vonmises(x...); });
    if (call == "triangular")
        return distribution<d, d, d>(a, {"left", "mode", "right"},
                                     [&](auto... x) { return g.triangular(x...); });
    return std::nullopt;
}

/// A method that gives integers.
template <class G> std::optional<value> whole_method(G& g, const std::string& call, const json& a) {
    using d = double;
    using n = std::int64_t;
    if (call == "binomial")
        return distribution<n, d>(a, {"n", "p"}, [&](auto... x) { return g.binomial(x...); });
    if (call == "negative_binomial")
        return distribution<d, d>(a, {"n", "p"}, [&](auto... x) { return g.negative_binomial(x...); });
    if (call == "poisson") return distribution<d>(a, {"lam"}, [&](auto... x) { return g.poisson(x...); });
    if (call == "zipf") return distribution<d>(a, {"a"}, [&](auto... x) { return g.zipf(x...); });
    if (call == "geometric") return distribution<d>(a, {"p"}, [&](auto... x) { return g.geometric(x...); });
    if (call == "logseries") return distribution<d>(a, {"p"}, [&](auto... x) { return g.logseries(x...); });
    if (call == "hypergeometric")
        return distribution<n, n, n>(a, {"ngood", "nbad", "nsample"},
                                     [&](auto... x) { return g.hypergeometric(x...); });
    if (call == "bytes") return g.bytes(count(need(a, "length")));
    return std::nullopt;
}

/// The shape of rows: `size`, then the length of a row.
inline shape_type rows(const json& size, std::size_t width) {
    shape_type shape = size.is_null() ? shape_type() : extents(size);
    shape.push_back(width);
    return shape;
}

/// Draws rows of one result each: `draw()` gives one, `draw(n)` the rows of n.
template <class Draw> value draw_rows(const json& size, std::size_t width, Draw draw) {
    const shape_type shape = rows(size, width);
    if (size.is_null()) return shaped(draw(), shape);
    return shaped(draw(product(extents(size))), shape);
}

template <class G> value multinomial(G& g, const json& a) {
    const operand<std::int64_t> n(need(a, "n"));
    const operand<double> pvals(need(a, "pvals"));
    const json& size = optional(a, "size");
    if (pvals.shape.empty()) malformed("pvals", a["pvals"]);
    const std::size_t width = pvals.shape.back();
    if (n.shape.empty() && pvals.shape.size() == 1)
        return draw_rows(size, width,
                         [&](auto... s) { return g.multinomial(n.values[0], pvals.values, s...); });
    operand<std::int64_t> row(need(a, "n")); // which row of pvals an element takes
    row.shape.assign(pvals.shape.begin(), pvals.shape.end() - 1);
    row.values = index_range(product(row.shape));
    shape_type shape = broadcast({n.shape, row.shape}, size);
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0, all = product(shape); i < all; ++i) {
        const auto start = static_cast<std::size_t>(row.at(shape, i)) * width;
        for (const std::int64_t each :
             g.multinomial(n.at(shape, i), std::span<const double>(pvals.values).subspan(start, width)))
            counts.push_back(each);
    }
    shape.push_back(width);
    return shaped(counts, shape);
}

/// `draw(mean, cov, out, check_valid, tol)` fills rows.
template <class Draw> value multivariate_normal(const json& a, Draw draw) {
    using repro::numpy::check_valid;
    const std::vector<double> mean = reals(need(a, "mean"));
    const operand<double> cov(need(a, "cov"));
    if (cov.shape != shape_type{mean.size(), mean.size()}) malformed("cov", a["cov"]);
    const json& check = need(a, "check_valid");
    if (check != "warn" && check != "raise" && check != "ignore") malformed("check_valid", check);
    const shape_type shape = rows(optional(a, "size"), mean.size());
    std::vector<double> out(product(shape));
    draw(mean, cov.values, std::span<double>(out),
         check == "warn"    ? check_valid::warn
         : check == "raise" ? check_valid::raise
                            : check_valid::ignore,
         real(need(a, "tol")));
    return shaped(out, shape);
}

/// An element, or elements, of what `from` stands for, where `choose(population, n)` gives their indices.
template <class Choose> value choice(const json& a, std::size_t axis_given, Choose choose) {
    const json &from = need(a, "a"), &size = optional(a, "size");
    const std::size_t n = size.is_null() ? 1 : product(extents(size));
    const shape_type shape = size.is_null() ? shape_type() : extents(size);
    if (!from.is_array() && !from.is_object()) {
        const std::vector<std::int64_t> chosen = choose(integer_as<std::int64_t>(from), n);
        return size.is_null() ? value(chosen.at(0)) : value(shaped(chosen, shape));
    }
    const numpy_array population(from);
    if (axis_given >= population.shape.size()) throw unsupported("no such axis");
    const auto chosen = choose(static_cast<std::int64_t>(population.shape[axis_given]), n);
    return population.take(chosen, axis_given, shape);
}

/// permutation, and the shuffles, which return what they shuffled.
template <class G> std::optional<value> order(G& g, const std::string& call, const json& a) {
    const auto shuffled_along = [&](const numpy_array& x) -> value {
        const std::size_t axis = axis_of(a.value("axis", json(0)), x.shape.size());
        std::vector<std::int64_t> along = index_range(x.shape[axis]);
        if (x.shape.size() == 1)
            g.shuffle(along);
        else if (product(x.shape) != 0) // an empty matrix is left alone
            g.shuffle(along.size(), [&](std::size_t i, std::size_t j) { std::swap(along[i], along[j]); });
        return x.take(along, axis, {along.size()});
    };
    if (call == "permutation" && a.contains("shape")) {
        const numpy_array x(json::object({{"shape", a["shape"]}}));
        const std::size_t axis = axis_of(a.value("axis", json(0)), x.shape.size());
        return x.take(g.permutation(static_cast<std::int64_t>(x.shape[axis])), axis, {x.shape[axis]});
    }
    if (call == "permutation") {
        const json& given = need(a, "x");
        if (!given.is_array() && !given.is_object())
            return shaped(g.permutation(static_cast<std::int64_t>(count(given))));
        const numpy_array x(given);
        if (x.shape.size() != 1) return shuffled_along(x);
        const std::vector<std::int64_t> along = index_range(x.shape[0]);
        return x.take(g.permutation(std::span<const std::int64_t>(along)), 0, x.shape);
    }
    if (call == "shuffle" && a.contains("n"))
        return with_dtype(a.value("dtype", json("int64")), [&](auto dtype) -> value {
            std::vector<decltype(dtype)> x;
            for (std::size_t i = 0, n = count(a["n"]); i < n; ++i)
                x.push_back(static_cast<decltype(dtype)>(i));
            g.shuffle(x);
            return shaped(x);
        });
    if (call == "shuffle") return shuffled_along(numpy_array(need(a, "x")));
    if (call == "shuffle_2d") return shuffled_along(numpy_array(json::object({{"shape", need(a, "shape")}})));
    if (call == "shuffle_list") {
        std::vector<std::int64_t> x =
            a.contains("n") ? index_range(count(a["n"])) : integers_as<std::int64_t>(need(a, "x"));
        g.shuffle(x);
        return list_of(x);
    }
    return std::nullopt;
}

/// The bounds of randint and integers: low and high, where high alone, given as low, means [0, high).
struct bounds {
    operand<int128> low, high;
    const json& size;

    explicit bounds(const json& a)
        : low(a.at("high").is_null() ? json(0) : need(a, "low")),
          high(a["high"].is_null() ? need(a, "low") : a["high"]),
          size(optional(a, "size")) {}

    [[nodiscard]] bool scalar() const { return low.shape.empty() && high.shape.empty(); }

    /// Draws from arrays of bounds.
    template <class Draw> [[nodiscard]] value draw(Draw from) const {
        const shape_type shape = broadcast({low.shape, high.shape}, size);
        std::vector<int128> lows, highs;
        for (std::size_t i = 0, all = product(shape); i < all; ++i) {
            lows.push_back(low.at(shape, i));
            highs.push_back(high.at(shape, i));
        }
        return shaped(from(lows, highs), shape);
    }
};

/// The methods that both classes have; nothing for any other.
template <class G> std::optional<value> shared_method(G& g, const std::string& call, const json& a) {
    const json& size = optional(a, "size");
    if (call == "standard_cauchy")
        return draw_sized(size, [&](auto... s) { return g.standard_cauchy(s...); });
    if (call == "multinomial") return multinomial(g, a);
    if (call == "dirichlet") {
        const auto alpha = reals(need(a, "alpha"));
        return draw_rows(size, alpha.size(), [&](auto... s) { return g.dirichlet(alpha, s...); });
    }
    if (auto result = order(g, call, a)) return result;
    if (auto result = real_method(g, call, a)) return result;
    return whole_method(g, call, a);
}

} // namespace replay
