// SPDX-License-Identifier: MIT
#include <repro/stream/c_library.hpp>
#include <repro/stream/snapshot.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using repro::restore;
using repro::snapshot;
using repro::stream;
using repro::streams;

namespace {

std::vector<std::uint64_t> words_of(std::string_view name, int count) {
    std::vector<std::uint64_t> words;
    for (int i = 0; i < count; ++i)
        words.push_back(stream(name)());
    return words;
}

std::string joined(const std::vector<std::uint64_t>& words) {
    std::string text;
    for (const std::uint64_t each : words)
        text += std::to_string(each) + " ";
    return text;
}

/// Returns `body` as a snapshot whose digest is right.
std::string with_digest(const std::string& body) {
    return body + "digest " + repro::sha256(body).hex() + "\n";
}

/// Returns the snapshot without its last line, for with_digest.
std::string body_of(const std::string& snapshot) { return snapshot.substr(0, snapshot.rfind("digest ")); }

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    if (at == std::string::npos) throw std::logic_error("nothing to replace");
    return text.replace(at, what.size(), with);
}

/// A few streams in the middle of their way, and an engine of the user's.
struct scene {
    support::no_sources_left guard;
    std::mt19937 engine;

    scene() {
        streams().seed(42);
        streams().track("scene/engine", engine);
        (void)words_of("scene/a", 3);
        (void)words_of("scene/b", 1);
        stream("scene/c").jump();
        (void)engine();
    }
};

/// Checks that `text` is refused with `code` and that nothing changes.
void check_refused(const std::string& text, repro::errc code) {
    const std::string before = snapshot();
    CHECK(support::refusal([&] { restore(text); }) == code);
    CHECK(snapshot() == before);
}

} // namespace

TEST_CASE("a snapshot is lines of text with a version, a contract and a digest") {
    const scene here;
    const std::string text = snapshot();
    CHECK(text.starts_with("repro-snapshot 1\ncontract 1\nseed 42\nroot "));
    CHECK(text.find("\nsource scene/engine ") != std::string::npos);
    CHECK(text.find("\nstream scene/a philox4x64-10 ") != std::string::npos);
    CHECK(text == with_digest(body_of(text)));
    for (const char c : text)
        CHECK(((c >= ' ' && c <= '~') || c == '\n'));
}

TEST_CASE("taking a snapshot moves no stream") {
    const scene here;
    const std::string first = snapshot();
    CHECK(snapshot() == first);
}

TEST_CASE("everything goes on from where the snapshot was taken") {
    scene here;
    const std::string text = snapshot();
    const auto a = words_of("scene/a", 9);
    const auto c = words_of("scene/c", 9);
    const auto of_engine = here.engine();
    streams().seed(7);
    restore(text);
    CHECK(snapshot() == text);
    CHECK(streams().seed() == 42);
    CHECK(words_of("scene/a", 9) == a);
    CHECK(words_of("scene/c", 9) == c);
    CHECK(here.engine() == of_engine);
}

TEST_CASE("handles from before a restore go on with the restored stream") {
    const scene here;
    auto handle = stream("scene/a");
    const std::string text = snapshot();
    const std::uint64_t next = handle();
    (void)handle();
    restore(text);
    CHECK(handle() == next);
}

TEST_CASE("a stream that the snapshot does not know returns to its start under the restored seed") {
    const scene here;
    const std::string text = snapshot();
    streams().seed(7);
    auto later = stream("scene/later");
    (void)later();
    restore(text);
    CHECK(later.draws() == 0);
    CHECK(later() == repro::stream_engine(repro::derive_key(repro::root_key(42), "scene/later"))());
}

TEST_CASE("a new process", "[.restores]") {
    const support::no_sources_left guard;
    std::mt19937 engine;
    streams().track("scene/engine", engine);
    restore(support::question());
    support::answer(joined(words_of("scene/a", 5)) + joined(words_of("scene/c", 5)) +
                    joined(words_of("scene/new", 2)) + std::to_string(engine()) +
                    (streams().seed() == 42 ? " seed 42" : " another seed"));
}

TEST_CASE("a new process goes on from a snapshot") {
    scene here;
    const std::string text = snapshot();
    const std::string expected = joined(words_of("scene/a", 5)) + joined(words_of("scene/c", 5)) +
                                 joined(words_of("scene/new", 2)) + std::to_string(here.engine()) +
                                 " seed 42";
    CHECK(support::in_fresh_process("restores", text) == expected);
}

TEST_CASE("every snapshot cut short is refused whole") {
    const scene here;
    const std::string text = snapshot();
    (void)words_of("scene/a", 1);
    const std::string before = snapshot();
    for (std::size_t size = 0; size < text.size(); ++size) {
        INFO(size);
        REQUIRE(support::refusal([&] { restore(text.substr(0, size)); }) == repro::errc::snapshot_damaged);
    }
    CHECK(snapshot() == before);
}

