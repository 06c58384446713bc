// SPDX-License-Identifier: MIT
#pragma once
// The grade of a lockfile: what it holds in place, and how firmly.

#include <repro/hash/file.hpp>
#include <repro/lockfiles/formats.hpp>
#include <repro/lockfiles/settle.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0::lockfiles {

/// Returns what the lockfile `name` with this content fixes. A path is taken for its last part.
///
/// Nothing of the content is run or evaluated, and nothing is read beside it: what else counts is in
/// `around`.
///
/// Errors: errc::lock_conflict_markers, lock_empty, lock_syntax, lock_unknown_format, lock_unknown_version,
/// bytes_too_many; no message repeats an address from the file.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline report grade(std::string_view name, std::string_view bytes, const context& around = {}) {
    report made;
    const std::string_view last = name.substr(name.rfind('/') + 1);
    try {
        std::string_view text = bytes;
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        detail::check_bytes(text);
        const detail::format& found = detail::recognise(last, text);
        made.kind = found.kind;
        found.read(text, around, made);
    } catch (const detail::fault& problem) {
        throw error(problem.code, std::string(name), problem.problem, problem.fix);
    }
    made.tracked = around.tracked;
    made.sha256 = repro::detail::evp_sha256(bytes);
    for (package& each : made.packages) // a submodule or a wrap without a name of its own
        if (each.name.empty()) each.name = last.substr(0, last.find('.'));
    detail::settle(made);
    return made;
}

} // namespace repro::inline v0::lockfiles
