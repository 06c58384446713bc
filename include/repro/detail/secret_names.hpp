// SPDX-License-Identifier: MIT
#pragma once
// Names under which secrets are kept: `password`, `HF_TOKEN`, `apiKey`, `db.pass`; and their look-alikes,
// which are none: `max_tokens`, `tokenizer`, `eos_token`, `key_dim`, `password_dataset_size`. A name counts
// by its last words, since those say what it is.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// What a name says of the value under it.
enum class name_grade : unsigned char {
    plain,  ///< nothing
    likely, ///< a secret if it looks like one: `sort_key`, `image_token`
    certain ///< a secret, whatever it looks like
};

[[nodiscard]] constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_alnum(char c) noexcept { return is_upper(c) || is_lower(c) || is_digit(c); }
[[nodiscard]] constexpr char lowered(char c) noexcept {
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns whether `text` is `word`, which is in lower case, whatever the case of `text`.
[[nodiscard]] constexpr bool same_word(std::string_view text, std::string_view word) noexcept {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (lowered(text[i]) != word[i]) return false;
    return true;
}

[[nodiscard]] constexpr bool is_one_of(std::string_view text,
                                       std::span<const std::string_view> words) noexcept {
    for (const std::string_view word : words)
        if (same_word(text, word)) return true;
    return false;
}

/// Cuts the last word from `name`: words are parted by other characters than letters and digits, and where
/// a lower-case letter or a digit meets an upper-case one.
[[nodiscard]] constexpr std::string_view last_word(std::string_view& name) noexcept {
    while (!name.empty() && !is_alnum(name.back()))
        name.remove_suffix(1);
    std::size_t start = name.size();
    while (start > 0 && is_alnum(name[start - 1])) {
        --start;
        if (is_upper(name[start]) && start > 0 && !is_upper(name[start - 1])) break;
    }
    const std::string_view word = name.substr(start);
    name = name.substr(0, start);
    return word;
}

// clang-format off
inline constexpr std::string_view secret_words[] = {
    "password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "credential", "credentials",
    "apikey", "apikeys", "apitoken", "authtoken", "accesstoken", "refreshtoken", "sessiontoken", "bearertoken", "secretkey",
    "privatekey", "accesskey", "accountkey", "authkey", "clientsecret", "authorization", "sshpass", "cookie", "jwt", "pat",
    "sharedaccesssignature", "sharedaccesskey", "connectionstring", "privatetoken", "jobtoken"};
/// A token with one of these before it is a credential; `eos_token` and `image_token` are vocabulary.
inline constexpr std::string_view token_owners[] = {
    "access", "account", "api", "app", "auth", "bearer", "bot", "build", "ci", "client", "cloud", "csrf", "databricks", "db",
    "deploy", "dockerhub", "gh", "git", "github", "gitlab", "hf", "hub", "huggingface", "id", "identity", "index", "jobs", "job",
    "kaggle", "login", "npm", "oauth", "openai", "personal", "private", "push", "pypi", "read", "refresh", "registry", "root",
    "runner", "secret", "security", "server", "service", "session", "slack", "ssh", "sso", "telegram", "upload", "user", "vault",
    "wandb", "web", "webhook", "write"};
inline constexpr std::string_view key_owners[] = {
    "access", "account", "admin", "anthropic", "api", "app", "auth", "aws", "azure", "client", "cohere", "comet", "consumer",
    "datadog", "decryption", "deploy", "encryption", "gemini", "github", "google", "groq", "hf", "hmac", "host", "license",
    "master", "mistral", "neptune", "openai", "pem", "private", "rsa", "secret", "server", "service", "shared", "signing", "ssh",
    "storage", "subscription", "tls", "wandb", "webhook"};
inline constexpr std::string_view pass_owners[] = {
    "admin", "db", "database", "ftp", "git", "http", "ldap", "login", "mail", "mongo", "mysql", "pg", "postgres", "proxy",
    "redis", "root", "smtp", "sql", "ssh", "user"};
// clang-format on

[[nodiscard]] constexpr name_grade grade_by_owner(std::string_view before,
                                                  std::span<const std::string_view> owners) noexcept {
    return is_one_of(last_word(before), owners) ? name_grade::certain : name_grade::likely;
}

/// Returns whether one word written together ends like a secret: PGPASSWORD, clientsecret.
[[nodiscard]] constexpr bool ends_like_secret(std::string_view word) noexcept {
    for (const std::string_view end : {"password", "passwd", "secret", "apikey"})
        if (word.size() > end.size() && same_word(word.substr(word.size() - end.size()), end)) return true;
    return false;
}

/// Returns what `name` says of its value. Only its last 256 characters count.
[[nodiscard]] constexpr name_grade grade_name(std::string_view name) noexcept {
    if (name.size() > 256) name.remove_prefix(name.size() - 256);
    std::string_view before = name;
    std::string_view last = last_word(before);
    if (last.size() == 1 && is_digit(last[0])) last = last_word(before); // password_2
    if (is_one_of(last, secret_words) || ends_like_secret(last)) return name_grade::certain;
    const bool alone = last_word(name = before).empty();
    // Variables of the environment name no words of a vocabulary.
    if (last == "TOKEN") return name_grade::certain;
    if (same_word(last, "token")) return alone ? name_grade::certain : grade_by_owner(before, token_owners);
    if (same_word(last, "tokens"))
        return !alone && is_one_of(last_word(before), token_owners) ? name_grade::certain : name_grade::plain;
    if (same_word(last, "key") || same_word(last, "keys") || same_word(last, "auth"))
        return grade_by_owner(before, key_owners);
    if (same_word(last, "pwd") || same_word(last, "pass")) return grade_by_owner(before, pass_owners);
    return name_grade::plain;
}

/// Returns whether a parameter of a URL carries a credential: token=, sig=, X-Amz-Signature=.
[[nodiscard]] constexpr bool is_secret_parameter(std::string_view name) noexcept {
    constexpr std::string_view words[] = {"sig", "signature", "key", "auth", "pwd", "pass", "credential"};
    if (grade_name(name) == name_grade::certain) return true;
    return is_one_of(last_word(name), words);
}

} // namespace detail
} // namespace repro::inline v0
