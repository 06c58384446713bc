// SPDX-License-Identifier: MIT
#pragma once
// The registry: every stream of the process, by name. Named streams are keyed and counter-based; sources are
// the twins, the C library, adapters and the user's engines.

#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/mutex.hpp>
#include <repro/detail/only_thread.hpp>
#include <repro/stream/copies.hpp>
#include <repro/stream/engine.hpp>
#include <repro/stream/fork.hpp>
#include <repro/stream/joined_source.hpp>
#include <repro/stream/named_stream.hpp>
#include <repro/stream/saved_streams.hpp>
#include <repro/stream/tracked.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <pthread.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

class stream_handle;

/// Every stream of the process. There is one: `streams()`.
///
/// Threads: every member is safe to call from any thread, but `seed`, `save`, `restore` and `ledger` read or
///          write the states of all streams, so no other thread may be drawing.
class registry {
public:
    registry(const registry&) = delete;
    registry& operator=(const registry&) = delete;

    /// Seeds every source and re-keys every named stream; later ones follow.
    void seed(repro::seed s) {
        detail::lock_guard lock(mutex_);
        seed_all(s, root_key(s));
        seed_ = s;
        run_depth_ = detail::process_fork_path.depth;
        if (!first_seeded_) first_seeded_ = detail::now();
    }

    /// Returns the seed that `seed` was given last; nothing before.
    [[nodiscard]] std::optional<repro::seed> seed() const {
        detail::lock_guard lock(mutex_);
        return seed_;
    }

    /// Seeds this process as a worker whose streams are keyed under `root`. The run's seed stays what it is.
    void seed_as_worker(const stream_key& root) {
        detail::lock_guard lock(mutex_);
        seed_all(derive_seed(root, "worker"), root);
    }

    /// Keys the streams of ranks (rank_stream) anew: what another rank or world drew there is not drawn
    /// again.
    ///
    /// Stability: contract 1.
    void rekey_rank_streams(std::uint64_t step, std::uint64_t rank, std::uint64_t world) {
        detail::lock_guard lock(mutex_);
        rank_root_ = key_hash("rank").add(root_).add(step).add(rank).add(world).key();
        for (auto& [name, stream] : named_)
            if (detail::belongs_to_rank(name)) rekey(stream);
    }

    /// Returns whether this process is a child, by fork, of the one that was seeded.
    [[nodiscard]] bool in_forked_child() const {
        detail::lock_guard lock(mutex_);
        return detail::process_fork_path.depth != run_depth_;
    }

    /// Returns when `seed` was called first; nothing before.
    [[nodiscard]] std::optional<detail::moment> first_seeded_at() const {
        detail::lock_guard lock(mutex_);
        return first_seeded_;
    }

    /// Adds a source, in place of one of the same name. It is seeded by the next `seed`.
    ///
    /// Errors: errc::name_invalid; errc::name_taken if a named stream has that name.
    template <source Source> void add(Source s) {
        detail::expect_stream_name(s.name());
        detail::lock_guard lock(mutex_);
        detail::joined_source fresh{joining(std::move(s)), std::nullopt};
        if (detail::joined_source* const old = find(fresh.source->name())) {
            std::swap(*old, fresh);
            return;
        }
        expect_free(fresh.source->name());
        sources_.push_back(std::move(fresh));
    }

    /// Adds the user's engine, which has to outlive its tracking. It is seeded at once where the registry is
    /// seeded already, else by the next `seed`.
    ///
    /// Errors: errc::name_invalid; errc::name_taken if a stream or source has that name, or its prefix is one
    /// of
    ///         the library's own.
    template <standard_engine Engine> void track(std::string name, Engine& engine) {
        detail::expect_stream_name(name);
        detail::tracked_source<Engine> tracked(std::move(name), engine);
        detail::lock_guard lock(mutex_);
        expect_free(tracked.name());
        expect_unreserved(tracked.name());
        sources_.push_back({joining(std::move(tracked)), std::nullopt});
        if (seed_) sources_.back().seed(source_seed());
    }

    /// Removes the source or the user's engine `name`; nothing happens if there is none.
    void untrack(std::string_view name) {
        detail::lock_guard lock(mutex_);
        std::erase_if(sources_, [&](const auto& each) { return each.source->name() == name; });
    }

    /// Returns a handle of the stream `name`. The same name gives the same stream, whoever asks, in any
    /// order.
    ///
    /// Errors: errc::not_seeded before the first `seed`; errc::name_invalid; errc::name_taken if a source has
    /// it.
    [[nodiscard]] stream_handle stream(std::string_view name);

    /// Returns every stream as it stands: sources in the order in which they joined, then named streams by
    /// name.
    [[nodiscard]] std::vector<stream_facts> ledger() const {
        detail::lock_guard lock(mutex_);
        std::vector<stream_facts> all;
        for (const auto& each : sources_)
            for (stream_facts& facts : each.source->ledger())
                all.push_back(std::move(facts));
        for (auto& [name, stream] : named_) {
            if (stream.depth != detail::process_fork_path.depth) rekey(stream);
            all.push_back(stream.facts(key_note(name)));
        }
        return all;
    }

