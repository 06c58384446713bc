// SPDX-License-Identifier: MIT
// Plays calls of PyTorch on the CPU: the streams torch.cpu and torch.data.

#include "player.hpp"

#include <repro/compat/numpy/random_state.hpp>
#include <repro/compat/python.hpp>
#include <repro/compat/pytorch.hpp>
#include <repro/hash/sha2.hpp>

#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "../support/golden.hpp"

namespace replay {
namespace {

namespace torch = repro::pytorch;
namespace nn = repro::pytorch::nn;
using support::integer, support::integer_as, support::real;
using shape_list = std::vector<std::size_t>;

// Arguments.

std::size_t count(const json& args, const char* name) { return args.at(name).get<std::size_t>(); }

/// The shape in `size` or `n`: a number, or a list of extents.
shape_list extents(const json& args) {
    const json& size = args.contains("size") ? args.at("size") : args.at("n");
    return size.is_array() ? size.get<shape_list>() : shape_list{size.get<std::size_t>()};
}

std::size_t product(const shape_list& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string digest_of(std::span<const std::uint8_t> bytes) {
    return repro::sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).hex();
}

/// A list of numbers. A long one shows its ends and its digest, which say whether it repeats its beginning;
/// else its middle is not known, and `known` turns false.
std::vector<double> numbers(const json& list, bool& known) {
    if (list.is_array()) return support::reals(list);
    const std::vector<double> first = support::reals(list.at("first"));
    for (std::size_t period = 1; period <= first.size(); ++period) {
        std::vector<double> values(list.at("n").get<std::size_t>());
        std::vector<std::uint8_t> bytes;
        for (std::size_t i = 0; i < values.size(); ++i)
            append_little_endian(bytes, values[i] = first[i % period]);
        if (digest_of(bytes) == list.at("sha256")) return values;
    }
    known = false;
    return std::vector<double>(list.at("n").get<std::size_t>(), first.front());
}

// Elements of any dtype.

template <class T> std::string name_of() {
    if constexpr (std::same_as<T, torch::half>)
        return "float16";
    else if constexpr (std::same_as<T, torch::bfloat16>)
        return "bfloat16";
    else
        return dtype_of<T>();
}

template <class T> array tensor(const std::vector<T>& elements, shape_list shape = {}) {
    array result{name_of<T>(), std::move(shape), {}};
    if (result.shape.empty()) result.shape = {elements.size()};
    for (const T element : elements)
        if constexpr (torch::half_dtype<T>)
            append_little_endian(result.bytes, element.bits);
        else
            append_little_endian(result.bytes, element);
    return result;
}

/// Calls `body` with an element of the dtype of `args`.
template <class Body> value with_dtype(const json& args, const char* otherwise, Body body) {
    const std::string dtype = args.value("dtype", otherwise);
    if (dtype == "float32") return body(float{});
    if (dtype == "float64") return body(double{});
    if (dtype == "float16") return body(torch::half{});
    if (dtype == "bfloat16") return body(torch::bfloat16{});
    if (dtype == "bool") return body(bool{});
    if (dtype == "int8") return body(std::int8_t{});
    if (dtype == "uint8") return body(std::uint8_t{});
    if (dtype == "int16") return body(std::int16_t{});
    if (dtype == "uint16") return body(std::uint16_t{});
    if (dtype == "int32") return body(std::int32_t{});
    if (dtype == "uint32") return body(std::uint32_t{});
    if (dtype == "int64") return body(std::int64_t{});
    if (dtype == "uint64") return body(std::uint64_t{});
    throw unsupported("dtype " + dtype);
}

/// The same for floating-point dtypes.
template <class Body> value with_real(const json& args, Body body) {
    return with_dtype(args, "float32", [&](auto element) -> value {
        if constexpr (torch::real_dtype<decltype(element)>)
            return body(element);
        else
            throw unsupported("an integer dtype");
    });
}

/// The same for float and double.
template <class Body> value with_float(const json& args, Body body) {
    return with_real(args, [&](auto element) -> value {
        if constexpr (std::floating_point<decltype(element)>)
            return body(element);
        else
            throw unsupported("a half dtype");
    });
}

/// Fills a tensor of the shape of `args` through `fill(span)`.
template <class T, class Fill> value filled(const json& args, Fill fill) {
    const shape_list shape = extents(args);
    const std::size_t n = product(shape);
    const auto storage = std::make_unique<T[]>(n); // not a vector, which packs bool
    fill(std::span<T>(storage.get(), n));
    array result{name_of<T>(), shape, {}};
    for (std::size_t i = 0; i < n; ++i)
        if constexpr (torch::half_dtype<T>)
            append_little_endian(result.bytes, storage[i].bits);
        else
            append_little_endian(result.bytes, storage[i]);
    return result;
}

template <class T> std::vector<T> elements(const json& list, bool& known) {
    std::vector<T> values;
    for (const double each : numbers(list, known))
        values.push_back(torch::detail::element<T>(each));
    return values;
}

value indices(const std::vector<std::int64_t>& list_of) { return list(list_of.begin(), list_of.end()); }

value batches_of(const torch::batches& batches) {
    list all;
    for (const auto& batch : batches)
        all.emplace_back(indices(batch));
    return all;
}

object parameters(const std::string& prefix, const nn::weight_and_bias<float>& made, shape_list weight) {
    object both;
    const std::size_t outputs = weight.front();
    both[prefix + "weight"] = tensor(made.weight, std::move(weight));
    if (!made.bias.empty()) both[prefix + "bias"] = tensor(made.bias, {outputs});
    return both;
}

torch::rules rules_of(const json& c) {
    const std::string version = c.value("version", "2.7");
    const std::size_t dot = version.find('.');
    const int major = std::stoi(version.substr(0, dot)), minor = std::stoi(version.substr(dot + 1));
    if (major > 2 || (major == 2 && minor >= 7)) return torch::rules::torch_2_7;
    return major == 1 && minor <= 8 ? torch::rules::torch_1_8 : torch::rules::torch_2_6;
}

torch::cpu_generator seeded(const json& c) {
    torch::cpu_generator g(integer_as<std::int64_t>(c.at("seed").at("int")));
    g.follow(rules_of(c));
    if (c.value("path", "vector") == "baseline") g.follow(torch::path::baseline);
    return g;
}

torch::cpu_generator seeded_like(const torch::cpu_generator& like, const json& seed) {
    torch::cpu_generator g = like;
    g.manual_seed(integer_as<std::int64_t>(seed));
    return g;
}

std::string words_digest(const torch::cpu_generator& g) {
    const std::vector<std::uint8_t> state = g.get_state();
    std::vector<std::uint8_t> words;
    for (std::size_t i = 0; i < 624; ++i)
        words.insert(words.end(), &state[24 + 8 * i], &state[28 + 8 * i]);
    return digest_of(words);
}

class torch_cpu_player final : public player {
public:
    explicit torch_cpu_player(const json& c) : g_(seeded(c)), rules_(rules_of(c)), seed_(c.at("seed")) {}

