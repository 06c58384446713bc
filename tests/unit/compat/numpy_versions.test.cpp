// SPDX-License-Identifier: MIT
#include <repro/compat/numpy.hpp>

#include "../../support/numpy_generator_golden.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace support;
using repro::numpy::rules;

/// The names of NumPy's parameters, in its order.
const std::map<std::string, std::vector<const char*>> parameters = {
    {"uniform", {"low", "high"}},
    {"exponential", {"scale"}},
    {"gamma", {"shape", "scale"}},
    {"standard_gamma", {"shape"}},
    {"beta", {"a", "b"}},
    {"binomial", {"n", "p"}},
    {"poisson", {"lam"}},
    {"multinomial", {"n", "pvals"}},
    {"dirichlet", {"alpha"}},
    {"chisquare", {"df"}},
    {"noncentral_chisquare", {"df", "nonc"}},
    {"f", {"dfnum", "dfden"}},
    {"noncentral_f", {"dfnum", "dfden", "nonc"}},
    {"standard_t", {"df"}},
    {"standard_cauchy", {}},
    {"standard_normal", {}},
    {"standard_exponential", {}},
    {"pareto", {"a"}},
    {"weibull", {"a"}},
    {"power", {"a"}},
    {"laplace", {"loc", "scale"}},
    {"gumbel", {"loc", "scale"}},
    {"logistic", {"loc", "scale"}},
    {"lognormal", {"mean", "sigma"}},
    {"rayleigh", {"scale"}},
    {"wald", {"mean", "scale"}},
    {"triangular", {"left", "mode", "right"}},
    {"vonmises", {"mu", "kappa"}},
    {"negative_binomial", {"n", "p"}},
    {"zipf", {"a"}},
    {"geometric", {"p"}},
    {"hypergeometric", {"ngood", "nbad", "nsample"}},
    {"logseries", {"p"}},
    {"normal", {"loc", "scale"}},
};

/// The named form of positional arguments; the last one is the size.
json named(const std::string& call, const json& positional) {
    json args;
    const auto& names = parameters.at(call);
    for (std::size_t i = 0; i < positional.size(); ++i)
        args[i < names.size() ? names[i] : "size"] = positional[i];
    return args;
}

/// The first 20 digits of the digest of an encoded array.
std::string digest20(const json& array) {
    if (array.contains("sha256")) return array["sha256"].get<std::string>().substr(0, 20);
    if (array["dtype"] == "float64") return digest_of(reals(array["data"])).substr(0, 20);
    std::vector<std::int64_t> values;
    for (const json& value : array["data"])
        values.push_back(integer_as<std::int64_t>(value));
    return digest_of(values).substr(0, 20);
}

template <class G> std::string digest_with(G g, rules which, const json& c) {
    g.follow(which);
    const auto call = c["call"].get<std::string>();
    return digest20(run_shared(g, call, named(call, c["args"]["positional"])).value());
}

} // namespace

TEST_CASE("the distributions of both NumPy twins equal those of NumPy 1.24.2, 2.2.4 and 2.5.2") {
    const std::map<std::string, rules> releases = {
        {"1.24.2", rules::numpy_1_24}, {"2.2.4", rules::numpy_2_2}, {"2.5.2", rules::numpy_2_5}};
    const json file = read_golden("numpy_versions.json");
    std::size_t compared = 0, elsewhere = 0, not_promised = 0;
    for (const json& c : file["cases"]) {
        const auto call = c["call"].get<std::string>();
        if (c["class"] == "layout" || !is_promised(call)) {
            ++not_promised;
            continue;
        }
        if (!parameters.contains(call) || c["args"].size() > 1) {
            ++elsewhere; // one rule in all releases: numpy_legacy.json and numpy_generator.json
            continue;
        }
        INFO(c["id"].get<std::string>() << " " << call << " " << c["args"].dump());
        for (const auto& [release, which] : releases) {
            INFO(release);
            const std::string expected = c.contains("by_version")
                                             ? c["by_version"][release]["sha256_first20"].get<std::string>()
                                             : c["sha256_first20"].get<std::string>();
            if (c["stream"] == "numpy.legacy")
                CHECK(digest_with(repro::numpy::random_state(42), which, c) == expected);
            else
                CHECK(digest_with(repro::numpy::default_rng(42), which, c) == expected);
        }
        ++compared;
    }
    CHECK(compared + elsewhere + not_promised == file["cases"].size());
    WARN(compared << " compared, " << elsewhere << " elsewhere, " << not_promised << " not promised");
    CHECK(compared >= 90);
}
