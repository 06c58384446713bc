// SPDX-License-Identifier: MIT
#pragma once
// Known answers of the twins: what the real libraries printed, as tests/vectors/golden has it. Integers,
// uniforms and NumPy's normals, which are the same under every C library.

#include <repro/compat/curand/xorwow_state.hpp>
#include <repro/compat/jax.hpp>
#include <repro/compat/numpy.hpp>
#include <repro/compat/numpy/philox.hpp>
#include <repro/compat/numpy/sfc64.hpp>
#include <repro/compat/python.hpp>
#include <repro/compat/pytorch/cuda_generator.hpp>
#include <repro/compat/pytorch/generator.hpp>
#include <repro/launch/engine_answers.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <array>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

inline constexpr known_answer twin_answers[] = {
    {"numpy SeedSequence",
     "numpy_generator.json ng-00002",
     {0xdb2cd7e7b0f478be, 0xabf4641a2c71ba49, 0x20c6ed6d9d7b8d41, 0x2c4099de223c39d4},
     [] { return as_words(seed_sequence(0).generate_state<std::uint64_t>(4)); }},
    {"numpy PCG64",
     "numpy_generator.json ng-00038",
     {0xc621fbcd16d92688, 0x705a5661a791ffc1, 0xdbcd12c26eda1624, 0xb286b60e1600888d},
     [] { return drawn([g = numpy::pcg64(42)]() mutable { return g(); }); }},
    {"numpy PCG64DXSM",
     "numpy_generator.json ng-00039",
     {0xab1c50338e63481d, 0x1bdf91d548d1872, 0xa872905d0418d0a1, 0x5f0a84270b80eabc},
     [] { return drawn([g = numpy::pcg64dxsm(42)]() mutable { return g(); }); }},
    {"numpy MT19937",
     "numpy_generator.json ng-00040",
     {0x8ac01c92, 0xe8bfd726, 0x9ea282a8, 0x675a106c},
     [] { return drawn([g = numpy::mt19937(42)]() mutable { return g(); }); }},
    {"numpy Philox",
     "numpy_generator.json ng-00041",
     {0x16092f00ecdab98a, 0x243d19cc24021070, 0x4524d130684efe02, 0xdfc0f20c3c4b5bca},
     [] { return drawn([g = numpy::philox(42)]() mutable { return g(); }); }},
    {"numpy SFC64",
     "numpy_generator.json ng-00042",
     {0x87a9e37f3ed2c19d, 0x60d4edb76d651052, 0xf20682759befde78, 0x6bceebcc1fae98ec},
     [] { return drawn([g = numpy::sfc64(42)]() mutable { return g(); }); }},
    {"numpy random",
     "numpy_generator.json ng-00043",
     {0x3fe8c43f79a2db24, 0x3fdc16959869e47e, 0x3feb79a2584ddb42, 0x3fe650d6c1c2c011},
     [] { return drawn([g = numpy::default_rng(42)]() mutable { return g.random(); }); }},
    {"numpy integers",
     "numpy_generator.json ng-00044",
     {0x8, 0x4d, 0x41, 0x2b},
     [] { return drawn([g = numpy::default_rng(42)]() mutable { return g.integers(0, 100); }); }},
    {"numpy standard_normal",
     "numpy_generator.json ng-00486",
     {0x3fd3807c1104fc6b, 0xbff0a3c65fca9a7e, 0x3fe803b239e77350, 0x3fee191b2d157f36},
     [] { return drawn([g = numpy::default_rng(42)]() mutable { return g.standard_normal(); }); }},
    {"numpy standard_exponential",
     "numpy_generator.json ng-00489",
     {0x40033bd1b8765db9, 0x4002b08433c827fc, 0x400313fd9339e3b5, 0x3fd1e8264f21493b},
     [] { return drawn([g = numpy::default_rng(42)]() mutable { return g.standard_exponential(); }); }},
    {"numpy legacy random_sample",
     "numpy_legacy.json nl-00007",
     {0x3fdab07d0ffa3c06, 0x3fe70ce5f3baf051, 0x3f1dfb906661c000, 0x3fd3596ab7fe08f4},
     [] { return drawn([g = numpy::random_state(1)]() mutable { return g.random_sample(); }); }},
    {"numpy legacy randint",
     "numpy_legacy.json nl-00008",
     {0x25, 0xc, 0x48, 0x9},
     [] { return drawn([g = numpy::random_state(1)]() mutable { return g.randint(0, 100); }); }},
    {"python getrandbits",
     "cpython.json py-00011",
     {0xa3b1799d, 0x1c80317f, 0x6671ad1, 0xbdd640fb},
     [] { return drawn([g = python::random(42)]() mutable { return g.getrandbits(32); }); }},
    {"python random",
     "cpython.json py-00012",
     {0x3fe4762f307200c5, 0x3f999c6b5eeb2060, 0x3fd19a1491f589dc, 0x3fcc922b623b8c1c},
     [] { return drawn([g = python::random(42)]() mutable { return g.random(); }); }},
    {"python randint",
     "cpython.json py-00013",
     {0x51, 0xe, 0x3, 0x5e},
     [] { return drawn([g = python::random(42)]() mutable { return g.randint(0, 99); }); }},
    {"torch rand",
     "torch_cpu.json tc-00016",
     {0x3fec3b8cc0000000, 0x3fed47b660000000, 0x3fd880d700000000, 0x3feeb2a1c0000000},
     [] { return as_words(pytorch::cpu_generator(42).rand(5)); }},
    {"torch randint",
     "torch_cpu.json tc-00019",
     {0x2a, 0x43, 0x4c, 0xe},
     [] { return as_words(pytorch::cpu_generator(42).randint(0, 100, 5)); }},
    {"torch randperm",
     "torch_cpu.json tc-00020",
     {0x2, 0x6, 0x1, 0x8},
     [] { return as_words(pytorch::cpu_generator(42).randperm(10)); }},
    {"torch.cuda rand",
     "torch_cuda.json td-00308",
     {0x3fd989fa40000000, 0x3fe088a2c0000000, 0x3f998759e0000000, 0x3fee152160000000},
     [] { return as_words(pytorch::cuda_generator(0, pytorch::devices::h100).rand(5)); }},
    {"torch.cuda rand, float64",
     "torch_cuda.json td-00310",
     {0x3fec2d38d787e8d6, 0x3fee11ad510515e2, 0x3fe6d04ced41d678, 0x3fb158913d4855e4},
     [] { return as_words(pytorch::cuda_generator(0, pytorch::devices::h100).rand<double>(5)); }},
    {"jax split",
     "jax.json jx-00001",
     {0x6b200159, 0x99ba4efe, 0x375f238f, 0xcddb151d},
     [] {
         const auto keys = jax::split(jax::prng_key(0));
         return as_words(std::array{keys[0].data[0], keys[0].data[1], keys[1].data[0], keys[1].data[1]});
     }},
    {"jax bits",
     "jax.json jx-00007",
     {0xf29a4fa7, 0xfa843692, 0x55110e28, 0x77faa835},
     [] { return as_words(jax::bits(jax::prng_key(0), 5)); }},
    {"jax uniform",
     "jax.json jx-00012",
     {0x3fee5349c0000000, 0x3fef5086c0000000, 0x3fd5444380000000, 0x3fddfeaa00000000},
     [] { return as_words(jax::uniform<float>(jax::prng_key(0), 0.0f, 1.0f, 5)); }},
    // The first word alone: the second belongs to another sequence, whose start takes milliseconds.
    {"curand XORWOW",
     "curand.json cr-00000",
     {0xbd7f03b6, 0x0, 0x0, 0x0},
     [] { return answer_words{curand::detail::xorwow_state::seeded(0)()}; }},
};

} // namespace detail
} // namespace repro::inline v0
