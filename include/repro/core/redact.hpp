// SPDX-License-Identifier: MIT
#pragma once
// Takes secrets out of text, of named values and of command lines: *** stands where one stood, and what is
// left keeps its bytes. What was taken is counted by kind; nothing else of it is told.

#include <repro/core/clean_url.hpp>
#include <repro/detail/secret_names.hpp>
#include <repro/detail/secret_tokens.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How many secrets of one kind were taken out of one place.
struct redaction {
    std::string where; ///< "command", "config/db/password", ...
    std::string kind;  ///< "github", "private-key", "url-user", "named", ...
    std::uint64_t count = 0;

    friend bool operator==(const redaction&, const redaction&) = default;
};

/// What was taken, place by place.
class redaction_list {
public:
    void add(std::string_view where, std::string_view kind) {
        for (redaction& each : all_)
            if (each.where == where && each.kind == kind) return void(++each.count);
        all_.push_back({std::string(where), std::string(kind), 1});
    }
    void add(const redaction_list& more) { all_.insert(all_.end(), more.all_.begin(), more.all_.end()); }

    [[nodiscard]] const std::vector<redaction>& all() const noexcept { return all_; }

private:
    std::vector<redaction> all_;
};

namespace detail {

/// Returns whether a value says that there is no secret in it: empty, a truth, a small number, ***, a
/// reference ${NAME}, a placeholder <pad>.
[[nodiscard]] constexpr bool is_trivial(std::string_view value) noexcept {
    constexpr std::string_view words[] = {"true", "false", "null", "none", "yes", "no", "on", "off"};
    if (value.empty() || value.find_first_not_of('*') == std::string_view::npos) return true;
    if (is_one_of(value, words)) return true;
    if (value.size() < 4 && value.find_first_not_of("0123456789.-") == std::string_view::npos) return true;
    if (value.starts_with("${") && value.find('}') == value.size() - 1) return true;
    return value.size() <= 20 && value.starts_with('<') && value.ends_with('>');
}

[[nodiscard]] constexpr bool keeps_secret(name_grade grade, std::string_view value) noexcept {
    if (grade == name_grade::plain || is_trivial(value)) return false;
    return grade == name_grade::certain || looks_random(value);
}

/// Takes tokens and the users of URLs out of a text, which is what can be told without any name.
class token_pass {
public:
    token_pass(std::string_view text, redaction_list& log, std::string_view where) noexcept
        : text_(text), finder_(text), log_(log), where_(where) {}

    [[nodiscard]] std::string run() {
        for (std::size_t at = 0; at < text_.size();) {
            if (const found_token found = finder_.match(at); found.length > 0) {
                drop(at, found.length, hidden);
                log_.add(where_, found.kind);
                at += found.length;
            } else if (text_[at] == ':' && text_.substr(at).starts_with("://")) {
                const std::size_t user = user_at(at + 3);
                drop(at + 3, user, {});
                at += 3 + user;
            } else {
                ++at;
            }
        }
        return std::move(clean_.append(text_.substr(told_)));
    }

private:
    /// Puts `instead` in the place of what stands there.
    void drop(std::size_t at, std::size_t length, std::string_view instead) {
        if (length == 0) return;
        clean_.append(text_.substr(told_, at - told_)).append(instead);
        told_ = at + length;
    }

    /// Returns the length of the user of the URL whose host starts at `at`.
    [[nodiscard]] std::size_t user_at(std::size_t at) {
        constexpr std::string_view ends(" \t\r\n\v\f\"'<>\\`{}|\0", 16);
        if (at >= url_end_) {
            url_end_ = std::min(text_.find_first_of(ends, at), text_.size());
            const std::size_t last = text_.substr(at, url_end_ - at).rfind('@');
            last_at_ = last == std::string_view::npos ? 0 : at + last;
        }
        if (last_at_ < at || last_at_ == 0) return 0;
        const std::size_t length = user_length(text_.substr(at, last_at_ + 1 - at));
        if (length > 0) log_.add(where_, "url-user");
        return length;
    }

    std::string_view text_;
    token_finder finder_;
    redaction_list& log_;
    std::string_view where_;
    std::string clean_;
    std::size_t told_ = 0;    // what stands before is in clean_
    std::size_t url_end_ = 0; // of the URL looked at last, and its last '@'
    std::size_t last_at_ = 0;
};

/// Takes the values out that stand behind names of secrets: KEY=value, "key": "value", Authorization: Bearer.
class name_pass {
public:
    name_pass(std::string_view text, redaction_list& log, std::string_view where) noexcept
        : text_(text), log_(log), where_(where) {}

