// SPDX-License-Identifier: MIT
#pragma once
// A perceptron with dropout in LibTorch, trained on the digits, from the start or from a checkpoint.

#include <repro/adapters/libtorch.hpp>
#include <repro/adapters/libtorch/sampler.hpp>
#include <repro/run/run.hpp>
#include <repro/stream/snapshot.hpp>

#include "digits.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace examples {

namespace libtorch = repro::libtorch;

inline constexpr std::uint64_t epochs = 20;
inline constexpr std::size_t batch = 32;
inline constexpr libtorch::sampler_position interruption{7, 20 * batch};

struct data_set {
    torch::Tensor images, labels, test_images, test_labels;
};

/// A run's state within an epoch, as a checkpoint keeps it.
struct checkpoint {
    std::string streams, model, optimizer;
};

struct outcome {
    std::vector<torch::Tensor> weights; ///< on the CPU
    double accuracy = 0.0;
    double microseconds_a_step = 0.0;
    std::optional<checkpoint> kept;
};

/// The digits in `path` on a device, a fifth of them held out: the same fifth under every seed.
inline data_set load(const std::string& path, const torch::Device& device) {
    const digits all = read_digits(path);
    const auto count = static_cast<std::int64_t>(all.size());
    const auto images = torch::tensor(all.pixels, torch::kFloat32).reshape({count, 64}).to(device);
    const std::vector<std::int64_t> numbers(all.labels.begin(), all.labels.end());
    const auto labels = torch::tensor(numbers).to(device);
    const std::int64_t held_out = count / 5;
    return {images.slice(0, held_out), labels.slice(0, held_out), images.slice(0, 0, held_out),
            labels.slice(0, 0, held_out)};
}

inline torch::nn::Sequential perceptron(double dropout) {
    return torch::nn::Sequential(torch::nn::Linear(64, 128), torch::nn::ReLU(), torch::nn::Dropout(dropout),
                                 torch::nn::Linear(128, 10));
}

template <class Saved> std::string saved(const Saved& state) {
    std::ostringstream text;
    torch::save(state, text);
    return text.str();
}

template <class Loaded> void load_into(Loaded& state, const std::string& text) {
    std::istringstream stream(text);
    torch::load(state, stream);
}

struct training {
    double dropout = 0.2;
    std::optional<checkpoint> from = std::nullopt; ///< taken at `interruption`; the start, if empty
    repro::run* record = nullptr;                  ///< that the weights of every epoch are traced in
};

/// The share of the held-out images that the model names right.
inline double accuracy(torch::nn::Sequential model, const data_set& data) {
    model->eval();
    const auto named = model->forward(data.test_images).argmax(1);
    return named.eq(data.test_labels).to(torch::kFloat64).mean().item<double>();
}

/// Trains under the streams as they stand.
inline outcome train(const data_set& data, const training& how = {}) {
    const auto& [dropout, from, record] = how;
    torch::nn::Sequential model = perceptron(dropout);
    model->to(data.images.device());
    torch::optim::SGD optimizer(model->parameters(), torch::optim::SGDOptions(0.05).momentum(0.9));
    libtorch::sampler order(static_cast<std::size_t>(data.images.size(0)), "data/shuffle",
                            from ? interruption : libtorch::sampler_position{});
    outcome result;
    if (from) {
        load_into(model, from->model);
        load_into(optimizer, from->optimizer);
        repro::restore(from->streams); // last: making the model drew its first weights
    }
    std::size_t steps = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (order.reset(); order.position().epoch < epochs; order.reset()) {
        while (const auto rows = order.next(batch)) {
            const std::vector<std::int64_t> chosen(rows->begin(), rows->end());
            const auto index = torch::tensor(chosen).to(data.images.device());
            optimizer.zero_grad();
            const auto loss = torch::nn::functional::cross_entropy(
                model->forward(data.images.index_select(0, index)), data.labels.index_select(0, index));
            loss.backward();
            optimizer.step();
            ++steps;
            const auto [epoch, sample] = order.position();
            if (!from && epoch == interruption.epoch && sample == interruption.sample)
                result.kept = checkpoint{repro::snapshot(), saved(model), saved(optimizer)};
        }
        if (record == nullptr) continue;
        for (const auto& parameter : model->named_parameters())
            record->trace(parameter.key(), static_cast<std::int64_t>(order.position().epoch),
                          parameter.value());
    }
    result.accuracy = accuracy(model, data);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    result.microseconds_a_step = took.count() / static_cast<double>(steps);
    for (const auto& parameter : model->parameters())
        result.weights.push_back(parameter.detach().cpu());
    return result;
}

inline bool same_bits(const outcome& a, const outcome& b) {
    return std::equal(a.weights.begin(), a.weights.end(), b.weights.begin(), b.weights.end(),
                      [](const torch::Tensor& x, const torch::Tensor& y) { return torch::equal(x, y); });
}

/// The largest difference of a weight.
inline double distance(const outcome& a, const outcome& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.weights.size(); ++i)
        largest = std::max(largest, (a.weights[i] - b.weights[i]).abs().max().item<double>());
    return largest;
}

} // namespace examples
