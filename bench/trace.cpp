// SPDX-License-Identifier: MIT
// What a trace costs: digests of a tensor beside copying and reading the same bytes, in one run; every case
// once a round. The digests of both tiers are compared before anything is timed.

#include <repro/trace/describe.hpp>

#include "support/timing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::uint64_t sink = 0; // so that nothing is left out

/// Reads everything, in eight sums, and does nothing else.
std::uint64_t sum_of(std::span<const std::uint64_t> words) {
    std::uint64_t sums[8] = {};
    for (std::size_t i = 0; i + 8 <= words.size(); i += 8)
        for (std::size_t lane = 0; lane < 8; ++lane)
            sums[lane] += words[i + lane];
    std::uint64_t all = 0;
    for (const std::uint64_t each : sums)
        all ^= each;
    return all;
}

void compare(std::size_t size, int rounds) {
    std::vector<std::uint64_t> words(size / 8), copy(size / 8);
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = i * 0x9e3779b97f4a7c15;
    const auto bytes = std::as_bytes(std::span(words));
    const repro::trace_view view{bytes, repro::element_type::float32, 4};
    if (repro::xxh3(bytes) != repro::xxh3(bytes, repro::simd::portable)) std::exit(1);
    std::vector<bench::timed_case> cases = {
        {"entry of a trace", [&] { sink += repro::detail::describe_tensor("w", 0, view).digest; }},
        {"XXH3", [&] { sink += repro::xxh3(bytes); }},
        {"XXH3, portable", [&] { sink += repro::xxh3(bytes, repro::simd::portable); }},
        {"XXH64", [&] { sink += repro::xxh64(bytes); }},
        {"memcpy",
         [&] {
             std::memcpy(copy.data(), words.data(), size);
             sink += copy[size / 16];
         }},
        {"reading alone", [&] { sink += sum_of(words); }},
    };
    bench::run_rounds(cases, rounds);
    std::printf("### %zu KiB\n\n| | us | GB/s |\n|---|---|---|\n", size / 1024);
    for (const bench::timed_case& each : cases)
        std::printf("| %s | %.1f | %.1f |\n", each.name.c_str(), each.quantile(0.5),
                    static_cast<double>(size) / each.quantile(0.5) / 1e3);
    std::printf("\n");
}

} // namespace

int main() {
    compare(64 * 1024, 2001);
    compare(mebibyte, 501);
    compare(256 * mebibyte, 15);
    return sink == 0 ? 1 : 0;
}
