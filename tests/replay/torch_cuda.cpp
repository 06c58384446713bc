// SPDX-License-Identifier: MIT
// Plays calls of PyTorch on a GPU: the stream torch.cuda.

#include <repro/compat/pytorch/cuda_generator.hpp>
#include <repro/compat/pytorch/modules.hpp>

#include "torch_arguments.hpp"

#include <functional>
#include <map>
#include <optional>

namespace replay {
namespace {

namespace nn = repro::pytorch::nn;

/// The GPU of a case: {sm, threads_per_sm}, an H100 where it names none. Its capability decides no number.
torch::cuda_device device_of(const json& c) {
    const json& device = optional(c, "device");
    if (device.is_null()) return torch::devices::h100;
    return {"the GPU of the case", integer_as<int>(need(device, "sm")),
            integer_as<int>(need(device, "threads_per_sm")), 9, 0};
}

std::vector<float> widened(const std::vector<torch::bfloat16>& values) {
    std::vector<float> floats;
    for (const torch::bfloat16 each : values)
        floats.push_back(static_cast<float>(each));
    return floats;
}

/// The argument under any of these names.
double number(const json& args, std::initializer_list<const char*> names, double otherwise) {
    for (const char* const name : names)
        if (args.contains(name)) return real(args[name]);
    return otherwise;
}

class torch_cuda_player : public player {
public:
    explicit torch_cuda_player(const json& c) : g_(seed_bits(need(need(c, "seed"), "int")), device_of(c)) {
        g_.follow(torch_rules(c));
    }

    value call(const std::string& name, const json& args) override {
        if (name.starts_with("nn.")) return module(name, args);
        if (name == "rand,rand") return two_rands(args);
        const auto found = calls().find(name);
        if (found == calls().end()) throw unsupported("call '" + name + "'");
        return (this->*found->second)(args);
    }

    object position() override {
        object state;
        state["offset"] = g_.get_offset();
        state["philox_offset"] = g_.get_offset();
        state["seed"] = g_.initial_seed();
        return state;
    }

private:
    using method = value (torch_cuda_player::*)(const json&);

    static const std::map<std::string, method>& calls() {
        using self = torch_cuda_player;
        static const std::map<std::string, method> all = {{"rand", &self::uniform},
                                                          {"uniform", &self::uniform},
                                                          {"uniform_", &self::uniform},
                                                          {"randn", &self::normal},
                                                          {"normal", &self::normal},
                                                          {"normal_", &self::normal},
                                                          {"normal_strided", &self::normal},
                                                          {"log_normal_", &self::log_normal},
                                                          {"exponential", &self::exponential},
                                                          {"exponential_", &self::exponential},
                                                          {"cauchy_", &self::cauchy},
                                                          {"geometric_", &self::geometric},
                                                          {"bernoulli", &self::bernoulli},
                                                          {"bernoulli_", &self::bernoulli},
                                                          {"bernoulli_tensor", &self::bernoulli_tensor},
                                                          {"random_", &self::random},
                                                          {"random_full64", &self::random_full},
                                                          {"randint", &self::randint},
                                                          {"randperm", &self::randperm},
                                                          {"dropout", &self::dropout},
                                                          {"multinomial", &self::multinomial},
                                                          {"poisson", &self::poisson}};
        return all;
    }

    static shape_type shape_of(const json& args) { return tensor_shape(args); }

    /// Makes a tensor of a floating-point dtype and lets `body` fill it. The files show bfloat16, which NumPy
    /// lacks, as float32.
    template <class Body> static value filled_real(const json& args, const Body& body) {
        return with_real(args, [&](auto element) -> value {
            using T = decltype(element);
            if constexpr (std::same_as<T, torch::bfloat16>) {
                std::vector<T> values(product(shape_of(args)));
                body(std::span<T>(values));
                return shaped(widened(values), shape_of(args));
            } else {
                return filled<T>(args, body);
            }
        });
    }
    template <class Body> static value filled_any(const json& args, const char* dtype, const Body& body) {
        return with_dtype(args, dtype, [&](auto element) { return filled<decltype(element)>(args, body); });
    }

