// SPDX-License-Identifier: MIT
// Plays numpy.random.RandomState with numpy::random_state.

#include <repro/compat/numpy/random_state.hpp>

#include "numpy_methods.hpp"

namespace replay {
namespace {

using repro::numpy::random_state;
using repro::numpy::replacement;

random_state seeded(const json& seed) {
    if (seed.contains("int")) return random_state(integer_as<std::int64_t>(seed["int"]));
    if (seed.contains("MT19937(SeedSequence)")) {
        const auto entropy = json::object({{"int", seed["MT19937(SeedSequence)"]}});
        return random_state(repro::numpy::mt19937(repro::seed_sequence(seed_limbs(entropy))));
    }
    if (!seed.contains("array")) malformed("seed", seed);
    return random_state(std::span<const std::uint32_t>(integers_as<std::uint32_t>(seed["array"])));
}

class legacy_player final : public player {
public:
    explicit legacy_player(const json& c) : rules_(rules_of(c)), g_(seeded(need(c, "seed"))) {
        if (c.value("bit_generator", json("MT19937")) != "MT19937")
            malformed("bit generator", c["bit_generator"]);
        g_.follow(rules_);
    }

    value call(const std::string& name, const json& args) override {
        if (auto result = stateful(name, args)) return *result;
        const json a =
            name == "choice" ? numpy_named(args, "a size=null replace=true p=null") : numpy_named(name, args);
        const json& size = optional(a, "size");
        const auto sized = [&](auto draw) { return draw_sized(size, draw); };
        if (name == "random_sample" || name == "random")
            return sized([&](auto... s) { return g_.random_sample(s...); });
        if (name == "standard_normal") return sized([&](auto... s) { return g_.standard_normal(s...); });
        if (name == "standard_exponential")
            return sized([&](auto... s) { return g_.standard_exponential(s...); });
        if (name == "standard_gamma")
            return distribution<double>(a, {"shape"}, [&](auto... x) { return g_.standard_gamma(x...); });
        if (name == "tomaxint") return sized([&](auto... s) { return g_.tomaxint(s...); });
        if (name == "rand") return draw_sized(dimensions(args), [&](auto... s) { return g_.rand(s...); });
        if (name == "randn") return draw_sized(dimensions(args), [&](auto... s) { return g_.randn(s...); });
        if (name == "random_integers") return random_integers(a);
        if (name == "randint") return randint(a);
        if (name == "choice") return choice(a);
        if (name == "multivariate_normal" && a["method"] == "svd")
            return multivariate_normal(a, [&](auto... x) { g_.multivariate_normal(x...); });
        if (auto result = shared_method(g_, name, a)) return *result;
        throw unsupported("unknown call '" + name + "'");
    }

    object position() override {
        const auto state = g_.get_state();
        random_state ahead = g_;
        object fields{{"name", state.name},
                      {"key", list(state.key.begin(), state.key.end())},
                      {"pos", state.pos},
                      {"key_sha256", words_digest(state.key)},
                      {"key0", state.key[0]},
                      {"key623", state.key[623]},
                      {"has_gauss", state.has_gauss ? 1 : 0},
                      {"gauss", state.cached_gaussian},
                      {"cached_gaussian", state.cached_gaussian}};
        fields["next_raw"] = ahead();
        return fields;
    }

private:
    /// What rand and randn take: no number for a scalar.
    static json dimensions(const json& args) {
        const json& dims = args.contains("positional") ? args["positional"] : need(args, "dims");
        return array_of(dims).empty() ? json() : dims;
    }

    value random_integers(const json& a) {
        const bool one = a["high"].is_null();
        const int128 low = one ? 1 : integer(need(a, "low")),
                     high = integer(one ? need(a, "low") : a["high"]);
        return draw_sized(a["size"], [&](auto... s) { return g_.random_integers(low, high, s...); });
    }

    value randint(const json& a) {
        const bounds b(a);
        return with_dtype(a["dtype"], [&](auto dtype) -> value {
            using T = decltype(dtype);
            if constexpr (repro::numpy::integer_dtype<T>) {
                if (!b.scalar())
                    return b.draw(
                        [&](const auto& low, const auto& high) { return g_.randint<T>(low, high); });
                return draw_sized(b.size, [&](auto... s) {
                    return g_.randint<T>(b.low.values[0], b.high.values[0], s...);
                });
            }
            malformed("dtype", a["dtype"]);
        });
    }

    value choice(const json& a) {
        const auto replace = flag(a["replace"]) ? replacement::yes : replacement::no;
        return replay::choice(a, 0, [&](std::int64_t population, std::size_t n) {
            return a["p"].is_null() ? g_.choice(population, n, replace)
                                    : g_.choice(n, replace, reals(a["p"]));
        });
    }

    std::optional<value> stateful(const std::string& name, const json& args) {
        if (name == "state" || name == "get_state") return position();
        if (name == "get_state after one randn()") {
            (void)g_.randn();
            return position();
        }
        if (name == "savestate") {
            slots_.insert_or_assign(shown(need(args, "slot")), g_.get_state());
        } else if (name == "loadstate") {
            const auto kept = slots_.find(shown(need(args, "slot")));
            if (kept == slots_.end()) malformed("no state was saved in", args);
            g_.set_state(kept->second);
        } else if (name == "seed") {
            g_ = seeded(need(args, "s"));
            g_.follow(rules_);
        } else {
            return std::nullopt;
        }
        return value();
    }

    repro::numpy::rules rules_;
    random_state g_;
    std::map<std::string, repro::numpy::legacy_state> slots_;
};

} // namespace

std::unique_ptr<player> make_numpy_legacy_player(const json& c) { return std::make_unique<legacy_player>(c); }

} // namespace replay
