// SPDX-License-Identifier: MIT
#pragma once
// What every reader of a lockfile needs: faults, lines, digests, and texts that may be told.

#include <repro/core/clean_url.hpp>
#include <repro/core/error.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/text.hpp>
#include <repro/detail/utf8.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/lockfiles/report.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

using repro::detail::decimal;
using repro::detail::next_token;
using repro::detail::trimmed;

inline constexpr std::size_t bytes_limit = std::size_t{64} << 20;
inline constexpr std::size_t depth_limit = 64;
inline constexpr std::size_t values_limit = std::size_t{4} << 20;

/// A reader's refusal; whoever knows the file's name makes an error of it.
struct fault {
    errc code;
    std::string problem;
    std::string fix;
};

[[nodiscard]] inline fault syntax_fault(std::string problem) {
    return {errc::lock_syntax, std::move(problem), "let its tool write it anew"};
}

[[nodiscard]] inline fault format_fault(std::string problem) {
    return {errc::lock_unknown_format, std::move(problem),
            "name it as its tool does, or name another file; it can still be recorded by its digest"};
}

[[nodiscard]] inline fault version_fault(std::string_view version) {
    return {errc::lock_unknown_version,
            "has format version " + std::string(version.substr(0, 40)) + ", which this library cannot read",
            "its digest still identifies it; a newer release of this library may read it"};
}

[[nodiscard]] constexpr bool is_hex(std::string_view text) noexcept {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// Returns whether `text` is the whole name of a git commit: 40 or 64 hexadecimal digits.
[[nodiscard]] constexpr bool is_commit(std::string_view text) noexcept {
    return (text.size() == 40 || text.size() == 64) && is_hex(text);
}

[[nodiscard]] constexpr bool is_digest(std::string_view algorithm, std::string_view value) noexcept {
    struct sizes {
        std::string_view algorithm;
        std::size_t hex;
        std::size_t base64;
    };
    constexpr sizes known[] = {{"md5", 32, 24},     {"sha1", 40, 28},   {"sha224", 56, 40},
                               {"sha256", 64, 44},  {"sha384", 96, 64}, {"sha512", 128, 88},
                               {"blake2b", 128, 88}};
    for (const sizes& each : known) {
        if (each.algorithm != algorithm) continue;
        if (value.size() == each.hex && is_hex(value)) return true;
        constexpr std::string_view base64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
        return value.size() == each.base64 && value.find_first_not_of(base64) == std::string_view::npos;
    }
    return false;
}

/// Returns "sha256:..." or "sha512-..." if it is one, with the right number of digits; else nothing.
[[nodiscard]] inline std::string digest_text(std::string_view text) {
    const std::size_t separator = text.find_first_of(":-=");
    if (separator == std::string_view::npos) return {};
    std::string algorithm(text.substr(0, separator));
    for (char& each : algorithm)
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    if (!is_digest(algorithm, text.substr(separator + 1))) return {};
    return algorithm.append(text[separator] == '-' ? "-" : ":").append(text.substr(separator + 1));
}

/// Returns the digest of the algorithm where its value is one; else nothing.
[[nodiscard]] inline std::string digest_text(std::string_view algorithm, std::string_view value) {
    return is_digest(algorithm, value) ? std::string(algorithm).append(":").append(value) : std::string();
}

/// Returns one digest for all files of a package; nothing where one of them has none.
[[nodiscard]] inline std::string joint_digest(std::vector<std::string> digests) {
    if (digests.empty() || std::ranges::count(digests, std::string()) > 0) return {};
    if (digests.size() == 1) return std::move(digests.front());
    std::ranges::sort(digests);
    std::string all;
    for (const std::string& each : digests)
        all.append(each).append("\n");
    return "files:" + sha256(all).hex();
}

/// Returns a URL or a path as it may be told: no user, no password, no token.
[[nodiscard]] inline std::string told_source(std::string_view text) {
    redaction_list ignored;
    std::string clean = redact(clean_url(text), ignored, "lockfile");
    // Conda's channels carry a token in their path: https://host/t/TOKEN/channel.
    const std::size_t token = clean.find("/t/");
    if (clean.find("://") == std::string::npos || token == std::string::npos) return clean;
    const std::size_t end = std::min(clean.find('/', token + 3), clean.size());
    return clean.replace(token + 3, end - token - 3, repro::detail::hidden);
}

/// Returns a name or version as it may be told.
[[nodiscard]] inline std::string told_name(std::string_view text) {
    if (text.find("://") != std::string_view::npos) return told_source(text);
    redaction_list ignored;
    return redact(text, ignored, "lockfile");
}

inline package& add_package(report& to, std::string_view name, std::string_view version) {
    if (to.packages.size() == values_limit)
        throw fault{errc::bytes_too_many, "holds more packages than any project has", "check what was named"};
    return to.packages.emplace_back(package{told_name(name), told_name(version)});
}

inline void add_fact(report& to, std::string_view name, std::string_view value) {
    fact made{std::string(name), told_source(value)};
    if (!value.empty() && std::ranges::count(to.facts, made) == 0) to.facts.push_back(std::move(made));
}

/// Calls `use` with each line, without its end.
template <class Use> void for_each_line(std::string_view text, Use use) {
    while (!text.empty()) {
        std::string_view line = next_token(text, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        use(line);
    }
}

/// Refuses what no reader should see: nothing, too much, bytes that are no text, an unfinished merge.
inline void check_bytes(std::string_view text) {
    if (trimmed(text).empty()) throw fault{errc::lock_empty, "is empty", "let its tool write it anew"};
    if (text.size() > bytes_limit)
        throw fault{errc::bytes_too_many, "is larger than 64 MiB", "no lockfile is: check what was named"};
    if (repro::detail::utf8_fault(text) != std::string_view::npos ||
        text.find('\0') != std::string_view::npos)
        throw syntax_fault("is not UTF-8 text");
    for_each_line(text, [](std::string_view line) {
        if (line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "))
            throw fault{errc::lock_conflict_markers, "holds the marks of an unfinished merge",
                        "finish the merge, and let its tool write it anew"};
    });
}

} // namespace repro::inline v0::lockfiles::detail
