// SPDX-License-Identifier: MIT
// Plays numpy.random.Generator over all bit generators, and SeedSequence.

#include <repro/compat/numpy/mt19937_jump.hpp>
#include <repro/compat/numpy/philox.hpp>
#include <repro/compat/numpy/sfc64.hpp>

#include "numpy_methods.hpp"

namespace replay {
namespace {

namespace numpy = repro::numpy;

/// The limbs of an integer, or of the integers of a sequence one after the other.
std::vector<std::uint32_t> entropy_limbs(const json& entropy) {
    if (!entropy.is_object()) malformed("entropy", entropy);
    if (!entropy.contains("array")) return seed_limbs(entropy);
    std::vector<std::uint32_t> limbs;
    for (const json& each : array_of(entropy["array"]))
        for (const std::uint32_t limb : limbs_of(each.is_string() ? each.get<std::string>() : each.dump()))
            limbs.push_back(limb);
    return limbs;
}

/// The seed sequence of an "int", an "array" or a "seed_sequence".
repro::seed_sequence sequence_of(const json& seed) {
    if (!seed.contains("seed_sequence")) return repro::seed_sequence(entropy_limbs(seed));
    const json& s = seed["seed_sequence"];
    std::vector<std::uint32_t> key;
    if (s.contains("spawn_key")) key = entropy_limbs(json::object({{"array", s["spawn_key"]}}));
    const std::size_t pool =
        s.contains("pool_size") ? count(s["pool_size"]) : repro::seed_sequence::default_pool_size;
    repro::seed_sequence sequence(entropy_limbs(need(s, "entropy")), key, pool);
    if (s.contains("n_children_spawned"))
        sequence.set_children_spawned(integer_as<std::uint64_t>(s["n_children_spawned"]));
    return sequence;
}

// The states of the bit generators, as their dictionaries have them.

list words_of(std::span<const std::uint64_t> words) { return list(words.begin(), words.end()); }

object fields_of(const numpy::pcg64_state& s) {
    return {{"state", wide(repro::detail::make_uint128(s.state_high, s.state_low))},
            {"inc", wide(repro::detail::make_uint128(s.inc_high, s.inc_low))},
            {"has_uint32", s.has_uint32 ? 1 : 0},
            {"uinteger", s.uinteger}};
}
object fields_of(const numpy::philox_state& s) {
    return {{"counter", words_of(s.counter)},     {"key", words_of(s.key)},
            {"buffer", words_of(s.buffer)},       {"buffer_pos", s.buffer_pos},
            {"has_uint32", s.has_uint32 ? 1 : 0}, {"uinteger", s.uinteger}};
}
object fields_of(const numpy::sfc64_state& s) {
    return {{"state", words_of(s.state)}, {"has_uint32", s.has_uint32 ? 1 : 0}, {"uinteger", s.uinteger}};
}
object fields_of(const numpy::mt19937_state& s) {
    return {{"pos", s.pos},
            {"key", list(s.key.begin(), s.key.end())},
            {"key_sha256", words_digest(s.key)},
            {"key0", s.key[0]},
            {"key623", s.key[623]}};
}

template <class Bits> class generator_player final : public player {
    using generator = numpy::basic_generator<Bits>;

public:
    explicit generator_player(const json& c) : g_(sequence_of(need(c, "seed"))) { g_.follow(rules_of(c)); }

    value call(const std::string& name, const json& args) override {
        if (auto result = bits_call(name, args)) return *result;
        const auto [method, a] = method_of(name, args);
        if (method == "integers") return integers(a);
        if (method == "choice") return choice(a);
        if (method == "permuted") return permuted(a);
        if (method == "multivariate_normal") return multivariate_normal(a);
        if (method == "multivariate_hypergeometric") return multivariate_hypergeometric(a);
        if (a.contains("dtype") && method != "shuffle")
            return with_dtype(a["dtype"], [&, &m = method, &arguments = a](auto dtype) -> value {
                if constexpr (std::floating_point<decltype(dtype)>)
                    if (auto result = typed<decltype(dtype)>(m, arguments)) return *result;
                malformed(m + " of dtype", arguments["dtype"]);
            });
        if (auto result = shared_method(g_, method, a)) return *result;
        throw unsupported("unknown call '" + name + "'");
    }

    object position() override {
        object fields = fields_of(g_.bit_generator().state());
        auto ahead = g_.bit_generator();
        fields["next_raw"] = ahead();
        return fields;
    }

private:
    /// The method, and its arguments by name: the suffixes _f32 and _inv stand for its dtype and its method.
    static std::pair<std::string, json> method_of(std::string name, json args) {
        const auto suffix = [&](std::string_view text, const char* parameter, const char* meaning) {
            if (!name.ends_with(text)) return;
            name.resize(name.size() - text.size());
            args[parameter] = meaning;
        };
        suffix("_f32", "dtype", "float32");
        suffix("_inv", "method", "inv");
        if (name == "choice")
            return {name, numpy_named(args, "a size=null replace=true p=null axis=0 shuffle=true")};
        return {name, numpy_named(name, args)};
    }

    std::optional<value> bits_call(const std::string& name, const json& args) {
        if (name == "random_raw") return random_raw(optional(numpy_named(name, args), "size"));
        if (name == "state") return position();
        if (name == "savestate") {
            slots_.insert_or_assign(shown(need(args, "slot")), g_.bit_generator().state());
            return value();
        }
        if (name == "loadstate") {
            const auto kept = slots_.find(shown(need(args, "slot")));
            if (kept == slots_.end()) malformed("no state was saved in", args);
            g_.bit_generator().set_state(kept->second);
            return value();
        }
        if (name == "spawn_child") {
            g_ = g_.spawn(count(need(args, "n"))).at(count(need(args, "i")));
            return position();
        }
        if (name == "jumped") return jumped(args);
        if (name == "advance") return advance(args);
        return std::nullopt;
    }

    value random_raw(const json& size) {
        if (size.is_null()) return g_();
        std::vector<std::uint64_t> words(product(extents(size)));
        for (std::uint64_t& word : words)
            word = g_();
        return shaped(words, extents(size));
    }

    value jumped(const json& args) {
        const auto jumps = args.contains("jumps") ? integer_as<std::uint64_t>(args["jumps"]) : 1;
        if constexpr (std::same_as<Bits, numpy::mt19937>)
            g_.bit_generator() = numpy::jumped(g_.bit_generator(), jumps);
        else if constexpr (requires { g_.bit_generator().jumped(jumps); })
            g_.bit_generator() = g_.bit_generator().jumped(jumps);
        else
            throw unsupported("this bit generator has no jumps");
        return position();
    }

    value advance(const json& args) {
        const json& given = need(args, "delta");
        const auto limbs = limbs_of(given.is_string() ? given.get<std::string>() : given.dump());
        std::array<std::uint64_t, 4> delta{};
        if (limbs.size() > 8) malformed("delta", given);
        for (std::size_t i = 0; i < limbs.size(); ++i)
            delta[i / 2] |= std::uint64_t{limbs[i]} << (32 * (i % 2));
        const bool back = shown(given).find('-') != std::string::npos;
        if constexpr (requires { g_.bit_generator().advance(uint128{}); }) {
            const uint128 steps = repro::detail::make_uint128(delta[1], delta[0]);
            g_.bit_generator().advance(back ? 0 - steps : steps);
        } else if constexpr (requires { g_.bit_generator().advance(delta); }) {
            if (back) malformed("delta", given);
            g_.bit_generator().advance(delta);
        } else {
            throw unsupported("this bit generator cannot advance");
        }
        return value();
    }

    /// The methods that take a dtype.
    template <class T> std::optional<value> typed(const std::string& method, const json& a) {
        const json& size = optional(a, "size");
        if (method == "random") return draw_sized(size, [&](auto... s) { return random<T>(s...); });
        if (method == "standard_normal")
            return draw_sized(size, [&](auto... s) { return standard_normal<T>(s...); });
        if (method == "standard_gamma")
            return distribution<T>(a, {"shape"},
                                   [&](T shape, auto... s) { return standard_gamma(shape, s...); });
        if (method != "standard_exponential") return std::nullopt;
        const bool zig = a["method"] == "zig";
        if (!zig && a["method"] != "inv") malformed("method", a["method"]);
        const auto by = zig ? numpy::exponential_method::zig : numpy::exponential_method::inv;
        return draw_sized(size, [&](auto... s) { return standard_exponential<T>(by, s...); });
    }

    // The element type is given where no span says it.
    template <class T> T random() { return g_.template random<T>(); }
    template <class T> std::vector<T> random(std::size_t n) { return g_.template random<T>(n); }
    template <class T> void random(std::span<T> out) { g_.random(out); }
    template <class T> T standard_normal() { return g_.template standard_normal<T>(); }
    template <class T> std::vector<T> standard_normal(std::size_t n) {
        return g_.template standard_normal<T>(n);
    }
    template <class T> void standard_normal(std::span<T> out) { g_.standard_normal(out); }
    template <class T> T standard_gamma(T shape) { return g_.template standard_gamma<T>(shape); }
    template <class T> std::vector<T> standard_gamma(T shape, std::size_t n) {
        return g_.template standard_gamma<T>(shape, n);
    }
    template <class T> void standard_gamma(T shape, std::span<T> out) { g_.standard_gamma(shape, out); }
    template <class T> T standard_exponential(numpy::exponential_method m) {
        return g_.template standard_exponential<T>(m);
    }
    template <class T> std::vector<T> standard_exponential(numpy::exponential_method m, std::size_t n) {
        return g_.template standard_exponential<T>(m, n);
    }
    template <class T> void standard_exponential(numpy::exponential_method m, std::span<T> out) {
        g_.standard_exponential(m, out);
    }

    value integers(const json& a) {
        const bounds b(a);
        const auto end = flag(a["endpoint"]) ? numpy::endpoint::included : numpy::endpoint::excluded;
        return with_dtype(a["dtype"], [&](auto dtype) -> value {
            using T = decltype(dtype);
            if constexpr (numpy::integer_dtype<T>) {
                if (!b.scalar())
                    return b.draw([&](const auto& low, const auto& high) {
                        return g_.template integers<T>(low, high, end);
                    });
                return draw_sized(b.size, [&](auto... s) {
                    return g_.template integers<T>(b.low.values[0], b.high.values[0], end, s...);
                });
            }
            malformed("dtype", a["dtype"]);
        });
    }

    value choice(const json& a) {
        const auto replace = flag(a["replace"]) ? numpy::replacement::yes : numpy::replacement::no;
        const auto order =
            flag(a["shuffle"]) ? numpy::choice_order::shuffled : numpy::choice_order::unspecified;
        const json& from = need(a, "a");
        const std::size_t axes = from.is_array() || from.is_object() ? numpy_array(from).shape.size() : 1;
        return replay::choice(a, axis_of(a["axis"], axes), [&](std::int64_t population, std::size_t n) {
            return a["p"].is_null() ? g_.choice(population, n, replace, order)
                                    : g_.choice(n, replace, reals(a["p"]));
        });
    }

    value permuted(const json& a) {
        numpy_array x(a.contains("shape") ? json::object({{"shape", a["shape"]}}) : need(a, "x"));
        const std::size_t elements = product(x.shape);
        std::size_t outer = 1, length = elements, inner = 1;
        if (!a["axis"].is_null()) {
            const std::size_t axis = axis_of(a["axis"], x.shape.size());
            length = x.shape[axis];
            for (std::size_t i = 0; i < axis; ++i)
                outer *= x.shape[i];
            for (std::size_t i = axis + 1; i < x.shape.size(); ++i)
                inner *= x.shape[i];
        }
        if (!x.reals.empty()) {
            g_.permuted(std::span<double>(x.reals), outer, length, inner);
            return shaped(x.reals, x.shape);
        }
        g_.permuted(std::span<std::int64_t>(x.integers), outer, length, inner);
        return shaped(x.integers, x.shape);
    }

    value multivariate_normal(const json& a) {
        static const std::map<std::string, numpy::factorization> methods = {
            {"svd", numpy::factorization::svd},
            {"eigh", numpy::factorization::eigh},
            {"cholesky", numpy::factorization::cholesky}};
        const auto method = methods.find(text(a["method"]));
        if (method == methods.end()) malformed("method", a["method"]);
        return replay::multivariate_normal(
            a, [&](const auto& mean, const auto& cov, auto out, auto check, double tol) {
                g_.multivariate_normal(mean, cov, out, method->second, check, tol);
            });
    }

    value multivariate_hypergeometric(const json& a) {
        const auto colors = integers_as<std::int64_t>(need(a, "colors"));
        const bool by_count = a["method"] == "count";
        if (!by_count && a["method"] != "marginals") malformed("method", a["method"]);
        const auto method = by_count ? numpy::sampling::count : numpy::sampling::marginals;
        return draw_rows(a["size"], colors.size(), [&](auto... s) {
            return g_.multivariate_hypergeometric(colors, integer_as<std::int64_t>(need(a, "nsample")),
                                                  method, s...);
        });
    }

    generator g_;
    std::map<std::string, typename Bits::state_type> slots_;
};

class sequence_player final : public player {
public:
    explicit sequence_player(const json& c) : sequence_(sequence_of(need(c, "seed"))) {}

