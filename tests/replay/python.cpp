// SPDX-License-Identifier: MIT
// Plays CPython's random with python::random.

#include <repro/compat/python.hpp>

#include "abbreviated.hpp"

namespace replay {
namespace {

using repro::python::random_generator;
using repro::python::wide;

random_generator seeded_random(const json& seed) {
    random_generator g(0);
    const json& asked = optional(seed, "version");
    if (!asked.is_null() && asked != 1 && asked != 2) malformed("seed version", asked);
    const auto version = asked == 1 ? repro::python::seed_version::one : repro::python::seed_version::two;
    const bool narrow = seed.contains("int") && !seed.contains("int_hex") && seed_limbs(seed).size() == 1;
    if (narrow)
        g.seed(integer_as<std::int64_t>(seed["int"]));
    else if (seed.contains("int") || seed.contains("int_hex"))
        g.seed(std::span<const std::uint32_t>(seed_limbs(seed)));
    else if (seed.contains("str"))
        g.seed(text(seed["str"]), version);
    else if (seed.contains("bytes_hex"))
        g.seed(std::span<const std::uint8_t>(bytes_of_hex(seed["bytes_hex"])), version);
    else if (seed.contains("float"))
        g.seed(real(seed["float"]));
    else if (seed.contains("bool"))
        g.seed(flag(seed["bool"]));
    else
        malformed("seed", seed);
    return g;
}

class python_player final : public player {
public:
    explicit python_player(const json& c) : g_(seeded_random(need(c, "seed"))), minor_(version_of(c, 3013)) {
        const int version = version_of(c, 3013);
        if (version < 3008 || version > 3014) malformed("version", c["version"]);
        follow();
    }

    value call(const std::string& name, const json& args) override {
        if (!args.is_object()) malformed("arguments", args);
        if (auto result = stateful(name, args)) return *result;
        if (auto result = whole(name, args)) return *result;
        if (auto result = sequences(name, args)) return *result;
        if (auto result = real_valued(name, args)) return *result;
        throw unsupported("unknown call '" + name + "'");
    }

    object position() override {
        const auto state = g_.getstate();
        random_generator ahead = g_;
        object fields{{"version", state.version},
                      {"pos", state.internal[624]},
                      {"gauss_next", state.gauss_next ? value(*state.gauss_next) : value()},
                      {"words_sha256", words_digest({state.internal.data(), 624})},
                      {"words", list(state.internal.begin(), state.internal.begin() + 624)},
                      {"word0", state.internal[0]},
                      {"word623", state.internal[623]}};
        fields["next_u32"] = ahead();
        return fields;
    }

private:
    void follow() {
        if (minor_ < 3010) g_.follow(repro::python::rules::python_3_9);
        if (minor_ < 3009) g_.follow(repro::python::rules::python_3_8);
    }

    std::optional<value> stateful(const std::string& name, const json& args) {
        if (name == "state" || name == "getstate") return position();
        if (name == "getstate after one gauss(0,1)") {
            (void)g_.gauss();
            return position();
        }
        if (name == "seed") {
            g_ = seeded_random(need(args, "s"));
            follow();
        } else if (name == "savestate") {
            slots_.insert_or_assign(shown(need(args, "slot")), g_.getstate());
        } else if (name == "loadstate") {
            const auto kept = slots_.find(shown(need(args, "slot")));
            if (kept == slots_.end()) malformed("no state was saved in", args);
            g_.setstate(kept->second);
        } else {
            return std::nullopt;
        }
        return value();
    }

    std::optional<value> whole(const std::string& name, const json& args) {
        if (name == "getrandbits") {
            const std::size_t k = count(need(args, "k"));
            wide_integer number{false, std::vector<std::uint32_t>((k + 31) / 32)};
            if (k <= 64) return value(g_.getrandbits(static_cast<int>(k)));
            g_.getrandbits(k, number.limbs);
            return number;
        }
        if (name == "randbytes") return g_.randbytes(count(need(args, "n")));
        if (name == "randint") return g_.randint<wide>(integer(need(args, "a")), integer(need(args, "b")));
        if (name == "randrange" && optional(args, "stop").is_null())
            return g_.randrange<wide>(integer(need(args, "start")));
        if (name == "randrange")
            return g_.randrange<wide>(integer(need(args, "start")), integer(args["stop"]),
                                      args.contains("step") ? integer(args["step"]) : 1);
        if (name == "binomialvariate")
            return g_.binomialvariate(args.contains("n") ? integer_as<std::int64_t>(args["n"]) : 1,
                                      p(args, "p", 0.5));
        return std::nullopt;
    }