    [[nodiscard]] std::string run() {
        for (std::size_t at = 0; at < text_.size(); ++at) {
            if (text_[at] != '=' && text_[at] != ':') continue;
            const name_grade grade = grade_before(at);
            if (grade == name_grade::plain) continue;
            const value_place value = value_behind(at);
            const std::string_view told = text_.substr(value.start, value.end - value.start);
            if (told.starts_with('[') || told.starts_with('{') || !keeps_secret(grade, told)) continue;
            clean_.append(text_.substr(told_, value.start - told_)).append(hidden);
            log_.add(where_, "named");
            told_ = value.end;
            at = value.end - 1;
        }
        return std::move(clean_.append(text_.substr(told_)));
    }

private:
    struct value_place {
        std::size_t start;
        std::size_t end;
    };

    static constexpr std::string_view blanks = " \t";

    [[nodiscard]] name_grade grade_before(std::size_t separator) const noexcept {
        const std::string_view name = name_before(separator);
        if (name.empty()) return name_grade::plain;
        const auto start = static_cast<std::size_t>(name.data() - text_.data());
        const bool parameter = start > 0 && text_[separator] == '=' &&
                               std::string_view("?&#").find(text_[start - 1]) != std::string_view::npos;
        if (parameter && is_secret_parameter(name)) return name_grade::certain;
        // "unexpected token: x" is prose.
        const bool prose = same_word(name, "token") && text_[separator] == ':' && start + 5 == separator;
        return prose ? name_grade::likely : grade_name(name);
    }

    /// Returns the name that ends before `at`, without the quotes around it.
    [[nodiscard]] std::string_view name_before(std::size_t at) const noexcept {
        std::size_t end = at;
        for (int i = 0; i < 4 && end > 0 && blanks.find(text_[end - 1]) != std::string_view::npos; ++i)
            --end;
        if (end > 0 && (text_[end - 1] == '"' || text_[end - 1] == '\'')) --end;
        if (end > 0 && text_[end - 1] == '\\') --end;
        std::size_t start = end;
        while (start > 0 && end - start < 256 && belongs(text_[start - 1], token_alphabet::dotted))
            --start;
        return text_.substr(start, end - start);
    }

    /// Returns where the value behind a separator stands, without the quotes around it.
    [[nodiscard]] value_place value_behind(std::size_t separator) noexcept {
        std::size_t start = separator + 1;
        for (int i = 0; i < 4 && start < text_.size() && blanks.find(text_[start]) != std::string_view::npos;
             ++i)
            ++start;
        if (start == text_.size() || text_.substr(separator).starts_with("://")) return {start, start};
        const bool escaped = text_[start] == '\\' && start + 1 < text_.size();
        const char quote = text_[start + (escaped ? 1 : 0)];
        if (quote == '"' || quote == '\'') {
            start += escaped ? 2 : 1;
            return {start, closing_quote(start, quote, escaped)};
        }
        return {start, plain_end(start)};
    }

    [[nodiscard]] std::size_t closing_quote(std::size_t at, char quote, bool escaped) const noexcept {
        for (; at < text_.size(); ++at) {
            if (text_[at] == quote) return at;
            if (text_[at] != '\\' || at + 1 == text_.size()) continue;
            if (escaped && text_[at + 1] == quote) return at;
            ++at;
        }
        return at;
    }

    /// Returns where a value without quotes ends; that of a header has two words.
    [[nodiscard]] std::size_t plain_end(std::size_t start) noexcept {
        constexpr std::string_view schemes[] = {"bearer", "basic", "token", "digest", "apikey", "negotiate"};
        const std::size_t end = next_end(start);
        if (end + 1 >= text_.size() || text_[end] != ' ') return end;
        return is_one_of(text_.substr(start, end - start), schemes) ? next_end(end + 1) : end;
    }

    /// Returns where the word from `start` on ends; looks at each character once.
    [[nodiscard]] std::size_t next_end(std::size_t start) noexcept {
        if (start >= word_end_)
            word_end_ = std::min(text_.find_first_of(" \t\r\n\"'&;", start), text_.size());
        return word_end_;
    }

    std::string_view text_;
    redaction_list& log_;
    std::string_view where_;
    std::string clean_;
    std::size_t word_end_ = 0;
    std::size_t told_ = 0; // what stands before is in clean_
};

[[nodiscard]] inline std::string hide_tokens(std::string_view text, redaction_list& log,
                                             std::string_view where) {
    return token_pass(text, log, where).run();
}

} // namespace detail