    value call(const std::string& name, const json& args) override {
        using method = value (torch_cpu_player::*)(const std::string&, const json&);
        for (const method attempt : {&torch_cpu_player::state_calls, &torch_cpu_player::plain_draws,
                                     &torch_cpu_player::distributions, &torch_cpu_player::initialisers,
                                     &torch_cpu_player::modules, &torch_cpu_player::data_calls}) {
            found_ = known_ = true;
            value result = (this->*attempt)(name, args);
            if (!known_) throw unsupported("a list of which the middle is not in the file"); // its words are taken
            if (found_) return result;
        }
        throw unsupported("call " + name);
    }

    object position() override {
        torch::cpu_generator ahead = g_;
        object fields = state();
        const std::uint64_t high = ahead();
        fields["next_i32_random_"] = high % 0x80000000;
        fields["next_u64"] = high << 32 | ahead();
        return fields;
    }

private:
    value not_here() {
        found_ = false;
        return {};
    }

    object state() const {
        const std::vector<std::uint8_t> bytes = g_.get_state();
        const auto field = [&](std::size_t at, std::size_t n) {
            return torch::detail::load_little_endian(&bytes[at], n);
        };
        using at = torch::detail::state_layout;
        object fields;
        fields["nbytes"] = bytes.size();
        fields["seed"] = field(at::seed, 8);
        fields["left"] = field(at::left, 4);
        fields["seeded"] = field(at::seeded, 4);
        fields["next"] = field(at::next, 8);
        fields["mt_sha256"] = digest{words_digest(g_)};
        fields["normal_is_valid"] = field(at::normal_is_valid, 4);
        fields["normal_y"] = std::bit_cast<double>(field(at::normal_y, 8));
        fields["float_valid"] = bytes[at::legacy_size + 4] != 0;
        return fields;
    }

