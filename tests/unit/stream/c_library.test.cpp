// SPDX-License-Identifier: MIT
#include <repro/core/source.hpp>
#include <repro/stream/c_library.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using repro::detail::c_drand48;
using repro::detail::c_random;

static_assert(repro::source<c_random> && repro::source<c_drand48>);

namespace {

template <class Draw> std::vector<std::int64_t> take(int count, Draw draw) {
    std::vector<std::int64_t> values;
    for (int i = 0; i < count; ++i)
        values.push_back(draw());
    return values;
}

} // namespace

TEST_CASE("random() and rand() stand where srandom puts them") {
    c_random source;
    source.seed(42);
    // The first words of glibc after srandom(42).
    CHECK(take(3, ::random) == std::vector<std::int64_t>{71876166, 708592740, 1483128881});
    source.seed(42);
    CHECK(std::rand() == 71876166); // one state with random()
    CHECK(::random() == 708592740);
}

TEST_CASE("drand48() stands where srand48 puts it") {
    c_drand48 source;
    source.seed(42);
    // X = 42 * 2^16 + 0x330e, then a X + c mod 2^48, as POSIX has it.
    std::uint64_t x = (std::uint64_t{42} << 16) + 0x330e;
    for (int i = 0; i < 5; ++i) {
        x = (0x5deece66du * x + 0xb) & 0xffffffffffffu;
        CHECK(::drand48() == static_cast<double>(x) * 0x1p-48);
    }
}

TEST_CASE("a seed of 32 bits is given as it is, a wider one is derived for each generator") {
    c_random random;
    c_drand48 drand48;
    random.seed(UINT32_MAX);
    CHECK(random.ledger()[0].seed == "4294967295");
    CHECK(random.ledger()[0].rule == repro::seed_rule::exact);
    random.seed(std::uint64_t{1} << 32);
    drand48.seed(std::uint64_t{1} << 32);
    const auto facts = random.ledger()[0];
    CHECK(facts.rule == repro::seed_rule::derived);
    CHECK_FALSE(facts.note.empty());
    CHECK(facts.seed == std::to_string(static_cast<std::uint32_t>(
                            repro::derive_seed(repro::root_key(std::uint64_t{1} << 32), "c/random"))));
    CHECK(facts.seed != drand48.ledger()[0].seed);
    const std::int64_t first = ::random();
    ::srandom(static_cast<unsigned>(std::stoul(facts.seed)));
    CHECK(::random() == first);
}

TEST_CASE("a seed of drand48 from 2^31 on is the one that srand48 takes") {
    c_drand48 source;
    source.seed(UINT32_MAX);
    const double first = ::drand48();
    ::srand48(static_cast<long>(UINT32_MAX));
    CHECK(::drand48() == first);
}

TEST_CASE("saving moves neither generator") {
    c_random random;
    c_drand48 drand48;
    random.seed(1);
    drand48.seed(1);
    const auto words = take(40, ::random);
    const auto doubles = take(5, ::mrand48);
    random.seed(1);
    drand48.seed(1);
    const auto saving = [&](auto draw) {
        return [&, draw] {
            (void)random.save();
            (void)drand48.save();
            (void)random.ledger();
            return draw();
        };
    };
    CHECK(take(40, saving(::random)) == words);
    CHECK(take(5, saving(::mrand48)) == doubles);
}

TEST_CASE("both generators go on from what was saved, at every position of the state") {
    c_random random;
    c_drand48 drand48;
    random.seed(7);
    drand48.seed(7);
    for (int position = 0; position < 65; ++position) {
        const std::string random_state = random.save();
        const std::string drand48_state = drand48.save();
        const auto words = take(35, ::random);
        const auto others = take(3, ::lrand48);
        random.restore(random_state);
        drand48.restore(drand48_state);
        INFO(position);
        REQUIRE(take(35, ::random) == words);
        REQUIRE(take(3, ::lrand48) == others);
        random.restore(random_state);
        (void)::random();
    }
}

TEST_CASE("a state of the user's own size is saved and put back") {
    static char own[8]; // type 0: the linear congruential generator; stays in use until setstate
    c_random random;
    random.seed(7);
    char* const usual = ::initstate(5, own, sizeof own);
    const std::string state = random.save();
    const auto words = take(5, ::random);
    random.restore(state);
    CHECK(take(5, ::random) == words);
    ::setstate(usual);
    const std::string of_usual = random.save();
    CHECK(support::refusal([&] { random.restore(state); }) == repro::errc::state_invalid);
    CHECK(random.save() == of_usual);
}

TEST_CASE("a damaged state of random() or drand48() is refused and changes nothing") {
    c_random random;
    c_drand48 drand48;
    random.seed(1);
    drand48.seed(1);
    const std::string random_state = random.save();
    const std::string drand48_state = drand48.save();
    const auto hex = [](std::uint32_t head) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&head);
        return "random " + repro::detail::to_hex({bytes, 4});
    };
    const std::string rest = random_state.substr(15);
    REQUIRE(random_state.substr(0, 15).size() == hex(3).size());
    for (const std::string& text :
         {std::string(), std::string("random"), std::string("random "), random_state + "00",
          random_state.substr(0, random_state.size() - 2), random_state.substr(7), drand48_state,
          hex(2) + rest,              // another type
          hex(5 * 31 + 3) + rest,     // a position behind the end
          hex(0x80000003u) + rest,    // a negative one
          hex(0x7ffffffeu) + rest}) { // type 1, far behind
        INFO(text.substr(0, 40));
        CHECK(support::refusal([&] { random.restore(text); }) == repro::errc::state_invalid);
        CHECK(random.save() == random_state);
    }
    for (const std::string& text :
         {std::string(), std::string("drand48"), std::string("drand48 "), std::string("drand48 x"),
          std::string("drand48 281474976710656"), std::string("drand48 -1"), random_state}) {
        INFO(text.substr(0, 40));
        CHECK(support::refusal([&] { drand48.restore(text); }) == repro::errc::state_invalid);
        CHECK(drand48.save() == drand48_state);
    }
    CHECK(support::refusal([&] { drand48.restore("drand48 281474976710655"); }) == std::nullopt);
}

TEST_CASE("what the C library does not count is not claimed to be zero") {
    CHECK_FALSE(c_random().ledger()[0].draws.has_value());
    CHECK_FALSE(c_drand48().ledger()[0].draws.has_value());
    CHECK_FALSE(c_random().ledger()[0].draws_reason.empty());
}
