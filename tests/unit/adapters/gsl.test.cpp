// SPDX-License-Identifier: MIT
// Against the real GSL.
#include <repro/adapters/gsl.hpp>
#include <repro/run/run.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "support/process.hpp"
#include "support/quiet_environment.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <memory>

static_assert(repro::source<repro::gsl::streams>);

namespace {

namespace gsl = repro::gsl;
using support::refusal;

struct freed {
    void operator()(gsl_rng* g) const { gsl_rng_free(g); }
};
using owned = std::unique_ptr<gsl_rng, freed>;
owned make(const gsl_rng_type* type = gsl_rng_mt19937) { return owned(gsl_rng_alloc(type)); }

/// Words and uniform numbers, exactly, as text.
std::string drawn(gsl_rng* g) {
    std::string text;
    for (int i = 0; i < 5; ++i)
        text += std::to_string(gsl_rng_get(g)) + " " +
                std::to_string(std::bit_cast<std::uint64_t>(gsl_rng_uniform(g))) + " ";
    return text;
}

} // namespace

TEST_CASE("one generator of GSL is seeded as by gsl_rng_set, and new ones start there") {
    const owned g = make(), by_hand = make();
    for (const std::uint64_t seed : {0ul, 42ul, 0xfffffffful}) {
        gsl_rng_set(by_hand.get(), seed);
        const std::string expected = drawn(by_hand.get());
        repro::seed_everything(seed, gsl::streams(g.get()));
        CHECK(drawn(g.get()) == expected);
        CHECK(drawn(make().get()) == expected);
        CHECK(gsl_rng_default_seed == seed);
    }
}

TEST_CASE("a seed beyond 32 bits is derived for GSL, which would drop its upper half") {
    const owned g = make();
    gsl::streams source(g.get());
    source.seed(42);
    CHECK(source.ledger().at(0).rule == repro::seed_rule::exact);
    const std::string narrow = drawn(g.get());
    source.seed((std::uint64_t{1} << 32) + 42);
    CHECK(source.ledger().at(0).rule == repro::seed_rule::derived);
    CHECK(source.ledger().at(0).seed == std::to_string(gsl_rng_default_seed));
    CHECK(drawn(g.get()) != narrow);
}

TEST_CASE("several generators of GSL have seeds of their own, by name and in no order") {
    const owned a = make(), b = make(), c = make(gsl_rng_taus2);
    gsl::streams({{"a", a.get()}, {"b", b.get()}, {"c", c.get()}}).seed(42);
    const std::string of_a = drawn(a.get()), of_b = drawn(b.get());
    CHECK(of_a != of_b);
    gsl::streams other({{"c", c.get()}, {"b", b.get()}});
    other.seed(42);
    CHECK(drawn(b.get()) == of_b);
    CHECK(other.ledger().at(0).name == "gsl/c");
    CHECK(other.ledger().at(0).engine == "taus2");
    CHECK(other.ledger().at(0).rule == repro::seed_rule::derived);
}

TEST_CASE("the hidden process that draws from GSL", "[.][gsl_draws]") {
    const owned g = make(gsl_rng_ranlxs2);
    repro::seed_everything(42, gsl::streams(g.get()));
    support::answer(drawn(g.get()));
}

TEST_CASE("two processes with one seed draw the same from GSL") {
    const std::string there = support::in_fresh_process("gsl_draws");
    CHECK(there == support::in_fresh_process("gsl_draws"));
    const owned g = make(gsl_rng_ranlxs2);
    gsl_rng_set(g.get(), 42);
    CHECK(there == drawn(g.get()));
}

TEST_CASE("a saved state of any type of GSL's generators goes on as if nothing had happened") {
    for (const gsl_rng_type** type = gsl_rng_types_setup(); *type != nullptr; ++type) {
        INFO((*type)->name);
        const owned g = make(*type);
        gsl::streams source(g.get());
        source.seed(7);
        (void)drawn(g.get());
        const std::string saved = source.save();
        const auto digest = source.ledger().at(0).state;
        const std::string expected = drawn(g.get());
        source.seed(8);
        source.restore(saved);
        CHECK(source.ledger().at(0).state == digest);
        CHECK(gsl_rng_default_seed == 7);
        CHECK(drawn(g.get()) == expected);
    }
    const owned g = make();
    repro::seed_everything(7, gsl::streams(g.get()));
    const std::string snapshot = repro::snapshot(), after = drawn(g.get());
    repro::restore(snapshot);
    CHECK(drawn(g.get()) == after);
    repro::seed_everything(7, gsl::streams()); // the registry lets go of g
}

TEST_CASE("a state of other generators, or a damaged one, is refused by GSL's adapter, and nothing moves") {
    const owned g = make(), h = make(gsl_rng_taus2);
    gsl::streams one(g.get()), other(h.get()), two({{"rng", g.get()}, {"h", h.get()}}), none;
    one.seed(7);
    const std::string saved = one.save();
    std::string damaged = saved;
    damaged[20] = damaged[20] == '0' ? '1' : '0';
    for (const std::string& bad : {std::string(), std::string("gsl-1"), "x" + saved, saved + "0", damaged,
                                   other.save(), two.save(), none.save()}) {
        INFO(bad.substr(0, 40));
        CHECK(refusal([&] { one.restore(bad); }) == repro::errc::state_invalid);
        CHECK(one.save() == saved);
    }
    CHECK(refusal([&] { two.restore(saved); }) == repro::errc::state_invalid);
}

TEST_CASE("null, doubled and unnamed generators of GSL are refused by name") {
    using repro::errc;
    using list = std::vector<gsl::named_generator>;
    const owned g = make(), h = make();
    CHECK(refusal([] { gsl::streams(static_cast<gsl_rng*>(nullptr)); }) == errc::argument_invalid);
    CHECK(refusal([&] { gsl::streams(list{{"a", g.get()}, {"a", h.get()}}); }) == errc::argument_invalid);
    CHECK(refusal([&] { gsl::streams(list{{"a", g.get()}, {"b", g.get()}}); }) == errc::argument_invalid);
    CHECK(refusal([&] { gsl::streams(list{{"a b", g.get()}}); }) == errc::name_invalid);
    CHECK(refusal([&] { gsl::streams(list{{"", g.get()}}); }) == errc::name_invalid);
}

TEST_CASE("GSL says its version and what new generators are") {
    gsl::streams source;
    source.seed(3);
    const auto facts = source.facts();
    REQUIRE(facts.size() == 3);
    CHECK(facts[0].value == GSL_VERSION);
    CHECK(facts[1].value == gsl_rng_default->name);
    CHECK(facts[2].value == "3");
    CHECK(source.ledger().empty());
}

TEST_CASE("generators of GSL go on from a run's checkpoint with the numbers that follow") {
    const support::temporary_folder folder;
    const support::quiet_environment quiet;
    const repro::run_options options{.id = "gsl", .seed = 42, .root = folder / "runs"};
    const owned a = make(), b = make(gsl_rng_ranlxs2);
    const gsl::streams both({{"a", a.get()}, {"b", b.get()}});
    std::string expected;
    {
        repro::run first(options, both);
        (void)drawn(a.get());
        REQUIRE(first.checkpoint(folder / "ck", {.step = 1}));
        expected = drawn(a.get()) + drawn(b.get());
    }
    repro::run second(options, both);
    CHECK(drawn(a.get()) + drawn(b.get()) != expected);
    const auto from = second.resume(folder / "ck");
    REQUIRE(from);
    CHECK(from->step() == 1);
    CHECK(drawn(a.get()) + drawn(b.get()) == expected);
    CHECK(second.finish() == 0);
}