    value call(const std::string& name, const json& args) override {
        if (name == "generate_state") {
            const std::size_t n = count(need(args, "n_words"));
            const std::string dtype = dtype_name(args.value("dtype", json("uint32")));
            if (dtype == "uint32") return shaped(sequence_.generate_state<std::uint32_t>(n));
            if (dtype == "uint64") return shaped(sequence_.generate_state<std::uint64_t>(n));
            malformed("dtype", args["dtype"]);
        }
        if (name != "spawn(2) then spawn(1); child[1].spawn(1); each .generate_state(4,uint64)")
            throw unsupported("unknown call '" + name + "'");
        auto children = sequence_.spawn(2);
        children.push_back(sequence_.spawn(1)[0]);
        children.push_back(children[1].spawn(1)[0]);
        list states;
        for (const repro::seed_sequence& child : children)
            states.push_back(shaped(child.generate_state<std::uint64_t>(4)));
        return states;
    }

    object position() override { return {{"n_children_spawned", sequence_.n_children_spawned()}}; }

private:
    repro::seed_sequence sequence_;
};

} // namespace

std::unique_ptr<player> make_numpy_generator_player(const json& c) {
    if (c.value("stream", json()) == "numpy.seed_sequence") return std::make_unique<sequence_player>(c);
    const std::string bits = text(c.value("bit_generator", json("PCG64")));
    if (bits == "PCG64") return std::make_unique<generator_player<numpy::pcg64>>(c);
    if (bits == "PCG64DXSM") return std::make_unique<generator_player<numpy::pcg64dxsm>>(c);
    if (bits == "MT19937") return std::make_unique<generator_player<numpy::mt19937>>(c);
    if (bits == "Philox") return std::make_unique<generator_player<numpy::philox>>(c);
    if (bits == "SFC64") return std::make_unique<generator_player<numpy::sfc64>>(c);
    throw unsupported("bit generator '" + bits + "'");
}

} // namespace replay
