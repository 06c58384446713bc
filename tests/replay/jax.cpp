// SPDX-License-Identifier: MIT
// Plays jax.random with jax::. Every call of a case takes the key that was made from the seed.

#include <repro/compat/jax.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

namespace replay {
namespace {

namespace jax = repro::jax;

bool switched(const json& c, const std::string& name, bool otherwise) {
    const json& given = optional(c, name);
    return given.is_null() ? otherwise : flag(given);
}

jax::config config_of(const json& c) {
    const int version = version_of(c, 11);
    const std::string full = c.contains("version") ? text(c["version"]) : "0.11.2";
    if (version >= 1000) malformed("version", c["version"]);
    jax::config switches = version < 5 ? jax::before_0_5_0 : version < 7 ? jax::before_0_7_2 : jax::config{};
    if (full == "0.7.0" || full == "0.7.1") switches = jax::before_0_7_2;
    const bool partitionable =
        switched(c, "threefry_partitionable", switches.layout == jax::layout::partitionable);
    switches.layout = partitionable ? jax::layout::partitionable : jax::layout::original;
    switches.x64 = switched(c, "x64", false) ? jax::x64::on : jax::x64::off;
    return switches;
}

/// Calls `play` with the integer type that has this name, without x64 of 32 bits at most.
template <class Play> value with_integer(const std::string& name, bool x64, Play play) {
    if (name == "int8") return play(std::int8_t{});
    if (name == "int16") return play(std::int16_t{});
    if (name == "int32" || (name == "int64" && !x64)) return play(std::int32_t{});
    if (name == "int64") return play(std::int64_t{});
    if (name == "uint8") return play(std::uint8_t{});
    if (name == "uint16") return play(std::uint16_t{});
    if (name == "uint32" || (name == "uint64" && !x64)) return play(std::uint32_t{});
    if (name == "uint64") return play(std::uint64_t{});
    throw unsupported("dtype '" + name + "'");
}

/// The elements of a 16-bit type: float16 as they are, bfloat16, which files cannot name, as float32.
array shaped_half(const std::vector<jax::float16>& elements, shape_type shape) {
    array result{"float16", std::move(shape), {}};
    for (const jax::float16 each : elements)
        append_little_endian(result.bytes, each.bits);
    return result;
}
array shaped_half(const std::vector<jax::bfloat16>& elements, shape_type shape) {
    std::vector<float> wide;
    for (const jax::bfloat16 each : elements)
        wide.push_back(static_cast<float>(each));
    return shaped(wide, std::move(shape));
}

class jax_player final : public player {
public:
    explicit jax_player(const json& c) : key_(jax::prng_key(seed_of(c), config_of(c))) {}

    value call(const std::string& name, const json& args) override {
        if (!args.is_object()) malformed("arguments", args);
        if (name == "prng_key" || name == "PRNGKey" || name == "key") return keys({key_}, {2});
        if (name == "fold_in")
            return keys({jax::fold_in(key_, integer_as<std::uint32_t>(need(args, "data")))}, {2});
        if (name == "split") return split(args);
        if (name == "bits") return bits(args);
        if (name == "uniform") return uniform(args);
        if (name == "randint") return randint(args);
        if (name == "permutation") return permutation(args);
        if (name == "choice") return choice(args);
        if (name == "bernoulli")
            return filled<bool>(args, [&](std::size_t n) {
                return jax::bernoulli(key_, args.contains("p") ? real(args["p"]) : 0.5, n);
            });
        if (name == "rademacher")
            return with_integer(dtype_of(args, "int"), x64(), [&]<class T>(T) -> value {
                if constexpr (std::signed_integral<T>)
                    return filled<T>(args, [&](std::size_t n) { return jax::rademacher<T>(key_, n); });
                throw unsupported("dtype of rademacher");
            });
        if (name == "categorical") return categorical(args);
        if (name == "truncated_normal") return truncated_normal(args);
        return continuous(name, args);
    }

    object position() override { return {}; } // a key is no stream

private:
    static std::int64_t seed_of(const json& c) {
        return integer_as<std::int64_t>(need(need(c, "seed"), "int"));
    }

