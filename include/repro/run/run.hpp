// SPDX-License-Identifier: MIT
#pragma once
// A run: seeds everything at its start, and leaves a manifest that says what it was.

#include <repro/run/checkpoint.hpp>
#include <repro/run/checkpoint_files.hpp>
#include <repro/run/ending.hpp>
#include <repro/run/recorder.hpp>
#include <repro/run/resume.hpp>
#include <repro/stream/snapshot.hpp>
#include <repro/trace/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// One run of a program, from its seeds to its results.
///
/// The constructor seeds every stream and writes the first manifest, whose status is `running`; `finish`
/// writes the last one. A run that is destroyed without `finish` is recorded as failed when an exception
/// passes, else as aborted; an uncaught exception is recorded with its message; whatever else ends the
/// process leaves `running`, and readers say that it was interrupted. Nothing after construction throws but
/// `checkpoint` and `resume`, and they for their caller's sake: a failing world is recorded as missing,
/// warned of on stderr (unless REPRO_QUIET is set), and the training goes on. Where an input, a metric or a
/// tensor is recorded, the calling thread's floating-point environment is compared with that of the start.
/// Ranks that a launcher started together share one folder: rank 0 writes the manifest, each other one a file
/// of its own beside it.
///
/// Threads: every member is safe to call from many threads. A forked child shares the run but records
/// nothing. Example:
///     repro::run run({.id = "softmax-stability", .seed = 42, .config = {{"lr", 0.1}}});
///     run.metric("rmse", 0, 0.25);
///     return run.finish();
class run final : private detail::ending_listener {
public:
    /// Seeds everything, claims a folder, records what is known and writes the first manifest.
    ///
    /// REPRO_SEED replaces the seed, and REPRO_RUN_DIR names the folder.
    /// Errors: errc::id_invalid; errc::seed_invalid for a malformed REPRO_SEED; what an adapter throws when
    /// its
    ///         library refuses.
    template <source... Adapters>
    explicit run(run_options options, Adapters... adapters)
        : recorder_(options, detail::now()),
          report_(seed_everything(options.seed, std::move(adapters)...)),
          level_(options.level),
          strict_(options.strict) {
        start(options);
    }

    run(const run&) = delete;
    run& operator=(const run&) = delete;

    ~run() {
        detail::endings().remove(*this);
        const bool unwinding = std::uncaught_exceptions() > exceptions_at_start_;
        if (unwinding)
            (void)end(run_status::failed, "an exception left the scope of the run");
        else
            (void)end(run_status::aborted, "the run was destroyed before finish()");
    }

    /// Records a file or folder that the run reads: hashed now, and again at the end. `role` says what it is
    /// for.
    void input(const std::filesystem::path& path, std::string_view role) noexcept {
        record(
            "inputs", [&] { return detail::hash_named(path, detail::patient("inputs"), recorder_.limit); },
            [&](detail::named_file& file) {
                recorder_.add_input(std::move(file), role);
                recorder_.check_floating_point([&] { return "input " + path.native(); });
            });
    }

    /// Records a value of a metric. Infinities and NaN are values, too.
    void metric(std::string_view name, std::int64_t step, double value) noexcept {
        record("metrics", [&] {
            recorder_.add_metric(name, step, value);
            recorder_.check_floating_point([&] { return detail::place_of("metric", name, step); });
        });
    }

    /// Records digests of what a tensor holds, in order, in trace.bin, and how far each stream has come: what
    /// the first divergence between two runs is found by. `keep` says whether values are kept as well.
    ///
    /// Other threads may be drawing meanwhile: see registry::for_each_mark.
    template <traceable Tensor>
    void trace(std::string_view name, std::int64_t step, const Tensor& tensor,
               trace_keep keep = trace_keep::digests) noexcept {
        record(
            "trace",
            [&] { return detail::describe_tensor(name, step, detail::view_for_trace(tensor), keep); },
            [&](trace_entry& entry) {
                append(entry);
                recorder_.check_floating_point([&] { return detail::place_of("trace", name, step); });
            });
    }

