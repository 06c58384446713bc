// SPDX-License-Identifier: MIT
#pragma once
// Finds tokens by the formats that their vendors give them: a prefix, an alphabet, a length. Private keys and
// tokens of three parts (JWT) have no such prefix and a few lines of their own. Linear in the text, whatever
// it holds.

#include <repro/detail/secret_names.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Which characters a token goes on with.
enum class token_alphabet : unsigned char { hex, upper, alnum, word, dotted, path };

/// What has to hold of a token besides.
enum class token_rule : unsigned char {
    none,
    exact, ///< no longer than `most`
    mixed  ///< sixteen letters and digits in a row, of two kinds: no words with hyphens
};

struct token_format {
    std::string_view prefix;
    std::string_view kind;
    token_alphabet alphabet;
    std::size_t least; ///< characters after the prefix
    std::size_t most = 0;
    token_rule rule = token_rule::none;
};

// clang-format off
/// The formats, sorted by prefix but where a longer one has to come first.
inline constexpr token_format token_formats[] = {
    {"AGE-SECRET-KEY-1", "age", token_alphabet::upper, 58},
    {"ABIA", "aws", token_alphabet::upper, 16, 16, token_rule::exact},
    {"ACCA", "aws", token_alphabet::upper, 16, 16, token_rule::exact},
    {"AKIA", "aws", token_alphabet::upper, 16, 16, token_rule::exact},
    {"ASIA", "aws", token_alphabet::upper, 16, 16, token_rule::exact},
    {"AIza", "google", token_alphabet::word, 35},
    {"AKCp", "jfrog", token_alphabet::alnum, 60},
    {"ATATT3", "atlassian", token_alphabet::path, 60},
    {"ATBB", "bitbucket", token_alphabet::alnum, 28},
    {"ATCTT3", "atlassian", token_alphabet::path, 60},
    {"CFPAT-", "contentful", token_alphabet::word, 40},
    {"EZAK", "easypost", token_alphabet::alnum, 54},
    {"GOCSPX-", "google", token_alphabet::word, 28},
    {"GR1348941", "gitlab", token_alphabet::word, 20},
    {"HRKU-", "heroku", token_alphabet::word, 30},
    {"KGAT_", "kaggle", token_alphabet::alnum, 24},
    {"LTAI", "alibaba", token_alphabet::alnum, 12, 22, token_rule::exact},
    {"NRAK-", "newrelic", token_alphabet::upper, 27},
    {"PMAK-", "postman", token_alphabet::word, 40},
    {"SG.", "sendgrid", token_alphabet::dotted, 60},
    {"SK", "twilio", token_alphabet::hex, 32, 32, token_rule::exact},
    {"api_org_", "huggingface", token_alphabet::alnum, 30},
    {"dapi", "databricks", token_alphabet::hex, 32},
    {"dckr_oat_", "docker", token_alphabet::word, 20},
    {"dckr_pat_", "docker", token_alphabet::word, 20},
    {"dop_v1_", "digitalocean", token_alphabet::hex, 64},
    {"doo_v1_", "digitalocean", token_alphabet::hex, 64},
    {"dor_v1_", "digitalocean", token_alphabet::hex, 64},
    {"dp.pt.", "doppler", token_alphabet::alnum, 40},
    {"dp.st.", "doppler", token_alphabet::dotted, 40},
    {"dt0c01.", "dynatrace", token_alphabet::dotted, 80},
    {"figd_", "figma", token_alphabet::word, 30},
    {"fm2_", "flyio", token_alphabet::path, 60},
    {"fo1_", "flyio", token_alphabet::word, 40},
    {"ghp_", "github", token_alphabet::alnum, 36},
    {"gho_", "github", token_alphabet::alnum, 36},
    {"ghu_", "github", token_alphabet::alnum, 36},
    {"ghs_", "github", token_alphabet::dotted, 36},
    {"ghr_", "github", token_alphabet::alnum, 36},
    {"github_pat_", "github", token_alphabet::word, 40},
    {"glagent-", "gitlab", token_alphabet::dotted, 20},
    {"glcbt-", "gitlab", token_alphabet::dotted, 20},
    {"gldt-", "gitlab", token_alphabet::dotted, 20},
    {"glffct-", "gitlab", token_alphabet::dotted, 20},
    {"glft-", "gitlab", token_alphabet::dotted, 20},
    {"glimt-", "gitlab", token_alphabet::dotted, 20},
    {"gloas-", "gitlab", token_alphabet::dotted, 20},
    {"glpat-", "gitlab", token_alphabet::dotted, 20},
    {"glptt-", "gitlab", token_alphabet::dotted, 20},
    {"glrt-", "gitlab", token_alphabet::dotted, 20},
    {"glsoat-", "gitlab", token_alphabet::dotted, 20},
    {"glc_", "grafana", token_alphabet::path, 32},
    {"glsa_", "grafana", token_alphabet::word, 32},
    {"gsk_", "groq", token_alphabet::alnum, 40},
    {"hf_", "huggingface", token_alphabet::alnum, 30},
    {"hvb.", "vault", token_alphabet::dotted, 24},
    {"hvr.", "vault", token_alphabet::dotted, 24},
    {"hvs.", "vault", token_alphabet::dotted, 24},
    {"key-", "mailgun", token_alphabet::hex, 32, 32, token_rule::exact},
    {"lin_api_", "linear", token_alphabet::alnum, 40},
    {"lsv2_pt_", "langsmith", token_alphabet::word, 32},
    {"lsv2_sk_", "langsmith", token_alphabet::word, 32},
    {"nfp_", "netlify", token_alphabet::alnum, 36},
    {"npm_", "npm", token_alphabet::alnum, 36},
    {"ntn_", "notion", token_alphabet::alnum, 40},
    {"nvapi-", "nvidia", token_alphabet::word, 60},
    {"oy2", "nuget", token_alphabet::alnum, 43, 43, token_rule::exact},
    {"pcsk_", "pinecone", token_alphabet::word, 40},
    {"pnu_", "prefect", token_alphabet::alnum, 36},
    {"pplx-", "perplexity", token_alphabet::alnum, 40},
    {"pscale_pw_", "planetscale", token_alphabet::dotted, 32},
    {"pscale_tkn_", "planetscale", token_alphabet::dotted, 32},
    {"pul-", "pulumi", token_alphabet::hex, 40},
    {"pypi-AgE", "pypi", token_alphabet::word, 50},
    {"r8_", "replicate", token_alphabet::alnum, 37},
    {"rdme_", "readme", token_alphabet::alnum, 70},
    {"rk_live_", "stripe", token_alphabet::alnum, 16},
    {"rk_test_", "stripe", token_alphabet::alnum, 16},
    {"rpa_", "runpod", token_alphabet::alnum, 40},
    {"rubygems_", "rubygems", token_alphabet::hex, 48},
    {"sbp_", "supabase", token_alphabet::hex, 40},
    {"sgp_", "sourcegraph", token_alphabet::word, 40},
    {"shpat_", "shopify", token_alphabet::hex, 32},
    {"shpca_", "shopify", token_alphabet::hex, 32},
    {"shppa_", "shopify", token_alphabet::hex, 32},
    {"shpss_", "shopify", token_alphabet::hex, 32},
    {"sk-ant-", "anthropic", token_alphabet::word, 20},
    {"sk-", "openai", token_alphabet::word, 20, 0, token_rule::mixed},
    {"sk_live_", "stripe", token_alphabet::alnum, 16},
    {"sk_test_", "stripe", token_alphabet::alnum, 16},
    {"sk_", "elevenlabs", token_alphabet::hex, 48},
    {"sntrys_", "sentry", token_alphabet::path, 60},
    {"sntryu_", "sentry", token_alphabet::hex, 64},
    {"sq0atp-", "square", token_alphabet::word, 22},
    {"sq0csp-", "square", token_alphabet::word, 43},
    {"tskey-", "tailscale", token_alphabet::word, 20, 0, token_rule::mixed},
    {"vcp_", "vercel", token_alphabet::alnum, 40},
    {"wandb_v1_", "wandb", token_alphabet::word, 40},
    {"whsec_", "stripe", token_alphabet::path, 24},
    {"xai-", "xai", token_alphabet::alnum, 60},
    {"xapp-", "slack", token_alphabet::word, 20},
    {"xoxa-", "slack", token_alphabet::word, 10},
    {"xoxb-", "slack", token_alphabet::word, 10},
    {"xoxe-", "slack", token_alphabet::word, 10},
    {"xoxe.xoxp-", "slack", token_alphabet::word, 10},
    {"xoxo-", "slack", token_alphabet::word, 10},
    {"xoxp-", "slack", token_alphabet::word, 10},
    {"xoxr-", "slack", token_alphabet::word, 10},
    {"xoxs-", "slack", token_alphabet::word, 10},
    {"ya29.", "google", token_alphabet::dotted, 20},
    {"1//0", "google", token_alphabet::word, 40},
    {"hooks.slack.com/services/", "slack", token_alphabet::path, 20},
    {"discord.com/api/webhooks/", "discord", token_alphabet::path, 60},
    {"discordapp.com/api/webhooks/", "discord", token_alphabet::path, 60},
};
// clang-format on

