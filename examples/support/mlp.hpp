// SPDX-License-Identifier: MIT
#pragma once
// A multilayer perceptron whose training has the same bits for every compiler, optimisation level and
// number of threads: built with repro::strict_fp, no libm, every sum in an order of its own.

#include <repro/rng/distributions.hpp>
#include <repro/stream/registry.hpp>

#include "digits.hpp"
#include "ieee_math.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace examples {

/// How a step follows from a gradient: with momentum, or as Adam does (Kingma and Ba 2015, algorithm 1).
enum class optimizer { momentum, adam };

struct mlp_options {
    examples::optimizer optimizer = optimizer::momentum;
    std::size_t hidden = 256;
    int epochs = 60;
    std::size_t batch = 32;
    double learning_rate = 0.05;
    double momentum = 0.9;
    double dropout = 0.5;
    unsigned threads = 2;
};

/// Returns the number of threads that `text` asks for.
///
/// Errors: errc::argument_invalid for anything but 1 to 64.
inline unsigned parse_threads(std::string_view text) {
    unsigned threads = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), threads);
    if (failure != std::errc{} || end != text.data() + text.size() || threads < 1 || threads > 64)
        throw repro::error(repro::errc::argument_invalid, "threads '" + std::string(text) + "'",
                           "is no number of threads", "give a whole number from 1 to 64");
    return threads;
}

/// Sets the optimizer that `text` names, with its usual learning rate.
///
/// Errors: errc::argument_invalid for anything but "momentum" and "adam".
inline void choose_optimizer(mlp_options& options, std::string_view text) {
    if (text != "momentum" && text != "adam")
        throw repro::error(repro::errc::argument_invalid, "optimizer '" + std::string(text) + "'",
                           "is no optimizer of this example", "give momentum or adam");
    options.optimizer = text == "adam" ? optimizer::adam : optimizer::momentum;
    options.learning_rate = text == "adam" ? 0.001 : mlp_options{}.learning_rate;
}

/// 64 inputs, one hidden layer (ReLU, dropout), softmax over 10 classes; stochastic gradient descent.
class mlp {
public:
    /// Draws the weights uniformly from +-sqrt(6 / inputs of the layer) (He et al. 2015); biases are zero.
    mlp(const mlp_options& options, repro::stream_handle weights)
        : options_(options),
          parameters_(size()),
          velocity_(size()),
          squares_(options.optimizer == optimizer::adam ? size() : 0),
          blocks_((options.batch + block - 1) / block) {
        fill_uniform(weights, 0, inputs * options_.hidden, inputs);
        fill_uniform(weights, output_weights(), options_.hidden * classes, options_.hidden);
        for (auto& one : blocks_)
            one.gradient.resize(size());
    }

    /// Returns weights and biases: hidden weights, hidden biases, output weights, output biases.
    [[nodiscard]] std::span<const double> parameters() const noexcept { return parameters_; }

    /// Writes parameters and velocities as they stand in memory: all that a training keeps from step to step.
    void save(std::ostream& out) const {
        for (const auto* const values : {&parameters_, &velocity_})
            out.write(reinterpret_cast<const char*>(values->data()), bytes(*values));
    }

    /// Takes back what `save` wrote.
    ///
    /// Errors: errc::unreadable when there is less of it.
    void load(std::istream& in) {
        for (auto* const values : {&parameters_, &velocity_})
            if (!in.read(reinterpret_cast<char*>(values->data()), bytes(*values)))
                throw repro::error(repro::errc::unreadable, "weights", "end too early",
                                   "train with the options that they were saved with");
    }

    /// Takes one step for each batch of `rows`, in their order. Returns the mean loss of each batch before
    /// its step.
    std::vector<double> train_epoch(const digits& data, std::span<const std::size_t> rows,
                                    repro::stream_handle dropout) {
        std::vector<double> losses;
        for (std::size_t first = 0; first < rows.size(); first += options_.batch) {
            const auto batch = rows.subspan(first, std::min(options_.batch, rows.size() - first));
            draw_masks(batch.size(), dropout);
            differentiate(data, batch);
            double sum = 0.0;
            for (const auto& one : blocks_)
                sum += one.loss;
            losses.push_back(sum / static_cast<double>(batch.size()));
            descend(batch.size());
        }
        return losses;
    }

