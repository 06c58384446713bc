// SPDX-License-Identifier: MIT
#pragma once
// Where a command's words go: the answer to standard output, as text or as one JSON document; notes, warnings
// and errors to standard error. Text that is not the tool's own never reaches a terminal unescaped, and is
// told without secrets, as manifests record it.

#include <repro/core/error.hpp>
#include <repro/core/redact.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

enum class format { text, json };
enum class colour { never, on_terminals };
enum class tone { good, bad, doubtful, heading, faint };

using repro::detail::excerpt;

/// Returns a command line as it may be told.
[[nodiscard]] std::vector<std::string> told(const std::vector<std::string>& command);

/// Returns `text` without secrets, and with everything spelled out that could act on a terminal or hide from
/// the eye: control characters, escape sequences, marks of direction, invisible characters, and bytes that
/// are no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

/// Returns `printable(text)`, cut to `limit` characters.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t limit = 160);

class console {
public:
    console(tool::format format, tool::colour colour);

    [[nodiscard]] bool json() const noexcept { return format_ == format::json; }

    /// Sends the answer to standard error from here on: standard output belongs to a program that was
    /// started.
    void answer_on_standard_error();
    /// Prints the answer; the tool's own words, and foreign ones that are `printable`.
    void print(std::string_view text);
    /// Prints the answer as the one JSON document of this run. Its texts lose the secrets in them.
    void answer(const nlohmann::ordered_json& document);
    /// Returns `text` in colour where the answer goes to a terminal that takes it.
    [[nodiscard]] std::string paint(tone tone, std::string_view text) const;

    /// Prints a line to standard error.
    void warn(std::string_view text);
    void warn(const repro::error& problem);
    /// Shows what is being done, on a terminal alone; the next word replaces it.
    void progress(std::string_view doing);

    /// Prints an error: to standard error, and in JSON as the answer where there is none yet.
    void fail(const repro::error& problem);
    /// Makes sure that all of it was written.
    ///
    /// Errors: errc::unwritable.
    void flush();

private:
    void clear_progress();

    tool::format format_;
    tool::colour wanted_colour_;
    std::FILE* answers_ = stdout;
    bool colour_;
    bool progress_allowed_;
    bool progress_shown_ = false;
    bool answered_ = false;
};

} // namespace tool
