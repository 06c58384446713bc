// SPDX-License-Identifier: MIT
// A loader with four workers over 1024 rows of 14, made twice after the same seed: the batches of both are
// the same, and those of PyTorch. The answers below were printed by PyTorch 2.11.0 and 2.15.0 (equal) running
//     torch.manual_seed(42); g = torch.Generator().manual_seed(42)
//     x = torch.randn(1024, 14); y = torch.rand(1024) * 125.0
//     DataLoader(TensorDataset(x, y), batch_size=256, shuffle=True, num_workers=4, generator=g)

#include <repro/compat/pytorch.hpp>
#include <repro/hash/sha2.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace torch = repro::pytorch;

/// SHA-256 of each batch's indices, as int64, and the first worker's seed, in two epochs.
constexpr std::string_view pytorch_batches[2][4] = {
    {"416795d197e1868b", "c86e542a1281b1db", "a4a219c6ca77ff4b", "052bfa0403a99d6f"},
    {"17985b910d190a93", "f57a3d321d14d4e5", "b1f13007acb342c1", "74b473ae6a623f44"}};
constexpr std::uint64_t pytorch_seeds[2] = {6909045637428952499, 8195270213795284444};
constexpr float pytorch_first_targets[5] = {0x1.5445bep+5f, 0x1.d365eep+5f, 0x1.2ef7ccp+6f, 0x1.632704p+6f,
                                            0x1.723ca4p+6f};
constexpr std::string_view pytorch_features = "f9ce39615796b4f5"; // SHA-256 of x

struct pass {
    std::vector<float> features, targets; // 1024 rows of 14, 1024
    std::vector<torch::loader_epoch> epochs;

    float first_target(std::size_t k) const {
        return targets[static_cast<std::size_t>(epochs[0].batches[0][k])];
    }
};

pass run(std::uint64_t seed) {
    torch::default_generator().manual_seed(seed);
    torch::cpu_generator g(seed);
    pass p;
    p.features = torch::default_generator().randn(std::size_t{1024} * 14);
    p.targets = torch::default_generator().rand(1024);
    for (float& y : p.targets)
        y *= 125.0f;
    const torch::data_loader loader(1024, 256, torch::order::shuffled);
    for (int epoch = 0; epoch < 2; ++epoch)
        p.epochs.push_back(loader.epoch(g));
    return p;
}

template <class T> std::string digest(const std::vector<T>& values) {
    return repro::sha256({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)})
        .hex()
        .substr(0, 16);
}

bool is_pytorchs(const pass& p) {
    bool same = digest(p.features) == pytorch_features;
    for (std::size_t e = 0; e < 2; ++e) {
        same = same && torch::worker_seeds(p.epochs[e].base_seed, 0).seed == pytorch_seeds[e];
        for (std::size_t b = 0; b < 4; ++b)
            same = same && digest(p.epochs[e].batches[b]) == pytorch_batches[e][b];
    }
    for (std::size_t k = 0; k < 5; ++k)
        same = same && p.first_target(k) == pytorch_first_targets[k];
    return same;
}

int main() try {
    const pass passes[2] = {run(42), run(42)};
    std::printf("Batch 0, first 5 targets:\n");
    for (int i = 0; i < 2; ++i) {
        std::printf("  pass %d:", i + 1);
        for (std::size_t k = 0; k < 5; ++k)
            std::printf(" %.2f", static_cast<double>(passes[i].first_target(k)));
        std::printf("\n");
    }
    const bool identical = passes[0].epochs == passes[1].epochs, real = is_pytorchs(passes[0]);
    std::printf("  identical: %s\n  PyTorch's: %s\n", identical ? "yes" : "no", real ? "yes" : "no");
    return identical && real ? 0 : 1;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
