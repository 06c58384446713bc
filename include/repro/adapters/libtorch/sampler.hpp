// SPDX-License-Identifier: MIT
#pragma once
// A random order for LibTorch's data loader: keyed by the seed, a name and the epoch, and resumable.

#if !__has_include(<torch/data/samplers/base.h>)
#error                                                                                                       \
    "repro/adapters/libtorch/sampler.hpp needs LibTorch: find_package(repro COMPONENTS libtorch), link repro::libtorch"
#else

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/rng/distributions.hpp>
#include <repro/stream/registry.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <torch/data/samplers/base.h>
#include <torch/serialize.h>
#include <torch/types.h>
#include <utility>
#include <vector>

namespace repro::inline v0::libtorch {

/// Where a sampler begins: an epoch, and how many of its samples were used already.
struct sampler_position {
    std::uint64_t epoch = 0;
    std::size_t sample = 0;
};

/// A sampler for `torch::data::make_data_loader`. The order of epoch e depends on the seed of the run, on the
/// name and on e alone: not on the number of workers, nor on what else was drawn. Each pass over the loader
/// is the next epoch.
///
/// A loader fetches ahead of the training, so a run that resumes says itself how many samples it has used:
/// pass the position to the constructor.
/// Does not cover: what a data set's transforms draw in the workers' threads; key that by epoch and sample,
/// with `stream("augment").split(epoch).split(index)`.
/// Threads: one object belongs to one thread at a time, as the loader keeps it.
/// Example:
///     auto loader = torch::data::make_data_loader(data, repro::libtorch::sampler(rows, "data/shuffle"), 32);
class sampler : public torch::data::samplers::Sampler<> {
public:
    /// Orders `size` samples by the stream `name`, from `start` on.
    ///
    /// Errors: errc::name_invalid; errc::not_seeded before there is a seed; errc::argument_invalid where the
    ///         position lies behind the end.
    explicit sampler(std::size_t size, std::string name = "data/shuffle", sampler_position start = {})
        : name_(std::move(name)), size_(size), start_(start) {
        (void)stream(name_);
        expect_within(start_);
    }

    /// Begins the next epoch, or the one that the constructor or `load` named.
    void reset(torch::optional<std::size_t> new_size = torch::nullopt) override { begin(new_size); }

    /// Returns the next indices, at most `batch_size`; nothing at the end of the epoch.
    torch::optional<std::vector<std::size_t>> next(std::size_t batch_size) override {
        if (!begun_) begin(torch::nullopt);
        if (at_ == order_.size()) return torch::nullopt;
        const std::size_t end = at_ + std::min(batch_size, order_.size() - at_);
        std::vector<std::size_t> batch(order_.begin() + static_cast<std::ptrdiff_t>(at_),
                                       order_.begin() + static_cast<std::ptrdiff_t>(end));
        at_ = end;
        return batch;
    }

    /// Returns the epoch, and how many of its samples were handed out.
    [[nodiscard]] sampler_position position() const noexcept {
        return begun_ ? sampler_position{epoch_, at_} : start_;
    }

    /// Writes what `position` returns.
    void save(torch::serialize::OutputArchive& archive) const override {
        const sampler_position now = position();
        archive.write("epoch", torch::tensor(static_cast<std::int64_t>(now.epoch)), /*is_buffer=*/true);
        archive.write("sample", torch::tensor(static_cast<std::int64_t>(now.sample)), /*is_buffer=*/true);
    }

    /// Takes a position back; the next pass begins there.
    ///
    /// Errors: errc::argument_invalid where it lies behind the end; nothing is changed.
    void load(torch::serialize::InputArchive& archive) override {
        torch::Tensor epoch, sample;
        archive.read("epoch", epoch, /*is_buffer=*/true);
        archive.read("sample", sample, /*is_buffer=*/true);
        const sampler_position saved{static_cast<std::uint64_t>(epoch.item<std::int64_t>()),
                                     static_cast<std::size_t>(sample.item<std::int64_t>())};
        expect_within(saved);
        start_ = saved;
        begun_ = false;
    }

private:
    void begin(torch::optional<std::size_t> new_size) {
        const sampler_position from = begun_ ? sampler_position{epoch_ + 1, 0} : start_;
        size_ = new_size.value_or(size_);
        expect_within(from);
        epoch_ = from.epoch;
        order_.resize(size_);
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        auto engine = stream(name_).split(epoch_);
        shuffle(engine, order_);
        at_ = from.sample;
        begun_ = true;
    }

    void expect_within(const sampler_position& where) const {
        if (where.sample > size_)
            throw error(errc::argument_invalid, "sampler '" + name_ + "'",
                        "begins at sample " + repro::detail::decimal(where.sample) + " of " +
                            repro::detail::decimal(size_),
                        "pass a position within the epoch");
    }

    std::string name_;
    std::size_t size_;
    sampler_position start_;
    std::uint64_t epoch_ = 0;
    std::size_t at_ = 0;
    bool begun_ = false;
    std::vector<std::size_t> order_;
};

} // namespace repro::inline v0::libtorch
#endif
