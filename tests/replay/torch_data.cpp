// SPDX-License-Identifier: MIT
#include "torch_data.hpp"

#include <repro/compat/numpy/random_state.hpp>
#include <repro/compat/python.hpp>

namespace replay {
namespace {

value batches_of(const torch::batches& batches) {
    list all;
    for (const auto& batch : batches)
        all.emplace_back(list_of(batch));
    return all;
}

/// The generators of one call: the global one, and its own where `generator_seed` makes one.
class data_call {
public:
    data_call(const json& a, torch::cpu_generator& global, bool& known)
        : a_(a), global_(global), known_(known) {
        if (!a.contains("generator_seed")) return;
        own_ = global;
        own_->manual_seed(seed_bits(a["generator_seed"]));
    }

    value random_sampler() {
        torch::cpu_generator own = own_ ? *own_ : torch::sampler_generator(global_);
        const std::size_t n = count(need(a_, "n")), samples = count_or(a_, "num_samples", n);
        return list_of(flag_or(a_, "replacement", false)
                           ? torch::random_sampler_with_replacement(n, samples, own)
                           : torch::random_sampler(n, samples, own));
    }

    value weighted_random_sampler() {
        const auto weights = numbers_or_placeholders(need(a_, "weights"), known_);
        return list_of(torch::weighted_random_sampler(weights, count(need(a_, "num_samples")), generator(),
                                                      replacement_of(a_, true)));
    }

    value subset_random_sampler() {
        return list_of(
            torch::subset_random_sampler(integers_as<std::int64_t>(need(a_, "indices")), generator()));
    }

    value random_split() {
        list parts;
        const auto lengths = extents(need(a_, "lengths"));
        for (const auto& part : torch::random_split(count(need(a_, "n")), lengths, generator()))
            parts.emplace_back(list_of(part));
        return parts;
    }

    value distributed_sampler(std::uint64_t seed) const {
        const std::size_t n = count(need(a_, "n")), replicas = count(need(a_, "num_replicas"));
        const auto rest = flag_or(a_, "drop_last", false) ? torch::remainder::drop : torch::remainder::pad;
        list ranks;
        for (std::size_t rank = 0; rank < replicas; ++rank)
            ranks.emplace_back(
                list_of(torch::distributed_sampler(n, replicas, rank, seed, count_or(a_, "epoch", 0), rest)));
        return ranks;
    }

    value order() {
        const torch::data_loader from = loader(true);
        list epochs;
        for (std::size_t e = 0; e < count_or(a_, "epochs", 1); ++e)
            epochs.emplace_back(batches_of(next_epoch(from).batches));
        return epochs;
    }

    /// What the generators of each worker drew for each element: Python's getrandbits(32), NumPy's
    /// randint(0, 2**32) and torch.randint(0, 2**32).
    value worker_seeds() {
        struct worker {
            torch::worker_seed seeds;
            repro::python::random python;
            repro::numpy::random_state numpy;
            torch::cpu_generator torch;
        };
        const torch::loader_epoch epoch = next_epoch(loader(false));
        constexpr std::int64_t end = std::int64_t{1} << 32;
        std::vector<worker> workers;
        for (std::uint32_t w = 0; w < count(need(a_, "workers")); ++w) {
            const torch::worker_seed seeds = torch::worker_seeds(epoch.base_seed, w, global_.follows());
            if (!seeds.numpy) throw unsupported("workers that leave NumPy unseeded");
            const std::span<const std::uint32_t> key(*seeds.numpy);
            workers.push_back(
                {seeds, repro::python::random(seeds.seed), repro::numpy::random_state(key), global_});
            workers.back().torch.manual_seed(seeds.seed);
        }
        list rows;
        for (std::size_t b = 0; b < epoch.batches.size(); ++b)
            for (const std::int64_t index : epoch.batches[b]) {
                worker& w = workers.at(b % workers.size());
                list row{index, b % workers.size(), w.seeds.seed, w.python.getrandbits(32)};
                row.emplace_back(w.numpy.randint(0, end));
                row.emplace_back(w.torch.randint(0, end));
                rows.emplace_back(std::move(row));
            }
        return object{{"base_seed", epoch.base_seed},
                      {"rows_index_workerid_workerseed_pyrandom32_nprandint32_torch32", std::move(rows)}};
    }

private:
    torch::cpu_generator& generator() { return own_ ? *own_ : global_; }

    [[nodiscard]] torch::data_loader loader(bool shuffled) const {
        return torch::data_loader(
            count(need(a_, "n")), count_or(a_, "batch_size", 1),
            flag_or(a_, "shuffle", shuffled) ? torch::order::shuffled : torch::order::sequential,
            flag_or(a_, "drop_last", false) ? torch::last_batch::drop : torch::last_batch::keep);
    }

    torch::loader_epoch next_epoch(const torch::data_loader& from) {
        return own_ ? from.epoch(*own_) : from.epoch_of_global(global_);
    }

    const json& a_;
    torch::cpu_generator& global_;
    bool& known_;
    std::optional<torch::cpu_generator> own_;
};

} // namespace

std::optional<value> torch_data_call(const std::string& name, const json& a, std::uint64_t seed,
                                     torch::cpu_generator& global, bool& known) {
    data_call call(a, global, known);
    if (name == "RandomSampler") return call.random_sampler();
    if (name == "WeightedRandomSampler") return call.weighted_random_sampler();
    if (name == "SubsetRandomSampler") return call.subset_random_sampler();
    if (name == "random_split") return call.random_split();
    if (name == "DistributedSampler") return call.distributed_sampler(seed);
    if (name == "DataLoader_order") return call.order();
    if (name == "DataLoader_worker_seeds") return call.worker_seeds();
    return std::nullopt;
}

} // namespace replay
