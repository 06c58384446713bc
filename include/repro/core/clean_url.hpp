// SPDX-License-Identifier: MIT
#pragma once
// URLs without what they carry for their readers alone: users, passwords, tokens, signatures.

#include <repro/detail/secret_names.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// A URL as it may be told, and how much of it may not.
struct cleaned_url {
    std::string text;
    std::uint64_t users = 0;      ///< user names with or without passwords, dropped
    std::uint64_t parameters = 0; ///< values of the query or the fragment, replaced by ***
};

namespace detail {

/// What stands in the place of a secret.
inline constexpr std::string_view hidden = "***";

/// Returns where the host ends and its port, if all that follows the ':' is one.
[[nodiscard]] constexpr bool has_plain_port(std::string_view host) noexcept {
    if (host.starts_with('[')) host.remove_prefix(std::min(host.find(']'), host.size()));
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos) return true;
    return host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

/// Returns how many characters of what follows "://" are a user and its '@'. A '/' or '?' in a password,
/// which should stand there encoded, makes it no host: such a password goes as well.
[[nodiscard]] constexpr std::size_t user_length(std::string_view rest) noexcept {
    const std::size_t authority = std::min(rest.find_first_of("/?#"), rest.size());
    const std::size_t at = rest.substr(0, authority).rfind('@');
    const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
    if (has_plain_port(rest.substr(host, authority - host))) return host;
    const std::size_t last = rest.rfind('@');
    return last == std::string_view::npos ? host : last + 1;
}

/// Appends "a=b&c=d" with the values of secret parameters replaced.
inline void clean_parameters(std::string_view rest, cleaned_url& to) {
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("&;"), rest.size());
        const std::string_view each = rest.substr(0, end);
        const std::size_t equals = std::min(each.find('='), each.size());
        const bool secret = equals + 1 < each.size() && each.substr(equals + 1) != hidden &&
                            is_secret_parameter(each.substr(0, equals));
        to.text.append(secret ? each.substr(0, equals + 1) : each).append(secret ? hidden : "");
        to.parameters += secret ? 1 : 0;
        to.text.append(rest.substr(end, 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

/// Returns the length of the user in "user@host:path", as scp and git take it; 0 where it is no such thing.
/// Where that can be read in more than one way, more goes: "host:path@x" is as well a user and a password,
/// which may hold a '/' where "host:path" follows.
[[nodiscard]] constexpr std::size_t scp_user_length(std::string_view text) noexcept {
    const std::string_view head = text.substr(0, text.find('/'));
    if (head.find(':') == std::string_view::npos) return 0;
    const std::size_t at = head.rfind('@'), last = text.rfind('@');
    if (last != std::string_view::npos && text.find(':', last) != std::string_view::npos) return last + 1;
    return at == std::string_view::npos ? 0 : at + 1;
}

/// Cleans one URL, or what scp and git take for one.
[[nodiscard]] inline cleaned_url clean_url_parts(std::string_view url) {
    cleaned_url clean;
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        const std::size_t user = scp_user_length(url);
        clean.users = user > 0 ? 1 : 0;
        clean.text = url.substr(user);
        return clean;
    }
    clean.text = url.substr(0, scheme + 3);
    url.remove_prefix(scheme + 3);
    const std::size_t user = user_length(url);
    clean.users = user > 0 ? 1 : 0;
    url.remove_prefix(user);
    const std::size_t query = std::min(url.find_first_of("?#"), url.size());
    clean.text.append(url.substr(0, query));
    url.remove_prefix(query);
    while (!url.empty()) { // ?query, then #fragment
        clean.text += url[0];
        const std::size_t end = std::min(url.find('#', 1), url.size());
        clean_parameters(url.substr(1, end - 1), clean);
        url.remove_prefix(end);
    }
    return clean;
}

} // namespace detail

/// Returns `url` without user and password, and with *** for the values of parameters that carry tokens or
/// signatures. Takes "user@host:path" as git does, too; what is no URL comes back as it is.
///
/// Example:
///     repro::clean_url("https://me:token@git.example/a.git"); // "https://git.example/a.git"
[[nodiscard]] inline std::string clean_url(std::string_view url) { return detail::clean_url_parts(url).text; }

} // namespace repro::inline v0
