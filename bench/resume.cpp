// SPDX-License-Identifier: MIT
// What a checkpoint takes: bytes, the time to write it on a disk and in memory, where nothing is flushed, the
// time to go on from it, and the time in which a rank among many finds its place in the data.

#include <repro/data/batches.hpp>
#include <repro/data/permutation.hpp>
#include <repro/repro.hpp>

#include "support/timing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using std::filesystem::path;

/// How much a training has to keep.
struct load {
    int streams = 0;         ///< named ones
    int metrics = 0;         ///< values recorded so far
    std::size_t weights = 0; ///< bytes of a file that is tied
};

std::string words(const load& of) {
    return std::to_string(of.streams) + " streams, " + std::to_string(of.metrics) + " values, " +
           std::to_string(of.weights >> 20) + " MiB of weights";
}

/// A run that has recorded and drawn as much as `of` says.
class subject {
public:
    subject(const path& root, const load& of) : run_({.id = "bench", .seed = 42, .root = root}), of_(of) {
        for (int i = 0; i < of.metrics; ++i)
            run_.metric("loss", i, 1.0 / (i + 1));
        for (int i = 0; i < of.streams; ++i)
            (void)repro::stream("layer." + std::to_string(i))();
        if (of.weights > 0)
            point_.files = {{"weights", [this](std::ostream& out) {
                                 out.write(weights_.data(), static_cast<std::streamsize>(weights_.size()));
                             }}};
    }

    /// Takes a checkpoint with other weights than before.
    void take(const path& to) {
        if (!weights_.empty()) weights_[0] = static_cast<char>(++point_.step);
        if (!run_.checkpoint(to, point_)) std::exit(1);
    }

private:
    repro::run run_;
    load of_;
    repro::checkpoint_point point_;
    std::string weights_ = std::string(of_.weights, 'w');
};

void print(const std::string& what, const std::vector<bench::timed_case>& cases, std::uintmax_t bytes) {
    std::printf("| %s | %.1f KB |", what.c_str(), static_cast<double>(bytes) / 1000.0);
    for (const bench::timed_case& each : cases)
        std::printf(" %.2f (%.2f) |", each.quantile(0.5) / 1000.0, each.quantile(0) / 1000.0);
    std::printf("\n");
}

void measure(const path& disk, const path& memory, const load& of) {
    subject with(memory / "runs", of);
    const path on_disk = disk / "train.checkpoint", in_memory = memory / "train.checkpoint";
    std::vector<bench::timed_case> cases = {
        {"disk", [&] { with.take(on_disk); }},
        {"memory", [&] { with.take(in_memory); }},
        {"resume",
         [&] {
             repro::run next({.id = "bench", .seed = 42, .root = memory / "runs"});
             if (!next.resume(in_memory)) std::exit(1);
         }},
        {"run", [&] { const repro::run next({.id = "bench", .seed = 42, .root = memory / "runs"}); }},
    };
    bench::run_rounds(cases, 15);
    print(words(of), cases, std::filesystem::file_size(in_memory));
    for (const path& each : {disk, memory})
        for (const auto& entry : std::filesystem::directory_iterator(each))
            std::filesystem::remove_all(entry.path());
}

void print_place() {
    constexpr std::uint64_t samples = 1'000'000'000'000, ranks = 10'000, batch = 64 * ranks;
    std::uint64_t sum = 0, at = 0;
    const auto begin = [&](std::uint64_t rank) {
        const repro::permutation order(42, ++at, samples);
        const repro::batches steps(order, {batch}, repro::shard(rank, ranks), samples / 2);
        return steps;
    };
    std::vector<bench::timed_case> cases = {
        {"its place", [&] { sum += begin(at % ranks).size(); }},
        {"its place, and the 64 samples of its first step", [&] { sum += begin(at % ranks)[0].front(); }},
    };
    bench::run_rounds(cases, 1001);
    std::printf("\n| a rank of %llu finds, in 10^12 samples | median us |\n|---|---|\n",
                static_cast<unsigned long long>(ranks));
    for (const bench::timed_case& each : cases)
        std::printf("| %s | %.2f |\n", each.name.c_str(), each.quantile(0.5));
    std::printf("\nbytes a rank holds of the order: %zu (sum %llu)\n",
                sizeof(repro::batches<repro::permutation>), static_cast<unsigned long long>(sum % 10));
}

} // namespace

int main(int argc, char** argv) {
    ::setenv("REPRO_QUIET", "1", 1);
    const std::string own = "repro-bench-" + std::to_string(::getpid());
    const path disk = path(argc > 1 ? argv[1] : ".") / own, memory = path("/dev/shm") / own;
    for (const path& each : {disk, memory})
        std::filesystem::create_directories(each);
    std::printf("| what | checkpoint | disk, ms (least) | memory | run and resume | run alone |\n"
                "|---|---|---|---|---|---|\n");
    for (const load& each :
         {load{}, load{0, 10'000, 0}, load{0, 100'000, 0}, load{0, 0, std::size_t{64} << 20},
          load{1000, 0, 0}}) // streams stay in the process: they come last
        measure(disk, memory, each);
    print_place();
    for (const path& each : {disk, memory})
        std::filesystem::remove_all(each);
    return 0;
}