    /// Calls `visit(name, mark)` for every stream that can say how far it has come: named streams, the twins,
    /// the C library's, users' engines whose bytes are their state, and each source of others, all its
    /// streams in one digest of what it saves.
    ///
    /// Threads: other threads may be drawing. Named streams and sources that say `marked_beside_threads` are
    ///          read all the same; the others are mark_kind::unread unless this is the only thread of the
    ///          process.
    template <class Visit> void for_each_mark(Visit visit) const {
        detail::lock_guard lock(mutex_);
        const bool alone = detail::is_only_thread();
        for (const auto& each : sources_)
            if (!alone && !each.source->marked_beside_threads())
                visit(std::string_view(each.source->name()), stream_mark{});
            else if (const auto mark = each.source->mark())
                visit(std::string_view(each.source->name()), *mark);
        for (const auto& [name, stream] : named_)
            visit(std::string_view(name), stream_mark{mark_kind::draws, stream.published_draws()});
    }

    /// Returns what the sources switched and read back, names prefixed by the source's.
    [[nodiscard]] std::vector<fact> facts() const {
        detail::lock_guard lock(mutex_);
        std::vector<fact> all;
        for (const auto& each : sources_)
            for (const fact& f : each.source->facts())
                all.push_back({std::string(each.source->name()) + "." + f.name, f.value});
        return all;
    }

    /// Returns what the sources know they do not cover.
    [[nodiscard]] std::vector<missing_fact> not_seeded() const {
        detail::lock_guard lock(mutex_);
        std::vector<missing_fact> all;
        for (const auto& each : sources_)
            for (missing_fact& gap : each.source->not_seeded())
                all.push_back(std::move(gap));
        return all;
    }

    /// Returns whether a source of that name takes part.
    [[nodiscard]] bool has_source(std::string_view name) const {
        detail::lock_guard lock(mutex_);
        return find(name) != nullptr;
    }

    /// Returns the snapshot's lines but for its head and digest; `snapshot()` is what users call.
    [[nodiscard]] std::string save() const;

    /// Puts every source and stream of `saved` back. Named streams that it does not hold return to their
    /// start.
    ///
    /// Errors: errc::snapshot_mismatch if the sources here are not those of `saved` and `unmatched` refuses
    /// that,
    ///         and what a source's restore throws. Nothing is changed then: what was restored is put back.
    void restore(const detail::saved_streams& saved, detail::unmatched_sources unmatched);

    /// Returns the names of all sources.
    [[nodiscard]] std::vector<std::string> source_names() const {
        detail::lock_guard lock(mutex_);
        std::vector<std::string> names;
        for (const auto& each : sources_)
            names.emplace_back(each.source->name());
        return names;
    }

private:
    friend class stream_handle;
    friend registry& streams();

    registry() {
        repro_v0_registry_in_use = 1;
        pthread_atfork([] { instance().before_fork(); }, [] { instance().mutex_.unlock(); },
                       [] { instance().after_fork_in_child(); });
    }

    /// Never destroyed: streams may be drawn from while static objects end.
    REPRO_SHARED static registry& instance() {
        static auto* const only = new registry;
        return *only;
    }

    void before_fork() noexcept {
        mutex_.lock();
        ++detail::process_fork_path.children;
    }

    void after_fork_in_child() noexcept {
        detail::fork_path& path = detail::process_fork_path;
        root_ = key_hash("fork").add(root_).add(path.children).key();
        if (rank_root_) rank_root_ = key_hash("fork").add(*rank_root_).add(path.children).key();
        path = {path.depth + 1, 0};
        mutex_.unlock();
    }

    void seed_all(repro::seed s, const stream_key& root) {
        for (detail::joined_source& each : sources_)
            each.seed(s);
        root_ = root;
        rank_root_.reset();
        detail::process_fork_path.children = 0; // what is forked from now on depends on this root alone
        for (auto& [name, stream] : named_)
            rekey(stream);
    }

    template <source Source> [[nodiscard]] static detail::box<detail::any_source> joining(Source s) {
        return detail::box<detail::any_source>(new detail::source_model<Source>(std::move(s)));
    }

    void expect_free(std::string_view name) const {
        if (find(name) != nullptr || named_.find(name) != named_.end())
            throw error(errc::name_taken, "stream '" + std::string(name) + "'", "exists already",
                        "choose another name, or untrack the first");
    }

    /// The library's own sources join with the first seed_everything, which may come later.
    static void expect_unreserved(std::string_view name) {
        for (const std::string_view prefix : {"c/", "python/", "numpy/", "pytorch/", "jax/"})
            if (name.starts_with(prefix))
                throw error(errc::name_taken, "stream '" + std::string(name) + "'",
                            "begins with a prefix of the library's own streams", "choose another name");
    }

    [[nodiscard]] detail::joined_source* find(std::string_view name) const noexcept {
        for (detail::joined_source& each : sources_)
            if (each.source->name() == name) return &each;
        return nullptr;
    }

