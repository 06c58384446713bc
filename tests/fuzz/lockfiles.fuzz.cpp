// SPDX-License-Identifier: MIT
// The first line is a name, the rest a lockfile: it is graded or refused with an error of its own, twice in
// the same way, and differs in nothing from itself.

#include <repro/lockfiles/diff.hpp>
#include <repro/lockfiles/grade.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view name = input.substr(0, end);
    const std::string_view text = input.substr(std::min(end + 1, input.size()));
    repro::lockfiles::context around;
    for (const std::string_view each : repro::lockfiles::companions_of(name))
        around.companions.emplace(each, text);
    const auto once = graded(name, text, around);
    const auto again = graded(name, text, {});
    expect(once.has_value() == again.has_value() || !around.companions.empty());
    if (!once) return 0;
    expect(repro::lockfiles::diff(*once, *once).empty());
    const auto& counts = once->counts;
    expect(counts.hashed + counts.local <= counts.packages &&
           counts.direct + counts.transitive <= counts.packages);
    expect(once->grade != repro::lockfiles::letter::a || counts.hashed + counts.local == counts.packages);
    return 0;
}
