// SPDX-License-Identifier: MIT
#include <repro/trace/reader.hpp>
#include <repro/trace/writer.hpp>

#include "support/manifest.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

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
    return repro::xxh64(std::as_bytes(std::span(values)));
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
        trace.add("w", 0, std::vector<int>{1});
        trace.add("w", 1, std::vector<int>{2});
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

TEST_CASE("what is no trace is refused by name") {
    const support::temporary_folder folder;
    const auto code = [](const std::string& path) {
        return support::refusal([&] { (void)read_trace(path); });
    };
    CHECK(code(folder / "absent.bin") == repro::errc::unreadable);
    CHECK(code(folder.write("short.bin", "REPRO")) == repro::errc::trace_damaged);
    CHECK(code(folder.write("other.bin", "this is some other file")) == repro::errc::trace_damaged);
    std::string later = "REPROTRC";
    repro::detail::append_little_endian(later, std::uint32_t{2});
    repro::detail::append_little_endian(later, repro::detail::trace_check(later));
    CHECK(code(folder.write("later.bin", later)) == repro::errc::schema_version);
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
