// SPDX-License-Identifier: MIT
#pragma once
// From packages to counts, grade and warnings: the one rule for all formats.

#include <repro/lockfiles/text.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace repro::inline v0::lockfiles::detail {

inline void count_packages(report& to) {
    package_counts& counts = to.counts;
    counts = {};
    counts.packages = to.packages.size();
    for (const package& each : to.packages) {
        if (each.direct) ++(*each.direct ? counts.direct : counts.transitive);
        if (each.local) {
            ++counts.local;
            continue;
        }
        counts.hashed += each.hashed() ? 1 : 0;
        counts.floating += each.floating ? 1 : 0;
        counts.inexact += each.exact ? 0 : 1;
    }
}

[[nodiscard]] inline letter grade_of(const report& of) noexcept {
    if (of.scope == scope::constraints) return letter::d;
    if (of.counts.floating > 0) return of.scope == scope::listed ? letter::d : letter::c;
    if (of.counts.inexact > 0) return letter::c;
    if (of.scope == scope::listed) return letter::c;
    return of.counts.hashed + of.counts.local == of.counts.packages ? letter::a : letter::b;
}

inline void warn_of(report& to, warn code, std::size_t count, const char* what) {
    if (count > 0)
        to.warnings.push_back({code, decimal(count) + " of " + decimal(to.counts.packages) + " " + what});
}

/// Fills counts, grade and warnings from the packages.
inline void settle(report& to) {
    count_packages(to);
    to.grade = grade_of(to);
    const auto weak = static_cast<std::size_t>(std::ranges::count_if(to.packages, [](const package& each) {
        return each.hash.starts_with("md5") || each.hash.starts_with("sha1");
    }));
    if (weak > 0) add_fact(to, "weak digests", decimal(weak) + ": MD5 or SHA-1");
    const std::size_t foreign = to.counts.packages - to.counts.local;
    const std::size_t bare = foreign - to.counts.hashed;
    const auto moving = static_cast<std::size_t>(std::ranges::count_if(to.packages, [](const package& each) {
        return each.floating && !each.local && !each.source.empty();
    }));
    if (to.grade == letter::d)
        to.warnings.push_back(
            {warn::lock_constraints_only, to.scope == scope::constraints
                                              ? "it is not a lock: a resolver chooses versions later"
                                              : "it leaves versions open: a resolver chooses them later"});
    else if (bare == foreign)
        warn_of(to, warn::lock_unhashed, bare, "packages without a digest");
    else
        warn_of(to, warn::lock_partial_hash, bare, "packages without a digest");
    warn_of(to, warn::lock_floating_vcs, moving,
            "packages follow a branch, or whatever stands at an address");
    warn_of(to, warn::lock_local_path, to.counts.local, "packages are local: only git holds them");
    if (to.stale.value_or(false))
        to.warnings.push_back({warn::lock_stale, "the project asks for something else by now"});
}

} // namespace repro::inline v0::lockfiles::detail