    [[nodiscard]] bool x64() const { return key_.config.x64 == jax::x64::on; }

    /// The dtype asked for, or the one of this kind that stands where none is: "uint", "int" or "float".
    [[nodiscard]] std::string dtype_of(const json& args, const std::string& kind) const {
        const json& given = optional(args, "dtype");
        return given.is_null() ? kind + (x64() ? "64" : "32") : text(given);
    }

    /// The shape asked for: "shape", or "n" elements; none where there is neither.
    static shape_type shape_of(const json& args) {
        if (args.contains("shape")) return extents(args["shape"]);
        return args.contains("n") ? shape_type{count(args["n"])} : shape_type{};
    }

    template <class T, class Draw> static value filled(const json& args, Draw draw) {
        shape_type shape = shape_of(args);
        const std::vector<T> elements = draw(product(shape));
        return shaped(elements, std::move(shape));
    }

    static value keys(const std::vector<jax::key>& several, shape_type shape) {
        std::vector<std::uint32_t> words;
        for (const jax::key& each : several)
            words.insert(words.end(), each.data.begin(), each.data.end());
        return shaped(words, std::move(shape));
    }

    [[nodiscard]] value split(const json& args) const {
        shape_type shape = args.contains("num") ? extents(args["num"]) : shape_type{2};
        const auto several = jax::split(key_, product(shape));
        shape.push_back(2);
        return keys(several, std::move(shape));
    }

    [[nodiscard]] value bits(const json& args) const {
        return with_integer(dtype_of(args, "uint"), x64(), [&]<class T>(T) -> value {
            if constexpr (std::unsigned_integral<T>)
                return filled<T>(args, [&](std::size_t n) { return jax::bits<T>(key_, n); });
            throw unsupported("dtype of bits");
        });
    }

    [[nodiscard]] value uniform(const json& args) const {
        const std::string dtype = dtype_of(args, "float");
        const double minval = args.contains("minval") ? real(args["minval"]) : 0.0;
        const double maxval = args.contains("maxval") ? real(args["maxval"]) : 1.0;
        const auto drawn = [&]<class T>(T) {
            if constexpr (std::floating_point<T>)
                return jax::uniform<T>(key_, static_cast<T>(minval), static_cast<T>(maxval),
                                       product(shape_of(args)));
            else
                return jax::uniform<T>(key_, T(static_cast<float>(minval)), T(static_cast<float>(maxval)),
                                       product(shape_of(args)));
        };
        if (dtype == "float16") return shaped_half(drawn(jax::float16{}), shape_of(args));
        if (dtype == "bfloat16") return shaped_half(drawn(jax::bfloat16{}), shape_of(args));
        if (is_double(dtype)) return shaped(drawn(double{}), shape_of(args));
        return shaped(drawn(float{}), shape_of(args));
    }

    /// Whether this is a double here; throws where it is no float32 either.
    [[nodiscard]] bool is_double(const std::string& dtype) const {
        if (dtype != "float64" && dtype != "float32") throw unsupported("dtype '" + dtype + "'");
        return dtype == "float64" && x64();
    }

    [[nodiscard]] value randint(const json& args) const {
        const json& minval = args.contains("low") ? args["low"] : need(args, "minval");
        const json& maxval = args.contains("high") ? args["high"] : need(args, "maxval");
        return with_integer(dtype_of(args, "int"), x64(), [&]<class T>(T) {
            return filled<T>(args, [&](std::size_t n) {
                if (x64())
                    return jax::randint<T>(key_, integer_as<std::int64_t>(minval),
                                           integer_as<std::int64_t>(maxval), n);
                return jax::randint<T>(key_, integer_as<std::int32_t>(minval),
                                       integer_as<std::int32_t>(maxval), n);
            });
        });
    }

    /// Calls `play` with the type of indices: int32, with x64 int64.
    template <class Play> [[nodiscard]] value with_index(Play play) const {
        return x64() ? play(std::int64_t{}) : play(std::int32_t{});
    }

