// SPDX-License-Identifier: MIT
// refused: standard_engine
#include <repro/stream/registry.hpp>

#include <random>

void track(std::mt19937& engine, [[maybe_unused]] std::random_device& device) {
    repro::streams().track("engine", engine);
#ifdef REFUSED
    repro::streams().track("device", device);
#endif
}
