// SPDX-License-Identifier: MIT
#include <repro/compat/pytorch/cuda_generator.hpp>

#include "../../../support/golden.hpp"
#include "../../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

namespace {

using namespace repro::pytorch;
using repro::errc;
using support::refusal;

static_assert(devices::h100.origin() == layout_origin::compared);
static_assert(devices::a100.origin() == layout_origin::derived);
static_assert(devices::h100.threads(1) == 256 && devices::h100.threads(257) == 512);
static_assert(devices::h100.threads(1u << 30) == 270336 && devices::l4.threads(1u << 30) == 58 * 6 * 256);

/// How many elements a case has, where it says so.
std::size_t elements(const replay::json& c) {
    const auto& args = c["args"];
    if (args.contains("n")) return args["n"].get<std::size_t>();
    return args.contains("size") ? args["size"][0].get<std::size_t>() : 0;
}

/// The small cases, and those of a few calls beyond the grid; all of them run in the slow tests.
replay::json quick(const std::string& file, const std::string& seed) {
    replay::json chosen = replay::json::array();
    for (const auto& c : support::golden_cases(file)) {
        const auto call = c["call"].get<std::string>();
        const bool wide = call == "randint" || (call == "rand" && c["args"].value("dtype", "") == "float64");
        if (elements(c) < 10'000 || (wide && c["seed"]["int"] == seed && elements(c) < 1'100'000))
            chosen.push_back(c);
    }
    return chosen;
}

} // namespace

TEST_CASE("known answers of PyTorch 2.11 on an H100 are given, values and offset") {
    const replay::json cases = quick("torch_cuda.json", "0");
    const replay::tally t = support::replayed(cases);
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == cases.size());
    CHECK(t.not_promised == 12); // normals and exponentials in float
    CHECK(cases.size() == 76);
}

TEST_CASE("tensors of PyTorch 2.11 on an H100 are given, small ones and a few beyond the grid") {
    const replay::json cases = quick("torch_cuda_h100.json", "42");
    const replay::tally t = support::replayed(cases);
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == cases.size());
    CHECK(cases.size() == 282);
}

TEST_CASE("integers of PyTorch 2.11 on an H100 take two words from a range of 2^28 on") {
    replay::json on_gpu = replay::json::array();
    for (const auto& c : support::golden_cases("torch_randint_2_11.json"))
        if (c["stream"] == "torch.cuda") on_gpu.push_back(c);
    CHECK(support::replayed(on_gpu).passed == 12);
    cuda_generator before(42, devices::h100), now(42, devices::h100);
    before.follow(rules::torch_2_6);
    CHECK(before.randint(0, 1 << 30, 5) != now.randint(0, 1 << 30, 5));
    CHECK(before.randint(0, 1 << 20, 5) == now.randint(0, 1 << 20, 5));
}

TEST_CASE("a state has PyTorch's 16 bytes and continues") {
    cuda_generator g(42, devices::h100);
    (void)g.rand(5);
    const std::vector<std::uint8_t> printed = {0x2a, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0};
    CHECK(g.get_state() == printed);
    cuda_generator other(7, devices::h100);
    other.set_state(printed);
    CHECK(other == g);
    CHECK(other.randn(300) == g.randn(300));
    g.manual_seed(-1);
    CHECK(g.initial_seed() == UINT64_MAX);
    CHECK(g.get_offset() == 0);
}

TEST_CASE("a state that is no state is refused, and nothing changes") {
    for (auto [size, place, byte] :
         {std::tuple{15, 0, 1}, std::tuple{17, 0, 1}, std::tuple{0, -1, 0}, std::tuple{5056, 0, 1},
          std::tuple{16, 8, 2}, std::tuple{16, 15, 0x80}}) {
        INFO(size << " " << place);
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
        if (place >= 0) bytes[static_cast<std::size_t>(place)] = static_cast<std::uint8_t>(byte);
        cuda_generator g(42, devices::h100);
        CHECK(refusal([&] { g.set_state(bytes); }) == errc::state_invalid);
        CHECK(g == cuda_generator(42, devices::h100));
    }
    cuda_generator g(42, devices::h100);
    CHECK(refusal([&] { g.set_offset(6); }) == errc::argument_invalid);
    CHECK(refusal([&] { g.set_offset(std::uint64_t{1} << 63); }) == errc::argument_invalid);
}

