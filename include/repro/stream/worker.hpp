// SPDX-License-Identifier: MIT
#pragma once
// Streams of workers: different for each worker, the same for the same (seed, worker, epoch), whether the
// worker is a thread or a forked process.

#include <repro/stream/registry.hpp>

#include <cstdint>
#include <string_view>

namespace repro::inline v0 {

/// The streams of one worker in one epoch. A value: cheap to copy, shares nothing.
class worker_streams {
public:
    explicit worker_streams(const stream_key& root) noexcept : root_(root) {}

    /// Returns the worker's stream `name`, from its start.
    ///
    /// Errors: errc::name_invalid.
    [[nodiscard]] stream_engine stream(std::string_view name) const {
        detail::expect_stream_name(name);
        return stream_engine(derive_key(root_, name));
    }

    /// Returns a seed for what takes a number: a twin or a library's generator that the worker owns.
    [[nodiscard]] repro::seed seed() const noexcept { return derive_seed(root_, "worker"); }

private:
    stream_key root_;
};

/// Returns the streams of worker `worker` in epoch `epoch` of the run.
///
/// In a forked child of the seeded process the streams of the process are the child's own, and are seeded
/// too: sources with `worker_streams::seed`, named streams with the same keys as `worker_streams::stream`. In
/// a thread of the seeded process they are everybody's, and are left alone: draw from the result. Stability:
/// contract 1. Errors:    errc::not_seeded. Example:
///     auto mine = repro::seed_worker(worker, epoch);
///     auto noise = mine.stream("augment");
inline worker_streams seed_worker(std::uint64_t worker, std::uint64_t epoch) {
    const auto run_seed = streams().seed();
    if (!run_seed)
        throw error(errc::not_seeded, "worker " + detail::decimal(worker), "is seeded before there is a seed",
                    "call seed_everything, or make the run, first");
    const stream_key root = key_hash("worker").add(root_key(*run_seed)).add(worker).add(epoch).key();
    if (streams().in_forked_child()) streams().seed_as_worker(root);
    return worker_streams(root);
}

} // namespace repro::inline v0
