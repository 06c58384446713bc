// SPDX-License-Identifier: MIT
// The host's side of gpu_sums.cu, compiled by the host's compiler alone.
#include <repro/reduce/accumulator.hpp>

#include <cstddef>
#include <span>

repro::sum_state sum_on_host(const double* terms, std::size_t n);
repro::sum_state sum_on_host(const float* terms, std::size_t n);

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
