// SPDX-License-Identifier: MIT
// A run that goes on from a checkpoint ends as the one that was never interrupted; whatever does not fit is
// refused by name, and nothing is changed then.

#include <repro/data/data_position.hpp>
#include <repro/rng/distributions.hpp>
#include <repro/run/run.hpp>
#include <repro/stream/rank_stream.hpp>

#include "support/manifest.hpp"
#include "support/quiet_environment.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using nlohmann::json;
using repro::checkpoint_point;
using repro::errc;
using repro::run;
using repro::shard;
using support::scoped_variable;

namespace {

struct quiet_place {
    scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
    support::quiet_environment quiet;
    std::filesystem::path root = folder / "runs";
    std::filesystem::path path = folder / "ck/train.checkpoint";

    [[nodiscard]] repro::run_options options() const {
        return {.id = "train", .seed = 42, .config = {{"lr", 0.1}}, .root = root};
    }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(path.parent_path()))
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }
};

json manifest_of(const run& r) { return support::read_manifest(r.path("")); }

constexpr int steps = 6;

/// An engine of the program's own, tracked while it lives.
struct own_engine {
    std::mt19937 engine;
    own_engine() { repro::streams().track("own", engine); }
    ~own_engine() { repro::streams().untrack("own"); }
};

/// A training without weights: every kind of stream is drawn from, and a metric is recorded.
double step_once(run& r, int step) {
    auto noise = repro::stream("noise");
    double value = repro::normal(noise) + repro::python::global().random();
    value += repro::numpy::legacy().standard_normal() + repro::numpy::default_generator().random();
    value += repro::pytorch::default_generator()() % 7;
    r.metric("loss", step, value);
    return value;
}

checkpoint_point point_at(int step, const std::string& weights = "weights") {
    return {.step = step,
            .values = {{"data", repro::data_position{1, 20}.save(100)}},
            .files = {{"w.bin", [weights](std::ostream& out) { out << weights; }}}};
}

/// Trains up to `stop` and leaves a checkpoint there.
void train_and_stop(const quiet_place& here, int stop) {
    run r(here.options());
    own_engine own;
    for (int step = 0; step < stop; ++step) {
        step_once(r, step);
        (void)own.engine();
    }
    r.trace("w", 0, std::vector<double>{1.0});
    CHECK(r.checkpoint(here.path, point_at(stop)));
    step_once(r, stop); // what is done behind the checkpoint is done again
}

/// Trains to the end, from a checkpoint where there is one; returns the manifest.
json train_to_the_end(const quiet_place& here, std::optional<shard> rank = {}) {
    run r(here.options());
    own_engine own;
    const auto from = r.resume(here.path, rank);
    for (int step = from ? static_cast<int>(from->step()) : 0; step < steps; ++step) {
        step_once(r, step);
        (void)own.engine();
    }
    CHECK(r.finish() == 0);
    return manifest_of(r);
}

/// Returns how each stream ended, by its name.
std::map<std::string, json> ends_of(const json& manifest) {
    std::map<std::string, json> ends;
    for (const json& each : manifest["streams"])
        ends[each["name"]] = {each["draws"], each["state_at_end"], each["seed"], each["rule"]};
    return ends;
}

/// Checks that resuming is refused with `code` and changes no stream.
void check_refused(const quiet_place& here, repro::run_options options, errc code) {
    run r(std::move(options));
    const std::string before = repro::snapshot();
    CHECK(support::refusal([&] { (void)r.resume(here.path); }) == code);
    CHECK((repro::snapshot() == before)); // thousands of digits
    (void)r.finish();
    CHECK(manifest_of(r)["parent"].is_null());
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    if (at == std::string::npos) throw std::logic_error("nothing to replace");
    return text.replace(at, what.size(), with);
}

