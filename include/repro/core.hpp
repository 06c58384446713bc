// SPDX-License-Identifier: MIT
#pragma once
// Everything of repro::core: seeds, streams, twins, distributions, orders of data but for the loader, which
// pays for threads. Needs the standard library alone. What PyTorch's modules, samplers and loader draw stands
// in repro/compat/pytorch.hpp.

#include <repro/compat/numpy.hpp>
#include <repro/compat/python.hpp>
#include <repro/compat/pytorch/generator.hpp>
#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/core/knobs.hpp>
#include <repro/core/level.hpp>
#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/data/batches.hpp>
#include <repro/data/data_position.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/data/shuffle.hpp>
#include <repro/data/split_by_key.hpp>
#include <repro/data/stratified.hpp>
#include <repro/data/weighted.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/hash/stable_hash.hpp>
#include <repro/rng/distributions.hpp>
#include <repro/rng/mt19937.hpp>
#include <repro/rng/philox.hpp>
#include <repro/stream/engine.hpp>
#include <repro/stream/key.hpp>
#include <repro/stream/registry.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>
#include <repro/stream/worker.hpp>
#include <repro/version.hpp>
