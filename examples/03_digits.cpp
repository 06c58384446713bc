// SPDX-License-Identifier: MIT
// 03_digits [SEED [THREADS [FILE [momentum|adam]]]]: trains a perceptron on handwritten digits and leaves a
// folder with the loss curve, the weights, a plot and the manifest. Each use of randomness has a stream of
// its own, so that a change of one moves no other.

#include <repro/repro.hpp>

#include "support/digits.hpp"
#include "support/digits_training.hpp"
#include "support/mlp.hpp"
#include "support/npy.hpp"
#include "support/svg_plot.hpp"

#include <cstddef>
#include <cstdio>
#include <exception>
#include <string>

nlohmann::ordered_json to_json(const examples::mlp_options& options) {
    const bool adam = options.optimizer == examples::optimizer::adam;
    return {{"hidden", options.hidden},
            {"epochs", options.epochs},
            {"batch", options.batch},
            {"optimizer", adam ? "adam" : "momentum"},
            {"learning_rate", options.learning_rate},
            {"momentum", options.momentum},
            {"dropout", options.dropout},
            {"threads", options.threads}};
}

void train(repro::run& run, const std::string& file, const examples::mlp_options& options) {
    run.input(file, "data set");
    const examples::digits data = examples::read_digits(file);
    examples::digit_rows rows(data.size(), repro::stream("data/split"));
    examples::mlp model(options, repro::stream("weights"));
    examples::loss_curve curve;
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        const auto training = rows.shuffled_training(repro::stream("data/shuffle"));
        const double loss = curve.add_epoch(model.train_epoch(data, training, repro::stream("dropout")));
        run.metric("loss", epoch, loss);
        run.trace("weights", epoch, model.parameters());
        if ((epoch + 1) % 10 == 0)
            std::printf("epoch %d of %d, loss %.4f\n", epoch + 1, options.epochs, loss);
        std::fflush(stdout);
    }
    const std::size_t correct = model.correct(data, rows.held_out()), of = rows.held_out().size();
    const double accuracy = static_cast<double>(correct) / static_cast<double>(of);
    run.metric("accuracy", options.epochs, accuracy);
    std::printf("accuracy %.2f %%: %zu of %zu held-out digits\n", 100.0 * accuracy, correct, of);

    const std::string title = "Digits, seed " + std::to_string(run.report().seed.value()) + ": training loss";
    examples::write_npy(run.path("loss.npy"), curve.steps());
    examples::write_npy(run.path("weights.npy"), model.parameters());
    examples::write_svg(run.path("plot.svg"), curve.plot(title));
    for (const char* artifact : {"loss.npy", "weights.npy", "plot.svg"})
        run.artifact(artifact);
}

int main(int argc, char** argv) try {
    const repro::seed seed = argc > 1 ? repro::seed::parse(argv[1]) : repro::seed(42);
    examples::mlp_options options;
    if (argc > 2) options.threads = examples::parse_threads(argv[2]);
    if (argc > 4) examples::choose_optimizer(options, argv[4]);
    repro::run run({.id = "digits-seed-" + std::to_string(seed.value()),
                    .seed = seed,
                    .level = repro::level::bit_exact,
                    .config = to_json(options),
                    .git_patch = {.scope = repro::git_patch_scope::tracked}});
    train(run, argc > 3 ? argv[3] : "examples/data/digits.csv", options);
    const int status = run.finish();
    std::printf("recorded %s\n", run.path("manifest.json").c_str());
    return status;
} catch (const std::exception& e) {
    std::fprintf(stderr, "03_digits: %s\n", e.what());
    return 1;
}