    /// Whether this process keys its streams as the seeded one does, not as a child or a worker.
    [[nodiscard]] bool keyed_by_seed_alone() const noexcept { return root_ == root_key(*seed_); }

    /// The seed of a source that joins now: the run's, or the worker's, or a forked child's own.
    [[nodiscard]] repro::seed source_seed() const noexcept {
        return keyed_by_seed_alone() ? *seed_ : repro::seed(derive_seed(root_, "worker"));
    }

    [[nodiscard]] const stream_key& root_of(std::string_view name) const noexcept {
        return rank_root_ && detail::belongs_to_rank(name) ? *rank_root_ : root_;
    }

    void rekey(detail::named_stream& stream) const noexcept {
        stream.engine = stream_engine(derive_key(root_of(stream.name), stream.name));
        stream.depth = detail::process_fork_path.depth;
        stream.publish_draws();
    }

    [[nodiscard]] std::string key_note(std::string_view name) const {
        if (rank_root_ && detail::belongs_to_rank(name))
            return "keyed by seed, name, rank, world, and the step at which the ranks changed";
        return keyed_by_seed_alone() ? "keyed by seed and name"
                                     : "keyed by seed, name, and place among workers or forks";
    }

    void restore_sources(const std::vector<detail::saved_source>& saved, detail::unmatched_sources unmatched);
    void restore_named(const std::vector<std::pair<std::string, stream_engine>>& restored);

    mutable detail::mutex mutex_;
    std::optional<repro::seed> seed_;
    stream_key root_{}; ///< of all named streams: the seed's, the worker's, or the forked child's own
    std::optional<stream_key> rank_root_; ///< of the streams of ranks, once ranks have changed
    unsigned run_depth_ = 0;              ///< of forks, when `seed` was called
    std::optional<detail::moment> first_seeded_;
    mutable std::vector<detail::joined_source> sources_;
    mutable std::map<std::string, detail::named_stream, std::less<>> named_;
};

/// Returns the registry of this process.
[[nodiscard]] REPRO_SHARED inline registry& streams() { return registry::instance(); }

/// A uniform random bit generator of 64-bit words that draws from a named stream. Copies share its state.
///
/// After a fork, the child's streams are keyed anew on first use, by the order of the forks since the seed.
/// Threads: one stream belongs to one thread at a time, whichever handle is used.
class stream_handle {
public:
    using result_type = stream_engine::result_type;

    [[nodiscard]] static constexpr result_type min() noexcept { return stream_engine::min(); }
    [[nodiscard]] static constexpr result_type max() noexcept { return stream_engine::max(); }

    /// Returns the next word of the stream.
    result_type operator()() noexcept {
        const result_type word = engine()();
        stream_->publish_draws();
        return word;
    }

    /// Skips `count` words.
    void discard(std::uint64_t count) noexcept {
        engine().discard(count);
        stream_->publish_draws();
    }

    /// Moves the stream to the start of its next substream, 2^64 words on.
    void jump() noexcept {
        engine().jump();
        stream_->publish_draws();
    }

    /// Returns an engine of its own for the part `index` of the work: the same whenever and wherever it is
    /// asked for. The stream is left as it is.
    [[nodiscard]] stream_engine split(std::uint64_t index) const noexcept { return engine().split(index); }

    /// Returns how many words were taken from the current substream.
    [[nodiscard]] std::uint64_t draws() const noexcept { return engine().draws(); }

    [[nodiscard]] std::string_view name() const noexcept { return stream_->name; }

private:
    friend class registry;
    stream_handle(registry& owner, detail::named_stream& stream) noexcept
        : owner_(&owner), stream_(&stream) {}

    stream_engine& engine() const noexcept {
        if (stream_->depth != detail::process_fork_path.depth) [[unlikely]]
            owner_->rekey(*stream_);
        return stream_->engine;
    }

    registry* owner_;
    detail::named_stream* stream_;
};

inline stream_handle registry::stream(std::string_view name) {
    detail::expect_stream_name(name);
    detail::lock_guard lock(mutex_);
    if (!seed_)
        throw error(
            errc::not_seeded, "stream '" + std::string(name) + "'", "is asked for before there is a seed",
            "call seed_everything, or make the run, first; a plug-in whose program does not export its "
            "symbols (-rdynamic) has a registry of its own");
    auto found = named_.find(name);
    if (found == named_.end()) {
        if (find(name) != nullptr)
            throw error(errc::name_taken, "stream '" + std::string(name) + "'", "is a source of the registry",
                        "choose another name");
        found = named_.emplace(std::string(name), detail::named_stream{{}, stream_engine({}), 0}).first;
        found->second.name = found->first;
        rekey(found->second);
    }
    return {*this, found->second};
}

/// Returns a handle of the process-wide stream `name`: `streams().stream(name)`.
[[nodiscard]] inline stream_handle stream(std::string_view name) { return streams().stream(name); }

} // namespace repro::inline v0
