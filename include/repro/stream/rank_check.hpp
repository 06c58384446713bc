// SPDX-License-Identifier: MIT
#pragma once
// Holds the states of all ranks' streams against each other: those of each rank have to differ, all others
// have to be equal. A wrong state on some ranks is loud here, and nowhere else.

#include <repro/stream/rank_stream.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A value, and the ranks that have it, rising.
struct rank_group {
    std::string value;
    std::vector<std::uint64_t> ranks;
};

/// What one rank says of one thing.
struct rank_value {
    std::uint64_t rank = 0;
    std::string value;
};

/// A stream as all ranks know it together.
struct stream_of_ranks {
    std::string name; ///< "data/shuffle"; "rank/noise" for the ranks' own "rank-0/noise", "rank-1/noise", ...
    bool own = false; ///< each rank has one of its own

    friend auto operator<=>(const stream_of_ranks&, const stream_of_ranks&) = default;
};

/// A stream that does not stand as it has to.
struct rank_finding {
    std::string stream; ///< the name of its stream_of_ranks
    std::string text;   ///< which ranks, and what is wrong
};

/// The states of one rank's streams: names, and digests as text.
struct rank_states {
    std::uint64_t rank = 0;
    std::vector<std::pair<std::string, std::string>> streams;
};

/// Returns rising ranks as ranges: "0-2,5,7-9". Beyond 256 ranges it says how many ranks are left out.
[[nodiscard]] inline std::string rank_ranges(std::span<const std::uint64_t> ranks) {
    std::string text;
    std::size_t n_ranges = 0;
    for (std::size_t i = 0; i < ranks.size();) {
        std::size_t last = i;
        while (last + 1 < ranks.size() && ranks[last + 1] == ranks[last] + 1)
            ++last;
        if (++n_ranges > 256) return text + " and " + detail::decimal(ranks.size() - i) + " more";
        text += (text.empty() ? "" : ",") + detail::decimal(ranks[i]);
        if (last > i) text += "-" + detail::decimal(ranks[last]);
        i = last + 1;
    }
    return text;
}

/// Returns the values with their ranks, in the order of the lowest rank of each.
[[nodiscard]] inline std::vector<rank_group> group_ranks(std::span<const rank_value> values) {
    std::map<std::string_view, std::vector<std::uint64_t>> by_value;
    for (const rank_value& each : values)
        by_value[each.value].push_back(each.rank);
    std::vector<rank_group> groups;
    for (auto& [value, ranks] : by_value) {
        std::ranges::sort(ranks);
        groups.push_back({std::string(value), std::move(ranks)});
    }
    std::ranges::sort(groups, {}, [](const rank_group& each) { return each.ranks.front(); });
    return groups;
}

namespace detail {

/// Returns the states of every stream, the ranks' own under one name.
[[nodiscard]] inline std::map<stream_of_ranks, std::vector<rank_value>>
by_stream(std::span<const rank_states> all) {
    std::map<stream_of_ranks, std::vector<rank_value>> streams;
    for (const rank_states& rank : all)
        for (const auto& [name, state] : rank.streams) {
            const std::string own = shared_rank_name(name);
            streams[{own.empty() ? name : own, !own.empty()}].push_back({rank.rank, state});
        }
    return streams;
}

[[nodiscard]] inline std::string group_words(const rank_group& group) {
    const std::size_t n = group.ranks.size();
    return "state " + group.value.substr(0, 12) + " on " + decimal(n) + (n == 1 ? " rank (" : " ranks (") +
           rank_ranges(group.ranks) + ")";
}

/// Returns the words for the largest groups first, four of them at most.
[[nodiscard]] inline std::string groups_words(std::vector<rank_group> groups) {
    std::ranges::sort(groups, [](const rank_group& a, const rank_group& b) {
        return std::pair(b.ranks.size(), a.ranks.front()) < std::pair(a.ranks.size(), b.ranks.front());
    });
    std::string text;
    for (std::size_t i = 0; i < groups.size() && i < 4; ++i)
        text += (i == 0 ? "" : ", ") + group_words(groups[i]);
    return groups.size() > 4 ? text + ", and " + decimal(groups.size() - 4) + " other states" : text;
}

/// Returns what is wrong with one stream; nothing where all is well. Ranks that never asked for a stream do
/// not count.
[[nodiscard]] inline std::string stream_fault(bool own, std::span<const rank_value> states) {
    std::vector<rank_group> groups = group_ranks(states);
    if (own) {
        std::erase_if(groups, [](const rank_group& each) { return each.ranks.size() == 1; });
        return groups.empty() ? "" : "has to differ from rank to rank, but has " + groups_words(groups);
    }
    return groups.size() < 2 ? "" : "has to be the same on all ranks, but has " + groups_words(groups);
}

} // namespace detail

/// Returns the streams that do not stand as they have to, by name: one that begins with "rank-<number>/" has
/// to differ from rank to rank, any other has to be the same wherever it is known.
///
/// Errors: std::bad_alloc alone. Threads: safe to call from many threads.
[[nodiscard]] inline std::vector<rank_finding> check_ranks(std::span<const rank_states> all) {
    std::vector<rank_finding> findings;
    for (const auto& [stream, states] : detail::by_stream(all))
        if (std::string fault = detail::stream_fault(stream.own, states); !fault.empty())
            findings.push_back({stream.name, std::move(fault)});
    return findings;
}

} // namespace repro::inline v0