    value state_calls(const std::string& name, const json& a) {
        if (name == "state") return state();
        if (name == "manual_seed") return g_.manual_seed(integer_as<std::int64_t>(a.at("s").at("int"))), value();
        if (name == "savestate") return saved_[count(a, "slot")] = g_.get_state(), value();
        if (name == "loadstate") return g_.set_state(saved_.at(count(a, "slot"))), value();
        if (name == "get_rng_state after one randn(1)") {
            (void)g_.randn();
            const std::vector<std::uint8_t> bytes = g_.get_state();
            const std::span<const std::uint8_t> all(bytes);
            object shown;
            shown["nbytes"] = bytes.size();
            shown["sha256"] = digest{digest_of(bytes)};
            shown["hex_first_64"] = repro::detail::to_hex(all.first(64));
            shown["hex_tail_after_mt_words"] = repro::detail::to_hex(all.subspan(24 + 8 * 624));
            shown["fields"] = state();
            return shown;
        }
        return not_here();
    }

    value plain_draws(const std::string& name, const json& a) {
        if (name == "rand") return with_real(a, [&](auto e) { return fill<decltype(e)>(a, [&](auto out) { g_.rand(out); }); });
        if (name == "randn") return with_real(a, [&](auto e) { return fill<decltype(e)>(a, [&](auto out) { g_.randn(out); }); });
        if (name == "rand,rand") {
            std::vector<float> both = g_.rand(count(a, "n")), second = g_.rand(count(a, "n") + 1);
            both.insert(both.end(), second.begin(), second.end());
            return tensor(both);
        }
        if (name == "randint")
            return with_dtype(a, "int64", [&](auto e) {
                return fill<decltype(e)>(a, [&](auto out) {
                    g_.randint(integer_as<std::int64_t>(a.at("low")), integer_as<std::int64_t>(a.at("high")), out);
                });
            });
        if (name == "random_")
            return with_dtype(a, "int64", [&](auto e) -> value {
                if constexpr (std::same_as<decltype(e), std::uint64_t>)
                    throw unsupported("random_ of uint64");
                else
                    return fill<decltype(e)>(a, [&](auto out) { g_.random_(out); });
            });
        if (name == "random_full64")
            return fill<std::int64_t>(a, [&](auto out) { g_.random_(out, INT64_MIN, std::nullopt); });
        if (name == "randperm")
            return with_dtype(a, "int64", [&](auto e) {
                return fill<decltype(e)>(a, [&](auto out) { g_.randperm(out); });
            });
        return not_here();
    }

