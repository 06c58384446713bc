// SPDX-License-Identifier: MIT
#pragma once
// Makes the calls of the known answers of numpy.random.Generator with a twin over any bit generator.

#include <repro/compat/numpy/mt19937_jump.hpp>
#include <repro/compat/numpy/philox.hpp>
#include <repro/compat/numpy/sfc64.hpp>

#include "numpy_golden.hpp"

#include <map>

namespace support {

namespace numpy = repro::numpy;

/// The seed sequence of an "int", "array" or "seed_sequence".
inline repro::seed_sequence sequence_of(const json& seed) {
    const auto limbs = [](const json& entropy) {
        if (!entropy.contains("array")) return limbs_of(entropy);
        std::vector<std::uint32_t> all;
        for (const json& element : entropy["array"])
            repro::detail::append_limbs(all, integer_as<std::uint64_t>(element));
        return all;
    };
    if (!seed.contains("seed_sequence")) return repro::seed_sequence(limbs(seed));
    const json& s = seed["seed_sequence"];
    std::vector<std::uint32_t> key;
    for (const json& element : s.value("spawn_key", json::array()))
        repro::detail::append_limbs(key, integer_as<std::uint64_t>(element));
    return repro::seed_sequence(limbs(s["entropy"]), key,
                                s.value("pool_size", repro::seed_sequence::default_pool_size));
}

// The states as the files show them; "inc" is shown by the call `state` alone.

inline json encode_bits(const numpy::pcg64_state& s) {
    const auto wide = [](std::uint64_t high, std::uint64_t low) {
        return decimal(repro::detail::make_uint128(high, low));
    };
    return {{"state", wide(s.state_high, s.state_low)},
            {"inc", wide(s.inc_high, s.inc_low)},
            {"has_uint32", s.has_uint32 ? 1 : 0},
            {"uinteger", s.uinteger}};
}
inline json encode_words(std::span<const std::uint64_t> words) {
    json list = json::array();
    for (const std::uint64_t word : words)
        list.push_back(decimal(word));
    return list;
}
inline json encode_bits(const numpy::philox_state& s) {
    return {{"counter", encode_words(s.counter)}, {"key", encode_words(s.key)},
            {"buffer", encode_words(s.buffer)},   {"buffer_pos", s.buffer_pos},
            {"has_uint32", s.has_uint32 ? 1 : 0}, {"uinteger", s.uinteger}};
}
inline json encode_bits(const numpy::sfc64_state& s) {
    return {{"state", encode_words(s.state)}, {"has_uint32", s.has_uint32 ? 1 : 0}, {"uinteger", s.uinteger}};
}
inline json encode_bits(const numpy::mt19937_state& s) {
    return {
        {"pos", s.pos}, {"key_sha256", words_digest(s.key, 16)}, {"key0", s.key[0]}, {"key623", s.key[623]}};
}

/// Whether the twin of a bit generator is that of MT19937, whose words have 32 bits.
template <class Bits> inline constexpr bool is_mt = std::same_as<Bits, numpy::mt19937>;

/// The state with the next raw word, in the form that `like` has.
template <class G> json encode_state(const G& g, const json& like) {
    json state = encode_bits(g.bit_generator().state());
    if (!like.contains("inc")) state.erase("inc");
    auto ahead = g.bit_generator();
    const auto next = ahead();
    state["next_raw"] = like["next_raw"].is_string() ? json(decimal(next)) : json(next);
    return state;
}

/// One generator under test, with what `savestate` kept.
template <class Bits> class generator_runner {
    using G = numpy::basic_generator<Bits>;

public:
    generator_runner(const json& seed, numpy::rules which) : g(sequence_of(seed)) { g.follow(which); }

    json run(const std::string& call, const json& a, const json& expected) {
        const json size = a.value("size", json());
        if (auto result = bits_call(call, a, expected)) return *result;
        if (call == "random") return draw_sized(size, [&](auto... s) { return random<double>(s...); });
        if (call == "random_f32") return draw_sized(size, [&](auto... s) { return random<float>(s...); });
        if (call == "standard_normal_f32") return draw_sized(size, [&](auto... s) { return normal_f(s...); });
        if (call == "standard_exponential_f32")
            return draw_sized(
                size, [&](auto... s) { return exponential<float>(numpy::exponential_method::zig, s...); });
        if (call == "standard_exponential_inv")
            return draw_sized(
                size, [&](auto... s) { return exponential<double>(numpy::exponential_method::inv, s...); });
        if (call == "standard_exponential_inv_f32")
            return draw_sized(
                size, [&](auto... s) { return exponential<float>(numpy::exponential_method::inv, s...); });
        if (call == "standard_gamma_f32")
            return draw_sized(size,
                              [&](auto... s) { return gamma_f(static_cast<float>(real(a["shape"])), s...); });
        if (call == "integers") return integers(a, size);
        if (call == "choice") return choice(a, size);
        if (call == "multinomial" && a["n"].is_array()) return many_multinomials(a);
        if (call == "multivariate_hypergeometric") return multivariate_hypergeometric(a, size);
        if (auto result = order(call, a)) return *result;
        if (auto result = run_shared(g, call, a)) return *result;
        throw std::runtime_error("unknown call " + call);
    }

    G g;

private:
    // The element type is given where no span says it.
    template <class T> T random() { return g.template random<T>(); }
    template <class T> std::vector<T> random(std::size_t n) { return g.template random<T>(n); }
    template <class T> void random(std::span<T> out) { g.random(out); }
    float normal_f() { return g.template standard_normal<float>(); }
    std::vector<float> normal_f(std::size_t n) { return g.template standard_normal<float>(n); }
    void normal_f(std::span<float> out) { g.standard_normal(out); }
    float gamma_f(float shape) { return g.template standard_gamma<float>(shape); }
    std::vector<float> gamma_f(float shape, std::size_t n) {
        return g.template standard_gamma<float>(shape, n);
    }
    void gamma_f(float shape, std::span<float> out) { g.standard_gamma(shape, out); }
    template <class T> T exponential(numpy::exponential_method m) {
        return g.template standard_exponential<T>(m);
    }
    template <class T> std::vector<T> exponential(numpy::exponential_method m, std::size_t n) {
        return g.template standard_exponential<T>(m, n);
    }
    template <class T> void exponential(numpy::exponential_method m, std::span<T> out) {
        g.standard_exponential(m, out);
    }

    std::optional<json> bits_call(const std::string& call, const json& a, const json& expected) {
        if (call == "random_raw") {
            if (a["size"].is_null()) return encode(static_cast<int128>(g()));
            std::vector<std::uint64_t> words(elements(a["size"]));
            for (std::uint64_t& word : words)
                word = g();
            return encode_array(words, a["size"].is_array() ? a["size"] : json());
        }
        if (call == "state") return encode_state(g, expected);
        if (call == "savestate") {
            slots_.insert_or_assign(a["slot"].get<int>(), g.bit_generator().state());
            return json();
        }
        if (call == "loadstate") {
            g.bit_generator().set_state(slots_.at(a["slot"].get<int>()));
            return json();
        }
        if (call == "spawn_child") {
            g = g.spawn(a["n"].get<std::size_t>())[a["i"].get<std::size_t>()];
            return encode_state(g, expected);
        }
        if (call == "jumped") return jumped(a, expected);
        if (call == "advance") return advance(a);
        return std::nullopt;
    }

    json jumped(const json& a, const json& expected) {
        const auto jumps = a["jumps"].get<std::uint64_t>();
        if constexpr (is_mt<Bits>)
            g.bit_generator() = numpy::jumped(g.bit_generator(), jumps);
        else if constexpr (requires { g.bit_generator().jumped(jumps); })
            g.bit_generator() = g.bit_generator().jumped(jumps);
        else
            throw std::runtime_error("this bit generator has no jumps");
        return encode_state(g, expected);
    }

    json advance(const json& a) {
        const auto delta = static_cast<uint128>(integer(a["delta"]));
        const auto low = repro::detail::low_half(delta), high = repro::detail::high_half(delta);
        if constexpr (requires { g.bit_generator().advance(delta); })
            g.bit_generator().advance(delta);
        else if constexpr (requires { g.bit_generator().advance({low, high, 0, 0}); })
            g.bit_generator().advance({low, high, 0, 0});
        else
            throw std::runtime_error("this bit generator cannot advance");
        return nullptr;
    }

    json integers(const json& a, const json& size) {
        return with_dtype(a.value("dtype", "int64"), [&](auto dtype) -> json {
            using T = decltype(dtype);
            if constexpr (numpy::integer_dtype<T>) {
                const auto end =
                    a.value("endpoint", false) ? numpy::endpoint::included : numpy::endpoint::excluded;
                if (a["low"].is_array() || a["high"].is_array()) {
                    const bounds b(a);
                    return encode_array(g.template integers<T>(b.low, b.high, end), b.shape);
                }
                return draw_sized(size, [&](auto... s) {
                    return g.template integers<T>(integer(a["low"]), integer(a["high"]), end, s...);
                });
            }
            throw std::runtime_error("integers of a floating dtype");
        });
    }

    json choice(const json& a, const json& size) {
        const bool one = size.is_null();
        const std::size_t n = one ? 1 : elements(size);
        const auto replace = a.value("replace", true) ? numpy::replacement::yes : numpy::replacement::no;
        const auto order =
            a.value("shuffle", true) ? numpy::choice_order::shuffled : numpy::choice_order::unspecified;
        const json& from = a["a"];
        const int axis = a.value("axis", 0);
        const std::int64_t population =
            from.is_array()    ? static_cast<std::int64_t>(from.size())
            : from.is_object() ? from["shape"][static_cast<std::size_t>(axis)].get<std::int64_t>()
                               : integer_as<std::int64_t>(from);
        std::vector<std::int64_t> chosen =
            a.contains("p") ? g.choice(n, replace, reals(a["p"])) : g.choice(population, n, replace, order);
        if (from.is_object()) return take(from["shape"], chosen, axis);
        if (from.is_array())
            for (std::int64_t& each : chosen)
                each = integer_as<std::int64_t>(from[static_cast<std::size_t>(each)]);
        return one ? encode_element(chosen[0]) : encode_array(chosen, size.is_array() ? size : json());
    }

    /// arange(prod(shape)).reshape(shape), for a matrix, with these of its rows (axis 0) or columns (axis 1).
    static json take(const json& shape, const std::vector<std::int64_t>& order, int axis) {
        std::size_t inner = 1;
        for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i)
            inner *= shape[i].get<std::size_t>();
        const auto length = shape[static_cast<std::size_t>(axis)].get<std::size_t>();
        const std::size_t outer = elements(shape) / (inner * length);
        std::vector<std::int64_t> values;
        for (std::size_t o = 0; o < outer; ++o)
            for (const std::int64_t index : order)
                for (std::size_t i = 0; i < inner; ++i)
                    values.push_back(static_cast<std::int64_t>(
                        (o * length + static_cast<std::size_t>(index)) * inner + i));
        json result_shape = shape;
        result_shape[static_cast<std::size_t>(axis)] = order.size();
        return encode_array(values, result_shape);
    }