    value uniform(const json& args) {
        return filled_real(args, [&](auto out) {
            g_.uniform_(out, number(args, {"from", "a", "low"}, 0.0), number(args, {"to", "b", "high"}, 1.0));
        });
    }
    value two_rands(const json& args) {
        const std::size_t n = product(shape_of(args));
        std::vector<float> both = g_.rand(n);
        const std::vector<float> second = g_.rand(n + 1);
        both.insert(both.end(), second.begin(), second.end());
        return make_array(std::span<const float>(both));
    }
    value normal(const json& args) {
        return filled_real(args, [&](auto out) {
            g_.normal_(out, number(args, {"mean"}, 0.0), number(args, {"std"}, 1.0));
        });
    }
    value log_normal(const json& args) {
        return filled_real(args, [&](auto out) {
            g_.log_normal_(out, number(args, {"mean"}, 1.0), number(args, {"std"}, 2.0));
        });
    }
    value exponential(const json& args) {
        return filled_real(args,
                           [&](auto out) { g_.exponential_(out, number(args, {"lambd", "lambda"}, 1.0)); });
    }
    value cauchy(const json& args) {
        return filled_real(args, [&](auto out) {
            g_.cauchy_(out, number(args, {"median"}, 0.0), number(args, {"sigma"}, 1.0));
        });
    }
    value geometric(const json& args) {
        return filled_any(args, "float32", [&](auto out) { g_.geometric_(out, real(need(args, "p"))); });
    }
    value bernoulli(const json& args) {
        return filled_any(args, "float32", [&](auto out) { g_.bernoulli_(out, number(args, {"p"}, 0.5)); });
    }
    value bernoulli_tensor(const json& args) {
        return with_float(args, [&](auto element) -> value {
            using T = decltype(element);
            const shape_type shape = shape_of(args);
            const std::vector<T> p(product(shape), static_cast<T>(real(need(args, "p"))));
            return shaped(g_.bernoulli(std::span<const T>(p)), shape);
        });
    }
    value random(const json& args) {
        return filled_any(args, "int64", [&](auto out) {
            using T = typename decltype(out)::value_type;
            if (args.contains("from") || args.contains("to")) {
                const json& to = optional(args, "to");
                std::optional<std::int64_t> end;
                if (!to.is_null()) end = integer_as<std::int64_t>(to);
                g_.random_(out, args.contains("from") ? integer_as<std::int64_t>(args["from"]) : 0, end);
            } else if constexpr (!std::unsigned_integral<T> || sizeof(T) == 1) {
                g_.random_(out);
            } else {
                throw unsupported("random_ without bounds of an unsigned dtype");
            }
        });
    }
    value random_full(const json& args) {
        return filled_any(args, "int64", [&](auto out) { g_.random_(out, INT64_MIN, std::nullopt); });
    }
    value randint(const json& args) {
        return filled_any(args, "int64", [&](auto out) {
            g_.random_(out, args.contains("low") ? integer_as<std::int64_t>(args["low"]) : 0,
                       std::optional(integer_as<std::int64_t>(need(args, "high"))));
        });
    }
    value randperm(const json& args) {
        const std::uint64_t n = count(need(args, "n"));
        const std::string dtype = args.contains("dtype") ? text(args["dtype"]) : "int64";
        if (dtype == "int64") return shaped(g_.randperm(n));
        if (dtype == "int32") return shaped(g_.randperm<std::int32_t>(n));
        throw unsupported("randperm of dtype " + dtype);
    }
    value dropout(const json& args) {
        return with_float(args, [&](auto element) -> value {
            using T = decltype(element);
            const std::vector<T> ones(product(shape_of(args)), T{1});
            return shaped(g_.dropout(std::span<const T>(ones), number(args, {"p"}, 0.5)), shape_of(args));
        });
    }
    value multinomial(const json& args) {
        std::vector<float> weights;
        for (const double weight : reals(need(args, "probs")))
            weights.push_back(static_cast<float>(weight));
        const auto with = flag(need(args, "replacement")) ? torch::replacement::yes : torch::replacement::no;
        return shaped(
            g_.multinomial(std::span<const float>(weights), count(need(args, "num_samples")), with));
    }
    value poisson(const json& args) {
        const auto rate = static_cast<float>(real(need(args, "rate")));
        if (rate >= 64.0f) throw not_modelled("a rate of " + shown(args["rate"]));
        const std::vector<float> rates(product(shape_of(args)), rate);
        return shaped(g_.poisson(rates), shape_of(args));
    }

