// SPDX-License-Identifier: MIT
#pragma once
// A line now and then while a run hashes something large, so that nobody takes it for hung.

#include <repro/detail/clock.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/files.hpp>
#include <repro/run/console.hpp>

#include <cstdint>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// Returns options that say on stderr how far the hashing of `what` has come: after five seconds, and then
/// every thirty.
[[nodiscard]] inline hash_options patient(const char* what) {
    constexpr std::uintmax_t mebibyte = std::uintmax_t{1} << 20;
    const auto report = [what, next = monotonic_ms() + 5'000](const hash_progress& progress) mutable {
        const std::int64_t now = monotonic_ms();
        if (now < next) return;
        next = now + 30'000;
        print_line(std::string("hashing ") + what + ": " + decimal(progress.done / mebibyte) + " of " +
                   decimal(progress.total / mebibyte) + " MiB");
    };
    return {.threads = 0, .progress = report};
}

} // namespace detail
} // namespace repro::inline v0
