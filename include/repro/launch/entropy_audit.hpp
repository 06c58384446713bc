// SPDX-License-Identifier: MIT
#pragma once
// What an entropy audit counted, as values: which call, how often, from which object and function.

#include <repro/launch/elf_functions.hpp>
#include <repro/launch/entropy_calls.hpp>
#include <repro/launch/entropy_table.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A call site: who called what, and how often.
struct entropy_use {
    entropy_call call{};
    entropy_kind kind{};
    bool own = false; ///< made by this library itself, for a seed or an id that the manifest records
    std::uint64_t count = 0;
    std::int32_t pid = 0;
    std::string program;      ///< path of the process's program
    std::string object;       ///< path of the program or library that called; empty for generated code
    std::string function;     ///< the function in it, demangled; empty where no symbol tells
    std::uint64_t offset = 0; ///< place of the call, as the object's file counts
};

/// A process that was watched from its start, or from a fork on.
struct entropy_process {
    std::int32_t pid = 0;
    std::int32_t parent = 0;
    std::string program;
};

/// What an audit saw.
struct entropy_report {
    bool watched = false;      ///< whether there was an audit at all
    std::uint64_t dropped = 0; ///< calls that the audit had no room to tell apart
    std::vector<entropy_process> processes;
    std::vector<entropy_use> uses; ///< sorted: by kind, call, object, place and process

    /// Returns how many calls, but the library's own, keep the run from being repeated by its seed.
    [[nodiscard]] std::uint64_t taken() const noexcept {
        std::uint64_t count = dropped;
        for (const entropy_use& each : uses)
            if (!each.own && defeats_seed(each.kind)) count += each.count;
        return count;
    }
};

namespace detail {

/// The block of an audit that is compiled into this program; null without one.
inline constinit std::atomic<entropy_table*> compiled_in_table = nullptr;

[[nodiscard]] inline entropy_use use_of(const entropy_table& table, const watched_site& site) {
    entropy_use use;
    use.call = site.call;
    use.kind = site.kind;
    use.own = site.own;
    use.count = site.count.load(std::memory_order_relaxed);
    use.offset = site.offset;
    if (site.process < entropy_table::process_limit && ready(table.processes[site.process].state)) {
        use.pid = table.processes[site.process].pid;
        use.program = table.processes[site.process].program.view();
    }
    if (site.object < entropy_table::object_limit && ready(table.objects[site.object].state))
        use.object = table.objects[site.object].path.view();
    return use;
}

/// Returns who made a call, in words: "draw() of libdrawer.so".
[[nodiscard]] inline std::string caller_text(const entropy_use& use) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string place = use.function;
    if (place.empty()) {
        for (std::uint64_t rest = use.offset; rest != 0 || place.empty(); rest /= 16)
            place.insert(place.begin(), digits[rest % 16]);
        place.insert(0, "0x");
    }
    return place + " of " +
           (use.object.empty() ? "generated code" : use.object.substr(use.object.rfind('/') + 1));
}

[[nodiscard]] inline auto place_of(const entropy_use& use) {
    return std::tie(use.own, use.kind, use.call, use.object, use.offset, use.pid, use.program);
}

/// Adds up what stands in several places: threads that counted a new site at once.
inline void merge_same_places(std::vector<entropy_use>& uses) {
    std::sort(uses.begin(), uses.end(),
              [](const entropy_use& a, const entropy_use& b) { return place_of(a) < place_of(b); });
    std::vector<entropy_use> merged;
    for (entropy_use& each : uses) {
        if (!merged.empty() && place_of(merged.back()) == place_of(each))
            merged.back().count += each.count;
        else
            merged.push_back(std::move(each));
    }
    uses = std::move(merged);
}

/// Names the functions, each file opened once.
inline void name_functions(std::vector<entropy_use>& uses) {
    std::map<std::string, elf_functions> files;
    for (entropy_use& each : uses) {
        if (each.object.empty()) continue;
        const elf_functions& file = files.try_emplace(each.object, each.object.c_str()).first->second;
        each.function = file.at(each.offset).value_or("");
    }
}

/// Returns what stands in the block, while others may go on counting.
[[nodiscard]] inline entropy_report read_entropy(const entropy_table& table) {
    entropy_report report;
    report.watched = true;
    report.dropped = table.dropped.load(std::memory_order_relaxed);
    for (const watched_process& each : table.processes)
        if (ready(each.state))
            report.processes.push_back({each.pid, each.parent, std::string(each.program.view())});
    for (const watched_site& each : table.sites)
        if (ready(each.state) && each.count.load(std::memory_order_relaxed) != 0)
            report.uses.push_back(use_of(table, each));
    merge_same_places(report.uses);
    name_functions(report.uses);
    return report;
}

/// Keeps what process `pid` and its descendants did.
inline void keep_family(entropy_report& report, std::int32_t pid) {
    std::set<std::int32_t> family = {pid};
    for (std::size_t before = 0; before != family.size();) {
        before = family.size();
        for (const entropy_process& each : report.processes)
            if (family.count(each.parent) != 0) family.insert(each.pid);
    }
    std::erase_if(report.processes, [&](const auto& each) { return family.count(each.pid) == 0; });
    std::erase_if(report.uses, [&](const auto& each) { return family.count(each.pid) == 0; });
}

} // namespace detail

/// Returns what the audit of this process and of its children has seen so far: one that is compiled in by
/// `repro/launch/audit.hpp`, or that of `repro audit`. Without either, `watched` is false.
///
/// Threads: any; calls that others make meanwhile may be counted or not.
[[nodiscard]] inline entropy_report entropy_audit() {
    const detail::entropy_table* table = detail::compiled_in_table.load(std::memory_order_acquire);
    if (table == nullptr)
        if (auto* const preloaded = reinterpret_cast<const detail::entropy_table* (*)()>(
                ::dlsym(RTLD_DEFAULT, "repro_audit_table")))
            table = preloaded();
    entropy_report report;
    if (table == nullptr) return report;
    report = detail::read_entropy(*table);
    detail::keep_family(report, ::getpid());
    return report;
}

} // namespace repro::inline v0
