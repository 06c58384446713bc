// SPDX-License-Identifier: MIT
#pragma once
// The generator and the switches of OpenCV. Tested with OpenCV 4.6; no version is refused.

#if !__has_include(<opencv2/core.hpp>)
#error "repro/adapters/opencv.hpp needs OpenCV: find_package(repro COMPONENTS opencv), link repro::opencv"
#else

#include <repro/core/level.hpp>
#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/core/state_text.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>

#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/core/utility.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::opencv {

/// How `streams` treats OpenCV.
struct settings {
    repro::level level = repro::level::bit_exact; ///< bit-exact forbids the kernels of IPP that are not exact
    std::optional<int> threads = std::nullopt;    ///< cv::setNumThreads(); as it is, if empty
};

/// `cv::theRNG()` of the calling thread, as a source for seed_everything and run. Seeding leaves it where
/// `cv::setRNGSeed(seed)` does, and takes all 64 bits, as `cv::RNG(seed)`.
///
/// Does not cover: the generators of other threads, which OpenCV starts alike in each; objects cv::RNG and
/// cv::RNG_MT19937 of the program's own; OpenCL kernels; what depends on the number of threads or on the
/// processor, which are facts here (fix the first by `settings::threads`); functions that draw from
/// std::rand. Threads: save, restore and ledger mean the calling thread's generator.
class streams {
public:
    explicit streams(settings how = {}) : how_(how) {}

    static constexpr bool marked_beside_threads = true; ///< see repro::source
    [[nodiscard]] static constexpr std::string_view name() noexcept { return "opencv"; }

    void seed(repro::seed s) {
        if (how_.threads) cv::setNumThreads(*how_.threads);
        if (how_.level == level::bit_exact) cv::ipp::setUseIPP_NotExact(false);
        cv::theRNG() = cv::RNG(s.value());
        seed_ = s;
    }

    [[nodiscard]] std::string save() const {
        std::string text = "opencv-1";
        repro::detail::append_state(text, cv::theRNG().state);
        return text;
    }

    /// Errors: errc::state_invalid for a text that save() did not return; nothing is changed.
    void restore(std::string_view text) {
        repro::detail::state_reader reader(text, "opencv-1");
        const std::uint64_t state = reader.number();
        if (state == 0) reader.fail("is zero, which this generator never is");
        reader.finish();
        cv::theRNG().state = state;
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        return {{"opencv/rng", "multiply-with-carry, 64 bits",
                 seed_ ? repro::detail::decimal(seed_->value()) : "", seed_rule::exact,
                 seed_ ? "" : "not seeded", std::nullopt, "OpenCV does not count", sha256(save())}};
    }

    [[nodiscard]] std::vector<fact> facts() const {
        const auto switched = [](bool on) { return std::string(on ? "on" : "off"); };
        return {{"version", cv::getVersionString()},
                {"threads", std::to_string(cv::getNumThreads())},
                {"optimized", switched(cv::useOptimized())},
                {"cpu_features", cv::getCPUFeaturesLine()},
                {"ipp", switched(cv::ipp::useIPP())},
                {"ipp_not_exact", switched(cv::ipp::useIPP_NotExact())},
                {"build_sha256", sha256(cv::getBuildInformation()).hex()}};
    }

    [[nodiscard]] std::vector<missing_fact> not_seeded() const {
        return {{"opencv/other threads",
                 "each thread has a cv::theRNG() of its own, which starts alike in all: seed it there"}};
    }

private:
    settings how_;
    std::optional<repro::seed> seed_;
};

} // namespace repro::inline v0::opencv
#endif
