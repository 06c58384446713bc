// SPDX-License-Identifier: MIT
#pragma once
// Plays the samplers of torch.utils.data and its loader.

#include "torch_arguments.hpp"

namespace replay {

/// Makes a call of torch.utils.data; nothing for any other.
std::optional<value> torch_data_call(const std::string& name, const json& a, std::uint64_t seed,
                                     torch::cpu_generator& global, bool& known);

} // namespace replay
