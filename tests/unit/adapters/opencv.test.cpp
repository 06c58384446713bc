// SPDX-License-Identifier: MIT
// Against the real OpenCV.
#include <repro/adapters/opencv.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "../../support/process.hpp"
#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>
#include <climits>

#include <bit>
#include <thread>

static_assert(repro::source<repro::opencv::streams>);

namespace {

namespace opencv = repro::opencv;
using support::refusal;

/// Uniform and normal numbers of cv::theRNG(), exactly, as text.
std::string drawn() {
    cv::Mat uniform(1, 7, CV_32F), normal(1, 7, CV_64F);
    cv::randu(uniform, 0, 1);
    cv::randn(normal, 0, 1);
    std::string text = std::to_string(cv::theRNG().next());
    for (int i = 0; i < 7; ++i)
        text += " " + std::to_string(std::bit_cast<std::uint32_t>(uniform.at<float>(i))) + " " +
                std::to_string(std::bit_cast<std::uint64_t>(normal.at<double>(i)));
    return text;
}

std::string value_of(std::string_view name) {
    for (const repro::fact& each : opencv::streams().facts())
        if (each.name == name) return each.value;
    return "no such fact";
}

} // namespace

TEST_CASE("seed_everything leaves OpenCV where cv::setRNGSeed does") {
    for (const int seed : {0, 1, 42, INT_MAX}) {
        cv::setRNGSeed(seed);
        const std::string by_hand = drawn();
        repro::seed_everything(static_cast<std::uint64_t>(seed), opencv::streams());
        CHECK(drawn() == by_hand);
    }
    opencv::streams().seed(0xffffffff00000001); // and of wider seeds all 64 bits count
    cv::RNG same(0xffffffff00000001);
    CHECK(cv::theRNG().next() == same.next());
}

TEST_CASE("the hidden process that draws from OpenCV", "[.][opencv_draws]") {
    repro::seed_everything(42, opencv::streams());
    support::answer(drawn());
}

TEST_CASE("two processes with one seed draw the same from OpenCV") {
    const std::string there = support::in_fresh_process("opencv_draws");
    CHECK(there == support::in_fresh_process("opencv_draws"));
    opencv::streams().seed(42);
    CHECK(there == drawn());
}

TEST_CASE("a saved state of OpenCV goes on as if nothing had happened") {
    opencv::streams source;
    source.seed(7);
    (void)drawn();
    const std::string saved = source.save();
    const auto digest = source.ledger().at(0).state;
    const std::string expected = drawn();
    CHECK(source.ledger().at(0).state != digest);
    source.restore(saved);
    CHECK(source.ledger().at(0).state == digest);
    CHECK(drawn() == expected);

    repro::seed_everything(7, opencv::streams());
    const std::string snapshot = repro::snapshot(), after = drawn();
    repro::restore(snapshot);
    CHECK(drawn() == after);
}

TEST_CASE("a text that is no state of OpenCV is refused, and nothing moves") {
    opencv::streams source;
    source.seed(7);
    const std::string saved = source.save();
    for (const std::string& bad :
         {std::string(), std::string("opencv-1"), std::string("opencv-1 0"), "x" + saved, saved + " 1",
          std::string("opencv-1 x"), std::string("opencv-1 10000000000000000")}) {
        INFO(bad);
        CHECK(refusal([&] { source.restore(bad); }) == repro::errc::state_invalid);
        CHECK(source.save() == saved);
    }
}

TEST_CASE("OpenCV's thread count is set where asked, and read back") {
    const int before = cv::getNumThreads();
    opencv::streams({.threads = 1}).seed(1);
    CHECK(value_of("threads") == "1");
    opencv::streams().seed(1); // not asked: as it is
    CHECK(cv::getNumThreads() == 1);
    cv::setNumThreads(before);
    CHECK(value_of("threads") == std::to_string(before));
    CHECK(value_of("version") == CV_VERSION);
    CHECK(value_of("ipp_not_exact") == "off");
    CHECK(value_of("build_sha256").size() == 64);
}

TEST_CASE("OpenCV's generators of other threads are named as not seeded, and start alike") {
    opencv::streams source;
    CHECK(source.ledger().at(0).note == "not seeded");
    source.seed(1);
    CHECK(source.ledger().at(0).note.empty());
    CHECK(source.not_seeded().at(0).field == "opencv/other threads");
    std::uint64_t one = 0, other = 1;
    std::thread([&] { one = cv::theRNG().state; }).join();
    std::thread([&] { other = cv::theRNG().state; }).join();
    CHECK(one == other);
    CHECK(one != cv::theRNG().state);
}
