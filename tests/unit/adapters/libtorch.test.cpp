// SPDX-License-Identifier: MIT
// Against the real LibTorch, whose logging has a CHECK of its own: hence REQUIRE throughout.
#include <repro/adapters/libtorch.hpp>
#include <repro/adapters/libtorch/sampler.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>
#include <repro/stream/worker.hpp>
#include <repro/trace/writer.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <numeric>
#include <sstream>
#include <string>
#include <torch/torch.h>
#include <vector>

static_assert(repro::source<repro::libtorch::streams>);
static_assert(repro::traceable<torch::Tensor>);

namespace {

namespace libtorch = repro::libtorch;
using support::refusal;

std::string value_of(const std::vector<repro::fact>& facts, std::string_view name) {
    for (const repro::fact& each : facts)
        if (each.name == name) return each.value;
    return "no such fact";
}

/// Skips the test where LibTorch has no device of CUDA.
void need_cuda() {
    if (at::getNumGPUs() == 0) SKIP("no-cuda: LibTorch reaches no CUDA device");
}

} // namespace

TEST_CASE("seed_everything leaves LibTorch where torch::manual_seed does") {
    const libtorch::keep_switches guard;
    torch::manual_seed(42);
    const auto expected = torch::rand({5});
    repro::seed_everything(42, libtorch::streams{});
    REQUIRE(torch::equal(torch::rand({5}), expected));
    // torch.manual_seed(42); torch.rand(5)[0], printed by PyTorch 2.6
    REQUIRE(expected[0].item<float>() == 0x1.c3b8ccp-1f);
}

TEST_CASE("the ledger names LibTorch's generators with the digest of their state") {
    const libtorch::keep_switches guard;
    libtorch::streams source;
    REQUIRE(source.ledger().at(0).note == "not seeded");
    source.seed(7);
    const auto before = source.ledger().at(0);
    REQUIRE(before.name == "libtorch/cpu");
    REQUIRE(before.engine == "mt19937");
    REQUIRE(before.seed == "7");
    REQUIRE(before.note.empty());
    (void)torch::rand({1});
    REQUIRE(source.ledger().at(0).state != before.state);
    source.seed(7);
    REQUIRE(source.ledger().at(0).state == before.state);
}

TEST_CASE("a saved state of LibTorch goes on as if nothing had happened, the cached normal included") {
    const libtorch::keep_switches guard;
    libtorch::streams source;
    source.seed(1);
    (void)torch::randn({3});
    const std::string saved = source.save();
    REQUIRE(saved.find('\n') == std::string::npos);
    const auto expected = torch::randn({3});
    source.seed(2);
    source.restore(saved);
    REQUIRE(torch::equal(torch::randn({3}), expected));
}

TEST_CASE("a snapshot of the process holds LibTorch's state") {
    const libtorch::keep_switches guard;
    repro::seed_everything(3, libtorch::streams{});
    const std::string snapshot = repro::snapshot();
    const auto expected = torch::rand({4});
    (void)torch::rand({100});
    repro::restore(snapshot);
    REQUIRE(torch::equal(torch::rand({4}), expected));
}

TEST_CASE(
    "a state that is damaged, of another layout or of other devices is refused by name, and nothing moves") {
    const libtorch::keep_switches guard;
    libtorch::streams source;
    source.seed(1);
    const std::string saved = source.save();
    for (const std::string& bad :
         {std::string(), std::string("libtorch-1 cpu"), std::string("libtorch-1 cpu 00"), saved + "00",
          saved.substr(0, saved.size() - 2), saved + " cuda7 00", "x" + saved, std::string("libtorch-1")}) {
        INFO(bad.substr(0, 40));
        REQUIRE(refusal([&] { source.restore(bad); }) == repro::errc::state_invalid);
        REQUIRE(source.save() == saved);
    }
}

TEST_CASE("bit-exact asks for deterministic kernels, and the switches are read back") {
    const libtorch::switches before = libtorch::switches::now();
    {
        const libtorch::keep_switches guard;
        libtorch::streams source({.level = repro::level::bit_exact, .threads = 1});
        source.seed(1);
        const auto facts = source.facts();
        REQUIRE(value_of(facts, "version") == TORCH_VERSION);
        REQUIRE(value_of(facts, "deterministic_algorithms") == "on");
        REQUIRE(value_of(facts, "on_nondeterminism") == "raises");
        REQUIRE(value_of(facts, "cudnn_deterministic") == "on");
        REQUIRE(value_of(facts, "cudnn_benchmark") == "off");
        REQUIRE(value_of(facts, "cudnn_tf32") == "off");
        REQUIRE(value_of(facts, "cublas_tf32") == "off");
        REQUIRE(value_of(facts, "cublas_fp16_reduction") == "off");
        REQUIRE(value_of(facts, "threads") == "1");
        REQUIRE(at::globalContext().deterministicAlgorithms());
        REQUIRE_FALSE(at::globalContext().allowTF32CuDNN());
    }
    REQUIRE(libtorch::switches::now() == before);
}

