// SPDX-License-Identifier: MIT
#pragma once
// What training on the digits shares between the programs: the rows' roles, and the loss curve.

#include <repro/rng/distributions.hpp>
#include <repro/stream/registry.hpp>

#include "svg_plot.hpp"

#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace examples {

/// The rows of a data set in random order: a fifth held out, the others for training.
class digit_rows {
public:
    digit_rows(std::size_t count, repro::stream_handle split) : rows_(count) {
        std::iota(rows_.begin(), rows_.end(), std::size_t{0});
        repro::shuffle(split, rows_);
    }

    /// Returns the rows that serve for the accuracy at the end and for nothing else.
    [[nodiscard]] std::span<const std::size_t> held_out() const {
        return std::span(rows_).first(rows_.size() / 5);
    }

    /// Returns the rows to train with, in an order of their own for each epoch.
    [[nodiscard]] std::span<const std::size_t> shuffled_training(repro::stream_handle order) {
        const auto training = std::span(rows_).subspan(rows_.size() / 5);
        repro::shuffle(order, training);
        return training;
    }

private:
    std::vector<std::size_t> rows_;
};

/// The loss of every step, and its mean over each epoch.
class loss_curve {
public:
    /// Adds the steps of one epoch and returns their mean.
    double add_epoch(std::span<const double> losses) {
        double sum = 0.0;
        for (const double loss : losses) {
            steps_.y.push_back(loss);
            steps_.x.push_back(static_cast<double>(steps_.y.size()) / static_cast<double>(losses.size()));
            sum += loss;
        }
        epochs_.y.push_back(sum / static_cast<double>(losses.size()));
        epochs_.x.push_back(static_cast<double>(epochs_.x.size()) + 0.5);
        return epochs_.y.back();
    }

    [[nodiscard]] std::span<const double> steps() const { return steps_.y; }

    [[nodiscard]] line_plot plot(std::string title) const {
        return {std::move(title), "epoch", "cross-entropy", {steps_, epochs_}};
    }

private:
    plot_line steps_{"each step", {}, {}};
    plot_line epochs_{"mean of the epoch", {}, {}};
};

} // namespace examples
