// SPDX-License-Identifier: MIT
#pragma once
// Shapes that the manifest's records share: a value or null, a list, an object of named values. Each record
// has a function write(json_writer&, const record&) beside it, which these find by their first argument.

#include <repro/core/digest.hpp>
#include <repro/detail/json_writer.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns a text as a value, an empty one as null.
[[nodiscard]] inline std::optional<std::string> null_if_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

inline void write(json_writer& to, const std::string& text) { to.value(text); }

template <class T> void write(json_writer& to, const std::vector<T>& list) {
    to.begin_array();
    for (const T& each : list)
        write(to, each);
    to.end_array();
}

template <class T> void write(json_writer& to, const char* key, const std::vector<T>& list) {
    to.key(key);
    write(to, list);
}

template <class T> void write(json_writer& to, const char* key, const std::optional<T>& maybe) {
    to.key(key);
    if (maybe)
        write(to, *maybe);
    else
        to.value(nullptr);
}

inline void write_digest(json_writer& to, const char* key, const std::optional<digest256>& digest) {
    to.key(key);
    if (digest)
        to.value(digest->hex());
    else
        to.value(nullptr);
}

/// Writes an object of what has a name and a value.
template <class T> void write_named(json_writer& to, const char* key, const std::vector<T>& list) {
    to.key(key);
    to.begin_object();
    for (const T& each : list)
        to.member(each.name, each.value);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