    /// Adds the slopes of one sample's loss to `gradient`, as long as the parameters. Returns the loss.
    /// `mask` scales the hidden units.
    double add_gradient(const digits& data, std::size_t row, std::span<const double> mask,
                        std::span<double> gradient) const {
        std::vector<double> hidden(options_.hidden), slope(options_.hidden);
        class_values error = forward(data.image(row), mask, hidden);
        const double loss = softmax_loss(error, data.labels[row]);
        backward(data.image(row), mask, hidden, error, slope, gradient);
        return loss;
    }

    /// Takes one step along the mean gradient of a batch.
    void step(std::span<const double> mean_gradient) noexcept {
        for (std::size_t p = 0; p < parameters_.size(); ++p) {
            velocity_[p] = options_.momentum * velocity_[p] - options_.learning_rate * mean_gradient[p];
            parameters_[p] += velocity_[p];
        }
    }

    /// Returns how many of `rows` are recognised, without dropout.
    [[nodiscard]] std::size_t correct(const digits& data, std::span<const std::size_t> rows) const {
        const std::vector<double> keep_all(options_.hidden, 1.0);
        std::vector<double> hidden(options_.hidden);
        std::size_t count = 0;
        for (const std::size_t row : rows) {
            const auto scores = forward(data.image(row), keep_all, hidden);
            count += static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin()) ==
                     data.labels[row];
        }
        return count;
    }

