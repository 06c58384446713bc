// SPDX-License-Identifier: MIT
// demo: trains the perceptron of 03_digits with five seeds, each in a process of its own that leaves a
// manifest, prints what the manifests say, and repeats the first run to compare its bits.

#include <repro/core/error.hpp>

#include "support/child.hpp"
#include "support/progress.hpp"
#include "support/statistics.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

constexpr double wanted_accuracy = 0.96;

struct training {
    int seed;
    fs::path folder;
    nlohmann::json manifest;

    [[nodiscard]] double accuracy() const { return manifest["metrics"]["accuracy"]["value"].back(); }
    [[nodiscard]] double wall_seconds() const { return manifest["wall_seconds"]; }
};

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

fs::path program(const char* name) { return fs::read_symlink("/proc/self/exe").parent_path() / name; }

/// Trains in a new process, shows its lines after `title` as they come, and reads the manifest it left.
training train(int seed, unsigned threads, const std::string& title) {
    const std::string trainer = program("03_digits").string();
    examples::progress progress;
    fs::path manifest;
    const auto follow = [&](std::string_view line) {
        constexpr std::string_view recorded = "recorded ";
        if (line.starts_with(recorded))
            manifest = line.substr(recorded.size());
        else
            progress.show(title + ": " + std::string(line));
    };
    const int status = examples::run_child({trainer, std::to_string(seed), std::to_string(threads)}, follow);
    if (status != 0 || manifest.empty())
        throw repro::error(repro::errc::manifest_missing, trainer, "ended with " + std::to_string(status),
                           "run it alone to see why");
    return {seed, fs::proximate(manifest.parent_path()), nlohmann::json::parse(contents(manifest))};
}

/// Prints a line of the verdict and returns it.
bool holds(bool is_so, const std::string& what) {
    std::printf("  %s  %s\n", is_so ? "yes" : "NO ", what.c_str());
    return is_so;
}

/// Prints the table of the runs, and returns whether every seed is good enough.
bool report(const std::vector<training>& runs) {
    std::vector<double> accuracies;
    std::set<std::string> warnings;
    double seconds = 0.0;
    bool good = true;
    std::printf("\n  seed   accuracy   wall time   recorded in\n");
    for (const training& run : runs) {
        std::printf("%6d   %6.2f %%   %7.2f s   %s\n", run.seed, 100 * run.accuracy(), run.wall_seconds(),
                    run.folder.c_str());
        accuracies.push_back(100 * run.accuracy());
        seconds += run.wall_seconds();
        good = good && run.accuracy() > wanted_accuracy;
        for (const auto& warning : run.manifest["warnings"])
            warnings.insert(warning["text"]);
    }
    const examples::summary s = examples::summarise(accuracies);
    std::printf("  mean   %6.2f %%   %7.2f s   std %.2f, SEM %.2f: the scatter of %zu seeds\n\n", s.mean,
                seconds / static_cast<double>(runs.size()), s.deviation, s.error, runs.size());
    for (const std::string& warning : warnings)
        std::printf("  warning: %s\n", warning.c_str());
    return holds(good, "every seed above 96 % on the fifth of the digits that served for nothing else");
}

/// Prints and returns whether both runs left the same bytes in the file `name`.
bool compare(const training& first, const training& again, const std::string& name) {
    const std::string bytes = contents(first.folder / name);
    const bool same = !bytes.empty() && bytes == contents(again.folder / name);
    return holds(same, "seed 42 again, a new process, one thread for two: " + name + " has the same " +
                           std::to_string(bytes.size()) + " bytes");
}

void say_where_to_look(const training& run) {
    const char* const folder = run.folder.c_str();
    std::printf("\nWhere to look:\n");
    std::printf("  %s/manifest.json   seed, streams, code, build, machine, inputs, digests\n", folder);
    std::printf("  %s/plot.svg        the loss curve, as loss.npy holds it\n", folder);
    if (fs::exists(program("repro")))
        std::printf("  %s verify %s\n", fs::proximate(program("repro")).c_str(), folder);
}

int main() try {
    // Each run gets its seed and folder from here; what would go to stderr stands in the manifests, too.
    unsetenv("REPRO_SEED");
    unsetenv("REPRO_RUN_DIR");
    setenv("REPRO_QUIET", "1", 1);
    std::printf("A perceptron with dropout learns 1797 handwritten digits, five times:\n\n");
    std::vector<training> runs;
    for (const int seed : {42, 123, 456, 789, 1024})
        runs.push_back(train(seed, 2, "seed " + std::to_string(seed)));
    const training again = train(42, 1, "seed 42 again");

    bool good = report(runs);
    for (const char* name : {"loss.npy", "weights.npy"})
        good = compare(runs.front(), again, name) && good;
    say_where_to_look(runs.front());
    return good ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "demo: %s\n", e.what());
    return 1;
}
