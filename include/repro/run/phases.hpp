// SPDX-License-Identifier: MIT
#pragma once
// The phases of a run: how often each was gone through, and how long it took.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Times by name, in the order in which the names came. Phases may overlap: each has its own time.
class phase_table {
public:
    /// How many names a manifest holds.
    static constexpr std::size_t limit = 10'000;

    struct phase {
        std::string_view name;        // owned by places_
        std::uint64_t count = 0;      ///< how often it began
        std::size_t open = 0;         ///< of these, how many have not ended
        std::int64_t nanoseconds = 0; ///< of those that have; less the beginnings of the open ones
    };

    /// Begins a phase at a reading of the steady clock; returns its place, or nothing when the table is full.
    [[nodiscard]] std::optional<std::size_t> begin(std::string_view name, std::int64_t at) {
        auto found = places_.find(name);
        if (found == places_.end()) {
            if (all_.size() == limit) return std::nullopt;
            found = places_.emplace(std::string(name), all_.size()).first;
            all_.push_back({.name = found->first});
        }
        phase& begun = all_[found->second];
        ++begun.count;
        ++begun.open;
        begun.nanoseconds -= at;
        return found->second;
    }

    void end(std::size_t place, std::int64_t at) noexcept {
        phase& ended = all_[place];
        --ended.open;
        ended.nanoseconds += at;
    }

    /// Ends what is still open.
    void end_all(std::int64_t at) noexcept {
        for (std::size_t place = 0; place < all_.size(); ++place)
            while (all_[place].open > 0)
                end(place, at);
    }

    [[nodiscard]] const std::vector<phase>& all() const noexcept { return all_; }

private:
    std::vector<phase> all_;
    std::map<std::string, std::size_t, std::less<>> places_;
};

} // namespace detail
} // namespace repro::inline v0
