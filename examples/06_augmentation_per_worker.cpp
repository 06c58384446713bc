// SPDX-License-Identifier: MIT
// Perception: four workers shift the crops of eight images. Workers that start from one state shift them
// alike; workers that own their streams do not, but other workers mean other shifts; a stream for each image
// depends on neither.

#include <repro/core.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <set>
#include <vector>

constexpr std::uint64_t images = 8;
using shifts = std::vector<std::uint64_t>;

// Image i goes to worker i % workers. What a worker inherits is the parent's generator as it stood.
shifts from_inherited_state(std::uint64_t workers) {
    const auto parent = repro::stream("augment").split(0);
    std::vector worker(workers, parent);
    shifts drawn;
    for (std::uint64_t i = 0; i < images; ++i)
        drawn.push_back(repro::uniform_int(worker[i % workers], 33));
    return drawn;
}

shifts from_worker_streams(std::uint64_t workers) {
    std::vector<repro::stream_engine> worker;
    for (std::uint64_t w = 0; w < workers; ++w)
        worker.push_back(repro::seed_worker(w, 0).stream("augment"));
    shifts drawn;
    for (std::uint64_t i = 0; i < images; ++i)
        drawn.push_back(repro::uniform_int(worker[i % workers], 33));
    return drawn;
}

shifts from_image_streams(std::uint64_t) {
    shifts drawn;
    for (std::uint64_t i = 0; i < images; ++i) {
        auto own = repro::stream("augment").split(i);
        drawn.push_back(repro::uniform_int(own, 33));
    }
    return drawn;
}

void show(const char* what, shifts (*draw)(std::uint64_t)) {
    std::printf("%s\n", what);
    for (const std::uint64_t workers : {4U, 2U}) {
        const shifts drawn = draw(workers);
        std::printf("  %u workers:", static_cast<unsigned>(workers));
        for (const std::uint64_t each : drawn)
            std::printf(" %2u", static_cast<unsigned>(each));
        std::printf("   %u different shifts\n",
                    static_cast<unsigned>(std::set(drawn.begin(), drawn.end()).size()));
    }
}

int main() try {
    repro::seed_everything(42);
    show("Pitfall: each worker inherits one state", from_inherited_state);
    show("Better: each worker owns a stream, and the number of workers decides", from_worker_streams);
    show("Cure: each image owns a stream", from_image_streams);
} catch (const std::exception& e) {
    std::fprintf(stderr, "06_augmentation_per_worker: %s\n", e.what());
    return 1;
}
