// SPDX-License-Identifier: MIT
#include <repro/core/redact.hpp>

#include "support/secrets.hpp"

#include <catch2/catch_test_macros.hpp>

#include <ctime>
#include <string>
#include <vector>

namespace {

using repro::redact;
using repro::redaction_list;

std::string cleaned(std::string_view text) {
    redaction_list log;
    std::string once = redact(text, log, "here");
    redaction_list again;
    CHECK(redact(once, again, "here") == once);
    CHECK((once == text) == log.all().empty());
    return once;
}

std::vector<std::string> command(std::vector<std::string> arguments) {
    redaction_list log;
    std::vector<std::string> once = repro::redact_arguments(arguments, log, "command");
    CHECK(repro::redact_arguments(once, log, "command") == once);
    return once;
}

} // namespace

TEST_CASE("a token of a published format is found wherever it stands") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed)
        for (const support::canary& secret : support::token_canaries(seed)) {
            INFO(secret.label << ' ' << secret.text);
            const std::string& s = secret.text;
            for (const std::string& text :
                 {s, "cannot log in with " + s + ": 401", "\"" + s + "\"", "x=" + s, "a," + s + ",b",
                  "https://h.example/" + s + "/simple", "https://h.example/?x=" + s, "(" + s + ")",
                  s + ".npy", "value%3D" + s, "line\\n" + s + "\\n", "../run/" + s + "/model.pt"}) {
                redaction_list log;
                const std::string once = redact(text, log, "here");
                if (support::tells(once, secret) || log.all().size() != 1) {
                    CAPTURE(text, once, log.all().size());
                    REQUIRE(once == "no trace of " + secret.label);
                }
            }
        }
}

TEST_CASE("a secret that only its name tells is found by it") {
    for (std::uint32_t seed = 1; seed <= 10; ++seed)
        for (const support::canary& secret : support::named_canaries(seed)) {
            INFO(secret.label);
            for (const std::string& text : {secret.name + "=" + secret.text, secret.name + ": " + secret.text,
                                            "{\"" + secret.name + "\": \"" + secret.text + "\", \"lr\": 0.1}",
                                            "{\\\"" + secret.name + "\\\":\\\"" + secret.text + "\\\"}",
                                            "export " + secret.name + "='" + secret.text + "' && train"}) {
                redaction_list log;
                const std::string once = redact(text, log, "here");
                CAPTURE(text, once);
                CHECK_FALSE(support::tells(once, secret));
            }
        }
}

TEST_CASE("what only looks like a secret stays byte for byte") {
    for (const auto& row : support::read_columns("tests/vectors/secrets/benign.txt")) {
        redaction_list log;
        CHECK(redact(row.at(0), log, "here") == row.at(0));
        CHECK(repro::redact_arguments(std::vector<std::string>{"train", row.at(0)}, log, "here")[1] ==
              row.at(0));
        CHECK(log.all().empty());
    }
}

TEST_CASE("what is left keeps its bytes") {
    CHECK(cleaned(R"({"db": {"password": "hun\"ter2"}, "lr": 0.10})") ==
          R"({"db": {"password": "***"}, "lr": 0.10})");
    CHECK(cleaned("Authorization: Bearer abc.def then more") == "Authorization: *** then more");
    CHECK(cleaned("GET https://me:pw@h.example/a?token=abc&page=2#x failed") ==
          "GET https://h.example/a?token=***&page=2#x failed");
    CHECK(cleaned("--extra-index-url https://u:t@packages.example/simple") ==
          "--extra-index-url https://packages.example/simple");
    CHECK(cleaned("https://b.example/c?sv=2024&sig=aB%2Fc%3D") == "https://b.example/c?sv=2024&sig=***");
    CHECK(cleaned("AccountName=x;AccountKey=abcd==;EndpointSuffix=y") ==
          "AccountName=x;AccountKey=***;EndpointSuffix=y");
    CHECK(cleaned("password=\"unclosed and more") == "password=\"***");
    CHECK(cleaned("-----BEGIN EC PRIVATE KEY-----\nabc") == "***");
    CHECK(cleaned("password=${DB_PASSWORD} api_key=none secret=true") ==
          "password=${DB_PASSWORD} api_key=none secret=true");
    CHECK(cleaned("\xff\xfe password=\xff\xfe x") == "\xff\xfe password=*** x");
}