/// Returns `text` without tokens, private keys, users of URLs and values behind names of secrets.
///
/// Doing it twice changes nothing more: what one secret hid of another, its name or the host of its URL, is
/// looked at again until nothing is found. Not found: a password that stands alone, or a token whose format
/// nobody has published.
[[nodiscard]] inline std::string redact(std::string_view text, redaction_list& log, std::string_view where) {
    std::string clean(text);
    for (std::string before; before != clean;) {
        before = std::exchange(clean, {});
        clean = detail::name_pass(detail::hide_tokens(before, log, where), log, where).run();
    }
    return clean;
}

/// Returns the value of `name` without secrets: *** where the name keeps one, else as `redact` does.
[[nodiscard]] inline std::string redact_value(std::string_view name, std::string_view value,
                                              redaction_list& log, std::string_view where) {
    if (!detail::keeps_secret(detail::grade_name(name), value)) return redact(value, log, where);
    log.add(where, "named");
    return std::string(detail::hidden);
}

namespace detail {

/// Returns the beginning of a text from outside, for a message to name it: without secrets, and then cut, for
/// half of a token is no longer known for one.
[[nodiscard]] inline std::string excerpt(std::string_view text, std::size_t limit = 80) {
    redaction_list uncounted;
    return redact(text, uncounted, "message").substr(0, limit);
}

/// Returns what an option with its value in the next argument says of it.
[[nodiscard]] constexpr name_grade grade_option(std::string_view option) noexcept {
    constexpr std::string_view negations[] = {"no", "ask", "without", "prompt", "show", "hide", "disable"};
    constexpr std::string_view short_ones[] = {"-p", "-k", "-t"};
    if (is_one_of(option, short_ones)) return name_grade::likely;
    if (!option.starts_with('-')) return name_grade::plain;
    option.remove_prefix(std::min(option.find_first_not_of('-'), option.size()));
    const std::size_t first = std::min(option.find_first_of("-_"), option.size());
    return is_one_of(option.substr(0, first), negations) ? name_grade::plain : grade_name(option);
}

/// Returns one argument of a command line, its value behind '=' taken as a whole.
[[nodiscard]] inline std::string redact_argument(std::string_view argument, redaction_list& log,
                                                 std::string_view where) {
    const std::size_t equals = argument.find('=');
    const bool named =
        equals != std::string_view::npos && equals > 0 &&
        std::all_of(argument.begin(), argument.begin() + static_cast<std::ptrdiff_t>(equals),
                    [](char c) { return belongs(c, token_alphabet::path) || c == '@' || c == '~'; });
    if (!named || !keeps_secret(grade_name(argument.substr(0, equals)), argument.substr(equals + 1)))
        return redact(argument, log, where);
    log.add(where, "named");
    return std::string(argument.substr(0, equals + 1)).append(hidden);
}

/// Returns the value of -u and --user as curl takes it, without the password.
[[nodiscard]] inline std::string redact_login(std::string_view value, redaction_list& log,
                                              std::string_view where) {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos || value.find("://") == colon || is_trivial(value.substr(colon + 1)))
        return redact(value, log, where);
    log.add(where, "named");
    return std::string(value.substr(0, colon + 1)).append(hidden);
}

} // namespace detail

/// Returns a command line without secrets: --token=X, --token X, KEY=X, -u user:X, and what `redact` finds in
/// each argument.
[[nodiscard]] inline std::vector<std::string> redact_arguments(std::span<const std::string> arguments,
                                                               redaction_list& log, std::string_view where) {
    std::vector<std::string> clean;
    std::string_view option; // the argument before, where this one can be its value
    for (const std::string& argument : arguments) {
        const bool value = !option.empty() && !argument.starts_with("--");
        if (value && (option == "-u" || option == "--user")) {
            clean.push_back(detail::redact_login(argument, log, where));
        } else if (value && detail::keeps_secret(detail::grade_option(option), argument)) {
            clean.emplace_back(detail::hidden);
            log.add(where, "named");
        } else {
            clean.push_back(detail::redact_argument(argument, log, where));
        }
        const bool has_value = argument.find('=') != std::string::npos;
        option = argument.starts_with('-') && !has_value ? std::string_view(argument) : std::string_view();
    }
    return clean;
}

} // namespace repro::inline v0