TEST_CASE("every snapshot with one bit flipped is refused whole") {
    streams().seed(42); // without an engine of thousands of digits
    (void)words_of("scene/a", 3);
    const std::string text = snapshot();
    (void)words_of("scene/a", 1);
    const std::string before = snapshot();
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        INFO(bit);
        REQUIRE(support::refusal([&] { restore(flipped); }) == repro::errc::snapshot_damaged);
    }
    CHECK(snapshot() == before);
}

TEST_CASE("text around a snapshot makes it another one") {
    const scene here;
    const std::string text = snapshot();
    check_refused(text + "\n", repro::errc::snapshot_damaged);
    check_refused(text + text, repro::errc::snapshot_damaged);
    check_refused("\n" + text, repro::errc::snapshot_damaged);
    check_refused("", repro::errc::snapshot_damaged);
    check_refused("\n", repro::errc::snapshot_damaged);
    check_refused(with_digest(""), repro::errc::snapshot_damaged);
}

TEST_CASE("a snapshot of another layout or another contract is refused by that name") {
    const scene here;
    const std::string body = body_of(snapshot());
    check_refused(with_digest(replaced(body, "repro-snapshot 1", "repro-snapshot 2")),
                  repro::errc::snapshot_contract);
    check_refused(with_digest(replaced(body, "contract 1", "contract 2")), repro::errc::snapshot_contract);
    check_refused(with_digest(replaced(body, "contract 1\n", "")), repro::errc::snapshot_contract);
    check_refused(with_digest("something else\n"), repro::errc::snapshot_contract);
}

TEST_CASE("a snapshot with a right digest and wrong lines is refused whole") {
    const scene here;
    const std::string text = snapshot();
    const std::string body = body_of(text);
    const std::size_t root = body.find("root ");
    const std::string root_line = body.substr(root, body.find('\n', root) + 1 - root);
    const std::size_t at_a = body.find("stream scene/a ");
    const std::string a_line = body.substr(at_a, body.find('\n', at_a) + 1 - at_a);
    const std::size_t at_engine = body.find("source scene/engine ");
    const std::string engine_line = body.substr(at_engine, body.find('\n', at_engine) + 1 - at_engine);
    (void)words_of("scene/a", 1);
    using repro::errc;
    const struct {
        std::string what;
        std::string body;
        errc code;
    } cases[] = {
        {"no seed", replaced(body, "seed 42\n", ""), errc::snapshot_damaged},
        {"a seed that is no number", replaced(body, "seed 42\n", "seed x\n"), errc::snapshot_damaged},
        {"a seed of 65 bits", replaced(body, "seed 42\n", "seed 18446744073709551616\n"),
         errc::snapshot_damaged},
        {"two seeds", replaced(body, "seed 42\n", "seed 42\nseed 43\n"), errc::snapshot_damaged},
        {"no root", replaced(body, root_line, ""), errc::snapshot_damaged},
        {"two roots", replaced(body, root_line, root_line + root_line), errc::snapshot_damaged},
        {"half a root", replaced(body, root_line, "root 1\n"), errc::snapshot_damaged},
        {"a root and a half", replaced(body, root_line, "root 1 2 3\n"), errc::snapshot_damaged},
        {"two roots of ranks", body + "rank-root 1 2\nrank-root 1 2\n", errc::snapshot_damaged},
        {"half a root of ranks", body + "rank-root 1\n", errc::snapshot_damaged},
        {"a line of unknown kind", body + "secret x\n", errc::snapshot_damaged},
        {"an empty line", body + "\n", errc::snapshot_damaged},
        {"a stream twice", body + a_line, errc::snapshot_damaged},
        {"a source twice", body + engine_line, errc::snapshot_mismatch},
        {"a stream with a damaged state", replaced(body, a_line, "stream scene/a philox4x64-10 1 2 3\n"),
         errc::state_invalid},
        {"a stream without a state", replaced(body, a_line, "stream scene/a\n"), errc::state_invalid},
        {"a stream without a name", body + "stream  philox4x64-10 1 2 3 4\n", errc::snapshot_damaged},
        {"a stream with no valid name", body + "stream ~ philox4x64-10 1 2 3 4\n", errc::name_invalid},
        {"streams out of order", replaced(body, a_line, "") + a_line, errc::snapshot_damaged},
        {"a stream that has a source's name", body + "stream scene/engine philox4x64-10 1 2 3 4\n",
         errc::snapshot_damaged},
        {"a source with a damaged state", replaced(body, engine_line, "source scene/engine 1 2 3\n"),
         errc::state_invalid},
        {"a source too few", replaced(body, engine_line, ""), errc::snapshot_mismatch},
        {"a source too many", body + "source other 1\n", errc::snapshot_mismatch},
        {"another source", replaced(body, "source scene/engine ", "source other "), errc::snapshot_mismatch},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        check_refused(with_digest(each.body), each.code);
    }
}

TEST_CASE("sources that were restored before one refused are put back") {
    const support::no_sources_left guard;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    streams().add(support::number_source{"first", &first});
    streams().add(support::number_source{"second", &second, true});
    streams().seed(1);
    const std::string text = snapshot();
    first = 5;
    CHECK(support::refusal([&] { restore(text); }) == repro::errc::state_invalid);
    CHECK(first == 5);
}

