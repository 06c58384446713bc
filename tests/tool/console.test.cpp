// SPDX-License-Identifier: MIT
#include "console.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using tool::printable;

TEST_CASE("text without controls is printed as it is") {
    for (const std::string_view text :
         {"", "loss.npy", "a b", "naïve", "数字", "😀", "back\\slash", "~!@#$%^&*()"})
        CHECK(printable(text) == text);
}

TEST_CASE("what can act on a terminal is spelled out") {
    CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
    CHECK(printable("\x1b]52;c;aGVsbG8=\a") == "\\x1b]52;c;aGVsbG8=\\x07"); // OSC 52 writes the clipboard
    CHECK(printable("\x1b]8;;http://x\x1b\\") == "\\x1b]8;;http://x\\x1b\\");
    CHECK(printable("\x1bP1$r\x1b\\") == "\\x1bP1$r\\x1b\\"); // DCS
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\u009b31m"); // CSI as one C1 character
    CHECK(printable("\x9b") == "\\x9b");     // and as a bare byte
    CHECK(printable("a\rb\bc\x7f") == "a\\x0db\\x08c\\x7f");
    CHECK(printable("one\ntwo\tthree") == "one\\ntwo\\tthree");
    CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("every control character is spelled out, alone and between others") {
    for (unsigned value = 0; value < 0xa0; ++value) {
        if (value >= 0x20 && value < 0x7f) continue;
        const std::string text = value < 0x80 ? std::string(1, static_cast<char>(value))
                                              : std::string("\xc2") + static_cast<char>(value);
        for (const char c : printable("a" + text + "b"))
            CHECK((c >= 0x20 && c < 0x7f));
    }
}

TEST_CASE("marks of direction and invisible characters are spelled out") {
    CHECK(printable("\u202egpj.exe") == "\\u202egpj.exe");
    CHECK(printable("\u2066x\u2069") == "\\u2066x\\u2069");
    CHECK(printable("a\u200bb\ufeffc\u2028d") == "a\\u200bb\\ufeffc\\u2028d");
    CHECK(printable("\U000e0041") == "\\U000e0041"); // a tag
    CHECK(printable("\u061c\u00ad") == "\\u061c\\u00ad");
}

TEST_CASE("bytes that are no UTF-8 are spelled out one by one") {
    CHECK(printable("\xff\xfe") == "\\xff\\xfe");
    CHECK(printable("\xc3(") == "\\xc3(");
    CHECK(printable("\xe2\x82") == "\\xe2\\x82");                   // cut short
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                   // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // beyond the last code point
}

TEST_CASE("long text is cut between characters") {
    CHECK(tool::clipped("abcdef", 6) == "abcdef");
    CHECK(tool::clipped("abcdef", 5) == "abcde...");
    CHECK(tool::clipped("数字数字", 2) == "数字...");
    CHECK(tool::clipped("\x1b\x1b\x1b", 2) == "\\x1b\\x1b...");
}

TEST_CASE("secrets are taken out before text is cut, and command lines by their words") {
    const std::string token = "ghp_" + std::string(36, 'a');
    CHECK(printable("at /srv/" + token + "/x\x1b") == "at /srv/***/x\\x1b");
    CHECK(tool::clipped("at " + token, 20) == "at ***");
    CHECK(tool::clipped("https://me:pw@h.example/a", 17) == "https://h.example...");
    CHECK(tool::told({"train", "--token", "X1", "--key=" + token, "--lr", "0.1"}) ==
          std::vector<std::string>{"train", "--token", "***", "--key=***", "--lr", "0.1"});
}
