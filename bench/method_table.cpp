// SPDX-License-Identifier: MIT
#include "support/contest.hpp"
#include "support/methods.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace bench {
namespace {

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = UINT32_MAX;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

/// One row: bits against NumPy's first. Methods that take more than 50 ns a value make a tenth as many.
void method_row(const method& m, numpy_process& python, int rounds, report& out) {
    constexpr std::size_t few = 996; // whole rows for every method
    method_call call = m.start();
    const std::string theirs = python.ask("check", m.expression, few);
    const bool same = std::to_string(crc32(call(few))) == theirs;
    if (theirs == "absent") return out.text("| `" + m.expression + "` | this NumPy has none | | | | | |\n");

    std::size_t n = 100'000;
    const std::int64_t start = repro::detail::nanoseconds(CLOCK_MONOTONIC);
    (void)call(n);
    if (repro::detail::nanoseconds(CLOCK_MONOTONIC) - start < 5'000'000) n *= 10;
    contest c{m.expression, 0, m.expression, {{"ours", [&] { (void)call(n); }}}};
    run(c, python, n, rounds);
    const auto each = [&](const timed_case& by, double part) {
        return decimal(by.quantile(part) * 1000.0 / static_cast<double>(n), 2);
    };
    const auto &ours = c.contestants[0], &numpys = c.contestants[1];
    out.text("| `" + m.expression + "` | " + (same ? "equal" : "**differ**") + " | " + std::to_string(n) +
             " | " + each(ours, 0.0) + ", " + each(ours, 0.5) + " | " + each(numpys, 0.0) + ", " +
             each(numpys, 0.5) + " | " + ratio(c.numpy_times, ours.microseconds) + " |\n");
}

} // namespace

void method_table(numpy_process& python, int rounds, report& out) {
    out.text("\n## Every method, by the twin's own calls that fill a span\n\n");
    if (!python.running()) return out.text("NumPy is absent here.\n");
    out.text("| NumPy's call, with out= where it has one | bits | n | ours, ns each: min, median | NumPy's | "
             "NumPy takes, of minima | median, spread |\n|---|---|---|---|---|---|---|\n");
    for (const auto& list : {generator_methods(python.version()), legacy_methods(python.version())})
        for (const method& m : list)
            method_row(m, python, rounds, out);
}

} // namespace bench