    json many_multinomials(const json& a) {
        const auto pvals = reals(a["pvals"]);
        std::vector<std::int64_t> rows;
        for (const json& n : a["n"])
            for (const std::int64_t count : g.multinomial(n.get<std::int64_t>(), pvals))
                rows.push_back(count);
        return encode_array(rows, json::array({a["n"].size(), pvals.size()}));
    }

    json multivariate_hypergeometric(const json& a, const json& size) {
        const auto colors = a["colors"].get<std::vector<std::int64_t>>();
        const auto method = a["method"] == "count" ? numpy::sampling::count : numpy::sampling::marginals;
        const auto rows = g.multivariate_hypergeometric(colors, integer_as<std::int64_t>(a["nsample"]),
                                                        method, size.is_null() ? 1 : elements(size));
        return encode_array(rows, size.is_null() ? json() : json::array({elements(size), colors.size()}));
    }

    std::optional<json> order(const std::string& call, const json& a) {
        const int axis = a.value("axis", 0);
        if (call == "permutation" && a["x"].is_array()) {
            const auto x = a["x"].get<std::vector<std::int64_t>>();
            return encode_array(g.permutation(std::span<const std::int64_t>(x)));
        }
        if (call == "permutation" && a.contains("shape"))
            return take(a["shape"],
                        g.permutation(a["shape"][static_cast<std::size_t>(axis)].get<std::int64_t>()), axis);
        if (call == "permutation") return encode_array(g.permutation(a["x"].get<std::int64_t>()));
        if (call == "permuted") return permuted(a["shape"], a.contains("axis") ? axis : -1);
        if (call == "shuffle")
            return with_dtype(a.value("dtype", "int64"), [&](auto dtype) -> json {
                auto x = arange<decltype(dtype)>(a["n"].template get<std::size_t>());
                g.shuffle(x);
                return encode_array(x);
            });
        if (call == "shuffle_list") {
            auto x = arange<std::int64_t>(a["n"].get<std::size_t>());
            g.shuffle(x);
            return encode_list(x);
        }
        if (call == "shuffle_2d") {
            auto order = arange<std::int64_t>(a["shape"][static_cast<std::size_t>(axis)].get<std::size_t>());
            g.shuffle(order.size(), [&](std::size_t i, std::size_t j) { std::swap(order[i], order[j]); });
            return take(a["shape"], order, axis);
        }
        return std::nullopt;
    }

    json permuted(const json& shape, int axis) {
        auto x = arange<std::int64_t>(elements(shape));
        std::size_t outer = 1, inner = 1;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (axis >= 0 && i < static_cast<std::size_t>(axis)) outer *= shape[i].get<std::size_t>();
            if (axis >= 0 && i > static_cast<std::size_t>(axis)) inner *= shape[i].get<std::size_t>();
        }
        g.permuted(std::span<std::int64_t>(x), outer, x.size() / (outer * inner), inner);
        return encode_array(x, shape);
    }

    std::map<int, typename Bits::state_type> slots_;
};

} // namespace support