    std::optional<value> sequences(const std::string& name, const json& args) {
        if (name == "choice") return g_.choice_index(population(args));
        if (name == "choices") return choices(args);
        if (name == "shuffle") {
            std::vector<std::size_t> order(count(need(args, "n")));
            for (std::size_t i = 0; i < order.size(); ++i)
                order[i] = i;
            g_.shuffle(order);
            return list_of(order);
        }
        if (name != "sample") return std::nullopt;
        const std::size_t k = count(need(args, "k"));
        if (!args.contains("counts")) return list_of(g_.sample_indices(population(args), k));
        const auto counts = numbers_of(args["counts"]);
        if (!counts) throw unsupported("counts of which the file gives the ends alone");
        return list_of(g_.sample_indices(std::span<const std::int64_t>(counts->integers), k));
    }

    /// The length of a range, which takes no memory.
    static std::size_t population(const json& args) { return integer_as<std::uint64_t>(need(args, "n")); }

    value choices(const json& args) {
        const std::size_t k = args.contains("k") ? count(args["k"]) : 1;
        const bool cumulative = !optional(args, "cum_weights").is_null();
        const json& given = optional(args, cumulative ? "cum_weights" : "weights");
        if (given.is_null()) return list_of(g_.choices_indices(population(args), k));
        const auto weights = numbers_of(given);
        if (!weights) { // as many words are taken whatever the weights are
            (void)g_.choices_indices(1, k);
            throw unknown_result("weights of which the file gives the ends alone");
        }
        return weights->whole ? weighted(weights->integers, cumulative, k)
                              : weighted(weights->reals, cumulative, k);
    }

    template <class T> value weighted(const std::vector<T>& weights, bool cumulative, std::size_t k) {
        const std::span<const T> w(weights);
        return list_of(cumulative ? g_.choices_by_cumulative(w, k) : g_.choices_indices(w, k));
    }

    std::optional<value> real_valued(const std::string& name, const json& args) {
        const auto of = [&](const char* parameter) { return real(need(args, parameter)); };
        if (name == "random") return g_.random();
        if (name == "uniform") return g_.uniform(of("a"), of("b"));
        if (name == "triangular" && !optional(args, "mode").is_null())
            return g_.triangular(p(args, "low", 0.0), p(args, "high", 1.0), of("mode"));
        if (name == "triangular") return g_.triangular(p(args, "low", 0.0), p(args, "high", 1.0));
        if (name == "gauss") return g_.gauss(p(args, "mu", 0.0), p(args, "sigma", 1.0));
        if (name == "normalvariate") return g_.normalvariate(p(args, "mu", 0.0), p(args, "sigma", 1.0));
        if (name == "lognormvariate") return g_.lognormvariate(of("mu"), of("sigma"));
        if (name == "expovariate") return g_.expovariate(p(args, "lambd", 1.0));
        if (name == "vonmisesvariate") return g_.vonmisesvariate(of("mu"), of("kappa"));
        if (name == "gammavariate") return g_.gammavariate(of("alpha"), of("beta"));
        if (name == "betavariate") return g_.betavariate(of("alpha"), of("beta"));
        if (name == "paretovariate") return g_.paretovariate(of("alpha"));
        if (name == "weibullvariate") return g_.weibullvariate(of("alpha"), of("beta"));
        return std::nullopt;
    }

    static double p(const json& args, const char* name, double fallback) {
        return args.contains(name) ? real(args[name]) : fallback;
    }

    random_generator g_;
    int minor_;
    std::map<std::string, repro::python::state> slots_;
};

} // namespace

std::unique_ptr<player> make_python_player(const json& c) { return std::make_unique<python_player>(c); }

} // namespace replay
