// SPDX-License-Identifier: MIT
// Plays calls of cuRAND's host API: the stream curand.host_api. The arguments of a call name the generator.

#include <repro/compat/curand.hpp>

#include "arguments.hpp"

namespace replay {
namespace {

namespace curand = repro::curand;

class curand_player : public player {
public:
    explicit curand_player(const json& c) : seed_(integer_as<std::uint64_t>(need(need(c, "seed"), "int"))) {}

    value call(const std::string& name, const json& args) override {
        const std::string type = text(need(args, "rng_type"));
        const std::string ordering = args.contains("ordering") ? text(args["ordering"]) : "default";
        if (ordering != "default" && ordering != "legacy") throw unsupported("ordering '" + ordering + "'");
        const std::uint64_t offset = args.contains("offset") ? integer_as<std::uint64_t>(args["offset"]) : 0;
        const std::size_t n = count(need(args, "n"));
        if (type == "CURAND_RNG_PSEUDO_XORWOW" || type == "CURAND_RNG_PSEUDO_DEFAULT")
            return made(curand::xorwow(seed_, offset), name, n);
        if (type == "CURAND_RNG_PSEUDO_PHILOX4_32_10")
            return made(curand::philox4_32_10(seed_, offset), name, n);
        throw unsupported("generator '" + type + "'");
    }

    object position() override { return {}; }

private:
    template <class Generator> static value made(Generator g, const std::string& name, std::size_t n) {
        if (name == "generate") return filled<std::uint32_t>(n, [&](auto out) { g.generate(out); });
        if (name == "generateUniform") return filled<float>(n, [&](auto out) { g.generate_uniform(out); });
        if (name == "generateUniformDouble")
            return filled<double>(n, [&](auto out) { g.generate_uniform(out); });
        if (name == "generateNormal") return filled<float>(n, [&](auto out) { g.generate_normal(out); });
        if (name == "generateNormalDouble")
            return filled<double>(n, [&](auto out) { g.generate_normal(out); });
        throw unsupported("call '" + name + "'");
    }
    template <class T, class Body> static value filled(std::size_t n, const Body& body) {
        std::vector<T> values(n);
        body(std::span<T>(values));
        return make_array(std::span<const T>(values));
    }

    std::uint64_t seed_;
};

} // namespace

std::unique_ptr<player> make_curand_player(const json& c) { return std::make_unique<curand_player>(c); }

} // namespace replay
