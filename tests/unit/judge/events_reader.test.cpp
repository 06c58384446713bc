// SPDX-License-Identifier: MIT
#include <repro/judge/events_reader.hpp>

#include "../../support/refusal.hpp"
#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <vector>

using repro::parse_events;
using repro::recorded_events;
using repro::detail::sealed_line;

namespace {

std::string line(std::size_t number, const std::string& value = "0.5") {
    return sealed_line(R"({"event":)" + std::to_string(number) + R"(,"ms":7,"metric":"loss","step":)" +
                       std::to_string(number) + R"(,"value":)" + value);
}

} // namespace

TEST_CASE("a last line that is torn anywhere is left out, and told") {
    const std::string whole = line(0) + line(1);
    for (std::size_t size = line(0).size() + 1; size < whole.size(); ++size) {
        const recorded_events read = parse_events(std::string_view(whole).substr(0, size));
        CHECK(read.torn);
        CHECK(read.events.size() == 1);
        CHECK(read.damaged.empty());
    }
    CHECK_FALSE(parse_events(whole).torn);
    CHECK_FALSE(parse_events("").torn);
}

TEST_CASE("each flipped bit of a middle line costs that line, and names it") {
    const std::string before = line(0), middle = line(1), after = line(2);
    for (std::size_t bit = 0; bit < (middle.size() - 1) * 8; ++bit) {
        std::string bad = middle;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        const recorded_events read = parse_events(before + bad + after);
        INFO("bit " << bit);
        CHECK(read.events.size() == 2);
        CHECK(read.lost == 1);
        CHECK(
            (read.damaged == std::vector<std::size_t>{2} || read.damaged == std::vector<std::size_t>{2, 3}));
        CHECK_FALSE(read.torn);
    }
}

TEST_CASE("a line that is missing is counted, one that comes twice is damage") {
    CHECK(parse_events(line(0) + line(3)).lost == 2);
    const recorded_events twice = parse_events(line(0) + line(1) + line(1) + line(2));
    CHECK(twice.damaged == std::vector<std::size_t>{3});
    CHECK(twice.events.size() == 3);
}

TEST_CASE("a line whose checksum fits, and that no run writes, is damage") {
    for (const char* const open : {R"({"event":0)", R"({"event":-1,"ms":0,"metric":"a","step":0,"value":1)",
                                   R"({"event":0,"ms":0,"metric":7,"step":0,"value":1)",
                                   R"({"event":0,"ms":0,"metric":"a","step":0.5,"value":1)",
                                   R"({"event":0,"ms":0,"metric":"a","step":0,"value":"many")",
                                   R"({"event":0,"event":0)", R"([1)", "{"}) {
        INFO(open);
        CHECK(parse_events(sealed_line(open)).damaged.size() == 1);
    }
    CHECK(parse_events("\n\n").damaged.size() == 2);
    CHECK(parse_events(std::string(100, '\0') + "\n").damaged.size() == 1);
    const std::string longest(repro::detail::event_line_limit, 'n');
    const std::string open = R"({"event":0,"ms":0,"metric":")" + longest + R"(","step":0,"value":1)";
    CHECK(parse_events(sealed_line(open)).damaged.size() == 1);
}

TEST_CASE("no file is no events, and what is no file is refused by name") {
    const support::temporary_folder folder;
    CHECK(repro::read_events(folder / "events.jsonl").events.empty());
    CHECK(support::refusal([&] { (void)repro::read_events(folder.path()); }) == repro::errc::not_regular);
    CHECK(repro::read_events(folder.write("events.jsonl", line(0))).events.size() == 1);
}