/// Changes the text of the checkpoint, and makes its digest right again.
void rewrite(const quiet_place& here, std::string_view what, std::string_view with) {
    std::string text = replaced(support::read_text(here.path), what, with);
    text.resize(text.rfind("digest "));
    std::ofstream(here.path) << text << "digest " << repro::sha256(text).hex() << "\n";
}

} // namespace

TEST_CASE("a run that goes on from a checkpoint ends with the bits of one that was never interrupted") {
    const quiet_place whole, cut;
    const json expected = train_to_the_end(whole);
    CHECK(expected["parent"].is_null());
    CHECK(support::reason(expected, "parent") == repro::detail::not_resumed);
    train_and_stop(cut, 3);
    const json resumed = train_to_the_end(cut);
    CHECK(resumed["metrics"] == expected["metrics"]);
    CHECK(ends_of(resumed) == ends_of(expected));
    CHECK(ends_of(expected).size() == 8);
}

TEST_CASE("the manifest says which checkpoint a run went on from, and from the moment on that it does") {
    const quiet_place here;
    train_and_stop(here, 2);
    const std::string digest = repro::sha256(support::read_text(here.path)).hex();
    run r(here.options());
    own_engine own;
    const auto from = r.resume(here.path);
    REQUIRE(from);
    CHECK(from->step() == 2);
    CHECK(repro::data_position::restore(from->value("data"), 100) == repro::data_position{1, 20});
    CHECK(support::read_text(from->file("w.bin")) == "weights");
    CHECK(support::refusal([&] { (void)from->value("other"); }) == errc::field_missing);
    CHECK(support::refusal([&] { (void)from->file("other"); }) == errc::field_missing);
    const json m = manifest_of(r); // it runs still
    CHECK(m["status"] == "running");
    CHECK(m["parent"]["step"] == 2);
    CHECK(m["parent"]["checkpoint"] == here.path.native());
    CHECK(m["parent"]["checkpoint_sha256"] == digest);
    CHECK(m["parent"]["id"].get<std::string>().ends_with("-train"));
    CHECK(m["parent"]["run_id"].is_string());
    CHECK(m["parent"]["trace_entries"] == 1);
    CHECK(m["parent"]["place"] == json({{"rank", 0}, {"world", 1}}));
    CHECK(m["parent"]["earlier"].empty());
    CHECK(support::reason(m, "parent").empty());
    CHECK(m["metrics"]["loss"]["step"] == json::array({0, 1})); // in the events, too, for `recover`
    CHECK(support::read_text(r.path("events.jsonl")).find("\"step\":1,") != std::string::npos);
}

TEST_CASE("the chain of runs is kept, the oldest first") {
    const quiet_place here;
    std::vector<json> ids;
    for (int step = 1; step < 4; ++step) {
        run r(here.options());
        const auto from = r.resume(here.path);
        CHECK(from.has_value() == (step > 1));
        step_once(r, step);
        CHECK(r.checkpoint(here.path, point_at(step)));
        ids.push_back(manifest_of(r)["run_id"]);
    }
    run last(here.options());
    CHECK(last.resume(here.path));
    const json parent = manifest_of(last)["parent"];
    CHECK(parent["run_id"] == ids[2]);
    REQUIRE(parent["earlier"].size() == 2);
    CHECK(parent["earlier"][0]["run_id"] == ids[0]);
    CHECK(parent["earlier"][1]["run_id"] == ids[1]);
    CHECK(parent["earlier"][1]["step"] == 2);
}

TEST_CASE("where there is no checkpoint yet, a run begins") {
    const quiet_place here;
    run r(here.options());
    CHECK_FALSE(r.resume(here.path));
    CHECK_FALSE(r.resume(here.folder / "no/such/folder/x"));
    CHECK(support::refusal([&] { (void)r.resume("/"); }) == errc::argument_invalid);
    std::filesystem::create_directories(here.path);
    CHECK(support::refusal([&] { (void)r.resume(here.path); }) == errc::not_regular);
}

