// SPDX-License-Identifier: MIT
#pragma once
// The first two levels: runs under the same seeds, pair by pair. Bit-exact asks for the same bits in metrics,
// artifacts and streams; seed-stable for the last values of metrics within a tolerance.

#include <repro/detail/text.hpp>
#include <repro/judge/run_batch.hpp>
#include <repro/judge/verdict.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace judge {

/// How far two values of a metric may lie apart: the larger of the two allowances counts.
struct tolerance {
    double absolute = 0.01; ///< the source's
    double relative = 0;    ///< of the larger of the two values' sizes
};

} // namespace judge

namespace detail {

/// Returns a number in the fewest digits that give it back.
[[nodiscard]] inline std::string shortest(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// What became of one subject over all pairs: in how many it is equal, and the first place where it is not.
struct pair_tally {
    std::size_t equal = 0;
    std::size_t unknown = 0;
    std::string first_difference;
    std::size_t different = 0;

    void differs(std::string where) {
        if (different++ == 0) first_difference = std::move(where);
    }
    [[nodiscard]] judge::finding result(std::string subject) const {
        using judge::verdict;
        if (different > 0)
            return {std::move(subject), verdict::rejected,
                    "differs in " + decimal(different) + " of " + decimal(equal + different + unknown) +
                        " pairs; first: " + first_difference};
        if (unknown > 0)
            return {std::move(subject), verdict::undecided,
                    "not recorded on both sides in " + decimal(unknown) + " of " + decimal(equal + unknown) +
                        " pairs"};
        return {std::move(subject), verdict::accepted,
                "equal in " + decimal(equal) + " of " + decimal(equal) + " pairs"};
    }
};
using tallies = std::map<std::string, pair_tally>;

[[nodiscard]] inline std::string under_seed(const judge::run_pair& pair) {
    return " under seed " + decimal(seed_of(*pair.first));
}

/// Looks for the first step at which two series of a metric part.
inline void tally_series(const nlohmann::json& a, const nlohmann::json& b, const judge::run_pair& pair,
                         pair_tally& to) {
    const nlohmann::json &sa = a["step"], &sb = b["step"], &va = a["value"], &vb = b["value"];
    const std::size_t common = std::min(sa.size(), sb.size());
    for (std::size_t i = 0; i < common; ++i)
        if (sa[i] != sb[i] || va[i].dump() != vb[i].dump())
            return to.differs("step " + sa[i].dump() + under_seed(pair) + ", " + va[i].dump() + " and " +
                              vb[i].dump());
    if (sa.size() != sb.size())
        return to.differs(decimal(sa.size()) + " and " + decimal(sb.size()) + " values" + under_seed(pair));
    ++to.equal;
}

/// Holds two members of two objects against each other, both absent being equal.
inline void tally_value(const nlohmann::json* a, const nlohmann::json* b, const judge::run_pair& pair,
                        pair_tally& to) {
    const bool known = a != nullptr && b != nullptr && !a->is_null() && !b->is_null();
    if (!known) {
        ++to.unknown;
    } else if (*a == *b) {
        ++to.equal;
    } else {
        const auto told = [](const nlohmann::json& value) {
            return (value.is_string() ? value.get<std::string>() : value.dump()).substr(0, 12);
        };
        to.differs(told(*a) + " and " + told(*b) + under_seed(pair));
    }
}

[[nodiscard]] inline const nlohmann::json* member(const nlohmann::json* object, const std::string& key) {
    if (object == nullptr || !object->is_object()) return nullptr;
    const auto found = object->find(key);
    return found == object->end() ? nullptr : &*found;
}

/// Returns where the digests of a run's artifacts stand. One outside of the run's folder goes by its file's
/// name, as the folder may be another one now.
[[nodiscard]] inline std::map<std::string, const nlohmann::json*>
artifact_digests(const recorded_manifest& run) {
    std::map<std::string, const nlohmann::json*> digests;
    for (const recorded_file& file : run.artifacts) {
        const std::string name =
            file.outside ? std::filesystem::path(file.path).filename().native() : file.path;
        digests[name] = member(member(member(&run.document, "digests"), file.path), "sha256");
    }
    return digests;
}

/// Holds the values under each name against each other.
inline void tally_named(const std::map<std::string, const nlohmann::json*>& a,
                        const std::map<std::string, const nlohmann::json*>& b, const char* what,
                        const judge::run_pair& pair, tallies& to) {
    std::set<std::string> names;
    for (const auto* const side : {&a, &b})
        for (const auto& [name, value] : *side)
            names.insert(name);
    for (const std::string& name : names) {
        const auto value = [&name](const auto& side) {
            const auto found = side.find(name);
            return found == side.end() ? nullptr : found->second;
        };
        tally_value(value(a), value(b), pair, to[what + name]);
    }
}

/// Returns the states of the streams at the end, of those that can be saved.
[[nodiscard]] inline std::map<std::string, const nlohmann::json*>
stream_states(const recorded_manifest& run) {
    std::map<std::string, const nlohmann::json*> states;
    if (const nlohmann::json* const all = member(&run.document, "streams"))
        for (const nlohmann::json& each : *all)
            if (const nlohmann::json* const state = member(&each, "state_at_end"); state && !state->is_null())
                states[each.at("name").get<std::string>()] = state;
    return states;
}

inline void tally_metrics(const judge::run_pair& pair, tallies& to) {
    for (const std::string& name : judge::metric_names({*pair.first}, {*pair.second})) {
        const nlohmann::json* const a = find_series(*pair.first, name);
        const nlohmann::json* const b = find_series(*pair.second, name);
        if (a == nullptr || b == nullptr)
            to["metric " + name].differs(std::string("only one side has it") + under_seed(pair));
        else
            tally_series(*a, *b, pair, to["metric " + name]);
    }
}

/// Says that the sides share none of the metrics that count, where they do not. Without names all count.
inline void expect_common_metric(const judge::run_batch& a, const judge::run_batch& b,
                                 const std::vector<std::string>& names, judge::judgement& to) {
    if (a.empty() || b.empty()) return; // told already
    const auto counting = [&names](const judge::run_batch& side) {
        std::set<std::string> of_side = judge::metric_names(side, {});
        std::erase_if(of_side, [&names](const std::string& each) {
            return !names.empty() && std::ranges::count(names, each) == 0;
        });
        return of_side;
    };
    if (auto reason = judge::reason_no_common_metric(counting(a), counting(b)))
        to.incomparable.push_back(std::move(*reason));
}

/// Says of which runs the code is not known, where there are such.
inline void report_unknown_code(const judge::run_batch& a, const judge::run_batch& b, judge::judgement& to) {
    if (auto unknown = judge::unknown_code(a, b))
        to.findings.push_back({"code", std::nullopt, std::move(*unknown)});
}

/// Says which seeds have no partner, where some have.
inline void report_alone(const std::vector<std::uint64_t>& alone, judge::judgement& to) {
    if (alone.empty()) return;
    std::string list;
    for (const std::uint64_t seed : std::span(alone).first(std::min<std::size_t>(alone.size(), 10)))
        list += (list.empty() ? "" : ", ") + decimal(seed);
    to.findings.push_back(
        {"seeds", judge::verdict::undecided, decimal(alone.size()) + " run on one side alone: " + list});
    to.would_decide.push_back("run the other side under the seeds " + list);
}

} // namespace detail

namespace judge {

/// Returns whether runs under the same seeds have the same bits: every value of every metric, every
/// artifact's digest, the state of every stream at the end.
[[nodiscard]] inline judgement compare_bits(const run_batch& a, const run_batch& b,
                                            const declared_differences& declared = {}) {
    judgement result{level::bit_exact, reasons_incomparable(a, b, declared), {}, {}};
    detail::expect_common_metric(a, b, {}, result);
    std::vector<std::uint64_t> alone;
    detail::tallies tallies;
    for (const run_pair& pair : pair_by_seed(a, b, alone)) {
        detail::tally_metrics(pair, tallies);
        const auto& [first, second] = pair;
        detail::tally_named(detail::artifact_digests(*first), detail::artifact_digests(*second), "artifact ",
                            pair, tallies);
        detail::tally_named(detail::stream_states(*first), detail::stream_states(*second), "stream ", pair,
                            tallies);
    }
    for (const auto& [subject, tally] : tallies)
        result.findings.push_back(tally.result(subject));
    detail::report_alone(alone, result);
    detail::report_unknown_code(a, b, result);
    return result;
}

/// How far one metric's last values lie apart, pair by pair.
[[nodiscard]] inline finding compare_values(const std::string& metric, const seeded_values& a,
                                            const seeded_values& b, const tolerance& allowed) {
    std::size_t outside = 0, pairs = 0;
    const std::size_t values = a.values.size() + b.values.size();
    double worst = -1, worst_share = -1;
    std::string place;
    for (std::size_t i = 0, j = 0; i < a.seeds.size() && j < b.seeds.size();) {
        if (a.seeds[i] != b.seeds[j]) {
            (a.seeds[i] < b.seeds[j] ? i : j) += 1;
            continue;
        }
        const double x = a.values[i], y = b.values[j];
        const bool same = x == y || (std::isnan(x) && std::isnan(y));
        const double apart = same ? 0.0 : std::abs(x - y);
        const double reach =
            std::max(allowed.absolute, allowed.relative * std::max(std::abs(x), std::abs(y)));
        const bool holds = std::isfinite(apart) && apart <= reach;
        const double share = std::isfinite(apart) ? apart / reach : std::numeric_limits<double>::infinity();
        outside += holds ? 0 : 1;
        ++pairs;
        if (share > worst_share || worst < 0) {
            worst = apart;
            worst_share = share;
            place = detail::shortest(x) + " and " + detail::shortest(y) + " under seed " +
                    detail::decimal(a.seeds[i]);
        }
        ++i, ++j;
    }
    if (pairs == 0) return {"metric " + metric, verdict::undecided, "no seed has a value on both sides"};
    const std::size_t alone = values - 2 * pairs;
    return {"metric " + metric,
            outside > 0 ? verdict::rejected
            : alone > 0 ? verdict::undecided
                        : verdict::accepted,
            detail::decimal(pairs - outside) + " of " + detail::decimal(pairs) +
                " pairs within the tolerance; worst: " + place + ", " + detail::shortest(worst) + " apart" +
                (alone > 0 ? "; " + detail::decimal(alone) + " more have a value on one side alone" : ""),
            {{"pairs", static_cast<double>(pairs)},
             {"outside", static_cast<double>(outside)},
             {"worst", worst},
             {"absolute", allowed.absolute},
             {"relative", allowed.relative}}};
}

} // namespace judge
} // namespace repro::inline v0
