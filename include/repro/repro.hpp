// SPDX-License-Identifier: MIT
#pragma once
// Everything of the component repro::repro: one include makes a training run reproducible.

#include <repro/capture/versions.hpp>
#include <repro/core.hpp>
#include <repro/run/record.hpp>
#include <repro/run/run.hpp>
