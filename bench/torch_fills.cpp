// SPDX-License-Identifier: MIT
// The draws of PyTorch's CPU twin as functions that bench/torch_fills.py calls beside torch. Each seeds the
// generator of this library first where `seed` says so, and goes on otherwise.

#include <repro/compat/pytorch.hpp>
#include <repro/compat/pytorch/fill.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

repro::pytorch::cpu_generator generator(0);

} // namespace

extern "C" {

void seed(std::uint64_t value) { generator.manual_seed(value); }
int best_tier() { return static_cast<int>(repro::best_simd()); }

void fill_rand(float* out, std::size_t n, int tier) {
    repro::fill::rand(generator, std::span(out, n), static_cast<repro::simd>(tier));
}
void fill_randn(float* out, std::size_t n, int tier) {
    repro::fill::randn(generator, std::span(out, n), static_cast<repro::simd>(tier));
}
void twin_rand(float* out, std::size_t n) { generator.rand(std::span(out, n)); }
void twin_rand64(double* out, std::size_t n) { generator.rand(std::span(out, n)); }
void twin_randn(float* out, std::size_t n) { generator.randn(std::span(out, n)); }
void twin_randn64(double* out, std::size_t n) { generator.randn(std::span(out, n)); }
void twin_uniform(float* out, std::size_t n) { generator.uniform_(std::span(out, n), -1.0, 1.0); }
void twin_randint(std::int64_t* out, std::size_t n) { generator.randint(0, 100, std::span(out, n)); }
void twin_randperm(std::int64_t* out, std::size_t n) { generator.randperm(std::span(out, n)); }
void twin_bernoulli(float* out, std::size_t n) { generator.bernoulli_(std::span(out, n), 0.5); }
void twin_exponential(float* out, std::size_t n) { generator.exponential_(std::span(out, n)); }
}
