// SPDX-License-Identifier: MIT
// The library that `repro audit` preloads: the replaced functions, and the block that the tool made. It goes
// into any program, so it links to the C library alone, and its own names are hidden.

#include <repro/launch/replaced_functions.hpp>

#include <cstdlib>

#define AUDIT_EXPORT extern "C" __attribute__((visibility("default")))

/// Tells that the calls of this thread are the library's own from here on (1), or no longer (-1).
AUDIT_EXPORT void repro_audit_own_draws(int by) noexcept { repro::detail::change_own_draws(by); }

/// Tells that another audit of this process counts the calls of this thread (1), or no longer (-1).
AUDIT_EXPORT void repro_audit_look_away(int by) noexcept { repro::detail::this_depth.within += by; }

/// Returns the block; null where the tool's file cannot be used.
AUDIT_EXPORT void* repro_audit_table() noexcept {
    return repro::detail::this_watch.table.load(std::memory_order_relaxed);
}

namespace {

__attribute__((constructor(101))) void start() {
    const char* const file = std::getenv("REPRO_AUDIT_TABLE");
    if (file == nullptr) return;
    if (repro::detail::entropy_table* const table = repro::detail::table_in_file(file))
        repro::detail::start_audit(*table);
}

} // namespace