TEST_CASE("a checkpoint of another run, contract or layout is refused by name") {
    const quiet_place here;
    {
        run r(here.options());
        step_once(r, 0);
        CHECK(r.checkpoint(here.path, point_at(1)));
    }
    auto options = here.options();
    options.id = "other";
    check_refused(here, options, errc::checkpoint_mismatch);
    options = here.options();
    options.seed = 43;
    check_refused(here, options, errc::checkpoint_mismatch);
    options = here.options();
    options.config = {{"lr", 0.2}};
    check_refused(here, options, errc::checkpoint_mismatch);
    const std::string text = support::read_text(here.path);
    for (const auto& [what, with, code] :
         {std::tuple{"repro-checkpoint 1", "repro-checkpoint 2", errc::snapshot_contract},
          std::tuple{"contract 1", "contract 2", errc::snapshot_contract},
          std::tuple{"repro-snapshot 1", "repro-snapshot 2", errc::snapshot_damaged},
          std::tuple{"repro-checkpoint 1", "something else", errc::snapshot_damaged},
          std::tuple{"rank 0 1", "rank 1 1", errc::snapshot_damaged},
          std::tuple{"step 1", "step one", errc::snapshot_damaged},
          std::tuple{"library ", "compiler ", errc::snapshot_damaged},
          std::tuple{"file ", "file ff ", errc::snapshot_damaged}}) {
        INFO(what << " becomes " << with);
        rewrite(here, what, with);
        check_refused(here, here.options(), code);
        std::ofstream(here.path) << text;
    }
    run late(here.options());
    late.metric("loss", 0, 1.0);
    CHECK(support::refusal([&] { (void)late.resume(here.path); }) == errc::checkpoint_mismatch);
    run traced(here.options());
    traced.trace("w", 0, std::vector<double>{1.0});
    CHECK(support::refusal([&] { (void)traced.resume(here.path); }) == errc::checkpoint_mismatch);
}

TEST_CASE("a checkpoint with other engines than the process has is refused, and the training may go on") {
    const quiet_place here;
    train_and_stop(here, 2);
    check_refused(here, here.options(), errc::snapshot_mismatch); // "own" is not tracked
}

TEST_CASE("every prefix of a checkpoint and every flipped bit is refused, and no stream moves") {
    const quiet_place here;
    run r(here.options());
    step_once(r, 0);
    CHECK(r.checkpoint(here.path, point_at(1)));
    const std::string text = support::read_text(here.path);
    const auto refused = [](const std::string& damaged) {
        return support::refusal([&] { (void)repro::detail::read_checkpoint(damaged, "x"); }) ==
               errc::snapshot_damaged;
    };
    const std::string own = text.substr(0, text.find("streams\n")); // the states are digits by the thousand
    std::size_t wrong = 0;
    for (std::size_t size = 0; size < text.size(); size += size < own.size() ? 1 : 97)
        wrong += refused(text.substr(0, size)) ? 0 : 1;
    for (std::size_t bit = 0; bit < 8 * text.size(); bit += bit < 8 * own.size() ? 1 : 1009) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        wrong += refused(flipped) ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK_FALSE(refused(text));
    std::ofstream(here.path) << text.substr(0, text.size() / 2);
    run next(here.options());
    const std::string before = repro::snapshot();
    CHECK(support::refusal([&] { (void)next.resume(here.path); }) == errc::snapshot_damaged);
    CHECK((repro::snapshot() == before));
}