TEST_CASE("command lines lose the values of secret options, in every way to write them") {
    using list = std::vector<std::string>;
    CHECK(command({"train", "--api-key=abc", "--lr", "0.1"}) ==
          list{"train", "--api-key=***", "--lr", "0.1"});
    CHECK(command({"train", "--token", "X1", "--epochs", "2"}) ==
          list{"train", "--token", "***", "--epochs", "2"});
    CHECK(command({"train", "--token", "-X1"}) == list{"train", "--token", "***"});
    CHECK(command({"train", "--token", "--lr", "2"}) == list{"train", "--token", "--lr", "2"});
    CHECK(command({"train", "-password", "X1"}) == list{"train", "-password", "***"});
    CHECK(command({"train", "DB_PASSWORD=a&b c"}) == list{"train", "DB_PASSWORD=***"});
    CHECK(command({"train", "+trainer.api_key=abc"}) == list{"train", "+trainer.api_key=***"});
    CHECK(command({"curl", "-u", "me:pw", "-H", "Authorization: Bearer abc"}) ==
          list{"curl", "-u", "me:***", "-H", "Authorization: ***"});
    CHECK(command({"train", "-p", "8080", "-p", "a1B2c3D4e5F6g7H8i9"}) ==
          list{"train", "-p", "8080", "-p", "***"});
    CHECK(command({"train", "--no-password", "data.csv", "--max-tokens", "4096"}) ==
          list{"train", "--no-password", "data.csv", "--max-tokens", "4096"});
    CHECK(command({"train", R"({"token": "abcd", "lr": 1})"}) ==
          list{"train", R"({"token": "***", "lr": 1})"});
    CHECK(command({}).empty());
}

TEST_CASE("names are graded by their last words") {
    using enum repro::detail::name_grade;
    using repro::detail::grade_name;
    for (const char* const name :
         {"password", "DB_PASSWORD", "dbPassword", "PGPASSWORD", "api-key", "apiKey", "X-Api-Key", "hf_token",
          "HF_TOKEN", "token", "client_secret", "secretAccessKey", "db.pass", "password_2", "MYSQL_PWD",
          "private_token", "wandb.key", "Authorization"}) {
        INFO(name);
        CHECK(grade_name(name) == certain);
    }
    for (const char* const name : {"sort_key", "image_token", "key", "second_pass", "pwd"}) {
        INFO(name);
        CHECK(grade_name(name) == likely);
    }
    for (const char* const name :
         {"max_tokens", "tokens", "tokenizer", "key_dim", "num_keys_total", "monkey", "compass",
          "password_dataset_size", "secretary", "lr", "", "__", "author", "keyboard"}) {
        INFO(name);
        CHECK(grade_name(name) == plain);
    }
}

TEST_CASE("redactions are counted by place and kind, and tell no more") {
    redaction_list log;
    (void)redact("password=a password=b https://u@h.example", log, "first");
    (void)redact("password=c", log, "second");
    CHECK(log.all() == std::vector<repro::redaction>{
                           {"first", "url-user", 1}, {"first", "named", 2}, {"second", "named", 1}});
}

TEST_CASE("a token that was cut is found by what is left, and a text for a message is cut behind that") {
    const std::string header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    CHECK(cleaned(header + ".eyJzdWIiOiIxMjM0") == "***");
    CHECK(cleaned(header + ".eyJzdW") == header + ".eyJzdW"); // nothing of a secret yet
    CHECK(cleaned("import " + header + ".py") == "import " + header + ".py");
    for (const support::canary& secret : support::token_canaries(1)) {
        INFO(secret.label);
        for (const std::size_t before : {0U, 20U, 44U, 60U})
            CHECK(repro::detail::excerpt(std::string(before, ' ') + secret.text) ==
                  std::string(before, ' ') + (secret.label == "slack-webhook" ? "https://***" : "***"));
    }
    CHECK(repro::detail::excerpt("abcdef", 3) == "abc");
}

TEST_CASE("a secret that another one hid is found as well") {
    // The key's label is short enough only without the parameter; the host shows its user only without the
    // slash.
    CHECK(cleaned("-----BEGIN x?sig=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa PRIVATE KEY-") ==
          "-----BEGIN x?sig=*** PRIVATE KEY-");
    CHECK(cleaned("x://api_key:1/aaaa;me@host/a") == "x://host/a");
}

TEST_CASE("hostile texts of a megabyte take time in proportion") {
    const auto repeated = [](std::string_view part) {
        std::string text;
        while (text.size() < 1'000'000)
            text += part;
        return text;
    };
    for (const std::string_view part : {"sk-a-",
                                        "eyJ-",
                                        "eyJaaaaaaaa.",
                                        "eyJaaaaaaaa.-",
                                        "://",
                                        "x://a:b",
                                        "x://h/@",
                                        "://a@",
                                        "=",
                                        ":",
                                        "a=",
                                        "\"a\":",
                                        "password=\"",
                                        "token: ",
                                        "-----BEGIN ",
                                        "M",
                                        "1",
                                        "a1Q~",
                                        "AKIA",
                                        "-----BEGIN PRIVATE KEY",
                                        "password=\\\"",
                                        "key-",
                                        "github_pat_",
                                        "%3D",
                                        "\\"}) {
        const std::string text = repeated(part);
        const std::clock_t start = std::clock(); // of this process: others may be busy
        redaction_list log;
        (void)redact(text, log, "here");
        CAPTURE(part);
        CHECK((std::clock() - start) / CLOCKS_PER_SEC < 30); // quadratic would take an hour
    }
}
