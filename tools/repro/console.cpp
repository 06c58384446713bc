// SPDX-License-Identifier: MIT
#include "console.hpp"

#include <repro/detail/descriptor.hpp>
#include <repro/detail/utf8.hpp>

#include "code_points.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>
#include <utility>

namespace tool {
namespace {

// Unicode's controls, marks of direction, separators of lines, and characters without a shape of their own.
constexpr code_points hidden_code_points[] = {{0x00, 0x1f},     {0x7f, 0x9f},      {0xad, 0xad},
                                              {0x61c, 0x61c},   {0x180e, 0x180e},  {0x200b, 0x200f},
                                              {0x2028, 0x202e}, {0x2060, 0x206f},  {0xfeff, 0xfeff},
                                              {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};

std::string spelled(const repro::detail::utf8_step& step) {
    const auto value = static_cast<unsigned>(step.value);
    if (!step.valid) return fmt::format("\\x{:02x}", value);
    if (value == '\n') return "\\n";
    if (value == '\t') return "\\t";
    if (value < 0x80) return fmt::format("\\x{:02x}", value);
    return value < 0x10000 ? fmt::format("\\u{:04x}", value) : fmt::format("\\U{:08x}", value);
}

/// Returns whether the file is a terminal that obeys escape sequences.
bool is_terminal(int file) {
    const char* const kind = std::getenv("TERM");
    return kind != nullptr && std::string_view(kind) != "dumb" && ::isatty(file) == 1;
}

bool wants_colour(tool::colour colour) {
    const char* const refusal = std::getenv("NO_COLOR"); // no-color.org: set, and not empty
    return colour == colour::on_terminals && (refusal == nullptr || *refusal == '\0');
}

std::string_view sequence(tone tone) {
    switch (tone) {
    case tone::good:
        return "32";
    case tone::bad:
        return "31";
    case tone::doubtful:
        return "33";
    case tone::heading:
        return "1";
    case tone::faint:
        break;
    }
    return "2";
}

std::string without_secrets(std::string_view text) {
    repro::redaction_list uncounted;
    return repro::redact(text, uncounted, "output");
}

using json = nlohmann::ordered_json;

json without_secrets(std::string_view name, const json& value);

json members_without_secrets(const json& value) {
    json clean = json::object();
    auto& members = clean.get_ref<json::object_t&>();
    for (const auto& [name, child] : value.get_ref<const json::object_t&>()) {
        std::string word = without_secrets(name);
        while (word != name && members.find(word) != members.end())
            word += '~'; // two names that differ in their secrets stay two
        members.emplace_back(std::move(word), without_secrets(name, child));
    }
    return clean;
}

/// Returns `value`, which stands under `name`, without the secrets in its texts.
json without_secrets(std::string_view name, const json& value) {
    if (value.is_object()) return members_without_secrets(value);
    if (value.is_array()) {
        json clean = json::array();
        for (const json& child : value)
            clean.push_back(without_secrets(name, child));
        return clean;
    }
    if (!value.is_string()) return value;
    repro::redaction_list uncounted;
    return repro::redact_value(name, value.get_ref<const std::string&>(), uncounted, "output");
}

std::string spelled_out(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const repro::detail::utf8_step step = repro::detail::utf8_first(text);
        if (step.valid && !is_in(hidden_code_points, step.value))
            out.append(text.substr(0, step.length));
        else
            out.append(spelled(step));
        text.remove_prefix(step.length);
    }
    return out;
}

} // namespace

std::vector<std::string> told(const std::vector<std::string>& command) {
    repro::redaction_list uncounted;
    return repro::redact_arguments(command, uncounted, "output");
}

std::string printable(std::string_view text) { return spelled_out(without_secrets(text)); }

std::string clipped(std::string_view text, std::size_t limit) {
    const std::string told = without_secrets(text); // before it is cut: half of a token is not known for one
    std::size_t end = 0;
    for (std::size_t count = 0; end < told.size() && count < limit; ++count)
        end += repro::detail::utf8_first(std::string_view(told).substr(end)).length;
    return spelled_out(std::string_view(told).substr(0, end)) + (end < told.size() ? "..." : "");
}

console::console(tool::format format, tool::colour colour)
    : format_(format),
      wanted_colour_(colour),
      colour_(format == format::text && wants_colour(colour) && is_terminal(STDOUT_FILENO)),
      progress_allowed_(format == format::text && is_terminal(STDERR_FILENO)) {}

void console::answer_on_standard_error() {
    answers_ = stderr;
    colour_ = format_ == format::text && wants_colour(wanted_colour_) && is_terminal(STDERR_FILENO);
}

void console::print(std::string_view text) {
    clear_progress();
    std::fwrite(text.data(), 1, text.size(), answers_);
}

void console::answer(const nlohmann::ordered_json& document) {
    answered_ = true;
    // ASCII alone: the document is safe on a terminal as it is. Bytes that are no UTF-8 are replaced.
    print(without_secrets({}, document).dump(2, ' ', true, json::error_handler_t::replace) + "\n");
}

std::string console::paint(tone tone, std::string_view text) const {
    return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", sequence(tone), text) : std::string(text);
}

void console::warn(std::string_view text) {
    clear_progress();
    fmt::print(stderr, "repro: warning: {}\n", without_secrets(text));
}

void console::warn(const repro::error& problem) { warn(printable(problem.what())); }

void console::progress(std::string_view doing) {
    if (!progress_allowed_) return;
    clear_progress();
    fmt::print(stderr, "{}", clipped(doing, 76));
    std::fflush(stderr);
    progress_shown_ = true;
}

void console::clear_progress() {
    if (!progress_shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    progress_shown_ = false;
}

void console::fail(const repro::error& problem) {
    clear_progress();
    const std::string_view code = to_string(problem.code());
    fmt::print(stderr, "repro: error {}: {} {}\n  fix:  {}\n  more: repro explain {}\n", code,
               printable(problem.where()), printable(problem.what_failed()), printable(problem.fix()), code);
    if (json() && !answered_)
        answer(nlohmann::ordered_json{{"error",
                                       {{"code", code},
                                        {"where", problem.where()},
                                        {"what", problem.what_failed()},
                                        {"fix", problem.fix()}}}});
}

void console::flush() {
    clear_progress();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
    throw repro::error(repro::errc::unwritable, "standard output",
                       std::string("cannot be written: ") + repro::detail::errno_text(errno),
                       "check the disk, or the program that reads it");
}

} // namespace tool