TEST_CASE("files of a checkpoint stand beside it, and go with it") {
    const quiet_place here;
    run r(here.options());
    CHECK(r.checkpoint(here.path, point_at(1, "one")));
    const auto first = here.files();
    REQUIRE(first.size() == 2);
    CHECK(first[1] == "train.checkpoint." + repro::sha256("one").hex().substr(0, 16) + ".w.bin");
    here.folder.write("ck/train.checkpoint.0123456789abcdeg.w.bin", "somebody's"); // no digest
    here.folder.write("ck/train.checkpoint.2.0123456789abcdef.w.bin", "another rank's");
    here.folder.write("ck/.train.checkpoint.w.bin.1-1-0123456789abcdef.0.tmp", "another machine's");
    CHECK(r.checkpoint(here.path, point_at(2, "two")));
    const auto second = here.files();
    CHECK(second.size() == 5);
    CHECK(std::ranges::count(second, first[1]) == 0);
    CHECK(r.checkpoint(here.path, point_at(3, "two"))); // the same content has the same name, and stays
    CHECK(here.files() == second);
    CHECK(r.checkpoint(here.path, {.step = 4}));
    CHECK(here.files().size() == 4);
}

TEST_CASE("a file that is missing or another one is refused by name") {
    const quiet_place here;
    {
        run r(here.options());
        CHECK(r.checkpoint(here.path, point_at(1, "one")));
    }
    const std::filesystem::path file = here.path.parent_path() / here.files()[1];
    std::ofstream(file) << "two";
    check_refused(here, here.options(), errc::digest_mismatch);
    std::filesystem::remove(file);
    check_refused(here, here.options(), errc::artifact_missing);
}

TEST_CASE("what stands under a path is not written over by a run that did not go on from it") {
    const quiet_place here;
    {
        run r(here.options());
        CHECK(r.checkpoint(here.path, point_at(1)));
    }
    const std::string text = support::read_text(here.path);
    run second(here.options());
    CHECK(support::refusal([&] { (void)second.checkpoint(here.path, point_at(2)); }) == errc::name_taken);
    CHECK(second.resume(here.path));
    CHECK(second.checkpoint(here.path, point_at(2)));
    run third(here.options()); // two that go on from one checkpoint: the second to write is told
    CHECK(third.resume(here.path));
    CHECK(second.checkpoint(here.path, point_at(3)));
    CHECK(support::refusal([&] { (void)third.checkpoint(here.path, point_at(3)); }) == errc::name_taken);
    std::filesystem::remove(here.path); // moved away
    CHECK(second.checkpoint(here.path, point_at(4)));
}

