// SPDX-License-Identifier: MIT
// Which player plays which stream: one row each.

#include "arguments.hpp"
#include "runner.hpp"

namespace replay {
namespace {

struct row {
    std::string_view stream;
    std::unique_ptr<player> (*make)(const json& c);
};

constexpr row players[] = {
    {"cpython.random", make_python_player},
    {"numpy.legacy", make_numpy_legacy_player},
    {"numpy.generator", make_numpy_generator_player},
    {"numpy.seed_sequence", make_numpy_generator_player},
    {"jax", make_jax_player},
    {"jax.random", make_jax_player},
    {"torch.cpu", make_torch_cpu_player},
    {"torch.data", make_torch_cpu_player},
    {"torch.cuda", make_torch_cuda_player},
    {"curand.host_api", make_curand_player},
};

} // namespace

std::unique_ptr<player> make_player(const json& c) {
    const std::string stream = text(need(c, "stream"));
    for (const row& each : players)
        if (each.stream == stream) return each.make(c);
    throw unsupported("stream '" + stream + "'");
}

} // namespace replay
