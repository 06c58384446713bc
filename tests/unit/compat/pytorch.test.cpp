// SPDX-License-Identifier: MIT
#include <repro/compat/pytorch.hpp>

#include "../../support/golden.hpp"
#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <functional>
#include <limits>
#include <set>

namespace {

using namespace repro::pytorch;
using repro::errc;
using support::refusal;

static_assert(std::uniform_random_bit_generator<cpu_generator>);
static_assert(half(1.0f).bits == 0x3c00 && half(65519.0f).bits == 0x7bff && half(65520.0f).bits == 0x7c00);
static_assert(half(0x1p-24f).bits == 1 && half(0x1p-25f).bits == 0 && half(0x1.8p-25f).bits == 1);
static_assert(half(1.0f + 0x1p-11f).bits == 0x3c00 && half(1.0f + 0x3p-11f).bits == 0x3c02); // ties to even
static_assert(static_cast<float>(half(-0x1p-24f)) == -0x1p-24f);
static_assert(bfloat16(1.0f + 0x1p-8f).bits == 0x3f80 && bfloat16(1.0f + 0x3p-8f).bits == 0x3f82);

TEST_CASE("every known answer of PyTorch 2.6 on the CPU is given, values and position") {
    const replay::tally t = support::replayed(support::golden_cases("torch_cpu.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 658);
    // trunc_normal_ and orthogonal_, and four with arguments of which the file does not tell all
    CHECK((t.not_promised <= 10 || !support::host_is_reference_libm()));
    CHECK(t.calls == 1013);
}

TEST_CASE("whole tensors of PyTorch 2.11 are given") {
    const replay::tally t = support::replayed(support::golden_cases("torch_cpu_2_11.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 476);
    CHECK((t.not_promised == 0 || !support::host_is_reference_libm()));
}

TEST_CASE("integers of PyTorch 2.11 around a range of 2^28 are given") {
    replay::json on_cpu = replay::json::array();
    for (const auto& c : support::golden_cases("torch_randint_2_11.json"))
        if (c["stream"] == "torch.cpu") on_cpu.push_back(c);
    CHECK(support::replayed(on_cpu).passed == 12);
}

TEST_CASE("programs of PyTorch 2.11, 2.12 and 2.15 are given, with and without its vector kernels") {
    const replay::tally t = support::replayed(support::golden_cases("torch_cpu_paths.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 144);
    CHECK((t.not_promised == 0 || !support::host_is_reference_libm()));
}

std::vector<std::uint8_t> state_after(std::size_t words) {
    cpu_generator g(42);
    for (std::size_t i = 0; i < words; ++i)
        (void)g();
    return g.get_state();
}

TEST_CASE("a state continues wherever it was taken, and is written as it was read") {
    for (const std::size_t words : {std::size_t{0}, std::size_t{1}, std::size_t{623}, std::size_t{624},
                                    std::size_t{625}, std::size_t{1248}}) {
        INFO(words);
        cpu_generator g(42);
        for (std::size_t i = 0; i < words; ++i)
            (void)g();
        (void)g.randn(); // keeps its second normal
        cpu_generator other(7);
        other.set_state(g.get_state());
        CHECK(other == g);
        CHECK(other.get_state() == g.get_state());
        CHECK(other.initial_seed() == 42);
        CHECK(other.randn<double>(3) == g.randn<double>(3));
        cpu_generator third(7);
        third.restore(g.save());
        CHECK(third == g);
        CHECK(third.get_state() == g.get_state());
    }
    CHECK(state_after(0)[16] == 0);                                   // next, as PyTorch has it before a draw
    CHECK((state_after(624)[16] | state_after(624)[17] << 8) == 624); // and after a whole block
}

TEST_CASE("a state without its last eight bytes, as old checkpoints have it, is taken") {
    cpu_generator g(42);
    (void)g.randn();
    auto bytes = g.get_state();
    bytes.resize(5048);
    cpu_generator other(7);
    other.set_state(bytes);
    CHECK(other == g);
}

TEST_CASE("a state that is no state is refused, and nothing changes") {
    const auto refused = [](auto damage) {
        auto bytes = state_after(5);
        damage(bytes);
        cpu_generator g(7);
        const cpu_generator before = g;
        CHECK(refusal([&] { g.set_state(bytes); }) == errc::state_invalid);
        CHECK(g == before);
        CHECK(g.get_state() == before.get_state());
    };
    refused([](auto& b) { b.clear(); });
    refused([](auto& b) { b.pop_back(); });
    refused([](auto& b) { b.push_back(0); });
    refused([](auto& b) { b.resize(16); }); // of the CUDA generator
    refused([](auto& b) { b[12] = 0; });    // never seeded
    refused([](auto& b) { b[8] = 7; });     // left and next disagree
    refused([](auto& b) { b[16] = 0; });
    refused([](auto& b) { b[23] = 1; });             // next beyond the block
    refused([](auto& b) { b[24 + 4] = 1; });         // a word of 33 bits
    refused([](auto& b) { b[24 + 4992 + 24] = 2; }); // the flag of the kept normal
    cpu_generator g(7);
    CHECK(refusal([&] { g.restore("mt19937-1"); }) == errc::state_invalid);
    CHECK(refusal([&] { g.restore(g.save() + " 0"); }) == errc::state_invalid);
}

TEST_CASE("the low 32 bits of a seed decide, and all are remembered") {
    CHECK(cpu_generator((std::int64_t{1} << 32) + 42)() == cpu_generator(42)());
    CHECK(cpu_generator(-1).initial_seed() == UINT64_MAX);
    CHECK(cpu_generator(-1)() == cpu_generator(0xffffffffu)());
    CHECK(cpu_generator().initial_seed() == 67280421310721);
}

TEST_CASE("what PyTorch refuses is refused before a word is taken") {
    cpu_generator g(1);
    std::array<float, 20> f{};
    std::array<half, 4> h{};
    std::array<std::int8_t, 4> i8{};
    const std::span<float> out(f);
    const std::span<const float> none;
    const std::array<float, 2> negative = {1.0f, -1.0f}, ones = {1.0f, 1.0f};
    const std::array<float, 1> nan = {std::numeric_limits<float>::quiet_NaN()};
    const std::span<const float> bad(negative), good(ones), not_a_number(nan);
    const double inf = std::numeric_limits<double>::infinity(), no = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::function<void()>> calls = {
        [&] { g.uniform_(out, 1.0, 0.0); },
        [&] { g.uniform_(out, -inf, 0.0); },
        [&] { g.uniform_(out, 0.0, no); },
        [&] { g.uniform_(out, -3e38, 3e38); },
        [&] { g.uniform_(std::span<half>(h), 0.0, 65505.0); },
        [&] { g.normal_(out, 0.0, -1.0); },
        [&] { g.normal_(out, 0.0, no); },
        [&] { (void)g.normal(good, bad); },
        [&] { (void)g.normal(good, none); },
        [&] { g.log_normal_(out, 0.0, 0.0); },
        [&] { g.bernoulli_(out, 1.5); },
        [&] { g.bernoulli_(out, no); },
        [&] { (void)g.bernoulli(bad); },
        [&] { (void)g.dropout(good, -0.1); },
        [&] { g.exponential_(out, 0.0); },
        [&] { g.geometric_(out, 0.0); },
        [&] { g.geometric_(out, 1.0); },
        [&] { g.cauchy_(out, 0.0, -1.0); },
        [&] { (void)g.randint(3, 3, 1); },
        [&] { (void)g.randint<std::uint8_t>(0, 257, 1); },
        [&] { (void)g.randint<bool>(0, 3, 1); },
        [&] { (void)g.randint<half>(0, 100000, 1); },
        [&] { g.random_(std::span<std::int8_t>(i8), -129, 3); },
        [&] { g.random_(std::span<std::int8_t>(i8), INT64_MIN, std::nullopt); },
        [&] { g.random_(std::span<std::int8_t>(i8), 128, std::nullopt); },
        [&] { (void)g.randperm(-1); },
        [&] { (void)g.randperm<std::int8_t>(200); },
        [&] { (void)g.randperm<half>(3000); },
        [&] { (void)g.multinomial(none, 1); },
        [&] { (void)g.multinomial(bad, 1); },
        [&] { (void)g.multinomial(not_a_number, 1); },
        [&] { (void)g.multinomial(good, 0); },
        [&] { (void)g.multinomial(good, 3); },
        [&] { (void)g.multinomial(std::span<const float>(f), 1); }, // all zero
        [&] { (void)g.poisson(bad); },
        [&] { (void)g.poisson(not_a_number); },
        [&] { (void)g.standard_gamma(bad); },
        [&] { (void)g.dirichlet(none); },
        [&] { (void)g.binomial(not_a_number, not_a_number); },
        [&] { nn::init::kaiming_uniform_(out, {20}, g); },
        [&] { nn::init::xavier_normal_(out, {4, 4}, g); },
        [&] { nn::init::trunc_normal_(out, g, 0.0, 0.0); },
        [&] { (void)nn::linear(0, 3, g); },
        [&] { (void)random_sampler(0, g); },
        [&] { (void)random_split(3, std::array<std::size_t, 1>{2}, g); },
        [&] { (void)distributed_sampler(10, 2, 2, 0, 0); },
        [&] { (void)data_loader_order(10, 0, 42); },
        [&] { (void)worker_seeds(-1, 0); },
    };
    for (std::size_t i = 0; i < calls.size(); ++i) {
        INFO("call " << i);
        CHECK(refusal(calls[i]) == errc::argument_invalid);
        CHECK(g.draws() == 0);
    }
}

TEST_CASE("forms agree: one value, a vector, a filled span") {
    cpu_generator a(3), b(3), c(3);
    std::array<float, 3> filled{};
    a.rand(std::span<float>(filled));
    CHECK(b.rand(3) == std::vector<float>(filled.begin(), filled.end()));
    for (const float each : filled)
        CHECK(c.rand() == each);
    CHECK(a.randint(0, 10, 4) == b.randint(0, 10, 4));
    (void)c.randint(0, 10, 4);
    CHECK((a == b && b == c));
}

TEST_CASE("a large permutation is drawn inside out with 64-bit words", "[.large]") {
    cpu_generator g(0);
    const auto order = g.randperm<std::int32_t>(UINT32_MAX / 20);
    CHECK(g.draws() == 2 * order.size());
}

TEST_CASE("workers of PyTorch before 1.9 leave NumPy alone") {
    CHECK_FALSE(worker_seeds(5, 1, rules::torch_1_8).numpy);
    CHECK(worker_seeds(5, 1, rules::torch_1_8).seed == 6);
}

TEST_CASE("a worker that lives over epochs gets other seeds in each, the same for the same epoch") {
    CHECK(persistent_worker_seeds(99, 3, 0) == worker_seeds(99, 3));
    std::set<std::uint64_t> seeds;
    for (std::uint32_t worker = 0; worker < 4; ++worker)
        for (std::uint32_t epoch = 0; epoch < 4; ++epoch) {
            seeds.insert(persistent_worker_seeds(99, worker, epoch).seed);
            CHECK(persistent_worker_seeds(99, worker, epoch) == persistent_worker_seeds(99, worker, epoch));
        }
    CHECK(seeds.size() == 16);
    const worker_seed pinned = persistent_worker_seeds(99, 3, 2);
    CHECK(pinned.seed == 4390902169663387393u);
}

TEST_CASE("workers with equal states are reported") {
    std::array<cpu_generator, 4> workers = {cpu_generator(1), cpu_generator(2), cpu_generator(1),
                                            cpu_generator(2)};
    (void)workers[3]();
    CHECK(equal_workers(workers) == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}});
}

TEST_CASE("a loader's last batch is kept or dropped, and sequential loaders draw base seeds alone") {
    CHECK(data_loader_order(10, 4, 1)[0].size() == 3);
    CHECK(data_loader_order(10, 4, 1, 1, last_batch::drop)[0].size() == 2);
    cpu_generator g(1);
    const auto epoch = data_loader(3, 2).epoch_of_global(g);
    CHECK(epoch.batches == batches{{0, 1}, {2}});
    CHECK(g.draws() == 2);
}

} // namespace