TEST_CASE("what a write throws passes on, a stream left in failure is warned of, and the checkpoint stays") {
    const quiet_place here;
    run r(here.options());
    CHECK(r.checkpoint(here.path, point_at(1)));
    const auto before = here.files();
    const std::string text = support::read_text(here.path);
    checkpoint_point throwing = point_at(2);
    throwing.files.push_back({"second", [](std::ostream& out) {
                                  out << std::string(100'000, 'x');
                                  throw std::runtime_error("no weights");
                              }});
    CHECK_THROWS_AS(r.checkpoint(here.path, throwing), std::runtime_error);
    CHECK(here.files() == before);
    checkpoint_point failing = point_at(2);
    failing.files[0].write = [](std::ostream& out) { out.setstate(std::ios::failbit); };
    CHECK_FALSE(r.checkpoint(here.path, failing));
    CHECK(support::read_text(here.path) == text);
    CHECK(here.files() == before);
    (void)r.finish();
    CHECK(support::warns(manifest_of(r), "W_CHECKPOINT_FAILED"));
    CHECK_FALSE(r.checkpoint(here.path, point_at(3))); // the run is over
}

TEST_CASE("names and values that cannot be kept are refused before anything is written") {
    const quiet_place here;
    run r(here.options());
    const auto code = [&](checkpoint_point point) {
        return support::refusal([&] { (void)r.checkpoint(here.path, point); });
    };
    const auto nothing = [](std::ostream&) {};
    CHECK(code({.values = {{"a b", "x"}}}) == errc::name_invalid);
    CHECK(code({.values = {{"a", "x\ny"}}}) == errc::argument_invalid);
    CHECK(code({.files = {{"../x", nothing}}}) == errc::name_invalid);
    CHECK(code({.files = {{"x", nothing}, {"x", nothing}}}) == errc::argument_invalid);
    CHECK_FALSE(std::filesystem::exists(here.path.parent_path()));
}

TEST_CASE("a run whose seed was drawn goes on with the seed that the first one drew") {
    const quiet_place here;
    auto options = here.options();
    options.seed = std::nullopt;
    std::uint64_t expected = 0, seed = 0;
    {
        run r(options);
        (void)repro::stream("noise")();
        CHECK(r.checkpoint(here.path, point_at(1)));
        expected = repro::stream("noise")();
        seed = r.report().seed.value();
    }
    run next(options);
    CHECK(next.resume(here.path));
    CHECK(repro::stream("noise")() == expected);
    (void)next.finish();
    const json m = manifest_of(next);
    CHECK(m["seed"] == seed);
    CHECK(m["seed_source"] == "drawn");
    for (const json& each : m["streams"])
        if (each["name"] == "python/random") CHECK(each["seed"] == std::to_string(seed));
}

TEST_CASE("another number of ranks: common streams and the data go on, streams of ranks are keyed anew") {
    const quiet_place here;
    std::uint64_t common = 0, of_rank = 0;
    {
        run r(here.options());
        (void)repro::stream("noise")();
        const std::uint64_t first = repro::stream("rank-1/noise")();
        checkpoint_point point = point_at(7);
        point.rank = {1, 4};
        CHECK(r.checkpoint(here.path, point));
        common = repro::stream("noise")();
        of_rank = repro::stream("rank-1/noise")();
        CHECK(of_rank != first);
    }
    std::set<std::uint64_t> seen{of_rank};
    for (const shard rank : {shard(0, 3), shard(1, 3), shard(1, 5)}) {
        run r(here.options());
        const auto from = r.resume(here.path, rank);
        REQUIRE(from);
        CHECK(repro::data_position::restore(from->value("data"), 100) == repro::data_position{1, 20});
        CHECK(repro::stream("noise")() == common);
        CHECK(seen.insert(repro::stream(repro::rank_stream_name(rank.rank(), "noise"))()).second);
        CHECK(seen.insert(repro::stream(repro::rank_stream_name(rank.rank(), "later"))()).second);
        (void)r.finish();
        const json m = manifest_of(r);
        CHECK(support::warns(m, "W_RANKS_CHANGED"));
        CHECK(m["parent"]["place"] == json({{"rank", 1}, {"world", 4}}));
        CHECK(m["parent"]["place_now"] == json({{"rank", rank.rank()}, {"world", rank.world()}}));
    }
    run same(here.options());
    CHECK(same.resume(here.path, shard(1, 4)));
    CHECK(repro::stream("rank-1/noise")() == of_rank);
    (void)same.finish();
    CHECK_FALSE(support::warns(manifest_of(same), "W_RANKS_CHANGED"));
}

TEST_CASE("streams of ranks that were keyed anew go on from the next checkpoint of the same rank") {
    const quiet_place here;
    {
        run r(here.options());
        CHECK(r.checkpoint(here.path, point_at(7)));
    }
    std::uint64_t expected = 0;
    {
        run r(here.options());
        CHECK(r.resume(here.path, shard(2, 3)));
        (void)repro::stream("rank-2/noise")();
        checkpoint_point point = point_at(8);
        point.rank = {2, 3};
        CHECK(r.checkpoint(here.path, point));
        expected = repro::stream("rank-2/noise")();
    }
    run r(here.options());
    CHECK(r.resume(here.path, shard(2, 3)));
    CHECK(repro::stream("rank-2/noise")() == expected);
    // Contract 1: the key of a stream of rank 2 of 3 that goes on at step 7 under seed 42.
    const auto root = repro::key_hash("rank").add(repro::root_key(42)).add(7).add(2).add(3).key();
    CHECK(repro::stream("rank-2/noise").split(0) ==
          repro::stream_engine(repro::derive_key(root, "rank-2/noise")).split(0));
}
