// SPDX-License-Identifier: MIT
// Segmentation: the score depends on which patches of a scan are looked at. Drawn from one generator in the
// order in which scans are loaded, they change with that order; drawn by scan and epoch, they do not.

#include <repro/core.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <utility>

constexpr std::uint64_t scans = 4, side = 64, patch = 16;
using corner = std::pair<std::uint64_t, std::uint64_t>;
using patches = std::array<corner, scans>;

template <class Generator> corner draw_patch(Generator&& generator) {
    const std::uint64_t x = repro::uniform_int(generator, side - patch + 1);
    return {x, repro::uniform_int(generator, side - patch + 1)};
}

patches from_one_generator(std::span<const std::uint64_t> order, std::uint64_t) {
    repro::seed_everything(42);
    auto generator = repro::stream("patches");
    patches drawn;
    for (const std::uint64_t scan : order)
        drawn[scan] = draw_patch(generator);
    return drawn;
}

patches by_scan_and_epoch(std::span<const std::uint64_t> order, std::uint64_t epoch) {
    repro::seed_everything(42);
    patches drawn;
    for (const std::uint64_t scan : order)
        drawn[scan] = draw_patch(repro::stream("patches").split(epoch * scans + scan));
    return drawn;
}

void show(const char* what, const patches& drawn) {
    std::printf("  %-22s", what);
    for (const auto& [x, y] : drawn)
        std::printf("  (%2u,%2u)", static_cast<unsigned>(x), static_cast<unsigned>(y));
    std::printf("\n");
}

int main() try {
    constexpr std::array<std::uint64_t, scans> sorted = {0, 1, 2, 3}, as_loaded = {2, 0, 3, 1};
    std::printf("Pitfall: patches in the order of loading\n");
    show("scans in order", from_one_generator(sorted, 0));
    show("as they are loaded", from_one_generator(as_loaded, 0));
    std::printf("Cure: patches by scan and epoch\n");
    show("scans in order", by_scan_and_epoch(sorted, 0));
    show("as they are loaded", by_scan_and_epoch(as_loaded, 0));
    show("the next epoch", by_scan_and_epoch(as_loaded, 1));
} catch (const std::exception& e) {
    std::fprintf(stderr, "09_patch_draws: %s\n", e.what());
    return 1;
}
