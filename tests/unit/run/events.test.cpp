// SPDX-License-Identifier: MIT
#include <repro/judge/events_reader.hpp>
#include <repro/run/events.hpp>

#include "support/manifest.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_calls.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

using nlohmann::json;
using repro::detail::basic_event_log;
using repro::detail::event_log;
using support::call;
using support::plan;
using support::test_calls;

namespace {

struct log_folder : support::temporary_folder {
    repro::detail::descriptor handle{::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    repro::detail::moment started = repro::detail::now();

    template <class Log> auto add(Log& log, const std::string& name, std::int64_t step, double value) const {
        return log.add(handle.get(), started, name, step, value);
    }
    [[nodiscard]] std::string text() const { return support::read_text(*this / "events.jsonl"); }
};

} // namespace

TEST_CASE("each value is a line that any JSON reader takes, and that its checksum seals") {
    const log_folder folder;
    event_log log;
    CHECK_FALSE(folder.add(log, "loss \"quoted\" \xff", -3, 0.1));
    CHECK_FALSE(folder.add(log, "loss", 4, std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(folder.add(log, "loss", 5, -0.0));
    const std::string text = folder.text();
    const json line = json::parse(text.substr(0, text.find('\n')));
    CHECK(line["event"] == 0);
    CHECK(line["metric"] == "loss \"quoted\" \xef\xbf\xbd");
    CHECK(line["crc32c"].get<std::string>().size() == 8);
    const auto read = repro::parse_events(text);
    REQUIRE(read.events.size() == 3);
    CHECK(read.events[0].step == -3);
    CHECK(read.events[0].value == 0.1);
    CHECK(read.events[1].value == "NaN");
    CHECK(std::signbit(read.events[2].value.get<double>()));
    CHECK_FALSE(read.torn);
    CHECK(read.damaged.empty());
}

TEST_CASE("one write a line, none flushed") {
    const log_folder folder;
    plan() = {};
    basic_event_log<test_calls> log;
    for (int step = 0; step < 5; ++step)
        CHECK_FALSE(folder.add(log, "loss", step, 0.5));
    CHECK(plan().count == 6); // the file is opened once
    CHECK(plan().log.size() == 6);
    for (const support::logged_call& each : plan().log)
        CHECK((each.call == call::open || each.text.ends_with("}\n")));
}

TEST_CASE("a failure is told once, and closes the log: nothing follows a torn line") {
    const log_folder folder;
    plan() = {};
    basic_event_log<test_calls> log;
    CHECK_FALSE(folder.add(log, "loss", 0, 0.5));
    plan().fail = [](call, std::size_t) { return ENOSPC; };
    const auto failed = folder.add(log, "loss", 1, 0.5);
    REQUIRE(failed);
    CHECK(failed->reason == ENOSPC);
    plan().fail = {};
    CHECK_FALSE(folder.add(log, "loss", 2, 0.5));
    CHECK(repro::parse_events(folder.text()).events.size() == 1);
}

TEST_CASE("a file that somebody put there is not written to") {
    const log_folder folder;
    folder.write("events.jsonl", "not mine\n");
    event_log log;
    CHECK(folder.add(log, "loss", 0, 0.5)->reason == EEXIST);
    CHECK(folder.text() == "not mine\n");
}

TEST_CASE("a name too long for a line is told, and the log goes on") {
    const log_folder folder;
    event_log log;
    CHECK(folder.add(log, std::string(5000, 'n'), 0, 0.5)->reason == ENAMETOOLONG);
    CHECK_FALSE(folder.add(log, "loss", 0, 0.5));
    CHECK(repro::parse_events(folder.text()).events.size() == 1);
}

TEST_CASE("a token in a metric's name stands in no line") {
    const log_folder folder;
    event_log log;
    const std::string token = std::string("ghp") + "_0123456789abcdefghijABCDEFGHIJ012345";
    CHECK_FALSE(folder.add(log, "loss/" + token, 0, 0.5));
    CHECK(folder.text().find(token) == std::string::npos);
}