TEST_CASE("warnings instead of errors are a choice, and the weakest level touches no switch") {
    const libtorch::keep_switches guard;
    libtorch::streams({.on_nondeterminism = libtorch::nondeterminism::warns}).seed(1);
    REQUIRE(at::globalContext().deterministicAlgorithmsWarnOnly());
    libtorch::switches loose = libtorch::switches::now();
    loose.deterministic_algorithms = false;
    loose.cudnn_benchmark = true;
    loose.apply();
    libtorch::streams({.level = repro::level::distribution_stable}).seed(1);
    REQUIRE(libtorch::switches::now() == loose);
}

TEST_CASE("the sampler's epochs are permutations keyed by seed, name and epoch") {
    repro::seed_everything(5);
    const auto epochs = [](std::string name, std::size_t batch) {
        libtorch::sampler s(100, std::move(name));
        std::vector<std::vector<std::size_t>> orders(3);
        for (auto& order : orders) {
            s.reset();
            while (const auto indices = s.next(batch))
                order.insert(order.end(), indices->begin(), indices->end());
        }
        return orders;
    };
    const auto orders = epochs("data/shuffle", 7);
    REQUIRE(orders == epochs("data/shuffle", 100)); // whatever the batch
    REQUIRE(orders != epochs("data/other", 7));
    REQUIRE(orders[0] != orders[1]);
    for (auto order : orders) {
        std::sort(order.begin(), order.end());
        std::vector<std::size_t> all(100);
        std::iota(all.begin(), all.end(), std::size_t{0});
        REQUIRE(order == all);
    }
}

TEST_CASE("a sampler resumes within an epoch, by a position or from an archive") {
    repro::seed_everything(5);
    libtorch::sampler whole(50);
    whole.reset();
    whole.reset(); // epoch 1
    (void)whole.next(20);
    REQUIRE(whole.position().epoch == 1);
    REQUIRE(whole.position().sample == 20);
    torch::serialize::OutputArchive archive;
    whole.save(archive);
    std::stringstream stored;
    archive.save_to(stored);
    const auto expected = whole.next(30);

    libtorch::sampler resumed(50, "data/shuffle", {1, 20});
    resumed.reset(); // what a loader does at the begin of each pass
    REQUIRE(resumed.next(30) == expected);
    REQUIRE_FALSE(resumed.next(1).has_value());

    torch::serialize::InputArchive read;
    read.load_from(stored);
    libtorch::sampler loaded(50);
    loaded.load(read);
    loaded.reset();
    REQUIRE(loaded.next(30) == expected);
    loaded.reset();
    REQUIRE(loaded.position().epoch == 2);
}

TEST_CASE("a sampler refuses a position behind the end and a name that no stream may have") {
    repro::seed_everything(5);
    REQUIRE(refusal([] { libtorch::sampler(10, "data/shuffle", {0, 11}); }) == repro::errc::argument_invalid);
    REQUIRE(refusal([] { libtorch::sampler(10, "two words"); }) == repro::errc::name_invalid);
}

TEST_CASE("LibTorch's loader gives the same batches for one and for three workers") {
    repro::seed_everything(5);
    const auto batches = [](std::size_t workers) {
        auto data = torch::data::datasets::TensorDataset(torch::arange(40))
                        .map(torch::data::transforms::Stack<torch::data::TensorExample>());
        auto loader =
            torch::data::make_data_loader(std::move(data), libtorch::sampler(40),
                                          torch::data::DataLoaderOptions().batch_size(8).workers(workers));
        std::vector<std::int64_t> seen;
        for (int epoch = 0; epoch < 2; ++epoch)
            for (const auto& batch : *loader)
                for (std::int64_t i = 0; i < batch.data.size(0); ++i)
                    seen.push_back(batch.data[i].template item<std::int64_t>());
        return seen;
    };
    const auto one = batches(1);
    REQUIRE(one.size() == 80);
    REQUIRE(one == batches(3));
}

TEST_CASE("a worker's own generator depends on its seed alone") {
    repro::seed_everything(11);
    const auto draw = [](std::uint64_t worker) {
        auto generator = libtorch::make_generator(repro::seed_worker(worker, 0).seed());
        return torch::rand({4}, generator);
    };
    REQUIRE(torch::equal(draw(0), draw(0)));
    REQUIRE_FALSE(torch::equal(draw(0), draw(1)));
}

