// SPDX-License-Identifier: MIT
// What a program pays for being reproducible: seeding, the manifest at start and end, bytes of state a
// stream.

#include <repro/repro.hpp>

#include "support/timing.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

void print_times(const std::vector<bench::timed_case>& cases) {
    std::printf("| work | median | min | max |\n|---|---|---|---|\n");
    for (const bench::timed_case& each : cases)
        std::printf("| %s | %.1f us | %.1f | %.1f |\n", each.name.c_str(), each.quantile(0.5),
                    each.quantile(0), each.quantile(1));
}

void print_states() {
    std::printf("\n| stream | bytes of its saved state |\n|---|---|\n");
    const std::string text = repro::snapshot();
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = repro::detail::next_token(rest, '\n');
        const std::string_view kind = repro::detail::next_token(line, ' ');
        if (kind != "source" && kind != "stream") continue;
        const std::string_view name = repro::detail::next_token(line, ' ');
        std::printf("| `%.*s` | %zu |\n", static_cast<int>(name.size()), name.data(), line.size());
    }
    std::printf("\n| engine | bytes in memory |\n|---|---|\n");
    std::printf("| `stream_engine` (named streams) | %zu |\n", sizeof(repro::stream_engine));
    std::printf("| `python::random` | %zu |\n", sizeof(repro::python::random));
    std::printf("| `numpy::random_state` | %zu |\n", sizeof(repro::numpy::random_state));
    std::printf("| `numpy::generator` | %zu |\n", sizeof(repro::numpy::generator));
}

} // namespace

int main() {
    ::setenv("REPRO_QUIET", "1", 1);
    const std::filesystem::path root =
        std::filesystem::temp_directory_path() / ("repro-bench-" + std::to_string(::getpid()));

    std::optional<repro::run> open;
    std::vector<bench::timed_case> cases = {
        {"`seed_everything`", [] { (void)repro::seed_everything(42); }},
        {"`stream(name)`, known", [] { (void)repro::stream("bench/known"); }},
        {"`snapshot`", [] { (void)repro::snapshot(); }},
        {"run: start", [&] { open.emplace(repro::run_options{.id = "bench", .seed = 42, .root = root}); }},
        {"run: `finish`", [&] { (void)open->finish(); }},
        {"`log_versions`", [] { (void)repro::log_versions(); }},
    };
    bench::run_rounds(cases, 51);
    print_times(cases);
    (void)repro::stream("bench/known")();
    print_states();
    open.reset();
    std::filesystem::remove_all(root);
    return 0;
}
