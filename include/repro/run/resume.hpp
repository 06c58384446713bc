// SPDX-License-Identifier: MIT
#pragma once
// What a run takes along from one process to the next, and what it refuses to go on from.

#include <repro/core/launcher.hpp>
#include <repro/run/recorder.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0 {
namespace detail {

inline checkpoint_record recorder::describe() const {
    checkpoint_record to;
    to.id = manifest.name;
    to.run_id = manifest.run_id.value_or("-");
    for (const char c : manifest.id)
        to.folder += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    to.taken_at = utc_text(now().calendar);
    to.seed = manifest.seed.value();
    to.config = evp_sha256(manifest.config);
    if (manifest.parent) {
        to.chain = manifest.parent->earlier;
        to.chain.push_back(manifest.parent->taken);
    }
    for (const metric_table::series& each : manifest.metrics.all()) {
        redaction_list counted_by_the_manifest;
        to.metrics.push_back(
            {hide_tokens(each.name, counted_by_the_manifest, "metrics"), each.steps, each.values});
    }
    return to;
}

[[nodiscard]] inline shard place_or_launcher(const std::optional<shard>& given) {
    if (given) return *given;
    const rank_place here = this_rank();
    return {here.rank, here.world};
}

[[nodiscard]] inline error late_resume(const std::string& where) {
    return {errc::checkpoint_mismatch, where, "is to be gone on from after something was recorded",
            "call run.resume before run.metric and run.trace"};
}

inline void recorder::expect_own(const checkpoint_record& record, const std::string& where) const {
    const auto refuse = [&](std::string problem, const char* fix) {
        throw error(errc::checkpoint_mismatch, where, std::move(problem), fix);
    };
    if (record.id != manifest.name)
        refuse("was taken by a run with the id '" + record.id + "'", "name this run's own checkpoint");
    if (record.seed != manifest.seed.value() && manifest.seed_source != seed_source::drawn)
        refuse("was taken under the seed " + decimal(record.seed), "give the seed that the run began with");
    if (record.config != evp_sha256(manifest.config))
        refuse(
            "was taken under another config",
            "go on with the config that the run began with; how many steps are wanted does not belong there");
}

inline void recorder::go_on_from(const checkpoint_record& record, recorded_parent parent) {
    for (const metric_series& each : record.metrics)
        for (std::size_t i = 0; i < each.steps.size(); ++i)
            add_metric(each.name, each.steps[i], each.values[i]);
    const auto words = [](const shard& place) {
        return "rank " + decimal(place.rank()) + " of " + decimal(place.world());
    };
    if (parent.rank != parent.rank_now)
        warn_of({warn::ranks_changed, "the checkpoint was taken by " + words(parent.rank) + ", and this is " +
                                          words(parent.rank_now) +
                                          ": the order of the data goes on, streams of ranks do not"});
    manifest.parent = std::move(parent);
    std::erase(manifest.missing, missing_fact{"parent", not_resumed});
    publish_again();
    print_line("goes on from step " + signed_decimal(record.step) + " of run " + record.folder);
}

inline void recorder::record_seeds_anew(const seed_report& report) {
    manifest.streams.clear();
    manifest.switches.clear();
    std::erase_if(manifest.missing,
                  [](const missing_fact& each) { return each.field.starts_with("streams."); });
    record_seeds(report);
}

} // namespace detail
} // namespace repro::inline v0
