// SPDX-License-Identifier: MIT
#include <repro/detail/text.hpp>
#include <repro/trace/reader.hpp>
#include <repro/trace/writer.hpp>

#include "support/manifest.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"
#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

using repro::element_type;
using repro::read_trace;
using repro::trace_entry;
using repro::trace_writer;

static_assert(repro::traceable<std::vector<float>>);
static_assert(repro::traceable<std::array<std::int64_t, 3>>);
static_assert(repro::traceable<double[4]>);
static_assert(repro::traceable<std::span<const std::byte>>);
static_assert(!repro::traceable<std::vector<std::string>>);
static_assert(!repro::traceable<std::vector<long double>>); // its padding is not its value
static_assert(!repro::traceable<double>);
static_assert(repro::detail::trace_chunk_count(1024) == 0 && repro::detail::trace_chunk_count(1025) == 2);
static_assert(repro::detail::trace_chunk(262144) == 1024 && repro::detail::trace_chunk_count(262144) == 256);
static_assert(repro::detail::trace_chunk(262145) == 2048 && repro::detail::trace_chunk_count(262145) == 129);
static_assert(repro::detail::trace_chunk_count(UINT64_MAX) == 256);
static_assert(repro::detail::trace_stride(4096) == 1 && repro::detail::trace_stride(4097) == 2);
static_assert(repro::detail::trace_stride(0) == 1);

namespace library {

/// A tensor with a `trace_bytes` of its own.
struct tensor {
    std::vector<std::uint16_t> halves;
};

repro::trace_view trace_bytes(const tensor& t) {
    return {std::as_bytes(std::span(t.halves)), element_type::bfloat16, 2};
}

} // namespace library

static_assert(repro::traceable<library::tensor>);

namespace {

std::uint64_t digest_of(const std::vector<double>& values) {
    return repro::xxh3(std::as_bytes(std::span(values)));
}

} // namespace

TEST_CASE("a trace gives back what was added, in order") {
    const support::temporary_folder folder;
    trace_writer trace(folder / "trace.bin");
    const std::vector<double> weights = {1.0, 2.0, 3.0};
    trace.add("weights", 0, weights);
    trace.add("mask", -1, std::array<bool, 2>{true, false});
    trace.add("weights", INT64_MAX, weights);
    trace.add("nothing", 1, std::vector<std::uint8_t>{});
    CHECK(trace.entries() == 4);

    const auto contents = read_trace(trace.path());
    CHECK(contents.complete);
    REQUIRE(contents.entries.size() == 4);
    CHECK(contents.entries[0] == trace_entry{"weights", 0, element_type::float64, 8, 3, digest_of(weights)});
    CHECK(contents.entries[1].name == "mask");
    CHECK(contents.entries[1].step == -1);
    CHECK(contents.entries[1].type == element_type::boolean);
    CHECK(contents.entries[2] ==
          trace_entry{"weights", INT64_MAX, element_type::float64, 8, 3, digest_of(weights)});
    CHECK(contents.entries[3].count == 0);
}

TEST_CASE("each arithmetic type has its own element type") {
    using repro::detail::element_type_of;
    STATIC_CHECK(element_type_of<bool>() == element_type::boolean);
    STATIC_CHECK(element_type_of<std::int8_t>() == element_type::int8);
    STATIC_CHECK(element_type_of<short>() == element_type::int16);
    STATIC_CHECK(element_type_of<int>() == element_type::int32);
    STATIC_CHECK(element_type_of<long long>() == element_type::int64);
    STATIC_CHECK(element_type_of<std::uint8_t>() == element_type::uint8);
    STATIC_CHECK(element_type_of<std::uint16_t>() == element_type::uint16);
    STATIC_CHECK(element_type_of<std::uint32_t>() == element_type::uint32);
    STATIC_CHECK(element_type_of<std::size_t>() == element_type::uint64);
    STATIC_CHECK(element_type_of<float>() == element_type::float32);
    STATIC_CHECK(element_type_of<double>() == element_type::float64);
    STATIC_CHECK(element_type_of<std::pair<int, int>>() == element_type::other);
}

