// SPDX-License-Identifier: MIT
#pragma once
// A manifest in the making, and what becomes of a step of recording that fails: the field is missing, with
// the reason, one warning is printed, and nothing is thrown into the training.

#include <repro/core/entropy.hpp>
#include <repro/run/console.hpp>
#include <repro/run/manifest.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// What a manifest will say. Not for several threads at once.
struct recording {
    detail::manifest manifest;
    /// What was called before this run: a process counts over all of its runs.
    std::vector<not_deterministic_use> called_before = not_deterministic_uses();
    hash_limit limit;    ///< of files and folders that are hashed whole
    std::string who;     ///< stands before what this process prints, where it is one of many
    bool failed = false; ///< whether something stays unrecorded: strict runs fail by it

    /// Runs one step of recording; a failure is recorded in place of the field.
    template <class Step> void attempt(const char* field, Step step) noexcept {
        const own_draws ours; // libraries that recording asks draw for themselves: libgit2 does
        try {
            step();
        } catch (const std::exception& e) {
            give_up(field, e.what());
        } catch (...) {
            give_up(field, "unknown exception");
        }
    }

    /// Records a warning, and prints it the first time.
    void warn_of(const warning& note) {
        std::vector<warning>& all = manifest.warnings;
        if (std::find(all.begin(), all.end(), note) != all.end()) return;
        all.push_back(note);
        print_line(who + "warning: " + note.text + " [" + std::string(to_string(note.code)) + "]");
    }

    /// Warns of something that stays unrecorded.
    void fail(warn code, std::string text) {
        failed = true;
        warn_of({code, std::move(text)});
    }

private:
    void give_up(const char* field, const char* reason) noexcept {
        failed = true;
        try {
            manifest.miss(field, reason);
            warn_of({warn::record_failed, std::string(field) + " is not recorded: " + reason});
        } catch (...) { // no memory for the words; strict runs still fail
        }
    }
};

} // namespace detail
} // namespace repro::inline v0