    /// A module's parameters; a name such as "nn.Linear(64,32).weight" holds the arguments and which of them.
    value module(const std::string& name, const json& args) {
        const std::size_t open = name.find('('), close = name.find(").");
        if (open == std::string::npos) return object(parameters(name, args));
        if (close == std::string::npos) throw unsupported("call '" + name + "'");
        const std::string of = name.substr(0, open);
        json positional = json::parse("[" + name.substr(open + 1, close - open - 1) + "]", nullptr, false);
        if (positional.is_discarded()) throw unsupported("call '" + name + "'");
        const object made = parameters(of, named(of, positional));
        const auto found = made.find(name.substr(close + 2));
        if (found == made.end()) throw unsupported("call '" + name + "'");
        array flat = std::get<array>(found->second.is);
        flat.shape = {product(flat.shape)};
        return flat;
    }

    static json named(const std::string& of, const json& positional) {
        static const std::map<std::string, std::vector<const char*>> names = {
            {"nn.Linear", {"in_features", "out_features"}},
            {"nn.Conv2d", {"in_channels", "out_channels", "kernel_size"}},
            {"nn.Embedding", {"num_embeddings", "embedding_dim"}},
            {"nn.LSTM", {"input_size", "hidden_size"}}};
        const auto found = names.find(of);
        if (found == names.end() || positional.size() != found->second.size())
            throw unsupported("module '" + of + "' with " + shown(positional));
        json args;
        for (std::size_t i = 0; i < positional.size(); ++i)
            args[found->second[i]] = positional[i];
        return args;
    }

    object parameters(const std::string& name, const json& args) {
        const auto at = [&](const char* key) { return count(need(args, key)); };
        const auto with = args.contains("bias") && !flag(args["bias"]) ? nn::bias::no : nn::bias::yes;
        if (name == "nn.Linear") {
            const std::size_t in = at("in_features"), out = at("out_features");
            return weight_and_bias(nn::linear(in, out, g_, with), {out, in});
        }
        if (name == "nn.Conv2d") {
            const std::size_t in = at("in_channels"), out = at("out_channels"), k = at("kernel_size");
            return weight_and_bias(nn::conv2d(in, out, k, g_, with), {out, in, k, k});
        }
        if (name == "nn.Embedding") {
            const std::size_t rows = at("num_embeddings"), columns = at("embedding_dim");
            return {{"weight", shaped(nn::embedding(rows, columns, g_), {rows, columns})}};
        }
        throw unsupported("module '" + name + "'");
    }

    static object weight_and_bias(const nn::weight_and_bias<float>& made, const shape_type& shape) {
        object result{{"weight", shaped(made.weight, shape)}};
        if (!made.bias.empty()) result["bias"] = shaped(made.bias, {shape[0]});
        return result;
    }

    torch::cuda_generator g_;
};

} // namespace

std::unique_ptr<player> make_torch_cuda_player(const json& c) {
    return std::make_unique<torch_cuda_player>(c);
}

} // namespace replay
