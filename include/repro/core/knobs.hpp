// SPDX-License-Identifier: MIT
#pragma once
// The check of the environment variables that change numbers: which are right, wrong or missing for a level,
// and which were set too late, after the process started, when their reader had looked already.

#include <repro/core/knob_files.hpp>
#include <repro/core/knob_table.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/edit_distance.hpp>
#include <repro/detail/mapped_objects.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// How a variable stands to what a level asks of it.
enum class knob_state : unsigned char {
    right,   ///< as the level asks, and in time; or set, where the level asks nothing
    wrong,   ///< it has a value that breaks the promise
    missing, ///< the level asks for a value, and there is none, or an empty one
    late     ///< it is not what it was when the process started: its reader may have looked before
};

/// Returns "right", "wrong", "missing" or "set too late".
[[nodiscard]] constexpr std::string_view to_string(knob_state state) noexcept {
    constexpr std::string_view words[] = {"right", "wrong", "missing", "set too late"};
    return words[static_cast<unsigned char>(state)];
}

/// One variable as it stands.
struct knob_finding {
    knob which;
    knob_state state = knob_state::right;
    std::optional<std::string> value;         ///< now
    std::optional<std::string> value_at_exec; ///< when the process started, where that is known
    std::optional<std::string> file;          ///< the file that gives the value, where no environment does
};

/// The variables that a level asks for or that are set, as they stand.
struct knob_check {
    std::vector<knob_finding> findings; ///< in the order of the table
    bool exec_known = false;            ///< whether the environment at the start of the process could be read
};