    [[nodiscard]] value permutation(const json& args) const {
        const json& x = args.contains("n") ? args["n"] : need(args, "x");
        return with_index([&]<class T>(T) -> value {
            if (!x.is_object()) return shaped(jax::permutation<T>(key_, count(x)));
            const shape_type shape = extents(need(x, "arange_reshaped"));
            std::vector<T> elements(product(shape));
            std::iota(elements.begin(), elements.end(), T{0});
            const std::size_t axis = args.contains("axis") ? axis_of(args["axis"], shape.size()) : 0;
            const bool each = args.contains("independent") && flag(args["independent"]);
            return shaped(jax::permutation<T>(key_, elements, shape, axis,
                                              each ? jax::independent::yes : jax::independent::no),
                          shape);
        });
    }

    [[nodiscard]] value choice(const json& args) const {
        const auto a = integer_as<std::int64_t>(need(args, "a"));
        const bool again = !args.contains("replace") || flag(args["replace"]);
        const auto replace = again ? jax::replacement::yes : jax::replacement::no;
        return with_index([&]<class T>(T) {
            return filled<T>(args, [&](std::size_t n) {
                if (!args.contains("p") || args["p"].is_null()) return jax::choice<T>(key_, a, replace, n);
                const std::vector<double> p = reals(args["p"]);
                if (x64()) return jax::choice<T, double>(key_, a, replace, p, n);
                const std::vector<float> narrow(p.begin(), p.end());
                return jax::choice<T, float>(key_, a, replace, narrow, n);
            });
        });
    }

    /// Logits, or the logarithms of what "log_of" lists.
    template <class Float> static std::vector<Float> logits_of(const json& given) {
        const std::vector<double> listed = reals(given.is_object() ? need(given, "log_of") : given);
        std::vector<Float> logits(listed.begin(), listed.end());
        if (given.is_object())
            std::transform(logits.begin(), logits.end(), logits.begin(),
                           [](Float p) { return jax::detail::xla::log(p); });
        return logits;
    }

    [[nodiscard]] value categorical(const json& args) const {
        const json& logits = need(args, "logits");
        return with_index([&]<class T>(T) {
            return filled<T>(args, [&](std::size_t n) {
                if (x64()) return jax::categorical<T, double>(key_, logits_of<double>(logits), n);
                return jax::categorical<T, float>(key_, logits_of<float>(logits), n);
            });
        });
    }

    [[nodiscard]] value truncated_normal(const json& args) const {
        if (is_double(dtype_of(args, "float"))) throw not_modelled("truncated_normal in float64");
        return filled<float>(args, [&](std::size_t n) {
            return jax::truncated_normal(key_, static_cast<float>(real(need(args, "lower"))),
                                         static_cast<float>(real(need(args, "upper"))), n);
        });
    }

    template <class Float>
    [[nodiscard]] std::vector<Float> drawn(const std::string& name, std::size_t n) const {
        if (name == "normal") return jax::normal<Float>(key_, n);
        if (name == "exponential") return jax::exponential<Float>(key_, n);
        if (name == "gumbel") return jax::gumbel<Float>(key_, n);
        if (name == "laplace") return jax::laplace<Float>(key_, n);
        if (name == "logistic") return jax::logistic<Float>(key_, n);
        if (name == "cauchy") return jax::cauchy<Float>(key_, n);
        throw unsupported("unknown call '" + name + "'");
    }

    [[nodiscard]] value continuous(const std::string& name, const json& args) const {
        for (const char* const other :
             {"beta", "dirichlet", "gamma", "loggamma", "multivariate_normal", "orthogonal", "poisson"})
            if (name == other || name.starts_with("initializers.")) throw not_modelled("'" + name + "'");
        if (const std::string dtype = dtype_of(args, "float"); dtype == "float16" || dtype == "bfloat16")
            throw not_modelled("'" + name + "' in 16 bits");
        if (is_double(dtype_of(args, "float")))
            return filled<double>(args, [&](std::size_t n) { return drawn<double>(name, n); });
        return filled<float>(args, [&](std::size_t n) { return drawn<float>(name, n); });
    }

    jax::key key_;
};

} // namespace

std::unique_ptr<player> make_jax_player(const json& c) { return std::make_unique<jax_player>(c); }

} // namespace replay
