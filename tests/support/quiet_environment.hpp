// SPDX-License-Identifier: MIT
#pragma once
// The environment of a test that records runs.

#include "support/scoped_variable.hpp"

#include <optional>

namespace support {

/// For its lifetime runs print nothing, and heed no seed and no folder that stand in the caller's
/// environment.
struct quiet_environment {
    scoped_variable quiet{"REPRO_QUIET", "1"};
    scoped_variable no_seed{"REPRO_SEED", std::nullopt};
    scoped_variable no_folder{"REPRO_RUN_DIR", std::nullopt};
};

} // namespace support