private:
    static constexpr std::size_t inputs = digits::pixels_per_image;
    static constexpr std::size_t classes = digits::classes;
    // A batch is cut into blocks of 8 samples. A block is summed by one thread in the order of its samples,
    // and the blocks' sums are added in their order: which thread took which block leaves no trace in the
    // bits.
    static constexpr std::size_t block = 8;
    using class_values = std::array<double, classes>;

    struct block_sum {
        std::vector<double> gradient;
        double loss = 0.0;
    };

    [[nodiscard]] std::size_t hidden_biases() const noexcept { return inputs * options_.hidden; }
    [[nodiscard]] std::size_t output_weights() const noexcept { return hidden_biases() + options_.hidden; }
    [[nodiscard]] std::size_t output_biases() const noexcept {
        return output_weights() + options_.hidden * classes;
    }
    [[nodiscard]] std::size_t size() const noexcept { return output_biases() + classes; }

    [[nodiscard]] static std::streamsize bytes(const std::vector<double>& values) noexcept {
        return static_cast<std::streamsize>(values.size() * sizeof(double));
    }

    void fill_uniform(repro::stream_handle& stream, std::size_t first, std::size_t count,
                      std::size_t fan_in) {
        const double limit = std::sqrt(6.0 / static_cast<double>(fan_in)); // IEEE 754 rounds sqrt correctly
        for (double& weight : std::span(parameters_).subspan(first, count))
            weight = (2.0 * repro::uniform_closed_open(stream) - 1.0) * limit;
    }

    // One thread draws all masks of a batch before the work is shared out: the stream has one order.
    void draw_masks(std::size_t samples, repro::stream_handle& dropout) {
        const double kept = 1.0 / (1.0 - options_.dropout);
        masks_.resize(samples * options_.hidden);
        for (double& mask : masks_)
            mask = repro::bernoulli(dropout, options_.dropout) ? 0.0 : kept;
    }

    void differentiate(const digits& data, std::span<const std::size_t> batch) {
        const auto work = [&](unsigned thread) {
            for (std::size_t b = thread; b < blocks_.size(); b += options_.threads)
                sum_block(data, batch, b);
        };
        std::vector<std::thread> helpers;
        for (unsigned thread = 1; thread < options_.threads; ++thread)
            helpers.emplace_back(work, thread);
        work(0);
        for (auto& helper : helpers)
            helper.join();
    }

    void sum_block(const digits& data, std::span<const std::size_t> batch, std::size_t b) {
        std::ranges::fill(blocks_[b].gradient, 0.0);
        blocks_[b].loss = 0.0;
        std::vector<double> hidden(options_.hidden), slope(options_.hidden);
        for (std::size_t i = b * block; i < std::min(batch.size(), (b + 1) * block); ++i) {
            const auto mask = std::span(masks_).subspan(i * options_.hidden, options_.hidden);
            class_values error = forward(data.image(batch[i]), mask, hidden);
            blocks_[b].loss += softmax_loss(error, data.labels[batch[i]]);
            backward(data.image(batch[i]), mask, hidden, error, slope, blocks_[b].gradient);
        }
    }

    // The inner loops run over independent sums, so that compilers may vectorise them without reordering any.
    class_values forward(std::span<const double> image, std::span<const double> mask,
                         std::span<double> hidden) const {
        std::copy_n(parameters_.begin() + offset(hidden_biases()), hidden.size(), hidden.begin());
        for (std::size_t i = 0; i < inputs; ++i) {
            const double* weights = &parameters_[i * hidden.size()];
            for (std::size_t j = 0; j < hidden.size(); ++j)
                hidden[j] += image[i] * weights[j];
        }
        class_values scores;
        std::copy_n(parameters_.begin() + offset(output_biases()), classes, scores.begin());
        for (std::size_t j = 0; j < hidden.size(); ++j) {
            hidden[j] = hidden[j] > 0.0 ? hidden[j] * mask[j] : 0.0;
            const double* weights = &parameters_[output_weights() + j * classes];
            for (std::size_t k = 0; k < classes; ++k)
                scores[k] += hidden[j] * weights[k];
        }
        return scores;
    }

    // Returns the cross-entropy and turns the scores into its slope: the softmax, less one at the label.
    static double softmax_loss(class_values& scores, std::size_t label) noexcept {
        const double highest = *std::ranges::max_element(scores);
        const double label_score = scores[label] - highest;
        double sum = 0.0;
        for (double& score : scores)
            sum += score = exp_of_negative(score - highest);
        for (double& score : scores)
            score /= sum;
        scores[label] -= 1.0;
        return log_of_sum(sum) - label_score;
    }

    void backward(std::span<const double> image, std::span<const double> mask, std::span<const double> hidden,
                  const class_values& error, std::span<double> slope, std::span<double> gradient) const {
        for (std::size_t j = 0; j < hidden.size(); ++j) {
            const double* weights = &parameters_[output_weights() + j * classes];
            double* to = &gradient[output_weights() + j * classes];
            double sum = 0.0;
            for (std::size_t k = 0; k < classes; ++k) {
                to[k] += hidden[j] * error[k];
                sum += weights[k] * error[k];
            }
            slope[j] = hidden[j] > 0.0 ? sum * mask[j] : 0.0;
            gradient[hidden_biases() + j] += slope[j];
        }
        for (std::size_t k = 0; k < classes; ++k)
            gradient[output_biases() + k] += error[k];
        for (std::size_t i = 0; i < inputs; ++i) {
            double* to = &gradient[i * hidden.size()];
            for (std::size_t j = 0; j < hidden.size(); ++j)
                to[j] += image[i] * slope[j];
        }
    }

    [[nodiscard]] double gradient(std::size_t p) const noexcept {
        double sum = 0.0;
        for (const auto& one : blocks_)
            sum += one.gradient[p];
        return sum;
    }

    void descend(std::size_t samples) {
        if (options_.optimizer == optimizer::adam) return descend_by_adam(samples);
        const double rate = options_.learning_rate / static_cast<double>(samples);
        for (std::size_t p = 0; p < parameters_.size(); ++p) {
            velocity_[p] = options_.momentum * velocity_[p] - rate * gradient(p);
            parameters_[p] += velocity_[p];
        }
    }

    void descend_by_adam(std::size_t samples) {
        constexpr double first = 0.9, second = 0.999, epsilon = 1e-8; // the paper's
        first_decay_ *= first;
        second_decay_ *= second;
        for (std::size_t p = 0; p < parameters_.size(); ++p) {
            const double slope = gradient(p) / static_cast<double>(samples);
            velocity_[p] = first * velocity_[p] + (1.0 - first) * slope;
            squares_[p] = second * squares_[p] + (1.0 - second) * slope * slope;
            const double spread = std::sqrt(squares_[p] / (1.0 - second_decay_));
            parameters_[p] -=
                options_.learning_rate * (velocity_[p] / (1.0 - first_decay_)) / (spread + epsilon);
        }
    }

    [[nodiscard]] static std::ptrdiff_t offset(std::size_t n) noexcept {
        return static_cast<std::ptrdiff_t>(n);
    }

    mlp_options options_;
    std::vector<double> parameters_;
    std::vector<double> velocity_;
    std::vector<double> squares_; // of slopes, for Adam
    double first_decay_ = 1.0, second_decay_ = 1.0;
    std::vector<double> masks_;
    std::vector<block_sum> blocks_;
};

} // namespace examples
