// SPDX-License-Identifier: MIT
// The host's side of gpu_sums.cu, compiled by the host's compiler alone.
#include "gpu_sums_host.hpp"

#include <repro/reduce/scatter.hpp>

#include <cstddef>
#include <span>
#include <vector>

repro::sum_state sum_on_host(const double* terms, std::size_t n) {
    repro::accumulator<double> sum;
    sum.add(std::span(terms, n));
    return sum.save();
}

repro::sum_state sum_on_host(const float* terms, std::size_t n) {
    repro::accumulator<float> sum;
    sum.add(std::span(terms, n));
    return sum.save();
}

void scatter_on_host(std::span<const int> places, std::span<const double> terms, std::span<double> out) {
    repro::scatter_add(places, terms, out);
}

void scatter_on_host(std::span<const int> places, std::span<const float> terms, std::span<float> out) {
    repro::scatter_add(places, terms, out);
}

std::vector<double> bins_on_host(std::span<const int> places, std::span<const double> terms, std::size_t n) {
    return repro::weighted_bincount(places, terms, n);
}

std::vector<float> bins_on_host(std::span<const int> places, std::span<const float> terms, std::size_t n) {
    return repro::weighted_bincount(places, terms, n);
}

std::vector<double> segments_on_host(std::span<const double> terms, std::span<const int> offsets) {
    return repro::segment_sum(terms, offsets);
}

std::vector<float> segments_on_host(std::span<const float> terms, std::span<const int> offsets) {
    return repro::segment_sum(terms, offsets);
}