TEST_CASE("a library's tensor is traced by its own trace_bytes") {
    const support::temporary_folder folder;
    trace_writer trace(folder / "trace.bin");
    trace.add("t", 7, library::tensor{{1, 2, 3, 4}});
    const auto contents = read_trace(trace.path());
    REQUIRE(contents.entries.size() == 1);
    CHECK(contents.entries[0].type == element_type::bfloat16);
    CHECK(contents.entries[0].element_size == 2);
    CHECK(contents.entries[0].count == 4);
}

TEST_CASE("the digest tells two exchanged elements, and minus zero from zero") {
    CHECK(digest_of({1.0, 2.0, 3.0}) != digest_of({1.0, 3.0, 2.0}));
    CHECK(digest_of({0.0}) != digest_of({-0.0}));
}

TEST_CASE("a trace cut short anywhere gives back every whole entry and says that it is cut") {
    const support::temporary_folder folder;
    {
        trace_writer trace(folder / "trace.bin");
        for (int step = 0; step < 4; ++step)
            trace.add(step % 2 == 0 ? "even" : "odd", step, std::vector<int>{step});
    }
    const std::string whole = support::read_text(folder / "trace.bin");
    const auto all = read_trace(folder / "trace.bin");
    REQUIRE(all.entries.size() == 4);
    // The ends of the head and of the records: two names of 8 bytes and their letters, entries of 40 bytes.
    const std::vector<std::size_t> ends = {16, 28, 68, 79, 119, 159, 199};
    REQUIRE(whole.size() == ends.back());
    std::size_t last = 0;
    for (std::size_t size = 16; size <= whole.size(); ++size) {
        folder.write("cut.bin", whole.substr(0, size));
        const auto cut = read_trace(folder / "cut.bin");
        INFO(size);
        CHECK(cut.complete == (std::find(ends.begin(), ends.end(), size) != ends.end()));
        CHECK(std::equal(cut.entries.begin(), cut.entries.end(), all.entries.begin()));
        CHECK(cut.entries.size() >= last);
        last = cut.entries.size();
    }
    CHECK(last == 4);
}

TEST_CASE("a flipped bit anywhere ends the trace there, or refuses its head") {
    const support::temporary_folder folder;
    {
        trace_writer trace(folder / "trace.bin");
        trace.add("w", 0, std::vector<int>{1}, repro::trace_keep::values);
        trace.mark("s", {repro::mark_kind::draws, 3});
        trace.add("w", 1, std::vector<std::uint8_t>(1025));
    }
    const std::string whole = support::read_text(folder / "trace.bin");
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string damaged = whole;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        folder.write("damaged.bin", damaged);
        INFO(bit);
        if (bit / 8 < repro::detail::trace_head_size)
            CHECK(support::refusal([&] { (void)read_trace(folder / "damaged.bin"); }) ==
                  repro::errc::trace_damaged);
        else
            CHECK_FALSE(read_trace(folder / "damaged.bin").complete);
    }
}

TEST_CASE("a trace is byte for byte what its description says") {
    const auto lines = support::read_vectors("trace.txt");
    REQUIRE(lines.size() == 5);
    const support::temporary_folder folder;
    trace_writer trace(folder / "trace.bin");
    std::string expected;
    std::size_t line = 0;
    const auto check = [&](const char* what) {
        INFO(what);
        const std::string& text = lines[line++].fields.at(0);
        std::vector<std::uint8_t> bytes(text.size() / 2);
        REQUIRE(repro::detail::from_hex(text, bytes));
        expected.append(bytes.begin(), bytes.end());
        CHECK((support::read_text(trace.path()) == expected));
    };
    check("head");
    trace.add("loss", 0, std::array{0.5, -0.0, 3.0}, repro::trace_keep::values);
    check("values");
    trace.mark("data/shuffle", {repro::mark_kind::draws, 7});
    trace.mark("c/random", {repro::mark_kind::state, 0x0123456789abcdef});
    std::vector<float> ramp(3000);
    for (std::size_t i = 0; i < ramp.size(); ++i)
        ramp[i] = static_cast<float>(i) / 2;
    trace.add("weights", -1, ramp);
    check("chunks");
    trace.mark("data/shuffle", {repro::mark_kind::draws, 9});
    trace.mark("c/random", {});
    trace.mark("data/shuffle", {repro::mark_kind::draws, 9}); // has not changed: nothing is written
    trace.add("loss", std::int64_t{1} << 62, std::vector<double>{}, repro::trace_keep::values);
    check("marks");
    std::vector<std::int16_t> ids(262145);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int16_t>(i % 1000);
    trace.add("ids", 5, ids, repro::trace_keep::values);
    const std::string whole = support::read_text(trace.path());
    CHECK(repro::xxh3(std::as_bytes(std::span(whole).subspan(expected.size()))) == lines[line].hex(0));
}

