// SPDX-License-Identifier: MIT
#pragma once
// The counts of an entropy audit: one block of memory of fixed size, shared by every process of a run, which
// a killed process leaves as it stood. Counting neither waits, allocates, nor takes a lock, so it is safe in
// signal handlers, after a fork and before main.

#include <repro/launch/entropy_calls.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Whether a place of the table is free, being written by one thread, or readable for good.
enum class place_state : std::uint32_t { vacant, claimed, ready };

/// A text that ends in zero; one that does not fit keeps its end, after three dots.
template <std::size_t Size> struct shared_text {
    char text[Size];

    void assign(std::string_view from) noexcept {
        std::size_t at = 0;
        if (from.size() >= Size) {
            from.remove_prefix(from.size() - (Size - 4));
            for (; at < 3; ++at)
                text[at] = '.';
        }
        std::memcpy(text + at, from.data(), from.size());
        text[at + from.size()] = '\0';
    }

    /// Returns the text, also where another program wrote the block.
    [[nodiscard]] std::string_view view() const noexcept { return {text, ::strnlen(text, Size)}; }
};

/// A process that was watched.
struct watched_process {
    std::atomic<place_state> state;
    std::int32_t pid;
    std::int32_t parent;
    shared_text<500> program;
};

/// An object that calls came from.
struct watched_object {
    std::atomic<place_state> state;
    shared_text<508> path;
};

/// A call site of one process: what it called, and how often.
struct alignas(64) watched_site {
    std::atomic<std::uint64_t> count;
    std::atomic<place_state> state;
    std::uint16_t process;
    std::uint16_t object;
    entropy_call call;
    entropy_kind kind;
    bool own;             ///< made by the library itself
    std::uint64_t caller; ///< address
    std::uint64_t offset; ///< the same, as the object's file counts
};

/// The block. Zeroes are an empty one; `start` gives it its mark.
struct entropy_table {
    static constexpr std::uint64_t mark_of_this_layout = 0x3130'7464'7561'6572; // "reaudt01"
    static constexpr std::size_t process_limit = 256;
    static constexpr std::size_t object_limit = 512;
    static constexpr std::size_t site_limit = 4096;

    std::atomic<std::uint64_t> mark;
    std::atomic<std::uint64_t> dropped; ///< calls that found no place
    watched_process processes[process_limit];
    watched_object objects[object_limit];
    watched_site sites[site_limit];

    void start() noexcept { mark.store(mark_of_this_layout, std::memory_order_release); }
    [[nodiscard]] bool started() const noexcept {
        return mark.load(std::memory_order_acquire) == mark_of_this_layout;
    }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<place_state>::is_always_lock_free);

/// Takes a vacant place; false where another thread was faster.
[[nodiscard]] inline bool claim(std::atomic<place_state>& state) noexcept {
    place_state vacant = place_state::vacant;
    return state.load(std::memory_order_relaxed) == place_state::vacant &&
           state.compare_exchange_strong(vacant, place_state::claimed, std::memory_order_acquire);
}

[[nodiscard]] inline bool ready(const std::atomic<place_state>& state) noexcept {
    return state.load(std::memory_order_acquire) == place_state::ready;
}

inline void release(std::atomic<place_state>& state) noexcept {
    state.store(place_state::ready, std::memory_order_release);
}

/// Returns the number of a new place among `places`, filled by `fill`; none where all are taken.
template <class Place, std::size_t Limit, class Fill>
[[nodiscard]] int add_place(Place (&places)[Limit], Fill fill) noexcept {
    for (std::size_t i = 0; i < Limit; ++i)
        if (claim(places[i].state)) {
            fill(places[i]);
            release(places[i].state);
            return static_cast<int>(i);
        }
    return -1;
}

/// Returns the number of the object at `path`, added where it is new; -1 where there is no room. Two threads
/// that add it at once may add it twice.
[[nodiscard]] inline int find_object(entropy_table& table, std::string_view path) noexcept {
    shared_text<508> wanted{};
    wanted.assign(path);
    for (std::size_t i = 0; i < entropy_table::object_limit; ++i) {
        const watched_object& each = table.objects[i];
        if (each.state.load(std::memory_order_relaxed) == place_state::vacant) break;
        if (ready(each.state) && each.path.view() == wanted.view()) return static_cast<int>(i);
    }
    return add_place(table.objects, [&](watched_object& made) { made.path = wanted; });
}

/// What tells one call site from another.
struct site_key {
    std::uint16_t process;
    entropy_call call;
    entropy_kind kind;
    bool own;
    std::uint64_t caller;

    [[nodiscard]] bool matches(const watched_site& site) const noexcept {
        return site.caller == caller && site.process == process && site.call == call && site.kind == kind &&
               site.own == own;
    }

    [[nodiscard]] std::size_t first_place() const noexcept {
        const std::uint64_t mixed =
            (caller * 64 + static_cast<std::uint64_t>(call) + process * 0x100'0001ULL) *
            0x9e37'79b9'7f4a'7c15;
        return static_cast<std::size_t>(mixed >> 52) % entropy_table::site_limit;
    }
};

/// Counts one call. `locate(site)` is asked, once a site, for its object and offset; it returns false where
/// there is no room to tell.
///
/// Threads: any, also in signal handlers. A place that another thread is filling is passed over, not waited
/// for, so that a site can stand in the table twice: readers add up.
template <class Locate> void count_call(entropy_table& table, const site_key& key, Locate locate) noexcept {
    std::size_t at = key.first_place();
    for (std::size_t tries = 0; tries < entropy_table::site_limit; ++tries) {
        watched_site& site = table.sites[at];
        if (ready(site.state)) {
            if (key.matches(site)) {
                site.count.fetch_add(1, std::memory_order_relaxed);
                return;
            }
        } else if (claim(site.state)) {
            site.process = key.process;
            site.call = key.call;
            site.kind = key.kind;
            site.own = key.own;
            site.caller = key.caller;
            locate(site);
            release(site.state);
            site.count.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        at = (at + 1) % entropy_table::site_limit;
    }
    table.dropped.fetch_add(1, std::memory_order_relaxed);
}

} // namespace detail
} // namespace repro::inline v0
