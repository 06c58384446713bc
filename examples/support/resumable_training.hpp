// SPDX-License-Identifier: MIT
#pragma once
// Training on the digits that can stop after any step and go on in another process.

#include <repro/data/batches.hpp>
#include <repro/data/data_position.hpp>
#include <repro/data/permutation.hpp>
#include <repro/run/run.hpp>

#include "digits.hpp"
#include "mlp.hpp"

#include <cstdint>
#include <fstream>
#include <span>

namespace examples {

/// A network, and how far it has come. The order of the rows depends on seed and position alone; dropout
/// draws from a stream, which the run puts back.
class resumable_training {
public:
    /// `data` has to outlive this.
    resumable_training(const digits& data, const mlp_options& options, repro::seed seed)
        : data_(data), options_(options), seed_(seed), model_(options, repro::stream("weights")) {}

    /// Goes on from a checkpoint that was taken at `point`.
    void go_on_from(const repro::resumed_point& from) {
        steps_ = from.step();
        at_ = repro::data_position::restore(from.value("data"), data_.size());
        std::ifstream file(from.file("model"), std::ios::binary);
        model_.load(file);
    }

    /// Trains with the next batch.
    void take_step(repro::run& run) {
        const repro::batches batches(repro::permutation(seed_, at_.epoch, data_.size()), {options_.batch}, {},
                                     at_.sample);
        const auto rows = batches[0];
        run.metric("loss", steps_, model_.train_epoch(data_, rows, repro::stream("dropout")).front());
        at_.sample = batches.position_after(0);
        if (at_.sample == data_.size()) at_ = {at_.epoch + 1, 0};
        ++steps_;
    }

    /// Returns what a checkpoint has to hold. Take it before the next step.
    [[nodiscard]] repro::checkpoint_point point() const {
        return {.step = steps_,
                .values = {{"data", at_.save(data_.size())}},
                .files = {{"model", [this](std::ostream& out) { model_.save(out); }}}};
    }

    [[nodiscard]] std::int64_t steps() const noexcept { return steps_; }
    [[nodiscard]] std::span<const double> parameters() const noexcept { return model_.parameters(); }

private:
    const digits& data_;
    mlp_options options_;
    repro::seed seed_;
    mlp model_;
    repro::data_position at_;
    std::int64_t steps_ = 0;
};

} // namespace examples
