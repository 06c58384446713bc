// SPDX-License-Identifier: MIT
#include <repro/launch/entropy_audit.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using repro::entropy_call;
using repro::entropy_kind;
using repro::detail::count_call;
using repro::detail::entropy_table;
using repro::detail::read_entropy;
using repro::detail::site_key;
using repro::detail::watched_site;

namespace {

static_assert(to_string(entropy_call::timespec_get) == "timespec_get");
static_assert(to_string(entropy_call::count_) == "unknown");
static_assert(repro::defeats_seed(entropy_kind::unseeded) && !repro::defeats_seed(entropy_kind::seeded));

std::unique_ptr<entropy_table> new_table() {
    auto table = std::make_unique<entropy_table>();
    table->start();
    return table;
}

site_key key(std::uint64_t caller, entropy_call call = entropy_call::getrandom,
             entropy_kind kind = entropy_kind::entropy) {
    return {0, call, kind, false, caller};
}

constexpr auto nowhere = [](watched_site& site) noexcept {
    site.object = 0xffff;
    site.offset = site.caller;
};

} // namespace

TEST_CASE("calls are counted by site, call and kind") {
    const auto table = new_table();
    for (int i = 0; i < 3; ++i)
        count_call(*table, key(0x1000), nowhere);
    count_call(*table, key(0x1000, entropy_call::time, entropy_kind::time), nowhere);
    count_call(*table, key(0x2000), nowhere);
    site_key own = key(0x1000);
    own.own = true;
    count_call(*table, own, nowhere);
    const repro::entropy_report seen = read_entropy(*table);
    CHECK(seen.uses.size() == 4);
    CHECK(seen.taken() == 4); // neither the library's own nor the time
    CHECK(seen.dropped == 0);
}

TEST_CASE("threads that count the same new sites at once lose nothing, and readers see each site once") {
    const auto table = new_table();
    std::atomic<bool> go = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            while (!go) {
            }
            for (std::uint64_t k = 0; k < 20'000; ++k)
                count_call(*table, key(0x1000 + k % 50), [k](watched_site& site) noexcept {
                    site.object = 0xffff;
                    site.offset = k % 50;
                });
        });
    go = true;
    for (std::thread& each : threads)
        each.join();
    const repro::entropy_report seen = read_entropy(*table);
    REQUIRE(seen.uses.size() == 50);
    for (const repro::entropy_use& each : seen.uses)
        CHECK(each.count == 8 * 20'000 / 50);
}

TEST_CASE("what finds no room is counted all the same, as entropy taken") {
    const auto table = new_table();
    for (std::uint64_t i = 0; i < entropy_table::site_limit + 10; ++i)
        count_call(*table, key(i + 1, entropy_call::time, entropy_kind::time), nowhere);
    const repro::entropy_report seen = read_entropy(*table);
    CHECK(seen.dropped == 10);
    CHECK(seen.taken() == 10); // unknown of which kind: the audit fails closed
}

TEST_CASE("a place that is being filled is passed over") {
    const auto table = new_table();
    const site_key wanted = key(0x1000);
    table->sites[wanted.first_place()].state = repro::detail::place_state::claimed; // for ever
    count_call(*table, wanted, nowhere);
    count_call(*table, wanted, nowhere);
    REQUIRE(read_entropy(*table).uses.size() == 1);
    CHECK(read_entropy(*table).uses[0].count == 2);
}

TEST_CASE("an object is listed once, and a path that does not fit keeps its end") {
    const auto table = new_table();
    const std::string longest = std::string(5000, 'x') + "/library.so";
    CHECK(repro::detail::find_object(*table, "/a.so") == 0);
    CHECK(repro::detail::find_object(*table, longest) == 1);
    CHECK(repro::detail::find_object(*table, "/a.so") == 0);
    CHECK(repro::detail::find_object(*table, longest) == 1);
    const auto kept = table->objects[1].path.view();
    CHECK(kept.size() == 507);
    CHECK(kept.starts_with("...x"));
    CHECK(kept.ends_with("x/library.so"));
}

TEST_CASE("a block that something else wrote is read without harm") {
    const auto table = new_table();
    auto& site = table->sites[7];
    site.state = repro::detail::place_state::ready;
    site.count = 1;
    site.process = site.object = 0xfffe;
    site.call = static_cast<entropy_call>(200);
    site.kind = static_cast<entropy_kind>(201);
    auto& object = table->objects[0];
    object.state = repro::detail::place_state::ready;
    for (char& each : object.path.text)
        each = 'y'; // no end
    site.object = 0;
    const repro::entropy_report seen = read_entropy(*table);
    REQUIRE(seen.uses.size() == 1);
    CHECK(seen.uses[0].object.size() == sizeof object.path.text);
    CHECK(to_string(seen.uses[0].call) == "unknown");
}

TEST_CASE("a process answers for itself and for its descendants, not for those that started it") {
    repro::entropy_report seen;
    seen.processes = {
        {12, 11, "child"}, {1, 0, "shell"}, {11, 10, "self"}, {13, 12, "grandchild"}, {14, 1, "other"}};
    for (const std::int32_t pid : {1, 11, 12, 13, 14})
        seen.uses.emplace_back().pid = pid;
    repro::detail::keep_family(seen, 11);
    REQUIRE(seen.uses.size() == 3);
    CHECK(seen.uses[0].pid == 11);
    CHECK(seen.uses[2].pid == 13);
    CHECK(seen.processes.size() == 3);
}

TEST_CASE("without an audit, the report says so") {
    const repro::entropy_report seen = repro::entropy_audit();
    CHECK_FALSE(seen.watched);
    CHECK(seen.taken() == 0);
}