TEST_CASE("a snapshot of an engine does not fit one of another type") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937 engine;
    streams().track("engine", engine);
    const std::string text = snapshot();
    streams().untrack("engine");
    std::minstd_rand other;
    streams().track("engine", other);
    check_refused(text, repro::errc::state_invalid);
}

TEST_CASE("asking for a snapshot before there is a seed is an error", "[.no-snapshot]") {
    const auto code = support::refusal([] { (void)snapshot(); });
    const auto isolated = support::refusal([] { const repro::isolate guard; });
    support::answer(std::string(code ? to_string(*code) : "none") + " " +
                    std::string(isolated ? to_string(*isolated) : "none"));
}

TEST_CASE("there is no snapshot before the first seed") {
    CHECK(support::in_fresh_process("no-snapshot") == "E_NOT_SEEDED E_NOT_SEEDED");
}

TEST_CASE("what is drawn in an isolated scope does not show outside") {
    scene here;
    const std::string before = snapshot();
    {
        const repro::isolate guard;
        (void)words_of("scene/a", 7);
        (void)words_of("isolated/new", 2);
        here.engine.discard(10);
        streams().seed(99);
        (void)words_of("scene/b", 7);
    }
    CHECK(stream("isolated/new").draws() == 0);
    // A stream that was met inside exists afterwards, at its start: the only difference.
    const std::string after = snapshot();
    const std::size_t line = after.find("stream isolated/new ");
    REQUIRE(line != std::string::npos);
    std::string body = body_of(after);
    body.erase(line, body.find('\n', line) + 1 - line);
    CHECK(with_digest(body) == before);
}

TEST_CASE("an exception that leaves an isolated scope puts all streams back") {
    scene here;
    (void)stream("isolated/new");
    const std::string before = snapshot();
    CHECK_THROWS_AS(
        [&] {
            const repro::isolate guard;
            (void)words_of("scene/a", 7);
            (void)here.engine();
            throw std::runtime_error("left");
        }(),
        std::runtime_error);
    CHECK(snapshot() == before);
}

TEST_CASE("isolated scopes nest") {
    const scene here;
    const std::string outer = snapshot();
    {
        const repro::isolate guard;
        (void)words_of("scene/a", 1);
        const std::string inner = snapshot();
        {
            const repro::isolate nested;
            (void)words_of("scene/a", 4);
        }
        CHECK(snapshot() == inner);
    }
    CHECK(snapshot() == outer);
}

TEST_CASE("an engine that is tracked inside an isolated scope is left where it is") {
    scene here;
    std::mt19937 inside;
    {
        const repro::isolate guard;
        streams().track("scene/inside", inside);
        (void)inside();
        (void)words_of("scene/a", 2);
    }
    CHECK(streams().has_source("scene/inside"));
    std::mt19937 start;
    streams().untrack("scene/inside");
    streams().track("scene/inside", start);
    CHECK((inside != start));
    (void)start();
    CHECK((inside == start));
}

TEST_CASE("an engine that is untracked inside an isolated scope is left where it is") {
    scene here;
    const auto a = stream("scene/a").draws();
    {
        const repro::isolate guard;
        streams().untrack("scene/engine");
        here.engine.seed(5);
        (void)words_of("scene/a", 2);
    }
    CHECK((here.engine == std::mt19937(5)));
    CHECK(stream("scene/a").draws() == a);
}

TEST_CASE("after a restore the ledger names the seed that each source had") {
    const support::no_sources_left guard;
    std::mt19937 engine;
    streams().add(repro::detail::c_drand48{});
    streams().track("scene/engine", engine);
    streams().seed(1);
    const std::string text = snapshot();
    streams().seed(2);
    restore(text);
    for (const auto& each : streams().ledger())
        if (each.name == "c/drand48" || each.name == "scene/engine") CHECK(each.seed == "1");
    CHECK(snapshot() == text);
}

TEST_CASE("isolate leaves alone an engine that does not take its state back") {
    const support::no_sources_left guard;
    std::mt19937 engine;
    std::minstd_rand other;
    streams().track("scene/engine", engine);
    streams().seed(1);
    const auto stream_before = stream("scene/kept").split(0)();
    {
        const repro::isolate nothing_shows;
        (void)stream("scene/kept")();
        streams().untrack("scene/engine");
        streams().track("scene/engine", other);
    }
    CHECK(stream("scene/kept").draws() == 0);
    CHECK(stream("scene/kept").split(0)() == stream_before);
}

TEST_CASE("a fork inside isolate shifts no later child") {
    streams().seed(1);
    const auto draw = [] { return std::to_string(stream("scene/child")()); };
    const std::string first = support::in_forked_child(draw);
    streams().seed(1);
    {
        const repro::isolate nothing_shows;
        (void)support::in_forked_child(draw);
    }
    CHECK(support::in_forked_child(draw) == first);
}
