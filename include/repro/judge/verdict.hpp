// SPDX-License-Identifier: MIT
#pragma once
// What is said when two sides are held against each other: three words, each with its evidence.

#include <repro/core/level.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::judge {

/// Whether one side reproduced the other. Undecided: what there is does not suffice for either word.
enum class verdict : unsigned char { accepted, rejected, undecided };

/// Returns the word the tool prints.
[[nodiscard]] constexpr std::string_view to_string(verdict which) noexcept {
    constexpr std::string_view words[] = {"accepted", "rejected", "undecided"};
    return words[static_cast<unsigned char>(which)];
}

/// One thing that was looked at.
struct finding {
    std::string subject;                                      ///< "metric rmse: mean", "artifact loss.npy"
    std::optional<judge::verdict> verdict;                    ///< none where it informs and does not decide
    std::string evidence;                                     ///< a sentence with its numbers
    std::vector<std::pair<std::string, double>> numbers = {}; ///< the same, by name
};

/// What is said of two sides at one level.
struct judgement {
    repro::level level = repro::level::bit_exact;
    std::vector<std::string> incomparable; ///< why the two are not runs of one thing; then nothing is decided
    std::vector<finding> findings;
    std::vector<std::string> would_decide; ///< what is missing for a verdict

    /// Rejected where one finding rejects, else undecided where one is or none decides, else accepted.
    [[nodiscard]] judge::verdict verdict() const noexcept {
        const auto any = [this](judge::verdict which) {
            return std::ranges::any_of(findings, [which](const finding& f) { return f.verdict == which; });
        };
        if (!incomparable.empty()) return judge::verdict::undecided;
        if (any(judge::verdict::rejected)) return judge::verdict::rejected;
        return any(judge::verdict::undecided) || !any(judge::verdict::accepted) ? judge::verdict::undecided
                                                                                : judge::verdict::accepted;
    }
};

} // namespace repro::inline v0::judge
