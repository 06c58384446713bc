// SPDX-License-Identifier: MIT
// Plays PyTorch on the CPU with pytorch::cpu_generator: the streams torch.cpu and torch.data.

#include "torch_data.hpp"

namespace replay {
namespace {

namespace nn = repro::pytorch::nn;

object parameters(const std::string& prefix, const nn::weight_and_bias<float>& made, shape_type weight) {
    object both;
    const std::size_t outputs = weight.front();
    both[prefix + "weight"] = tensor(made.weight, std::move(weight));
    if (!made.bias.empty()) both[prefix + "bias"] = tensor(made.bias, {outputs});
    return both;
}

class torch_cpu_player final : public player {
public:
    explicit torch_cpu_player(const json& c) : seed_(seed_bits(need(need(c, "seed"), "int"))), g_(seed_) {
        g_.follow(torch_rules(c));
        g_.follow(torch_path(c));
    }

    value call(const std::string& name, const json& args) override {
        using method = std::optional<value> (torch_cpu_player::*)(const std::string&, const json&);
        known_ = true;
        for (const method attempt :
             {&torch_cpu_player::states, &torch_cpu_player::draws, &torch_cpu_player::distributions,
              &torch_cpu_player::of_tensors, &torch_cpu_player::initialisers, &torch_cpu_player::modules,
              &torch_cpu_player::data}) {
            const auto made = (this->*attempt)(name, args);
            if (!known_) throw unknown_result("the middle of a list is not in the file");
            if (made) return *made;
        }
        throw unsupported("unknown call '" + name + "'");
    }

    object position() override {
        torch::cpu_generator ahead = g_;
        object fields = state();
        const std::uint64_t first = ahead();
        fields["next_i32_random_"] = first % 0x80000000;
        fields["next_u64"] = first << 32 | ahead();
        return fields;
    }

private:
    using result = std::optional<value>;

    object state() const {
        using at = torch::detail::state_layout;
        const bytes all = g_.get_state();
        const auto field = [&](std::size_t from, std::size_t n) {
            return torch::detail::load_little_endian(&all[from], n);
        };
        bytes words;
        for (std::size_t i = 0; i < 624; ++i)
            words.insert(words.end(), &all[at::words + 8 * i], &all[at::words + 8 * i + 4]);
        return {{"nbytes", all.size()},
                {"seed", field(at::seed, 8)},
                {"left", field(at::left, 4)},
                {"seeded", field(at::seeded, 4)},
                {"next", field(at::next, 8)},
                {"mt_sha256", digest_of(words)},
                {"normal_is_valid", field(at::normal_is_valid, 4)},
                {"normal_y", std::bit_cast<double>(field(at::normal_y, 8))},
                {"float_valid", all[at::legacy_size + 4] != 0}};
    }

    value bytes_after_randn() {
        (void)g_.randn();
        const bytes all = g_.get_state();
        const std::span<const std::uint8_t> view(all);
        return object{{"nbytes", all.size()},
                      {"sha256", digest_of(all)},
                      {"hex_first_64", repro::detail::to_hex(view.first(64))},
                      {"hex_tail_after_mt_words", repro::detail::to_hex(view.subspan(24 + 8 * 624))},
                      {"fields", state()}};
    }

    result states(const std::string& name, const json& a) {
        if (name == "state") return state();
        if (name == "get_rng_state after one randn(1)") return bytes_after_randn();
        if (name == "manual_seed") {
            g_.manual_seed(seed_bits(need(need(a, "s"), "int")));
        } else if (name == "savestate") {
            slots_.insert_or_assign(shown(need(a, "slot")), g_.get_state());
        } else if (name == "loadstate") {
            const auto kept = slots_.find(shown(need(a, "slot")));
            if (kept == slots_.end()) malformed("no state was saved in", a);
            g_.set_state(kept->second);
        } else {
            return std::nullopt;
        }
        return value();
    }

    /// What `draw` makes of a tensor of any dtype, and of a floating-point one.
    template <class Draw> static value any(const json& a, const char* dtype, Draw draw) {
        return with_dtype(a, dtype, [&](auto e) { return filled<decltype(e)>(a, draw); });
    }
    template <class Draw> static value reals_of(const json& a, Draw draw) {
        return with_real(a, [&](auto e) { return filled<decltype(e)>(a, draw); });
    }

