// SPDX-License-Identifier: MIT
#include <repro/stream/fork.hpp>
#include <repro/stream/registry.hpp>
#include <repro/stream/snapshot.hpp>

#include "support/process.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using repro::stream;
using repro::streams;
using support::in_forked_child;

namespace {

std::string words(std::string_view name, int count = 4) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(stream(name)()) + " ";
    return text;
}

/// What a parent, two children, a grandchild of each, and the parent afterwards draw under one seed.
std::string family() {
    streams().seed(42);
    std::string text = "parent " + words("a");
    for (int child = 0; child < 2; ++child)
        text += in_forked_child([] {
            std::string own = "\nchild " + words("a") + words("only/in/child");
            return own + in_forked_child([] { return "\ngrandchild " + words("a"); });
        });
    return text + "\nparent " + words("a");
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

} // namespace

TEST_CASE("a family of processes", "[.family]") { support::answer(family()); }

TEST_CASE("the streams of forked children are the same in every run") {
    const std::string first = support::in_fresh_process("family");
    CHECK(lines(first).size() == 6);
    CHECK(support::in_fresh_process("family") == first);
}

TEST_CASE("parent, children and grandchildren draw different words") {
    const auto all = lines(family());
    REQUIRE(all.size() == 6);
    std::set<std::string> seen;
    for (const std::string& line : all) {
        INFO(line);
        const std::size_t at = line.find(' ');
        const std::string first_word = line.substr(at + 1, line.find(' ', at + 1) - at - 1);
        CHECK(seen.insert(first_word).second);
    }
}

TEST_CASE("a fork leaves the parent's streams as they are") {
    streams().seed(42);
    const std::string undisturbed = words("a", 4);
    streams().seed(42);
    std::string with_fork = words("a", 2);
    (void)in_forked_child([] { return words("a", 10); });
    with_fork += words("a", 2);
    CHECK(with_fork == undisturbed);
}

TEST_CASE("a child of a rank whose streams were keyed anew does not repeat its parent or its sibling") {
    streams().seed(42);
    streams().rekey_rank_streams(7, 2, 3);
    std::set<std::string> seen{words("rank-2/a")};
    for (int child = 0; child < 2; ++child)
        CHECK(seen.insert(in_forked_child([] { return words("rank-2/a"); })).second);
    streams().seed(42);
    CHECK(seen.insert(words("rank-2/a")).second);
}

TEST_CASE("a handle from before the fork draws from the child's own stream") {
    streams().seed(42);
    auto handle = stream("a");
    (void)handle();
    const std::string in_child = in_forked_child([&] {
        const std::uint64_t by_old_handle = handle();
        const bool same_stream = stream("a").draws() == 1;
        return std::to_string(by_old_handle) + (same_stream ? "" : " and the name is another stream");
    });
    streams().seed(42);
    (void)stream("a")();
    CHECK(in_child != std::to_string(stream("a")()));
    CHECK(in_child.find(' ') == std::string::npos);
}

TEST_CASE("a child's stream begins at its start, whoever touches it first") {
    streams().seed(42);
    auto handle = stream("a");
    handle.discard(10);
    CHECK(in_forked_child([&] { return std::to_string(handle.draws()); }) == "0");
    CHECK(in_forked_child([&] { return std::to_string(handle.split(1)()); }) !=
          std::to_string(handle.split(1)()));
}

TEST_CASE("a child that is seeded itself draws what any process draws under that seed") {
    streams().seed(42);
    const std::string expected = [] {
        streams().seed(7);
        return words("a");
    }();
    streams().seed(42);
    CHECK(in_forked_child([] {
              streams().seed(7);
              return words("a");
          }) == expected);
}

TEST_CASE("the first child after a seed draws the same each time that seed is given") {
    std::set<std::string> drawn;
    for (int round = 0; round < 3; ++round) {
        streams().seed(42);
        drawn.insert(in_forked_child([] { return words("a"); }));
    }
    CHECK(drawn.size() == 1);
}

TEST_CASE("a tracked engine keeps its place over a fork, as the original would") {
    const support::no_sources_left guard;
    streams().seed(42);
    std::mt19937 engine;
    streams().track("engine", engine);
    (void)engine();
    const std::string in_child = in_forked_child([&] { return std::to_string(engine()); });
    CHECK(in_child == std::to_string(engine()));
}

TEST_CASE("engines that two children track are not seeded alike") {
    const support::no_sources_left guard;
    streams().seed(42);
    const auto track_in_child = [] {
        std::mt19937 engine;
        streams().track("engine", engine);
        return std::to_string(engine());
    };
    const std::string in_parent = track_in_child();
    streams().untrack("engine");
    const std::string first = in_forked_child(track_in_child);
    const std::string second = in_forked_child(track_in_child);
    CHECK(first != second);
    CHECK(first != in_parent);
}

TEST_CASE("a child is told from the seeded process, and the ledger says how it is keyed") {
    streams().seed(42);
    (void)stream("a");
    const auto note = [] {
        for (const auto& each : streams().ledger())
            if (each.name == "a") return each.note;
        return std::string();
    };
    CHECK_FALSE(streams().in_forked_child());
    CHECK(note() == "keyed by seed and name");
    CHECK(in_forked_child([&] { return (streams().in_forked_child() ? "child, " : "") + note(); }) ==
          "child, keyed by seed, name, and place among workers or forks");
}

TEST_CASE("a snapshot of a child goes on in another process") {
    streams().seed(42);
    (void)stream("a");
    const std::string both = in_forked_child([] {
        (void)words("a", 3);
        const std::string text = repro::snapshot();
        return words("a") + words("b") + "\n" + text;
    });
    const std::size_t cut = both.find('\n');
    repro::restore(both.substr(cut + 1));
    CHECK(words("a") + words("b") == both.substr(0, cut));
}

TEST_CASE("an isolated scope of the parent does nothing in the child") {
    streams().seed(42);
    CHECK(in_forked_child([] {
              std::string text = repro::snapshot();
              {
                  const repro::isolate guard;
                  text = in_forked_child([] { return words("a"); });
              }
              return text.empty() ? "" : std::string("fine");
          }) == "fine");
    const std::string after = in_forked_child([] {
        auto* const guard = new repro::isolate;
        return in_forked_child([guard] {
            const std::string first = words("a", 1);
            delete guard;
            return first == words("a", 1) ? "put back" : "goes on";
        });
    });
    CHECK(after == "goes on");
}

TEST_CASE("a fork waits for a look-up that is under way in another thread") {
    streams().seed(42);
    std::thread looking([] {
        for (int i = 0; i < 2000; ++i)
            (void)stream("busy/" + std::to_string(i % 100));
    });
    for (int i = 0; i < 10; ++i)
        CHECK(in_forked_child([] { return words("busy/0"); }) != "");
    looking.join();
}
