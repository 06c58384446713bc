// SPDX-License-Identifier: MIT
#pragma once
// Exact twins of PyTorch on the CPU: torch.Generator and what torch draws with it, the parameters that
// modules of torch.nn are born with, samplers and the data loader. Bulk fills stand in pytorch/fill.hpp.

#include <repro/compat/pytorch/data_loader.hpp>
#include <repro/compat/pytorch/generator.hpp>
#include <repro/compat/pytorch/modules.hpp>