[[nodiscard]] constexpr bool belongs(char c, token_alphabet alphabet) noexcept {
    switch (alphabet) {
    case token_alphabet::hex:
        return is_digit(c) || (c >= 'a' && c <= 'f');
    case token_alphabet::upper:
        return is_upper(c) || is_digit(c);
    case token_alphabet::alnum:
        return is_alnum(c);
    case token_alphabet::word:
        return is_alnum(c) || c == '_' || c == '-';
    case token_alphabet::dotted:
        return is_alnum(c) || c == '_' || c == '-' || c == '.';
    case token_alphabet::path:
        return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '=';
    }
    return false;
}

/// Returns how many characters at the start of `text` belong to the alphabet, at most `limit`.
[[nodiscard]] constexpr std::size_t run_length(std::string_view text, token_alphabet alphabet,
                                               std::size_t limit = std::string_view::npos) noexcept {
    std::size_t length = 0;
    while (length < text.size() && length < limit && belongs(text[length], alphabet))
        ++length;
    return length;
}

/// Returns whether `least` letters and digits stand in a row that are neither all lower-case nor all
/// upper-case letters.
[[nodiscard]] constexpr bool has_mixed_row(std::string_view text, std::size_t least) noexcept {
    while (!text.empty()) {
        const std::size_t length = run_length(text, token_alphabet::alnum);
        const std::string_view row = text.substr(0, length);
        const auto all = [row](auto is) { return std::all_of(row.begin(), row.end(), is); };
        if (length >= least && !all(is_lower) && !all(is_upper)) return true;
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return false;
}

/// A token in a text: its length, and what it is; no length where there is none.
struct found_token {
    std::size_t length = 0;
    std::string_view kind{};
};

inline constexpr std::size_t looked_at = 512; ///< characters that decide; what follows belongs to the token

[[nodiscard]] constexpr std::size_t match_format(std::string_view text, const token_format& format) noexcept {
    if (!text.starts_with(format.prefix)) return 0;
    const std::string_view rest = text.substr(format.prefix.size());
    const std::size_t length = run_length(rest, format.alphabet, looked_at);
    if (length < format.least) return 0;
    if (format.rule == token_rule::exact) {
        const bool ends = length <= format.most && (length == rest.size() || !is_alnum(rest[length]));
        return ends ? format.prefix.size() + length : 0;
    }
    if (format.rule == token_rule::mixed && !has_mixed_row(rest.substr(0, length), 16)) return 0;
    // What stands behind a token in its own alphabet's larger sister belongs to it: nothing of it may stay.
    return format.prefix.size() + run_length(rest, std::max(format.alphabet, token_alphabet::word));
}

/// Which two characters some prefix starts with.
struct token_starts {
    bool any[128][128] = {};
    constexpr token_starts() noexcept {
        for (const token_format& format : token_formats)
            any[format.prefix[0] & 127][format.prefix[1] & 127] = true;
    }
    [[nodiscard]] constexpr bool may_start(std::string_view text) const noexcept {
        return text.size() > 1 && any[text[0] & 127][text[1] & 127];
    }
};
inline constexpr token_starts prefix_starts{};

/// Returns whether some token starts with `c`, at the start of a word.
[[nodiscard]] constexpr bool starts_token(char c) noexcept {
    return is_alnum(c) || c == '_' || c == '.' || c == '~';
}

/// Finds tokens in one text, from its start to its end.
class token_finder {
public:
    explicit token_finder(std::string_view text) noexcept : text_(text) {}

    /// Returns the token that starts at `at`, where the one before it is no letter or digit.
    [[nodiscard]] constexpr found_token match(std::size_t at) noexcept {
        const std::string_view rest = text_.substr(at);
        if (rest[0] == '-') return {private_key(rest), "private-key"};
        if (!starts_word(at) || !starts_token(rest[0])) return {};
        for (const token_format& format : token_formats) {
            if (!prefix_starts.may_start(rest)) break;
            if (format.prefix[0] != rest[0]) continue;
            if (const std::size_t length = match_format(rest, format)) return {length, format.kind};
        }
        if (rest.starts_with("eyJ")) return {three_parts(at), "jwt"};
        if (const std::size_t length = discord(rest)) return {length, "discord"};
        if (const std::size_t length = telegram(rest)) return {length, "telegram"};
        return {azure(rest), "azure"};
    }

private:
    /// Returns whether `at` starts a word; what is escaped before it, "%3D" or "\\n", is no part of it.
    [[nodiscard]] constexpr bool starts_word(std::size_t at) const noexcept {
        if (at == 0 || !is_alnum(text_[at - 1])) return true;
        if (at >= 2 && text_[at - 2] == '\\') return true;
        return at >= 3 && text_[at - 3] == '%';
    }

    /// "-----BEGIN ... PRIVATE KEY ...-----" up to the end of what it begins; to the end of the text where
    /// there is none. A label is words of capitals and digits (RFC 7468, RFC 4716).
    [[nodiscard]] static constexpr std::size_t private_key(std::string_view rest) noexcept {
        constexpr std::string_view begin = "-----BEGIN ";
        if (!rest.starts_with(begin)) return 0;
        std::size_t label = begin.size();
        while (label < rest.size() && (belongs(rest[label], token_alphabet::upper) || rest[label] == ' '))
            ++label;
        const std::size_t key = rest.substr(0, label).find("PRIVATE KEY");
        if (key == std::string_view::npos) return 0;
        const std::size_t end = rest.find("-----END ", key);
        const std::size_t last = end == std::string_view::npos ? end : rest.find("-----", end + 9);
        return last == std::string_view::npos ? rest.size() : last + 5;
    }

    /// header.payload.signature of base64url; five parts where it is encrypted. A payload that starts with
    /// "eyJ" is one, as the header is, also where the signature was cut off.
    [[nodiscard]] constexpr std::size_t three_parts(std::size_t at) noexcept {
        const std::size_t first = part_end(at);
        if (first - at < 10 || first >= text_.size() || text_[first] != '.') return 0;
        const std::size_t second = part_end(first + 1);
        const bool payload = text_.substr(first + 1).starts_with("eyJ") && second - first > 10;
        if (!payload && (second >= text_.size() || text_[second] != '.')) return 0;
        return run_length(text_.substr(at), token_alphabet::dotted);
    }

    /// Returns where the characters of base64url from `at` on end; looks at each of them once.
    [[nodiscard]] constexpr std::size_t part_end(std::size_t at) noexcept {
        if (at >= part_end_ || at < part_start_) {
            part_start_ = at;
            part_end_ = at + run_length(text_.substr(at), token_alphabet::word);
        }
        return part_end_;
    }

    /// The number of the bot as base64, the time, the secret.
    [[nodiscard]] static constexpr std::size_t discord(std::string_view rest) noexcept {
        if (rest[0] < 'M' || rest[0] > 'O') return 0;
        const std::size_t id = run_length(rest, token_alphabet::word, 33);
        if (id < 24 || id > 32 || id == rest.size() || rest[id] != '.') return 0;
        const std::size_t time = run_length(rest.substr(id + 1), token_alphabet::word, 8);
        const std::size_t secret = id + 1 + time + 1;
        if (time < 6 || time > 7 || secret > rest.size() || rest[secret - 1] != '.') return 0;
        const std::size_t length = run_length(rest.substr(secret), token_alphabet::word, looked_at);
        return length < 27 ? 0 : secret + length;
    }

    /// <number of the bot>:<35 characters>
    [[nodiscard]] static constexpr std::size_t telegram(std::string_view rest) noexcept {
        std::size_t number = 0;
        while (number < rest.size() && number < 13 && is_digit(rest[number]))
            ++number;
        if (number < 8 || number > 12 || number == rest.size() || rest[number] != ':') return 0;
        const std::size_t length = run_length(rest.substr(number + 1), token_alphabet::word, 36);
        return length == 35 ? number + 1 + length : 0;
    }

    /// The client secret of an application: three characters, a digit, "Q~", 31 to 34 characters.
    [[nodiscard]] static constexpr std::size_t azure(std::string_view rest) noexcept {
        if (rest.size() < 37 || rest.substr(4, 2) != "Q~" || !is_digit(rest[3])) return 0;
        std::size_t length = 6;
        while (length < rest.size() && (belongs(rest[length], token_alphabet::dotted) || rest[length] == '~'))
            ++length;
        return length >= 37 ? length : 0; // "Q~" makes it one, however it goes on
    }

    std::string_view text_;
    std::size_t part_start_ = 0;
    std::size_t part_end_ = 0;
};

/// Returns whether `text`, under a name that may keep a secret, looks like one: 16 characters or more without
/// spaces, letters and digits mixed at random. Digests, UUIDs and paths do not.
[[nodiscard]] constexpr bool looks_random(std::string_view text) noexcept {
    if (text.size() < 16 || text.size() > 4096) return false;
    if (run_length(text, token_alphabet::path) != text.size()) return false;
    if (text.front() == '/' || text.starts_with("./") || text.starts_with("../")) return false;
    const bool hexadecimal = std::all_of(text.begin(), text.end(), [](char c) {
        return c == '-' || belongs(lowered(c), token_alphabet::hex);
    });
    if (hexadecimal || !has_mixed_row(text, 12)) return false;
    bool seen[128] = {};
    for (const char c : text)
        seen[static_cast<unsigned char>(c) & 127] = true;
    return std::count(seen, seen + 128, true) >= 10;
}

} // namespace detail
} // namespace repro::inline v0