TEST_CASE("the trace of a tensor depends on its elements, not on its strides") {
    const auto square = torch::arange(12, torch::kFloat32).reshape({3, 4});
    const auto turned = square.t().contiguous().t(); // the same elements, laid out by columns
    REQUIRE_FALSE(turned.is_contiguous());
    const auto entry = [](const torch::Tensor& t) {
        return repro::detail::describe_tensor("t", 0, repro::detail::view_for_trace(t));
    };
    REQUIRE(entry(square) == entry(turned));
    REQUIRE(entry(square).count == 12);
    REQUIRE(entry(square).type == repro::element_type::float32);
    REQUIRE(entry(square) != entry(square.t()));
    const std::vector<float> plain{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    REQUIRE(entry(square).digest ==
            repro::detail::describe_tensor("t", 0, repro::detail::view_for_trace(plain)).digest);
    REQUIRE(entry(torch::ones({2}, torch::kBFloat16)).type == repro::element_type::bfloat16);
}

TEST_CASE("the trace of a large tensor has the chunks of its elements in C order, whatever its strides") {
    const auto entry = [](const auto& t) {
        return repro::detail::describe_tensor("t", 0, repro::detail::view_for_trace(t),
                                              repro::trace_keep::values);
    };
    const auto rows = torch::arange(6000, torch::kFloat32).reshape({60, 100});
    std::vector<float> plain(6000);
    std::iota(plain.begin(), plain.end(), 0.0f);
    REQUIRE(entry(plain).chunks.size() == 6);
    REQUIRE(entry(rows) == entry(plain));
    REQUIRE(entry(rows.t().contiguous().t()) == entry(plain));
    auto changed = rows.clone();
    changed[30][50] = -1.0f; // element 3050
    for (std::size_t i = 0; i < 6; ++i)
        REQUIRE((entry(changed).chunks[i] != entry(rows).chunks[i]) == (i == 2));
    REQUIRE(entry(rows.to(torch::kHalf)).type == repro::element_type::float16);
    REQUIRE(entry(rows.to(torch::kHalf)).values.size() == 2 * 3000);
    const auto mask = torch::tensor({true, false, true});
    REQUIRE(entry(mask) == entry(std::array<bool, 3>{true, false, true}));
    REQUIRE(entry(rows.slice(1, 0, 100, 2)).count == 3000);
    REQUIRE(entry(torch::empty({0})).count == 0);
}

TEST_CASE("every CUDA device is seeded, saved, restored and listed") {
    need_cuda();
    const libtorch::keep_switches guard;
    libtorch::streams source;
    for (int device = 0; device < static_cast<int>(at::getNumGPUs()); ++device) {
        const auto on = torch::TensorOptions().device(torch::kCUDA, static_cast<at::DeviceIndex>(device));
        torch::manual_seed(42);
        const auto expected = torch::rand({5}, on);
        source.seed(42);
        REQUIRE(torch::equal(torch::rand({5}, on), expected));
        const std::string saved = source.save();
        const auto next = torch::randn({1000}, on);
        source.seed(1);
        source.restore(saved);
        REQUIRE(torch::equal(torch::randn({1000}, on), next));
        const auto facts = source.ledger().at(static_cast<std::size_t>(device) + 1);
        REQUIRE(facts.name == "libtorch/cuda" + std::to_string(device));
        REQUIRE(facts.engine == "philox4x32-10");
    }
    const std::string saved = source.save();
    REQUIRE(refusal([&] { source.restore(saved.substr(0, saved.find(" cuda"))); }) ==
            repro::errc::state_invalid);
    REQUIRE(refusal([&] { source.restore(saved + "00"); }) == repro::errc::state_invalid);
    REQUIRE(source.save() == saved);
}

TEST_CASE("a tensor of a CUDA device is traced as its copy on the CPU is") {
    need_cuda();
    const auto on_cpu = torch::arange(1000, torch::kFloat64).reshape({10, 100}).t();
    const auto entry = [](const torch::Tensor& t) {
        return repro::detail::describe_tensor("t", 0, repro::detail::view_for_trace(t));
    };
    REQUIRE(entry(on_cpu.to(torch::kCUDA)) == entry(on_cpu));
}

TEST_CASE("a LibTorch with CUDA whose devices do not answer is a recorded fact") {
    if (!at::globalContext().hasCUDART()) SKIP("no-cuda: LibTorch is built without CUDA");
    const support::scoped_variable no_devices("CUDA_VISIBLE_DEVICES", "-1");
    REQUIRE(support::in_fresh_process("without_devices") == "1 stream, 0 devices, missing libtorch/cuda");
}

TEST_CASE("LibTorch without devices, in a process of its own", "[.][without_devices]") {
    libtorch::streams source;
    source.seed(1);
    std::string said = std::to_string(source.ledger().size()) + " stream, " +
                       value_of(source.facts(), "cuda_devices") + " devices, missing";
    for (const repro::missing_fact& each : source.not_seeded())
        said += " " + each.field;
    support::answer(said);
}
