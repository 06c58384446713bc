// SPDX-License-Identifier: MIT
#include <repro/stream/registry.hpp>

const void* registry_of_other_unit() { return &repro::streams(); }