TEST_CASE("marks are read back with the entry that they were taken for") {
    const support::temporary_folder folder;
    trace_writer trace(folder / "trace.bin");
    const std::vector<int> tensor = {1};
    const repro::stream_mark three{repro::mark_kind::draws, 3}, state{repro::mark_kind::state, UINT64_MAX};
    trace.add("w", 0, tensor);
    trace.mark("s", three);
    trace.mark("w", state); // a stream may be called as a tensor is
    trace.add("w", 1, tensor);
    trace.mark("s", three);
    trace.mark("w", {});
    trace.add("w", 2, tensor);
    const auto contents = read_trace(trace.path());
    CHECK(contents.entries.size() == 3);
    CHECK(contents.marks == std::vector<repro::trace_mark>{{1, "s", three}, {1, "w", state}, {2, "w", {}}});
}

TEST_CASE("records whose checks hold and whose content does not end the trace") {
    const support::temporary_folder folder;
    {
        trace_writer(folder / "trace.bin").add("w", 0, std::vector<int>{1});
    }
    const std::string whole = support::read_text(folder / "trace.bin");
    const std::size_t first = 16 + 9; // behind the head and the name
    const auto reads = [&](std::size_t offset, char byte) {
        std::string content = whole.substr(first + 4);
        content[offset - 4] = byte;
        return repro::parse_trace(whole.substr(0, first) + repro::detail::checked_record(content), "t");
    };
    CHECK(reads(5, 4).entries.size() == 1);  // as it was
    CHECK_FALSE(reads(4, 4).complete);       // a fourth kind of record
    CHECK_FALSE(reads(5, 14).complete);      // a type that is none
    CHECK_FALSE(reads(6, 0).complete);       // elements without bytes
    CHECK_FALSE(reads(8, 1).complete);       // a name that has not come
    CHECK_FALSE(reads(12, 2).complete);      // values kept: neither yes nor no
    CHECK_FALSE(reads(31, '\x7f').complete); // more elements than have chunks here
    CHECK(reads(31, '\x7f').entries.empty());
}

TEST_CASE("what is no trace is refused by name") {
    const support::temporary_folder folder;
    const auto code = [](const std::string& path) {
        return support::refusal([&] { (void)read_trace(path); });
    };
    CHECK(code(folder / "absent.bin") == repro::errc::unreadable);
    CHECK(code(folder.write("short.bin", "REPRO")) == repro::errc::trace_damaged);
    CHECK(code(folder.write("other.bin", "this is some other file")) == repro::errc::trace_damaged);
    for (const std::uint32_t version : {1u, 3u}) {
        std::string other = "REPROTRC";
        repro::detail::append_little_endian(other, version);
        repro::detail::append_little_endian(other, repro::detail::trace_check(other));
        CHECK(code(folder.write("version.bin", other)) == repro::errc::schema_version);
    }
}

TEST_CASE("a file that exists is not written over") {
    const support::temporary_folder folder;
    const std::string path = folder.write("trace.bin", "mine");
    CHECK(support::refusal([&] { trace_writer{path}; }) == repro::errc::unwritable);
    CHECK(support::read_text(path) == "mine");
}

TEST_CASE("a name too long for its record is refused, and the trace goes on") {
    const support::temporary_folder folder;
    trace_writer trace(folder / "trace.bin");
    const std::vector<int> tensor = {1};
    CHECK(support::refusal([&] { trace.add(std::string(65536, 'n'), 0, tensor); }) ==
          repro::errc::name_invalid);
    trace.add(std::string(65535, 'n'), 1, tensor);
    const auto contents = read_trace(trace.path());
    REQUIRE(contents.entries.size() == 1);
    CHECK(contents.entries[0].name.size() == 65535);
}
