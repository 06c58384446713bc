// SPDX-License-Identifier: MIT
// Training has one set of bits: for every compiler, optimisation level and number of threads.

#include <repro/hash/sha2.hpp>
#include <repro/stream/registry.hpp>

#include "../../examples/support/digits.hpp"
#include "../../examples/support/digits_training.hpp"
#include "../../examples/support/mlp.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

struct trained {
    std::string loss;
    std::string weights;

    friend bool operator==(const trained&, const trained&) = default;
};

inline std::string digest_of(std::span<const double> values) {
    return repro::sha256(std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()))
        .hex();
}

/// Trains two epochs with seed 42. Returns the digests of the loss of every step, and of the weights after
/// them.
inline trained train(unsigned threads) {
    const examples::digits data = examples::read_digits("examples/data/digits.csv");
    repro::streams().seed(42);
    examples::digit_rows rows(data.size(), repro::stream("data/split"));
    examples::mlp_options options;
    options.threads = threads;
    examples::mlp model(options, repro::stream("weights"));
    examples::loss_curve curve;
    for (int epoch = 0; epoch < 2; ++epoch) {
        const auto training = rows.shuffled_training(repro::stream("data/shuffle"));
        curve.add_epoch(model.train_epoch(data, training, repro::stream("dropout")));
    }
    return {digest_of(curve.steps()), digest_of(model.parameters())};
}

TEST_CASE("the loss curve and the weights have the bits they always had") {
    const trained one = train(1);
    CHECK(one.loss == "5da9f666bdf33967aa969c96ed67a171678f7d83ce750da38a9b92aa5f6f2b5d");
    CHECK(one.weights == "20afeb4d170c629c8d79fb65a5e918fe88dbf114191aebfb2d8e1a559a5ae08a");
}

TEST_CASE("two and five threads give the loss curve and the weights of one") {
    const trained one = train(1);
    CHECK(train(2) == one);
    CHECK(train(5) == one);
}
