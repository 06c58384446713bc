// SPDX-License-Identifier: MIT
#include "support/methods.hpp"

#include <repro/compat/numpy.hpp>

#include <array>
#include <span>
#include <utility>

namespace bench {
namespace {

namespace numpy = repro::numpy;
using numpy::wide;

/// One memory for all: whoever draws next writes over it.
template <class T> std::span<T> memory(std::size_t n) {
    static std::vector<T> values;
    if (values.size() < n) values.resize(n);
    return std::span<T>(values).first(n);
}

template <class T> std::span<const std::uint8_t> bytes_of(std::span<T> values) {
    return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

numpy::rules rules_of(const std::string& version) {
    if (version.starts_with("1.")) return numpy::rules::numpy_1_24;
    for (const char* const older : {"2.0", "2.1", "2.2", "2.3"})
        if (version.starts_with(older)) return numpy::rules::numpy_2_2;
    return numpy::rules::numpy_2_5;
}

/// Collects methods of one twin, all starting from `from`.
template <class Twin> struct collector {
    Twin from;
    std::vector<method> list{};

    /// `draw(twin, out)` fills a span of T.
    template <class T, class Draw> void add(const char* expression, Draw draw, std::size_t n = 1'000'000) {
        list.push_back({expression,
                        [from = this->from, draw] {
                            return method_call([twin = from, draw](std::size_t size) mutable {
                                const std::span<T> out = memory<T>(size);
                                draw(twin, out);
                                return bytes_of(out);
                            });
                        },
                        n});
    }
    template <class Draw> void reals(const char* expression, Draw draw) { add<double>(expression, draw); }
    template <class Draw> void counts(const char* expression, Draw draw) {
        add<std::int64_t>(expression, draw);
    }
};

template <class T> std::span<T> whole_rows(std::span<T> out, std::size_t length) {
    return out.first(out.size() / length * length);
}

/// What a method that returns a vector returns.
template <class T> void keep(const std::vector<T>& values, std::span<T> out) {
    std::copy(values.begin(), values.end(), out.begin());
}

constexpr std::array<double, 4> chances = {0.1, 0.2, 0.3, 0.4};
constexpr std::array<double, 4> alphas = {0.5, 1.0, 2.0, 4.0};
constexpr std::array<std::int64_t, 3> colors = {40, 60, 100};

/// Methods that both classes have, under the same names and with the same parameters.
template <class Twin> void add_common(collector<Twin>& c, const std::string& by) {
    const auto text = [&](const char* call) { return by + "." + call; };
    const auto reals = [&](const char* call, auto draw) { c.reals(text(call).c_str(), draw); };
    const auto counts = [&](const char* call, auto draw) { c.counts(text(call).c_str(), draw); };
    reals("uniform(-1.0, 1.0, n)", [](auto& t, auto out) { t.uniform(-1.0, 1.0, out); });
    reals("normal(1.0, 2.0, n)", [](auto& t, auto out) { t.normal(1.0, 2.0, out); });
    reals("exponential(2.0, n)", [](auto& t, auto out) { t.exponential(2.0, out); });
    reals("gamma(0.5, 2.0, n)", [](auto& t, auto out) { t.gamma(0.5, 2.0, out); });
    reals("gamma(3.0, 2.0, n)", [](auto& t, auto out) { t.gamma(3.0, 2.0, out); });
    reals("beta(0.5, 0.5, n)", [](auto& t, auto out) { t.beta(0.5, 0.5, out); });
    reals("beta(2.0, 3.0, n)", [](auto& t, auto out) { t.beta(2.0, 3.0, out); });
    reals("chisquare(3.0, n)", [](auto& t, auto out) { t.chisquare(3.0, out); });
    reals("noncentral_chisquare(3.0, 1.5, n)",
          [](auto& t, auto out) { t.noncentral_chisquare(3.0, 1.5, out); });
    reals("f(5.0, 7.0, n)", [](auto& t, auto out) { t.f(5.0, 7.0, out); });
    reals("noncentral_f(5.0, 7.0, 1.5, n)", [](auto& t, auto out) { t.noncentral_f(5.0, 7.0, 1.5, out); });
    reals("standard_cauchy(n)", [](auto& t, auto out) { t.standard_cauchy(out); });
    reals("standard_t(5.0, n)", [](auto& t, auto out) { t.standard_t(5.0, out); });
    reals("pareto(3.0, n)", [](auto& t, auto out) { t.pareto(3.0, out); });
    reals("weibull(1.5, n)", [](auto& t, auto out) { t.weibull(1.5, out); });
    reals("power(2.5, n)", [](auto& t, auto out) { t.power(2.5, out); });
    reals("laplace(1.0, 2.0, n)", [](auto& t, auto out) { t.laplace(1.0, 2.0, out); });
    reals("gumbel(1.0, 2.0, n)", [](auto& t, auto out) { t.gumbel(1.0, 2.0, out); });
    reals("logistic(1.0, 2.0, n)", [](auto& t, auto out) { t.logistic(1.0, 2.0, out); });
    reals("lognormal(0.5, 1.5, n)", [](auto& t, auto out) { t.lognormal(0.5, 1.5, out); });
    reals("rayleigh(2.0, n)", [](auto& t, auto out) { t.rayleigh(2.0, out); });
    reals("triangular(-1.0, 0.5, 2.0, n)", [](auto& t, auto out) { t.triangular(-1.0, 0.5, 2.0, out); });
    reals("wald(1.0, 2.0, n)", [](auto& t, auto out) { t.wald(1.0, 2.0, out); });
    reals("vonmises(0.5, 4.0, n)", [](auto& t, auto out) { t.vonmises(0.5, 4.0, out); });
    counts("binomial(20, 0.3, n)", [](auto& t, auto out) { t.binomial(20, 0.3, out); });
    counts("binomial(1000, 0.4, n)", [](auto& t, auto out) { t.binomial(1000, 0.4, out); });
    counts("negative_binomial(5.0, 0.4, n)", [](auto& t, auto out) { t.negative_binomial(5.0, 0.4, out); });
    counts("poisson(3.0, n)", [](auto& t, auto out) { t.poisson(3.0, out); });
    counts("poisson(100.0, n)", [](auto& t, auto out) { t.poisson(100.0, out); });
    counts("zipf(2.5, n)", [](auto& t, auto out) { t.zipf(2.5, out); });
    counts("geometric(0.5, n)", [](auto& t, auto out) { t.geometric(0.5, out); });
    counts("geometric(0.1, n)", [](auto& t, auto out) { t.geometric(0.1, out); });
    counts("hypergeometric(30, 50, 8, n)", [](auto& t, auto out) { t.hypergeometric(30, 50, 8, out); });
    counts("hypergeometric(300, 500, 100, n)",
           [](auto& t, auto out) { t.hypergeometric(300, 500, 100, out); });
    counts("logseries(0.7, n)", [](auto& t, auto out) { t.logseries(0.7, out); });
    counts("multinomial(20, [0.1, 0.2, 0.3, 0.4], n // 4)",
           [](auto& t, auto out) { t.multinomial(20, chances, whole_rows(out, 4)); });
    reals("dirichlet([0.5, 1.0, 2.0, 4.0], n // 4)",
          [](auto& t, auto out) { t.dirichlet(alphas, whole_rows(out, 4)); });
    counts("permutation(n)", [](auto& t, auto out) { t.permutation(out); });
    counts("choice(1000, n)", [](auto& t, auto out) { keep(t.choice(1000, out.size()), out); });
    counts("choice(4, n, p=[0.1, 0.2, 0.3, 0.4])",
           [](auto& t, auto out) { keep(t.choice(out.size(), numpy::replacement::yes, chances), out); });
    counts("choice(4 * n, n, replace=False)", [](auto& t, auto out) {
        keep(t.choice(static_cast<std::int64_t>(4 * out.size()), out.size(), numpy::replacement::no), out);
    });
    c.template add<std::uint8_t>(text("bytes(n)").c_str(), [](auto& t, auto out) { t.bytes(out); });
}

} // namespace

std::vector<method> generator_methods(const std::string& numpy_version) {
    collector<numpy::generator> c{numpy::default_rng(42)};
    c.from.follow(rules_of(numpy_version));
    c.reals("g.random(out=out(np.float64))", [](auto& t, auto out) { t.random(out); });
    c.add<float>("g.random(out=out(np.float32), dtype=np.float32)", [](auto& t, auto out) { t.random(out); });
    c.reals("g.standard_normal(out=out(np.float64))", [](auto& t, auto out) { t.standard_normal(out); });
    c.add<float>("g.standard_normal(out=out(np.float32), dtype=np.float32)",
                 [](auto& t, auto out) { t.standard_normal(out); });
    c.reals("g.standard_exponential(out=out(np.float64))",
            [](auto& t, auto out) { t.standard_exponential(out); });
    c.add<float>("g.standard_exponential(out=out(np.float32), dtype=np.float32)",
                 [](auto& t, auto out) { t.standard_exponential(out); });
    c.reals("g.standard_exponential(out=out(np.float64), method='inv')",
            [](auto& t, auto out) { t.standard_exponential(numpy::exponential_method::inv, out); });
    c.reals("g.standard_gamma(3.0, out=out(np.float64))",
            [](auto& t, auto out) { t.standard_gamma(3.0, out); });
    c.add<float>("g.standard_gamma(3.0, out=out(np.float32), dtype=np.float32)",
                 [](auto& t, auto out) { t.standard_gamma(3.0f, out); });
    c.counts("g.integers(0, 100, n)", [](auto& t, auto out) { t.integers(0, 100, out); });
    c.counts("g.integers(0, 2**40, n)", [](auto& t, auto out) { t.integers(0, wide{1} << 40, out); });
    c.add<std::uint64_t>("g.integers(0, 2**64, n, dtype=np.uint64)",
                         [](auto& t, auto out) { t.integers(0, wide{1} << 64, out); });
    c.add<std::int32_t>("g.integers(0, 100, n, dtype=np.int32)",
                        [](auto& t, auto out) { t.integers(0, 100, out); });
    c.add<std::uint32_t>("g.integers(0, 2**32, n, dtype=np.uint32)",
                         [](auto& t, auto out) { t.integers(0, wide{1} << 32, out); });
    c.add<std::int16_t>("g.integers(0, 100, n, dtype=np.int16)",
                        [](auto& t, auto out) { t.integers(0, 100, out); });
    c.add<std::uint8_t>("g.integers(0, 100, n, dtype=np.uint8)",
                        [](auto& t, auto out) { t.integers(0, 100, out); });
    c.add<std::uint8_t>("g.integers(0, 256, n, dtype=np.uint8)",
                        [](auto& t, auto out) { t.integers(0, 256, out); });
    add_common(c, "g");
    c.counts("g.multivariate_hypergeometric([40, 60, 100], 50, n // 3)", [](auto& t, auto out) {
        t.multivariate_hypergeometric(colors, 50, numpy::sampling::marginals, whole_rows(out, 3));
    });
    return std::move(c.list);
}

std::vector<method> legacy_methods(const std::string& numpy_version) {
    collector<numpy::random_state> c{numpy::random_state(42)};
    c.from.follow(rules_of(numpy_version));
    c.reals("rs.random_sample(n)", [](auto& t, auto out) { t.random_sample(out); });
    c.reals("rs.standard_normal(n)", [](auto& t, auto out) { t.standard_normal(out); });
    c.reals("rs.standard_exponential(n)", [](auto& t, auto out) { t.standard_exponential(out); });
    c.reals("rs.standard_gamma(3.0, n)", [](auto& t, auto out) { t.standard_gamma(3.0, out); });
    c.counts("rs.randint(0, 100, n)", [](auto& t, auto out) { t.randint(0, 100, out); });
    c.counts("rs.randint(0, 2**40, n)", [](auto& t, auto out) { t.randint(0, wide{1} << 40, out); });
    c.add<std::int32_t>("rs.randint(0, 100, n, dtype=np.int32)",
                        [](auto& t, auto out) { t.randint(0, 100, out); });
    c.add<std::int16_t>("rs.randint(0, 100, n, dtype=np.int16)",
                        [](auto& t, auto out) { t.randint(0, 100, out); });
    c.add<std::uint8_t>("rs.randint(0, 100, n, dtype=np.uint8)",
                        [](auto& t, auto out) { t.randint(0, 100, out); });
    c.counts("rs.tomaxint(n)", [](auto& t, auto out) { t.tomaxint(out); });
    add_common(c, "rs");
    return std::move(c.list);
}

} // namespace bench