    result draws(const std::string& name, const json& a) {
        if (name == "rand") return reals_of(a, [&](auto out) { g_.rand(out); });
        if (name == "randn") return reals_of(a, [&](auto out) { g_.randn(out); });
        if (name == "randperm") return any(a, "int64", [&](auto out) { g_.randperm(out); });
        if (name == "rand,rand") {
            std::vector<float> both = g_.rand(count(need(a, "n")));
            const std::vector<float> second = g_.rand(both.size() + 1);
            both.insert(both.end(), second.begin(), second.end());
            return tensor(both);
        }
        if (name == "randint") {
            const auto low = integer_as<std::int64_t>(need(a, "low"));
            const auto high = integer_as<std::int64_t>(need(a, "high"));
            return any(a, "int64", [&](auto out) { g_.randint(low, high, out); });
        }
        if (name == "random_")
            return any(a, "int64", [&](auto out) {
                if constexpr (std::same_as<decltype(out), std::span<std::uint64_t>>)
                    malformed("random_ without bounds of uint64", a);
                else
                    g_.random_(out);
            });
        if (name == "random_full64")
            return filled<std::int64_t>(a, [&](auto out) { g_.random_(out, INT64_MIN, std::nullopt); });
        return std::nullopt;
    }

    result distributions(const std::string& name, const json& a) {
        const auto p = [&](const char* key) { return real(need(a, key)); };
        if (name == "uniform_") return reals_of(a, [&](auto out) { g_.uniform_(out, p("from"), p("to")); });
        if (name == "uniform") return reals_of(a, [&](auto out) { g_.uniform_(out, p("a"), p("b")); });
        if (name == "normal_" || name == "normal")
            return reals_of(a, [&](auto out) { g_.normal_(out, p("mean"), p("std")); });
        if (name == "normal_strided")
            return reals_of(a, [&](auto out) {
                for (auto& each : out)
                    each = g_.normal<std::remove_reference_t<decltype(each)>>(p("mean"), p("std"));
            });
        if (name == "log_normal_")
            return reals_of(a, [&](auto out) { g_.log_normal_(out, p("mean"), p("std")); });
        if (name == "exponential_" || name == "exponential")
            return reals_of(a, [&](auto out) { g_.exponential_(out, p("lambd")); });
        if (name == "cauchy_")
            return reals_of(a, [&](auto out) { g_.cauchy_(out, p("median"), p("sigma")); });
        if (name == "geometric_") return any(a, "float32", [&](auto out) { g_.geometric_(out, p("p")); });
        if (name == "bernoulli_" || name == "bernoulli")
            return any(a, "float32", [&](auto out) { g_.bernoulli_(out, p("p")); });
        return std::nullopt;
    }