    /// Writes a checkpoint under `path`: every stream, `point` with its files, the metrics so far, and which
    /// run this is. The one before stands until this one does; then it and its files are gone.
    ///
    /// Returns whether it stands. A failing disk is warned of, and the training goes on.
    /// Errors:  errc::name_taken where something stands under `path` that this run neither took nor went on
    ///          from; errc::name_invalid, errc::argument_invalid for names and values that cannot be kept;
    ///          what a `write` throws.
    /// Threads: no other thread may be drawing, or be in another checkpoint.
    /// Example:
    ///     run.checkpoint("train.checkpoint", {.step = epoch + 1, .files = {{"weights", save_weights}}});
    bool checkpoint(const std::filesystem::path& path, const checkpoint_point& point);

    /// Puts streams, metrics and the chain of runs where the checkpoint under `path` left them; nothing where
    /// there is none yet. Call it before anything is recorded, and after what draws initial values: the
    /// streams forget what was drawn before.
    ///
    /// Streams of ranks (rank_stream) are keyed anew where `rank`, or else this_rank(), is not the one that
    /// took it. Errors:  errc::snapshot_damaged, errc::snapshot_contract; errc::checkpoint_mismatch for one
    /// of another
    ///          id, config or seed; errc::snapshot_mismatch, errc::state_invalid; errc::artifact_missing,
    ///          errc::digest_mismatch for its files. Nothing is changed then.
    /// Threads: no other thread may be drawing.
    [[nodiscard]] std::optional<resumed_point> resume(const std::filesystem::path& path,
                                                      std::optional<shard> rank = {});

    /// From its making to the end of its scope, a phase of the run.
    class phase_scope {
    public:
        phase_scope(const phase_scope&) = delete;
        phase_scope& operator=(const phase_scope&) = delete;
        ~phase_scope() {
            if (!place_) return;
            const detail::moment ended = detail::now(); // waiting for the lock is no part of it
            run_.record("phases", [&] { run_.recorder_.end_phase(*place_, ended); });
        }

    private:
        friend run;
        phase_scope(run& of, std::string_view name) noexcept : run_(of) {
            run_.record("phases", [&] { place_ = run_.recorder_.begin_phase(name); });
        }

        run& run_;
        std::optional<std::size_t> place_;
    };

    /// Records how long a phase takes, by a clock that does not jump, until what is returned goes out of
    /// scope; one that is still open when the run ends is recorded up to there. Phases of one name are
    /// counted and added up; phases within others, and in other threads, have their own time. What is
    /// returned must not outlive the run.
    ///
    /// Example:
    ///     const auto loading = run.phase("load");
    [[nodiscard]] phase_scope phase(std::string_view name) noexcept { return {*this, name}; }

    /// Returns the path of a file in the run's folder.
    [[nodiscard]] std::filesystem::path path(const std::filesystem::path& name) const {
        return recorder_.folder() / name;
    }

    /// Records a file or folder that the run makes, by its name in the run's folder or its path elsewhere. It
    /// is hashed at the end.
    void artifact(const std::filesystem::path& name) noexcept {
        record("artifacts", [&] { artifacts_.push_back(name); });
    }

    /// Writes the last manifest.
    ///
    /// Returns 0, or 1 when the run has failed or, in strict mode, when something could not be recorded or a
    /// gate refuses the manifest (see run/gate.hpp), with the reasons on stderr: the program's exit status.
    /// Calling it again changes nothing.
    int finish() noexcept { return end(run_status::completed, {}); }

    /// Ends the run as failed, with the exception's message.
    void fail(const std::exception& e) noexcept { fail(e.what()); }
    /// Ends the run as failed, and says why.
    void fail(std::string_view reason) noexcept { (void)end(run_status::failed, reason); }

