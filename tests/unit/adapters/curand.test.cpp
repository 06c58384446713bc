// SPDX-License-Identifier: MIT
// Against the real cuRAND: generators of the host everywhere, those of a device where there is one.
#include <repro/adapters/curand.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "support/refusal.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

static_assert(repro::source<repro::curand::streams>);

namespace {

using repro::curand::generator;
using repro::curand::place;
using support::refusal;

constexpr curandRngType_t every_type[] = {CURAND_RNG_PSEUDO_XORWOW, CURAND_RNG_PSEUDO_MRG32K3A,
                                          CURAND_RNG_PSEUDO_MTGP32, CURAND_RNG_PSEUDO_MT19937,
                                          CURAND_RNG_PSEUDO_PHILOX4_32_10};

bool has_device() {
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess && count > 0;
}

/// The words that a generator gives next, wherever it computes.
std::vector<std::uint32_t> next_words(generator& g, place where, std::size_t n) {
    std::vector<std::uint32_t> words(n);
    if (where == place::host) {
        g.generate(words.data(), n);
    } else {
        std::uint32_t* on_device = nullptr;
        REQUIRE(cudaMalloc(&on_device, n * sizeof(std::uint32_t)) == cudaSuccess);
        g.generate(on_device, n);
        REQUIRE(cudaMemcpy(words.data(), on_device, n * sizeof(std::uint32_t), cudaMemcpyDeviceToHost) ==
                cudaSuccess);
        cudaFree(on_device);
    }
    return words;
}

template <class T> struct memory {
    explicit memory(place where, std::size_t n) : bytes(where, n * sizeof(T)) {}
    operator T*() const { return bytes.as<T>(); }
    repro::curand::detail::scratch bytes;
};

/// Draws of every kind, in numbers that leave a generator within its blocks.
void draw_much(generator& g, place where) {
    const memory<float> floats(where, 5000);
    const memory<double> doubles(where, 5000);
    for (int i = 0; i < 3; ++i)
        g.generate_uniform(floats, 1001);
    g.generate_normal(floats, 2002);
    g.generate_uniform(doubles, 2001);
    g.generate_normal(doubles, 4000, 1.0, 2.0);
    g.generate_log_normal(floats, 10, 0.0f, 1.0f);
    g.generate_log_normal(doubles, 12, 0.0, 1.0);
}

void check_saving(place where) {
    for (const curandRngType_t type : every_type) {
        INFO("type " << type);
        // On the host cuRAND has no MTGP32, and takes seconds to make an MT19937.
        if (where == place::host && (type == CURAND_RNG_PSEUDO_MTGP32 || type == CURAND_RNG_PSEUDO_MT19937))
            continue;
        generator g("test", type, where), other("test", type, where);
        g.seed(42);
        draw_much(g, where);
        const std::string saved = g.save();
        CHECK(saved.find('\n') == std::string::npos);
        const auto expected = next_words(g, where, 100);
        other.restore(saved);
        CHECK(other.save() == saved);
        CHECK(next_words(other, where, 100) == expected);
        g.restore(saved);
        CHECK(next_words(g, where, 100) == expected);
    }
}

} // namespace

TEST_CASE("a generator of the host, saved amid draws of every kind, goes on with the same words") {
    check_saving(place::host);
}

TEST_CASE("a generator of a device, saved amid draws of every kind, goes on with the same words") {
    if (!has_device()) SKIP("no-cuda: no device for cuRAND");
    check_saving(place::device);
}

TEST_CASE("a seeded generator gives what cuRAND gives under that seed and the legacy ordering") {
    generator ours("test", CURAND_RNG_PSEUDO_PHILOX4_32_10, place::host);
    ours.seed(42);
    curandGenerator_t bare = nullptr;
    REQUIRE(curandCreateGeneratorHost(&bare, CURAND_RNG_PSEUDO_PHILOX4_32_10) == CURAND_STATUS_SUCCESS);
    REQUIRE(curandSetGeneratorOrdering(bare, CURAND_ORDERING_PSEUDO_LEGACY) == CURAND_STATUS_SUCCESS);
    REQUIRE(curandSetPseudoRandomGeneratorSeed(bare, 42) == CURAND_STATUS_SUCCESS);
    std::vector<float> a(1000), b(1000);
    ours.generate_uniform(a.data(), a.size());
    REQUIRE(curandGenerateUniform(bare, b.data(), b.size()) == CURAND_STATUS_SUCCESS);
    CHECK(a == b);
    CHECK(a[0] == 0x1.39d5ep-1f); // printed by cuRAND of CUDA 13.0 for seed 42
    curandDestroyGenerator(bare);
}

TEST_CASE("seed_everything seeds each generator by its name, and a snapshot holds it") {
    const support::no_sources_left cleaning;
    generator noise("noise", CURAND_RNG_PSEUDO_PHILOX4_32_10, place::host);
    generator mask("mask", CURAND_RNG_PSEUDO_XORWOW, place::host);
    repro::seed_everything(7, repro::curand::streams(noise, mask));
    CHECK(noise.seed() != mask.seed());
    CHECK(noise.legacy_ordering());
    const auto ledger = repro::streams().ledger();
    const auto found =
        std::find_if(ledger.begin(), ledger.end(), [](const auto& f) { return f.name == "curand/mask"; });
    REQUIRE(found != ledger.end());
    CHECK(found->engine == "xorwow");
    CHECK(found->rule == repro::seed_rule::derived);
    (void)next_words(mask, place::host, 7);
    const std::string saved = repro::snapshot();
    const auto expected = next_words(mask, place::host, 5);
    (void)next_words(noise, place::host, 5);
    repro::restore(saved);
    CHECK(next_words(mask, place::host, 5) == expected);

    generator alone("noise", CURAND_RNG_PSEUDO_PHILOX4_32_10, place::host);
    repro::seed_everything(7, repro::curand::streams(alone));
    CHECK(alone.seed() == noise.seed()); // whoever else there is
}

TEST_CASE("a state that is damaged, or of another generator, is refused by name, and nothing moves") {
    generator g("test", CURAND_RNG_PSEUDO_PHILOX4_32_10, place::host);
    generator other("test", CURAND_RNG_PSEUDO_XORWOW, place::host);
    g.seed(1);
    (void)next_words(g, place::host, 3);
    const std::string saved = g.save();
    for (const std::string& bad : {std::string(), saved.substr(0, 10), saved + " 1", saved + " 99 1 1",
                                   saved + " 0 1 0", saved + " x", other.save()}) {
        INFO(bad);
        CHECK(refusal([&] { g.restore(bad); }) == repro::errc::state_invalid);
        CHECK(g.save() == saved);
    }
    repro::curand::streams both(g, other);
    CHECK(refusal([&] { both.restore(saved); }) == repro::errc::state_invalid);
    CHECK(refusal([&] { both.restore(both.save() + "|" + saved); }) == repro::errc::state_invalid);
    CHECK(g.save() == saved);
}

TEST_CASE("what cuRAND refuses is an error that names the call, and quasirandom types are refused") {
    generator g("test", CURAND_RNG_PSEUDO_XORWOW, place::host);
    g.seed(1);
    const std::string before = g.save();
    std::vector<float> odd(3);
    CHECK(refusal([&] { g.generate_normal(odd.data(), 3); }) == repro::errc::library_failed);
    CHECK(g.save() == before);
    CHECK(refusal([] { generator("q", CURAND_RNG_QUASI_SOBOL32, place::host); }) ==
          repro::errc::argument_invalid);
}