    result of_tensors(const std::string& name, const json& a) {
        if (name == "multinomial") return with_real(a, [&](auto e) { return multinomial<decltype(e)>(a); });
        if (name == "binomial") return with_float(a, [&](auto e) { return binomial<decltype(e)>(a); });
        if (name == "dropout")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                const std::vector<T> ones(product(tensor_shape(a)), T(1.0f));
                return tensor(g_.dropout(std::span<const T>(ones), real(need(a, "p"))), tensor_shape(a));
            });
        if (name == "bernoulli_tensor")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                return tensor(g_.bernoulli(std::span<const T>(elements<T>(need(a, "p"), known_))));
            });
        if (name == "normal_tensors")
            return with_real(a, [&](auto e) {
                using T = decltype(e);
                const auto mean = elements<T>(need(a, "mean"), known_);
                const auto std = elements<T>(need(a, "std"), known_);
                return tensor(g_.normal(std::span<const T>(mean), std::span<const T>(std)));
            });
        if (name == "poisson")
            return with_real(a, [&](auto e) {
                return of_full<decltype(e)>(a, "rate", [&](auto rates) { return g_.poisson(rates); });
            });
        if (name == "standard_gamma")
            return with_float(a, [&](auto e) {
                return of_full<decltype(e)>(a, "alpha", [&](auto alpha) { return g_.standard_gamma(alpha); });
            });
        if (name == "dirichlet")
            return with_float(a, [&](auto e) {
                using T = decltype(e);
                return tensor(g_.dirichlet(std::span<const T>(elements<T>(need(a, "alpha"), known_))));
            });
        return std::nullopt;
    }

    template <class T> value multinomial(const json& a) {
        const json& weights = array_of(need(a, "weights"));
        const std::size_t n = count(need(a, "n"));
        const auto replace = replacement_of(a, false);
        if (weights.empty() || !weights.front().is_array())
            return tensor(g_.multinomial(std::span<const T>(elements<T>(weights, known_)), n, replace));
        std::vector<T> flat;
        for (const json& row : weights)
            for (const T each : elements<T>(row, known_))
                flat.push_back(each);
        return tensor(g_.multinomial(std::span<const T>(flat), n, replace, weights.size()),
                      {weights.size(), n});
    }

    template <class T> value binomial(const json& a) {
        const std::vector<T> prob(product(tensor_shape(a)), static_cast<T>(real(need(a, "prob"))));
        return of_full<T>(a, "count",
                          [&](auto trials) { return g_.binomial(trials, std::span<const T>(prob)); });
    }

    result initialisers(const std::string& name, const json& a) {
        if (!name.starts_with("init.")) return std::nullopt;
        return filled<float>(a, [&](std::span<float> out) {
            const torch::shape of(tensor_shape(a));
            const double slope = a.contains("a") ? real(a["a"]) : 0.0;
            if (name == "init.kaiming_uniform_")
                nn::init::kaiming_uniform_(out, of, g_, slope);
            else if (name == "init.kaiming_normal_")
                nn::init::kaiming_normal_(out, of, g_, slope);
            else if (name == "init.xavier_uniform_")
                nn::init::xavier_uniform_(out, of, g_);
            else if (name == "init.xavier_normal_")
                nn::init::xavier_normal_(out, of, g_);
            else if (name == "init.orthogonal_")
                nn::init::orthogonal_(out, of, g_);
            else if (name == "init.trunc_normal_")
                nn::init::trunc_normal_(out, g_);
            else
                throw unsupported("unknown call '" + name + "'");
        });
    }

    result modules(const std::string& name, const json& a) {
        if (name.ends_with(".weight")) return weight_of(name);
        const auto n = [&](const char* key) { return count(need(a, key)); };
        if (name == "nn.Linear") {
            const auto with = flag_or(a, "bias", true) ? nn::bias::yes : nn::bias::no;
            return parameters("", nn::linear(n("in"), n("out"), g_, with), {n("out"), n("in")});
        }
        if (name == "nn.Conv2d")
            return parameters("", nn::conv2d(n("in"), n("out"), n("k"), g_),
                              {n("out"), n("in"), n("k"), n("k")});
        if (name == "nn.Embedding") return tensor(nn::embedding(n("n"), n("d"), g_), {n("n"), n("d")});
        if (name == "nn.LSTM") return lstm(n("in"), n("hidden"));
        if (name == "nn.MultiheadAttention") {
            const auto made = nn::multihead_attention(n("d"), g_);
            object all = parameters("out_proj.", made.out_proj, {n("d"), n("d")});
            all.merge(parameters("in_proj_", made.in_proj, {3 * n("d"), n("d")}));
            return all;
        }
        if (name == "mlp") {
            object all = parameters("0.", nn::linear(n("in"), n("hidden"), g_), {n("hidden"), n("in")});
            all.merge(parameters("2.", nn::linear(n("hidden"), n("out"), g_), {n("out"), n("hidden")}));
            return all;
        }
        return std::nullopt;
    }

    value lstm(std::size_t in, std::size_t hidden) {
        const auto made = nn::lstm(in, hidden, g_);
        return object{{"weight_ih_l0", tensor(made.weight_ih, {4 * hidden, in})},
                      {"weight_hh_l0", tensor(made.weight_hh, {4 * hidden, hidden})},
                      {"bias_ih_l0", tensor(made.bias_ih)},
                      {"bias_hh_l0", tensor(made.bias_hh)}};
    }

    /// "nn.Linear(64,32).weight", flattened.
    value weight_of(const std::string& name) {
        const std::size_t open = name.find('('), close = name.find(')');
        if (open == std::string::npos || close == std::string::npos || close < open)
            malformed("unknown call", name);
        std::string list_of_numbers = "[";
        list_of_numbers.append(name, open + 1, close - open - 1).append("]");
        const json inner = json::parse(list_of_numbers, nullptr, false);
        if (!inner.is_array()) malformed("unknown call", name);
        const auto n = integers_as<std::uint32_t>(inner);
        const std::string module = name.substr(0, open);
        if (module == "nn.Linear" && n.size() == 2) return tensor(nn::linear(n[0], n[1], g_).weight);
        if (module == "nn.Conv2d" && n.size() == 3) return tensor(nn::conv2d(n[0], n[1], n[2], g_).weight);
        if (module == "nn.Embedding" && n.size() == 2) return tensor(nn::embedding(n[0], n[1], g_));
        malformed("unknown call", name);
    }

    result data(const std::string& name, const json& a) {
        return torch_data_call(name, a, seed_, g_, known_);
    }

    std::uint64_t seed_;
    torch::cpu_generator g_;
    std::map<std::string, bytes> slots_;
    bool known_ = true;
};

} // namespace

std::unique_ptr<player> make_torch_cpu_player(const json& c) { return std::make_unique<torch_cpu_player>(c); }

} // namespace replay