    /// Returns what was seeded.
    [[nodiscard]] const seed_report& report() const noexcept { return report_; }

private:
    enum class shutdown : unsigned char { orderly, abrupt };

    [[nodiscard]] bool owned() const noexcept { return ::getpid() == owner_; }
    [[nodiscard]] bool has_ended() {
        detail::lock_guard lock(mutex_);
        return ended_;
    }

    [[nodiscard]] detail::checkpoint_files& checkpoint_files_at(const std::filesystem::path& path);
    [[nodiscard]] std::string describe_checkpoint(const checkpoint_point& point,
                                                  std::vector<detail::tied_file> files);
    void restore_streams(const detail::checkpoint_record& record, const shard& rank);

    /// Runs a step under the lock, unless this is a forked child or the run has ended.
    template <class Step> void record(const char* field, Step step) noexcept {
        if (!owned()) return;
        detail::lock_guard lock(mutex_);
        if (!ended_) recorder_.attempt(field, step);
    }

    /// Prepares something that may take long before the lock is taken, then runs a step with it.
    template <class Prepare, class Step> void record(const char* field, Prepare prepare, Step step) noexcept {
        if (!owned()) return;
        try {
            auto prepared = prepare();
            record(field, [&] { step(prepared); });
        } catch (...) {
            record(field, [] { throw; }); // there it becomes a warning
        }
    }

    void start(const run_options& options) {
        recorder_.record_seeds(report_);
        recorder_.record_options(options);
        recorder_.claim(options.root);
        recorder_.reserve();
        recorder_.capture();
        recorder_.publish_running();
        detail::endings().add(*this);
    }

    void append(trace_entry& entry) {
        if (trace_failed_) return;
        try {
            entry.name = recorder_.trace_name(entry.name);
            if (!trace_) trace_.emplace(path(recorder_.trace_file()).native());
            streams().for_each_mark(
                [this](std::string_view name, stream_mark mark) { trace_->mark(name, mark); });
            trace_->add(entry);
        } catch (const std::exception& e) {
            trace_failed_ = true;
            recorder_.fail(warn::trace_failed, std::string("the trace ends here: ") + e.what());
        }
    }

    int end(run_status status, std::string_view message) noexcept {
        if (!owned()) return 0;
        detail::lock_guard lock(mutex_);
        return end_locked(status, message, shutdown::orderly);
    }

    int end_locked(run_status status, std::string_view message, shutdown how) noexcept {
        if (ended_) return exit_code_;
        ended_ = true;
        const detail::moment finished = detail::now();
        if (how == shutdown::orderly) {
            recorder_.check_inputs();
            recorder_.record_last_states();
        }
        recorder_.attempt("trace", [&] {
            if (trace_) artifacts_.emplace_back(recorder_.trace_file());
        });
        recorder_.add_artifacts(artifacts_);
        recorder_.publish_final(status, message, finished);
        level_.end();
        exit_code_ = status == run_status::failed || (strict_ && recorder_.refused()) ? 1 : 0;
        return exit_code_;
    }

    // Nothing was unwound, so locks may be held for ever: the registry's, or ours by a thread that hashes.
    void terminated(const std::string& message) noexcept override {
        memory_reserve_.reset(); // what ends the process may be that none is left
        if (!owned() || !detail::wait_a_little([this] { return mutex_.try_lock(); })) return;
        (void)end_locked(run_status::failed, message, shutdown::abrupt);
        mutex_.unlock();
    }

    static constexpr std::size_t memory_reserve_bytes = std::size_t{1} << 20;

    std::unique_ptr<char[]> memory_reserve_ = std::make_unique_for_overwrite<char[]>(memory_reserve_bytes);
    detail::recorder recorder_;
    seed_report report_;
    detail::scoped_level level_;
    std::vector<std::filesystem::path> artifacts_;
    std::optional<trace_writer> trace_;
    std::deque<detail::checkpoint_files> checkpoints_; ///< by path, the only one as a rule
    detail::mutex mutex_;
    pid_t owner_ = ::getpid();
    int exceptions_at_start_ = std::uncaught_exceptions();
    int exit_code_ = 0;
    bool strict_;
    bool trace_failed_ = false;
    bool ended_ = false;
};