TEST_CASE("what PyTorch refuses is refused before a word is taken") {
    cuda_generator g(42, devices::h100);
    std::vector<float> out(3);
    std::vector<std::int8_t> bytes(3);
    const std::vector<float> bad = {0.5f, 1.5f}, none = {0.0f, 0.0f}, negative = {1.0f, -1.0f},
                             one = {1.0f, 0.0f};
    const std::span<float> o(out);
    const std::span<std::int8_t> b(bytes);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::function<void()> calls[] = {
        [&] { g.uniform_(o, 1.0, 0.0); },
        [&] { g.uniform_(o, -3e38, 3e38); },
        [&] { g.uniform_(o, nan, 1.0); },
        [&] { g.normal_(o, 0.0, -1.0); },
        [&] { g.log_normal_(o, 0.0, 0.0); },
        [&] { g.exponential_(o, 0.0); },
        [&] { g.cauchy_(o, 0.0, 0.0); },
        [&] { g.geometric_(o, 0.0); },
        [&] { g.geometric_(o, 1.0); },
        [&] { g.bernoulli_(o, -0.1); },
        [&] { g.bernoulli_(o, 1.1); },
        [&] { g.bernoulli_(o, nan); },
        [&] { (void)g.bernoulli(std::span<const float>(bad)); },
        [&] { (void)g.dropout(std::span<const float>(bad), 1.5); },
        [&] { g.random_(o, 5, std::optional<std::int64_t>(5)); },
        [&] { g.random_(b, 0, std::optional<std::int64_t>(300)); },
        [&] { g.random_(b, INT64_MIN, std::nullopt); },
        [&] { (void)g.randint(3, 2, 5); },
        [&] { (void)g.randperm(std::uint64_t{1} << 31); },
        [&] { (void)g.randperm<std::int8_t>(200); },
        [&] { (void)g.multinomial(std::span<const float>(none), 1); },
        [&] { (void)g.multinomial(std::span<const float>(negative), 1); },
        [&] { (void)g.multinomial(std::span<const float>(one), 2); },
        [&] { (void)g.multinomial(std::span<const float>(one), 0); },
        [&] { (void)g.poisson(std::span<const float>(negative)); },
    };
    for (const auto& call : calls) {
        INFO(&call - calls);
        CHECK(refusal(call) == errc::argument_invalid);
    }
    CHECK(g.get_offset() == 0);
    for (const cuda_device& nothing :
         {cuda_device{}, cuda_device{"", 0, 2048, 9, 0}, cuda_device{"", 132, 255, 9, 0},
          cuda_device{"", -1, 2048, 9, 0}, cuda_device{"", 1 << 30, 2048, 9, 0}})
        CHECK(refusal([&] { cuda_generator(42, nothing); }) == errc::argument_invalid);
}

TEST_CASE("empty tensors take no word") {
    cuda_generator g(42, devices::h100);
    CHECK(g.rand(0).empty());
    CHECK(g.randperm(0).empty());
    CHECK(g.dropout(std::span<const double>{}, 0.5).empty());
    CHECK(g.bernoulli(std::span<const double>{}).empty());
    CHECK(g.get_offset() == 0);
}

TEST_CASE("up to its number of threads a smaller GPU gives the same numbers, beyond it others") {
    cuda_generator large(42, devices::h100), small(42, devices::t4);
    const std::size_t threads = 40 * 4 * 256;
    CHECK(large.rand(threads) == small.rand(threads));
    CHECK(large.get_offset() == small.get_offset());
    CHECK(large.rand(threads + 1) != small.rand(threads + 1));
    CHECK(small.origin() == layout_origin::derived);
}

TEST_CASE("dropout keeps the input or drops it, and draws nothing where nothing is random") {
    cuda_generator g(42, devices::h100);
    const std::vector<double> input = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    CHECK(g.dropout(std::span<const double>(input), 0.0) == input);
    CHECK(g.dropout(std::span<const double>(input), 1.0) == std::vector<double>(6, 0.0));
    CHECK(g.get_offset() == 0);
    const auto dropped = g.dropout(std::span<const double>(input), 0.5);
    for (std::size_t i = 0; i < input.size(); ++i)
        CHECK((dropped[i] == 0.0 || dropped[i] == 2.0 * input[i]));
    CHECK(g.get_offset() == 4);
}

TEST_CASE("a permutation of any size is one, and multinomial gives what has a weight") {
    cuda_generator g(42, devices::h100);
    for (const std::uint64_t n :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{50'000}}) {
        auto places = g.randperm<std::int32_t>(n);
        std::ranges::sort(places);
        std::vector<std::int32_t> all(n);
        std::iota(all.begin(), all.end(), 0);
        CHECK(places == all);
    }
    const std::vector<float> weights = {0.0f, 1.0f, 0.0f, 2.0f};
    for (const auto i : g.multinomial(std::span<const float>(weights), 100, replacement::yes))
        CHECK((i == 1 || i == 3));
    auto both = g.multinomial(std::span<const float>(weights), 2);
    std::ranges::sort(both);
    CHECK(both == std::vector<std::int64_t>{1, 3});
}
