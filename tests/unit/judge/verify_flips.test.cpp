// SPDX-License-Identifier: MIT
// Every beginning and twenty thousand flipped bits of three manifests, beside the digest of the whole: none
// of them ever holds.

#include <repro/judge/verify.hpp>

#include "../../support/manifest.hpp"
#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <string>

namespace {

constexpr std::size_t flips_of_each = 8'000; // or all of them, where a manifest has fewer bits

/// Publishes the digest of `text`, and tells what verification says of other bytes beside it.
class recorded_digest {
public:
    explicit recorded_digest(const std::string& text) {
        folder_.write("manifest.json.sha256", repro::detail::evp_sha256(text).hex() + "  manifest.json\n");
    }

    /// Returns nothing where the reader refuses the bytes.
    [[nodiscard]] std::optional<repro::verify_outcome> outcome(std::string_view bytes) const {
        try {
            repro::recorded_manifest manifest = repro::parse_manifest(bytes, folder_ / "manifest.json");
            repro::verification result;
            repro::detail::verify_itself(manifest, result);
            return result.items.at(0).outcome;
        } catch (const repro::error& problem) {
            if (problem.fix().empty()) FAIL(problem.what());
            return std::nullopt;
        }
    }

private:
    support::temporary_folder folder_;
};

} // namespace

TEST_CASE("a manifest that is cut short or has a flipped bit is refused, or is told from the recorded one") {
    const std::string name = GENERATE("completed.json", "digits.json", "source_schema.json");
    INFO(name);
    const std::string text = support::read_text("tests/vectors/manifest/" + name);
    const recorded_digest digest(text);
    REQUIRE(digest.outcome(text) == repro::verify_outcome::match);
    std::size_t taken = 0, wrong = 0;
    const auto judge = [&](std::string_view bytes) {
        const auto outcome = digest.outcome(bytes);
        taken += outcome.has_value() ? 1 : 0;
        if (outcome && *outcome != repro::verify_outcome::changed) ++wrong;
    };
    for (std::size_t length = 0; length < text.size(); ++length)
        judge(std::string_view(text).substr(0, length));
    CHECK(taken == 1); // only the line end behind it may go
    std::string flipped = text;
    const std::size_t bits = text.size() * 8;
    const std::size_t step = bits / std::min(bits, flips_of_each);
    std::size_t flips = 0;
    for (std::size_t bit = 0; bit < bits; bit += step, ++flips) {
        const char before = flipped[bit / 8];
        flipped[bit / 8] = static_cast<char>(before ^ (1 << bit % 8));
        judge(flipped);
        flipped[bit / 8] = before;
    }
    CHECK(flips >= std::min(bits, flips_of_each));
    CHECK(wrong == 0);
    CHECK(taken > 100); // a flip within a text is another text
}
