// SPDX-License-Identifier: MIT
#pragma once
// The host's side of gpu_sums.cu.

#include <repro/reduce/sum_state.hpp>

#include <cstddef>
#include <span>
#include <vector>

repro::sum_state sum_on_host(const double* terms, std::size_t n);
repro::sum_state sum_on_host(const float* terms, std::size_t n);
void scatter_on_host(std::span<const int> places, std::span<const double> terms, std::span<double> out);
void scatter_on_host(std::span<const int> places, std::span<const float> terms, std::span<float> out);
std::vector<double> bins_on_host(std::span<const int> places, std::span<const double> terms, std::size_t n);
std::vector<float> bins_on_host(std::span<const int> places, std::span<const float> terms, std::size_t n);
std::vector<double> segments_on_host(std::span<const double> terms, std::span<const int> offsets);
std::vector<float> segments_on_host(std::span<const float> terms, std::span<const int> offsets);
