// SPDX-License-Identifier: MIT
#pragma once
// The entropy audit from within: a program that includes this in one of its units watches, in itself and in
// every shared library it uses, who draws entropy. No other program, and nothing to preload. Not for programs
// that are linked statically, and not for shared libraries.

#include <repro/core/entropy.hpp>
#include <repro/launch/entropy_audit.hpp>
#include <repro/launch/replaced_functions.hpp>

#include <cstdlib>
#include <dlfcn.h>

namespace repro::inline v0 {
namespace detail {

/// Starts the audit of this process, in the block of `repro audit` where that one watches as well.
struct compiled_in_audit {
    compiled_in_audit() noexcept {
        const auto hook = [](const char* name) {
            return reinterpret_cast<own_draws_hook*>(::dlsym(RTLD_DEFAULT, name));
        };
        this_watch.other.store(hook("repro_audit_look_away"));
        this_watch.other_own.store(hook("repro_audit_own_draws"));
        compiled_in_own_draws.store(&change_own_draws);
        const char* const file = std::getenv("REPRO_AUDIT_TABLE");
        entropy_table* table = file != nullptr ? table_in_file(file) : nullptr;
        if (table == nullptr) table = table_in_memory();
        if (table == nullptr) return;
        start_audit(*table);
        compiled_in_table.store(table);
    }
};

/// Before the constructors of this program's own statics: theirs can draw as well.
[[gnu::init_priority(101)]] inline const compiled_in_audit started_audit{};

} // namespace detail
} // namespace repro::inline v0