inline detail::checkpoint_files& run::checkpoint_files_at(const std::filesystem::path& path) {
    detail::checkpoint_files wanted(path);
    for (detail::checkpoint_files& each : checkpoints_)
        if (each.path() == wanted.path()) return each;
    return checkpoints_.emplace_back(std::move(wanted));
}

inline std::string run::describe_checkpoint(const checkpoint_point& point,
                                            std::vector<detail::tied_file> files) {
    detail::lock_guard lock(mutex_);
    detail::checkpoint_record record = recorder_.describe();
    record.step = point.step;
    record.rank = detail::place_or_launcher(point.rank);
    record.values = point.values;
    record.files = std::move(files);
    record.trace_entries = trace_ ? trace_->entries() : 0;
    record.streams = snapshot();
    return detail::checkpoint_text(record);
}

inline bool run::checkpoint(const std::filesystem::path& path, const checkpoint_point& point) {
    detail::expect_point(point);
    if (!owned() || has_ended()) return false;
    detail::checkpoint_files& files = checkpoint_files_at(path);
    try {
        files.open();
        std::vector<detail::tied_file> tied;
        for (const checkpoint_file& each : point.files)
            tied.push_back(files.write(each));
        const std::string text = describe_checkpoint(point, tied);
        (void)files.publish(text, std::move(tied));
        return true;
    } catch (const error& problem) {
        if (!detail::is_failing_disk(problem.code())) throw;
        record("checkpoint", [&] {
            recorder_.warn_of(
                {warn::checkpoint_failed, std::string("the checkpoint before stays: ") + problem.what()});
        });
        return false;
    }
}

inline void run::restore_streams(const detail::checkpoint_record& record, const shard& rank) {
    detail::saved_streams saved = detail::parse_snapshot(record.streams);
    if (record.rank != rank)
        std::erase_if(saved.streams, [](const auto& each) { return detail::belongs_to_rank(each.name); });
    const auto put_back = [&] { streams().restore(saved, detail::unmatched_sources::refuse); };
    put_back();
    if (report_.seed != record.seed) { // this one was drawn in vain
        streams().seed(record.seed);
        report_.seed = record.seed;
        report_.streams = streams().ledger();
        recorder_.record_seeds_anew(report_);
        put_back();
    }
    if (record.rank != rank)
        streams().rekey_rank_streams(static_cast<std::uint64_t>(record.step), rank.rank(), rank.world());
}

inline std::optional<resumed_point> run::resume(const std::filesystem::path& path,
                                                std::optional<shard> given) {
    const shard rank = detail::place_or_launcher(given);
    if (!owned()) return std::nullopt;
    detail::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    detail::checkpoint_files& files = checkpoint_files_at(path);
    const auto text = files.read();
    if (!text) return std::nullopt;
    detail::checkpoint_record record = detail::read_checkpoint(*text, files.path().native());
    if (recorder_.has_metrics() || trace_) throw detail::late_resume(files.path().native());
    recorder_.expect_own(record, files.path().native());
    auto paths = files.verified(record.files);
    restore_streams(record, rank);
    recorder_.attempt("parent", [&] {
        recorder_.go_on_from(record, {{record.run_id, record.step, detail::evp_sha256(*text)},
                                      record.folder,
                                      record.taken_at,
                                      path.native(),
                                      record.rank,
                                      rank,
                                      record.trace_entries,
                                      record.chain});
    });
    files.adopt(*text, std::move(record.files));
    return resumed_point(record.step, std::move(record.values), std::move(paths));
}

} // namespace repro::inline v0
