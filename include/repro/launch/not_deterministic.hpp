// SPDX-License-Identifier: MIT
#pragma once
// not_deterministic: what a kernel calls whose result is not the same every time. The declared level decides
// what becomes of it.

#include <repro/core/error.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/declared_level.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// An operation that was used although it is not deterministic, and how often.
struct not_deterministic_use {
    std::string name;
    std::string hint;  ///< as the first call gave it
    std::string where; ///< of the first call: "kernels.cpp:42"
    std::uint64_t count = 0;

    friend bool operator==(const not_deterministic_use&, const not_deterministic_use&) = default;
};

namespace detail {

/// One name. Never changed but for its numbers, and never freed.
struct not_deterministic_entry {
    std::string name, hint, where;
    not_deterministic_entry* next = nullptr;
    std::atomic<std::uint64_t> count = 0;
    std::atomic<bool> warned = false;
};

/// The names of a process, the last one first. No lock is taken, so a process that ends by an uncaught error
/// can still be asked.
class not_deterministic_log {
public:
    [[nodiscard]] not_deterministic_entry& find_or_add(std::string_view name, std::string_view hint,
                                                       const char* file, unsigned line) {
        not_deterministic_entry* made = nullptr;
        not_deterministic_entry* first = first_.load(std::memory_order_acquire);
        for (;;) {
            if (not_deterministic_entry* const known = find(first, name)) {
                delete made;
                return *known;
            }
            if (made == nullptr)
                made = new not_deterministic_entry{std::string(name), std::string(hint),
                                                   std::string(file) + ":" + decimal(line)};
            made->next = first;
            if (first_.compare_exchange_weak(first, made, std::memory_order_acq_rel)) return *made;
        }
    }

    /// Returns all names in the order of their first calls.
    [[nodiscard]] std::vector<not_deterministic_use> uses() const {
        std::vector<not_deterministic_use> all;
        for (const auto* each = first_.load(std::memory_order_acquire); each != nullptr; each = each->next)
            all.insert(all.begin(), {each->name, each->hint, each->where, each->count});
        return all;
    }

private:
    [[nodiscard]] static not_deterministic_entry* find(not_deterministic_entry* from,
                                                       std::string_view name) noexcept {
        while (from != nullptr && from->name != name)
            from = from->next;
        return from;
    }

    std::atomic<not_deterministic_entry*> first_ = nullptr;
};

/// Never destroyed: kernels may run in static destructors.
REPRO_SHARED inline not_deterministic_log& not_deterministic_state() {
    static auto* const only = new not_deterministic_log;
    return *only;
}

/// Returns the entry of `name`; the one a thread asked for last is found without a search.
[[nodiscard]] inline not_deterministic_entry&
not_deterministic_entry_of(std::string_view name, std::string_view hint, const char* file, unsigned line) {
    thread_local not_deterministic_entry* last = nullptr;
    if (last == nullptr || last->name != name)
        last = &not_deterministic_state().find_or_add(name, hint, file, line);
    return *last;
}

inline void warn_of_use(const not_deterministic_entry& entry) {
    if (std::getenv("REPRO_QUIET") != nullptr) return;
    std::string line = "repro: warning: " + entry.name + " is not deterministic (" + entry.where + ")";
    if (!entry.hint.empty()) line += ": " + entry.hint;
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    std::fprintf(stderr, "%s [%s]\n", line.c_str(), std::string(to_string(warn::not_deterministic)).c_str());
}

} // namespace detail

/// Says that the caller computes something whose bits are not the same every time: atomic additions, a
/// library's kernel that is documented so. `name` says what, `hint` what to use instead.
///
/// The declared level decides: bit_exact throws, seed_stable warns once for each name on stderr (unless
/// REPRO_QUIET is set), distribution_stable passes, and so does a process that declared none. Each call is
/// counted by its name, and a run's manifest lists them under not_deterministic. The level is that of the
/// run, else that of relaunch_if_needed. `file` and `line` are the caller's.
///
/// Errors:  errc::not_deterministic at level bit_exact; std::bad_alloc at a name's first call.
///
/// Threads: safe to call from many threads.
///
/// Example:
///     repro::not_deterministic("scatter_add", "use repro's ordered one");
inline void not_deterministic(std::string_view name, std::string_view hint = {},
                              const char* file = __builtin_FILE(),
                              unsigned line = static_cast<unsigned>(__builtin_LINE())) {
    detail::not_deterministic_entry& entry = detail::not_deterministic_entry_of(name, hint, file, line);
    entry.count.fetch_add(1, std::memory_order_relaxed);
    const std::optional<level> declared = declared_level();
    if (declared == level::bit_exact)
        throw error(errc::not_deterministic, std::string(file) + ":" + detail::decimal(line),
                    entry.name + " is not deterministic, and the level is bit-exact",
                    hint.empty() ? "use something else, or declare a level that tolerates it"
                                 : std::string(hint));
    if (declared == level::seed_stable && !entry.warned.exchange(true, std::memory_order_relaxed))
        detail::warn_of_use(entry);
}

/// Returns what not_deterministic was called for in this process, in the order of the first calls.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::vector<not_deterministic_use> not_deterministic_uses() {
    return detail::not_deterministic_state().uses();
}

} // namespace repro::inline v0