    value distributions(const std::string& name, const json& a) {
        const auto p = [&](const char* key) { return real(a.at(key)); };
        const auto reals = [&](auto draw) {
            return with_real(a, [&](auto e) { return fill<decltype(e)>(a, draw); });
        };
        if (name == "uniform_") return reals([&](auto out) { g_.uniform_(out, p("from"), p("to")); });
        if (name == "uniform") return reals([&](auto out) { g_.uniform_(out, p("a"), p("b")); });
        if (name == "normal_" || name == "normal")
            return reals([&](auto out) { g_.normal_(out, p("mean"), p("std")); });
        if (name == "normal_strided")
            return reals([&](auto out) {
                for (auto& each : out)
                    each = g_.normal<std::remove_reference_t<decltype(each)>>(p("mean"), p("std"));
            });
        if (name == "log_normal_") return reals([&](auto out) { g_.log_normal_(out, p("mean"), p("std")); });
        if (name == "exponential_" || name == "exponential")
            return reals([&](auto out) { g_.exponential_(out, p("lambd")); });
        if (name == "cauchy_") return reals([&](auto out) { g_.cauchy_(out, p("median"), p("sigma")); });
        if (name == "geometric_" || name == "bernoulli_" || name == "bernoulli")
            return with_dtype(a, "float32", [&](auto e) {
                return fill<decltype(e)>(a, [&](auto out) {
                    if (name == "geometric_")
                        g_.geometric_(out, p("p"));
                    else
                        g_.bernoulli_(out, p("p"));
                });
            });
        return distributions_of_tensors(name, a);
    }

