// SPDX-License-Identifier: MIT
#include <repro/stream/engine.hpp>

#include "support/refusal.hpp"
#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using repro::stream_engine;

static_assert(std::uniform_random_bit_generator<stream_engine>);
static_assert(stream_engine::min() == 0 && stream_engine::max() == UINT64_MAX);
static_assert([] { // usable at compile time
    stream_engine engine({0, 0});
    return engine();
}() == 0x16554d9eca36314cu);

namespace {

constexpr repro::stream_key sample_key = {0x0123456789abcdefu, 0xfedcba9876543210u};

std::vector<std::uint64_t> take(stream_engine engine, std::size_t count) {
    std::vector<std::uint64_t> words(count);
    std::generate(words.begin(), words.end(), [&] { return engine(); });
    return words;
}

stream_engine moved_to(std::uint64_t position) {
    stream_engine engine(sample_key);
    engine.discard(position);
    return engine;
}

} // namespace

TEST_CASE("the words of named streams are those of the contract") {
    int lines = 0;
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        stream_engine engine(repro::derive_key(repro::root_key(line.decimal(1)), line.fields[2]));
        if (line.fields[0] == "substream")
            engine.jump();
        else if (line.fields[0] != "words")
            continue;
        ++lines;
        for (std::size_t i = 3; i < line.fields.size(); ++i) {
            INFO(line.text << " at " << i - 3);
            CHECK(engine() == line.hex(i));
        }
    }
    CHECK(lines == 32);
}

TEST_CASE("the key of a split is that of the contract") {
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        if (line.fields[0] != "split") continue;
        const stream_engine engine(repro::derive_key(repro::root_key(line.decimal(1)), line.fields[2]));
        INFO(line.text);
        CHECK(engine.split(7).key() == repro::stream_key{line.hex(3), line.hex(4)});
    }
}

TEST_CASE("discarding is drawing and dropping, from every lane to every lane") {
    const auto words = take(stream_engine(sample_key), 40);
    for (std::size_t from = 0; from < 12; ++from)
        for (std::size_t count = 0; count < 12; ++count) {
            stream_engine engine = moved_to(from);
            engine.discard(count);
            INFO("from " << from << " over " << count);
            CHECK(engine.draws() == from + count);
            CHECK(std::vector(words.begin() + static_cast<long>(from + count),
                              words.begin() + static_cast<long>(from + count) + 9) == take(engine, 9));
        }
}

TEST_CASE("a far position is reached at once and is that block of the counter") {
    for (const std::uint64_t position :
         {std::uint64_t{1} << 40, (std::uint64_t{1} << 63) + 3, UINT64_MAX - 2}) {
        const auto block = repro::philox4x64<10>::apply({position / 4, 0, 0, 0}, sample_key);
        CHECK(moved_to(position)() == block[position % 4]);
        CHECK(moved_to(position).draws() == position);
    }
}

TEST_CASE("two discards are one of their sum") {
    stream_engine engine = moved_to(UINT64_MAX / 2);
    engine.discard(UINT64_MAX / 2 - 5);
    CHECK(engine == moved_to(UINT64_MAX - 6));
    CHECK(engine() == moved_to(UINT64_MAX - 6)());
}

TEST_CASE("a jump leads to the start of the next substream from any position") {
    stream_engine from_start(sample_key);
    from_start.jump();
    stream_engine from_middle = moved_to(6);
    from_middle.jump();
    CHECK(from_start == from_middle);
    CHECK(take(from_start, 9) == take(from_middle, 9));
    CHECK(from_middle.draws() == 0);
    from_middle.jump();
    CHECK(from_middle != from_start);
    CHECK(take(from_middle, 1)[0] == repro::philox4x64<10>::apply({0, 0, 2, 0}, sample_key)[0]);
}

TEST_CASE("a split depends on key and index alone and leaves the engine as it is") {
    stream_engine moved = moved_to(5);
    moved.jump();
    moved.discard(3);
    const stream_engine before = moved;
    CHECK(moved.split(3) == stream_engine(sample_key).split(3));
    CHECK(moved == before);
    CHECK(take(moved, 5) == take(before, 5));
    CHECK(stream_engine(sample_key).split(3) != stream_engine(sample_key).split(4));
    CHECK(stream_engine(sample_key).split(0) != stream_engine(sample_key));
    CHECK(stream_engine(sample_key).split(0).split(1) != stream_engine(sample_key).split(1).split(0));
    CHECK(stream_engine(sample_key).split(3).draws() == 0);
}

TEST_CASE("engines are equal when they will give the same words from the same place") {
    CHECK(stream_engine(sample_key) == stream_engine(sample_key));
    CHECK(moved_to(4) != stream_engine(sample_key));
    CHECK(stream_engine({1, 2}) != stream_engine({2, 1}));
    stream_engine drawn(sample_key);
    for (int i = 0; i < 7; ++i)
        (void)drawn();
    CHECK(drawn == moved_to(7));
}

TEST_CASE("a copy goes on by itself") {
    stream_engine engine = moved_to(2);
    stream_engine copy = engine;
    (void)copy();
    CHECK(copy != engine);
    CHECK(engine == moved_to(2));
}

TEST_CASE("what is saved at any position goes on after restoring") {
    for (std::uint64_t position = 0; position < 9; ++position)
        for (int jumps = 0; jumps < 3; ++jumps) {
            stream_engine engine = moved_to(1);
            for (int i = 0; i < jumps; ++i)
                engine.jump();
            engine.discard(position);
            stream_engine restored({0, 0});
            restored.restore(engine.save());
            INFO("position " << position << " after " << jumps << " jumps");
            CHECK(restored == engine);
            CHECK(restored.save() == engine.save());
            CHECK(take(restored, 9) == take(engine, 9));
        }
}

TEST_CASE("the saved state is a readable line of the contract") {
    stream_engine engine({1, UINT64_MAX});
    engine.jump();
    engine.discard(6);
    CHECK(engine.save() == "philox4x64-10 1 18446744073709551615 1 6");
}

TEST_CASE("a damaged state is refused and changes nothing") {
    const stream_engine before = moved_to(6);
    for (const char* text :
         {"", " ", "philox4x64-10", "philox4x64-10 1 2 3", "philox4x64-10 1 2 3 ", "philox4x64-10 1 2 3 4 5",
          "philox4x64-10 1 2 3 4 ", "philox4x64-10 1 2 3 4\n", " philox4x64-10 1 2 3 4",
          "philox4x64-10  1 2 3 4", "philox4x64-7 1 2 3 4", "philox4x32-10 1 2 3 4", "1 2 3 4",
          "philox4x64-10 1 2 3 -4", "philox4x64-10 1 2 3 x", "philox4x64-10 1 2 3 18446744073709551616",
          "philox4x64-10 01 2 3 4", "philox4x64-10,1,2,3,4"}) {
        stream_engine engine = before;
        INFO('"' << text << '"');
        CHECK(support::refusal([&] { engine.restore(text); }) == repro::errc::state_invalid);
        CHECK(engine == before);
        CHECK(take(engine, 3) == take(before, 3));
    }
}

TEST_CASE("standard distributions take the engine as it is") {
    stream_engine engine(sample_key);
    std::uniform_int_distribution<int> die(1, 6);
    for (int i = 0; i < 100; ++i) {
        const int roll = die(engine);
        CHECK((roll >= 1 && roll <= 6));
    }
}
