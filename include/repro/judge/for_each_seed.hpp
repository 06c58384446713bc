// SPDX-License-Identifier: MIT
#pragma once
// A sweep inside one program: the same function once a seed, each run in the folder of its seed, and nothing
// run again that is done. The tool's `repro seeds` does the same with processes.

#include <repro/judge/sweep_place.hpp>

#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What a sweep runs, and where.
struct sweep_options {
    std::vector<seed> seeds;
    sweep_place place;
};

/// What became of a seed.
struct seed_outcome {
    enum class what : unsigned char {
        reused,    ///< it had completed before
        completed, ///< it ran, and completed
        failed     ///< it ran, and did not, or could not be run
    };
    repro::seed seed;
    what became = what::failed;
    std::string reason; ///< why it failed
};

namespace detail {

/// Sets a variable of the environment, and gives it back its value.
class variable_for_now {
public:
    variable_for_now(const char* name, const std::string& value) : name_(name), before_(variable(name)) {
        ::setenv(name, value.c_str(), 1);
    }
    variable_for_now(const variable_for_now&) = delete;
    variable_for_now& operator=(const variable_for_now&) = delete;
    ~variable_for_now() {
        if (before_)
            ::setenv(name_, before_->c_str(), 1);
        else
            ::unsetenv(name_);
    }

private:
    const char* name_;
    std::optional<std::string> before_;
};

} // namespace detail

/// Returns what is to be done for a seed before it runs: nothing where it has completed (its results.json is
/// then there), else its folder is free.
///
/// Errors: errc::name_taken where its run is at work; those of write_results and set_aside.
[[nodiscard]] inline bool has_to_run(const sweep_place& place, seed which) {
    const seed_standing standing = standing_of(place, which);
    if (standing.state == seed_state::completed) {
        (void)write_results(place, which);
        return false;
    }
    if (standing.state == seed_state::running)
        throw error(errc::name_taken, place.folder(which).native(),
                    "is the folder of a run that has not ended: " + standing.reason,
                    "wait for it, or move the folder away");
    if (standing.state == seed_state::torn) (void)set_aside(place, which);
    return true;
}

/// Returns what became of a seed that was just run, and writes its results.json.
///
/// Errors: those of write_results.
[[nodiscard]] inline seed_outcome outcome_of(const sweep_place& place, seed which) {
    const seed_standing standing = standing_of(place, which);
    switch (standing.state) {
    case seed_state::completed:
        (void)write_results(place, which);
        return {which, seed_outcome::what::completed, {}};
    case seed_state::missing:
        return {which, seed_outcome::what::failed, "it left no run in " + place.folder(which).native()};
    case seed_state::torn:
    case seed_state::running:
        break;
    }
    return {which, seed_outcome::what::failed, standing.reason};
}

/// Calls `f(seed)` for each seed that has no completed run yet, in order, and returns what became of each.
///
/// `f` makes a `repro::run` and finishes it, as a `main` does: REPRO_SEED and REPRO_RUN_DIR are set while it
/// runs, so the run has the seed and the folder of the sweep whatever the code passes. A seed that throws or
/// leaves no completed run has failed; the others go on.
///
/// Errors:  those of expect_sweep and enter_sweep.
/// Threads: one sweep at a time, and no other thread that reads the environment.
/// Example:
///     const auto done = repro::for_each_seed({{42, 123, 456, 789, 1024}, {"experiments", "FD002", "lstm"}},
///                                            [](repro::seed) { train(); });
template <class F> std::vector<seed_outcome> for_each_seed(const sweep_options& options, F&& f) {
    expect_sweep(options.place, options.seeds);
    const detail::descriptor alone = enter_sweep(options.place);
    std::vector<seed_outcome> outcomes;
    for (const seed each : options.seeds) {
        seed_outcome outcome{each, seed_outcome::what::failed, {}};
        try {
            if (!has_to_run(options.place, each)) {
                outcome.became = seed_outcome::what::reused;
            } else {
                const detail::variable_for_now number("REPRO_SEED", detail::decimal(each.value()));
                const detail::variable_for_now folder("REPRO_RUN_DIR", options.place.folder(each).native());
                f(each);
                outcome = outcome_of(options.place, each);
            }
        } catch (const std::exception& problem) {
            outcome.reason = problem.what();
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

} // namespace repro::inline v0
