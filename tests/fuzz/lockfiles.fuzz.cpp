// SPDX-License-Identifier: MIT
// The first byte chooses a format of the table, the rest is a lockfile and, behind a zero byte, the file
// beside it: it is graded or refused with an error of its own, twice in the same way, and differs in nothing
// from itself.

#include <repro/lockfiles/diff.hpp>
#include <repro/lockfiles/grade.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace {

void expect(bool condition) {
    if (!condition) std::abort();
}

std::optional<repro::lockfiles::report> graded(std::string_view name, std::string_view text,
                                               const repro::lockfiles::context& around) {
    try {
        return repro::lockfiles::grade(name, text, around);
    } catch (const repro::error& problem) {
        const std::string_view code = to_string(problem.code());
        expect(code.starts_with("E_LOCK_") || problem.code() == repro::errc::bytes_too_many);
        return std::nullopt;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t count = std::size(repro::lockfiles::detail::formats);
    if (size == 0) return 0;
    std::string name(repro::lockfiles::detail::formats[data[0] % count].names[0]);
    if (const std::size_t star = name.find('*'); star != std::string::npos) name.replace(star, 1, "x");
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t end = std::min(input.find('\0'), input.size());
    const std::string_view text = input.substr(0, end);
    repro::lockfiles::context around;
    for (const std::string_view each : repro::lockfiles::companions_of(name))
        around.companions.emplace(each, input.substr(std::min(end + 1, input.size())));
    const auto once = graded(name, text, around);
    const auto again = graded(name, text, around);
    expect(once.has_value() == again.has_value());
    if (!once) return 0;
    expect(once->counts == again->counts && once->stale == again->stale);
    expect(repro::lockfiles::diff(*once, *again).empty());
    const auto& counts = once->counts;
    expect(counts.hashed + counts.local <= counts.packages &&
           counts.direct + counts.transitive <= counts.packages);
    expect(once->grade != repro::lockfiles::letter::a || counts.hashed + counts.local == counts.packages);
    return 0;
}