namespace detail {

/// The environment of the process as it was at exec, entries ended by NUL; nothing where /proc has none.
[[nodiscard]] inline std::optional<std::string> environment_at_exec() {
    return read_text("/proc/self/environ", std::size_t{4} << 20);
}

[[nodiscard]] inline std::optional<std::string> variable(std::string_view name) {
    const char* const value = std::getenv(std::string(name).c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

/// Whether `text` is a number of threads, as every reader takes it: C's int, from 1 on.
[[nodiscard]] constexpr bool is_thread_count(std::string_view text) noexcept {
    std::uint64_t number = 0;
    return from_decimal(trimmed(text), number) && number != 0 && number <= INT32_MAX;
}

/// Whether `text` is one number of threads or several with ',' between them.
[[nodiscard]] constexpr bool are_thread_counts(std::string_view text) noexcept {
    for (std::size_t end = text.find(','); end != std::string_view::npos; end = text.find(',')) {
        if (!is_thread_count(text.substr(0, end))) return false;
        text.remove_prefix(end + 1);
    }
    return is_thread_count(text);
}

/// Whether two texts differ at most in which of their ASCII letters are capitals.
[[nodiscard]] constexpr bool same_but_case(std::string_view a, std::string_view b) noexcept {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, small, small);
}

/// Whether `value` keeps the promise, were it in time.
[[nodiscard]] inline bool accepts(const knob& which, const std::optional<std::string>& value) {
    switch (which.rule) {
    case knob_rule::unset:
        return !value || value->empty();
    case knob_rule::fixed:
        return value && !value->empty() &&
               *value != "random"; // PYTHONHASHSEED=random is a value, and fixes nothing
    case knob_rule::count:
        return value && is_thread_count(*value);
    case knob_rule::counts:
        return value && are_thread_counts(*value);
    case knob_rule::noted:
        return true;
    case knob_rule::one_of:
    case knob_rule::any_case:
        break;
    }
    for (std::string_view rest = which.accepted; value && !rest.empty();) {
        const std::string_view accepted = next_token(rest, '|');
        if (accepted == *value || (which.rule == knob_rule::any_case && same_but_case(accepted, *value)))
            return true;
    }
    return false;
}

/// Whether a level asks for this variable, as far as the table goes.
[[nodiscard]] constexpr bool asks(const std::optional<level>& declared, const knob& which) noexcept {
    return declared && which.asked_by && *declared <= *which.asked_by;
}

[[nodiscard]] inline bool is_mapped(const knob& which, const std::vector<std::string>& objects) {
    if (which.objects.empty()) return true;
    for (std::string_view rest = which.objects; !rest.empty();) {
        const std::string_view head = next_token(rest, '|');
        for (const std::string& each : objects)
            if (each.compare(each.rfind('/') + 1, head.size(), head) == 0) return true;
    }
    return false;
}

/// Whether the variable that the reader takes instead is set, to a number of threads where that is asked.
[[nodiscard]] inline bool other_stands_in(const knob& which) {
    if (which.instead.empty()) return false;
    const std::optional<std::string> other = variable(which.instead);
    return other && (which.rule != knob_rule::count || are_thread_counts(*other));
}

/// Takes the value from the library's file where the process did not start with one: once the library has
/// read its file, the value stands in the environment, too.
inline void take_from_file(knob_finding& found, const std::vector<knob_in_file>& files) {
    for (const knob_in_file& each : files) {
        if (each.name != found.which.name || found.value_at_exec) continue;
        if (found.value && *found.value != each.value) return;
        found.value = each.value;
        found.file = each.file;
        return;
    }
}

[[nodiscard]] inline knob_finding examine(const knob& which, bool asked,
                                          const std::optional<std::string>& at_exec,
                                          const std::vector<knob_in_file>& files = {}) {
    knob_finding found{which, knob_state::right, variable(which.name), {}, {}};
    if (at_exec) found.value_at_exec = find_entry(*at_exec, which.name);
    take_from_file(found, files);
    const bool changed =
        at_exec && found.value != found.value_at_exec && which.when != read_at::any && !found.file;
    const bool empty = !found.value || found.value->empty(); // readers and launches take both alike
    const bool lacking = asked && !(empty && other_stands_in(which)) && !accepts(which, found.value);
    if (lacking && !empty)
        found.state = knob_state::wrong;
    else if (changed)
        found.state = knob_state::late;
    else if (lacking)
        found.state = knob_state::missing;
    return found;
}

} // namespace detail

/// Compares the process with what `declared` asks for; without a level only what is set is examined.
///
/// A level asks for the variables of the libraries that are mapped now, and of every process. A variable is
/// late where it did not have its value when the process started; whether its reader was faster, only the
/// reader knows (see launch/read_back.hpp). Where NCCL is mapped, the files that it reads are read. Errors:
/// none. Threads: as getenv: no other thread may change the environment.
[[nodiscard]] inline knob_check check_knobs(std::optional<level> declared) {
    const std::optional<std::string> at_exec = detail::environment_at_exec();
    const std::vector<std::string> objects = detail::mapped_objects();
    knob_check check{{}, at_exec.has_value()};
    const std::vector<knob_in_file> none;
    std::optional<std::vector<knob_in_file>> files;
    for (const knob& each : knobs) {
        const bool asked = detail::asks(declared, each) && detail::is_mapped(each, objects);
        const bool has_files = each.objects == detail::nccl_objects && detail::is_mapped(each, objects);
        if (has_files && !files) files = nccl_file_knobs();
        knob_finding found = detail::examine(each, asked, at_exec, has_files ? *files : none);
        if (found.value || found.state != knob_state::right) check.findings.push_back(std::move(found));
    }
    return check;
}

/// Returns the knobs that stand in the environment now with a value they did not have when the process was
/// started. Empty where the environment at start cannot be read.
[[nodiscard]] inline std::vector<knob> knobs_set_late() {
    std::vector<knob> late;
    for (const knob_finding& each : check_knobs({}).findings)
        if (each.state == knob_state::late) late.push_back(each.which);
    return late;
}

/// Returns what is known of the variable `name`.
///
/// Errors: errc::knob_unknown, with the nearest name.
[[nodiscard]] inline const knob& find_knob(std::string_view name) {
    const knob* nearest = nullptr;
    std::size_t least = 0;
    for (const knob& each : knobs) {
        if (each.name == name) return each;
        const std::size_t distance = detail::edit_distance(each.name, name.substr(0, 80));
        if (nearest == nullptr || distance < least) nearest = &each, least = distance;
    }
    throw error(errc::knob_unknown, "'" + std::string(name.substr(0, 80)) + "'",
                "is no environment variable that is known to change numbers",
                "did you mean " + std::string(nearest->name) + "?");
}

} // namespace repro::inline v0