    value distributions_of_tensors(const std::string& name, const json& a) {
        if (name == "dropout")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                const std::vector<T> ones(product(extents(a)), T(1.0f));
                return tensor(g_.dropout(std::span<const T>(ones), real(a.at("p"))), extents(a));
            });
        if (name == "bernoulli_tensor")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                return tensor(g_.bernoulli(std::span<const T>(elements<T>(a.at("p"), known_))));
            });
        if (name == "normal_tensors")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                const auto mean = elements<T>(a.at("mean"), known_), std = elements<T>(a.at("std"), known_);
                return tensor(g_.normal(std::span<const T>(mean), std::span<const T>(std)));
            });
        if (name == "poisson")
            return with_real(a, [&](auto e) { return repeated<decltype(e)>(a, "rate", [&](auto rates) { return g_.poisson(rates); }); });
        if (name == "standard_gamma")
            return with_float(a, [&](auto e) {
                return repeated<decltype(e)>(a, "alpha", [&](auto alpha) { return g_.standard_gamma(alpha); });
            });
        if (name == "dirichlet")
            return with_float(a, [&](auto e) {
                using T = decltype(e);
                return tensor(g_.dirichlet(std::span<const T>(elements<T>(a.at("alpha"), known_))));
            });
        if (name == "binomial")
            return with_float(a, [&](auto e) {
                using T = decltype(e);
                const std::vector<T> prob(product(extents(a)), static_cast<T>(real(a.at("prob"))));
                return repeated<T>(a, "count", [&](auto n) { return g_.binomial(n, std::span<const T>(prob)); });
            });
        if (name == "multinomial")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                const auto again = a.value("replacement", false) ? torch::replacement::yes : torch::replacement::no;
                const json& weights = a.at("weights");
                if (!weights.is_array() || !weights.at(0).is_array())
                    return tensor(g_.multinomial(std::span<const T>(elements<T>(weights, known_)), count(a, "n"), again));
                std::vector<T> flat;
                for (const json& row : weights)
                    for (const T each : elements<T>(row, known_))
                        flat.push_back(each);
                return tensor(g_.multinomial(std::span<const T>(flat), count(a, "n"), again, weights.size()),
                              {weights.size(), count(a, "n")});
            });
        return not_here();
    }

    value initialisers(const std::string& name, const json& a) {
        if (!name.starts_with("init.")) return not_here();
        const shape_list of = extents(a);
        const double slope = a.contains("a") ? real(a.at("a")) : 0.0;
        return fill<float>(a, [&](std::span<float> out) {
            if (name == "init.kaiming_uniform_")
                nn::init::kaiming_uniform_(out, torch::shape(of), g_, slope);
            else if (name == "init.kaiming_normal_")
                nn::init::kaiming_normal_(out, torch::shape(of), g_, slope);
            else if (name == "init.xavier_uniform_")
                nn::init::xavier_uniform_(out, torch::shape(of), g_);
            else if (name == "init.xavier_normal_")
                nn::init::xavier_normal_(out, torch::shape(of), g_);
            else if (name == "init.trunc_normal_")
                nn::init::trunc_normal_(out, g_);
            else
                throw unsupported("call " + name);
        });
    }

    value modules(const std::string& name, const json& a) {
        if (name.ends_with(".weight")) return weight_of(name);
        const auto n = [&](const char* key) { return count(a, key); };
        if (name == "nn.Linear") {
            const auto with = a.value("bias", true) ? nn::bias::yes : nn::bias::no;
            return parameters("", nn::linear(n("in"), n("out"), g_, with), {n("out"), n("in")});
        }
        if (name == "nn.Conv2d")
            return parameters("", nn::conv2d(n("in"), n("out"), n("k"), g_), {n("out"), n("in"), n("k"), n("k")});
        if (name == "nn.Embedding") return tensor(nn::embedding(n("n"), n("d"), g_), {n("n"), n("d")});
        if (name == "nn.LSTM") {
            const auto made = nn::lstm(n("in"), n("hidden"), g_);
            const std::size_t gates = 4 * n("hidden");
            return object{{"weight_ih_l0", tensor(made.weight_ih, {gates, n("in")})},
                          {"weight_hh_l0", tensor(made.weight_hh, {gates, n("hidden")})},
                          {"bias_ih_l0", tensor(made.bias_ih)},
                          {"bias_hh_l0", tensor(made.bias_hh)}};
        }
        if (name == "nn.MultiheadAttention") {
            const std::size_t d = n("d");
            const auto made = nn::multihead_attention(d, g_);
            object all = parameters("out_proj.", made.out_proj, {d, d});
            all.merge(parameters("in_proj_", made.in_proj, {3 * d, d}));
            return all;
        }
        if (name == "mlp") {
            object all = parameters("0.", nn::linear(n("in"), n("hidden"), g_), {n("hidden"), n("in")});
            all.merge(parameters("2.", nn::linear(n("hidden"), n("out"), g_), {n("out"), n("hidden")}));
            return all;
        }
        return not_here();
    }

    /// "nn.Linear(64,32).weight", flattened.
    value weight_of(const std::string& name) {
        const std::size_t open = name.find('('), close = name.find(')');
        if (open == std::string::npos || close == std::string::npos) throw unsupported("call " + name);
        const json n = json::parse("[" + name.substr(open + 1, close - open - 1) + "]");
        const std::string module = name.substr(0, open);
        if (module == "nn.Linear") return tensor(nn::linear(n.at(0), n.at(1), g_).weight);
        if (module == "nn.Conv2d") return tensor(nn::conv2d(n.at(0), n.at(1), n.at(2), g_).weight);
        if (module == "nn.Embedding") return tensor(nn::embedding(n.at(0), n.at(1), g_));
        throw unsupported("call " + name);
    }

    value data_calls(const std::string& name, const json& a) {
        std::optional<torch::cpu_generator> own;
        if (a.contains("generator_seed")) own = seeded_like(g_, a.at("generator_seed"));
        if (name == "RandomSampler") {
            if (!own) own = torch::sampler_generator(g_), own->follow(rules_);
            const std::size_t samples = a.value("num_samples", count(a, "n"));
            return indices(a.value("replacement", false)
                               ? torch::random_sampler_with_replacement(count(a, "n"), samples, *own)
                               : torch::random_sampler(count(a, "n"), samples, *own));
        }
        if (name == "WeightedRandomSampler") {
            const auto again = a.value("replacement", true) ? torch::replacement::yes : torch::replacement::no;
            return indices(torch::weighted_random_sampler(numbers(a.at("weights"), known_), count(a, "num_samples"),
                                                          own ? *own : g_, again));
        }
        if (name == "SubsetRandomSampler")
            return indices(torch::subset_random_sampler(a.at("indices").get<std::vector<std::int64_t>>(),
                                                        own ? *own : g_));
        if (name == "random_split") {
            list parts;
            for (const auto& part : torch::random_split(count(a, "n"), a.at("lengths").get<shape_list>(), own ? *own : g_))
                parts.emplace_back(indices(part));
            return parts;
        }
        if (name == "DistributedSampler") return shares(a);
        if (name == "DataLoader_order") return orders(a, own);
        if (name == "DataLoader_worker_seeds") return what_workers_drew(a, own);
        return not_here();
    }

    value shares(const json& a) const {
        list ranks;
        for (std::size_t rank = 0; rank < count(a, "num_replicas"); ++rank)
            ranks.emplace_back(indices(torch::distributed_sampler(
                count(a, "n"), count(a, "num_replicas"), rank, integer_as<std::uint64_t>(seed_.at("int")),
                a.value("epoch", std::uint64_t{0}),
                a.value("drop_last", false) ? torch::remainder::drop : torch::remainder::pad)));
        return ranks;
    }

    static torch::data_loader loader(const json& a, bool shuffled) {
        return torch::data_loader(count(a, "n"), a.value("batch_size", std::size_t{1}),
                                  a.value("shuffle", shuffled) ? torch::order::shuffled : torch::order::sequential,
                                  a.value("drop_last", false) ? torch::last_batch::drop : torch::last_batch::keep);
    }

    value orders(const json& a, std::optional<torch::cpu_generator>& own) {
        const torch::data_loader from = loader(a, true);
        list epochs;
        for (std::size_t e = 0; e < a.value("epochs", std::size_t{1}); ++e)
            epochs.emplace_back(batches_of((own ? from.epoch(*own) : from.epoch_of_global(g_)).batches));
        return epochs;
    }

    /// What the three generators of each worker drew for each element: Python's getrandbits(32), NumPy's
    /// randint(0, 2**32) and torch.randint(0, 2**32).
    value what_workers_drew(const json& a, std::optional<torch::cpu_generator>& own) {
        struct worker {
            torch::worker_seed seeds;
            repro::python::random python;
            repro::numpy::random_state numpy;
            torch::cpu_generator torch;
        };
        const auto epoch = own ? loader(a, false).epoch(*own) : loader(a, false).epoch_of_global(g_);
        std::vector<worker> workers;
        for (std::uint32_t w = 0; w < count(a, "workers"); ++w) {
            const torch::worker_seed seeds = torch::worker_seeds(epoch.base_seed, w, rules_);
            if (!seeds.numpy) throw unsupported("workers that leave NumPy unseeded");
            workers.push_back({seeds, repro::python::random(seeds.seed),
                               repro::numpy::random_state(std::span<const std::uint32_t>(*seeds.numpy)),
                               torch::cpu_generator(seeds.seed)});
            workers.back().torch.follow(rules_);
        }
        list rows;
        for (std::size_t b = 0; b < epoch.batches.size(); ++b)
            for (const std::int64_t index : epoch.batches[b]) {
                worker& w = workers[b % workers.size()];
                rows.emplace_back(list{index, b % workers.size(), w.seeds.seed, w.python.getrandbits(32),
                                       w.numpy.randint(0, std::int64_t{1} << 32),
                                       w.torch.randint(0, std::int64_t{1} << 32)});
            }
        return object{{"base_seed", epoch.base_seed},
                      {"rows_index_workerid_workerseed_pyrandom32_nprandint32_torch32", rows}};
    }

    template <class T, class Fill> static value fill(const json& args, Fill filler) {
        return filled<T>(args, filler);
    }

    /// The result of a call on a tensor of the shape of `args`, full of one parameter.
    template <class T, class Draw> static value repeated(const json& args, const char* parameter, Draw draw) {
        const std::vector<T> values(product(extents(args)), torch::detail::element<T>(real(args.at(parameter))));
        return tensor(draw(std::span<const T>(values)), extents(args));
    }

    torch::cpu_generator g_;
    torch::rules rules_;
    json seed_;
    std::map<std::size_t, std::vector<std::uint8_t>> saved_;
    bool found_ = true;
    bool known_ = true;
};

} // namespace

std::unique_ptr<player> make_torch_cpu_player(const json& c) { return std::make_unique<torch_cpu_player>(c); }

} // namespace replay
