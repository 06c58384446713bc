// SPDX-License-Identifier: MIT
#pragma once
// seed_everything: one call at start-up that seeds every stream of the process and says what it did, what it
// could not do, and what looks wrong.

#include <repro/core/knobs.hpp>
#include <repro/core/seed.hpp>
#include <repro/stream/c_library.hpp>
#include <repro/stream/process.hpp>
#include <repro/stream/registry.hpp>
#include <repro/stream/twins.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <sys/random.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What seed_everything did.
struct seed_report {
    repro::seed seed;                     ///< the seed of the run
    seed_source source;                   ///< where it came from
    std::vector<stream_facts> streams;    ///< every stream, with the seed it really got
    std::vector<missing_fact> not_seeded; ///< what no seed reaches, and why
    std::vector<warning> warnings;

    /// Returns the report as lines of text for people.
    [[nodiscard]] std::string text() const {
        std::string lines =
            "seed " + detail::decimal(seed.value()) + " (" + std::string(to_string(source)) + ")\n";
        for (const stream_facts& each : streams) {
            lines += "  seeded      " + each.name + ": " + each.engine + ", seed " + each.seed;
            lines += ", state " + each.state.hex().substr(0, 12);
            if (each.rule == seed_rule::derived) lines += ", derived: " + each.note;
            lines += "\n";
        }
        for (const missing_fact& each : not_seeded)
            lines += "  not seeded  " + each.field + ": " + each.reason + "\n";
        for (const warning& each : warnings)
            lines += "  warning     " + each.text + " [" + std::string(to_string(each.code)) + "]\n";
        return lines;
    }
};

namespace detail {

struct chosen_seed {
    repro::seed value;
    seed_source source;
};

[[nodiscard]] inline repro::seed draw_seed() {
    std::uint64_t word = 0;
    if (!try_system_entropy(&word, sizeof word))
        throw error(errc::seed_invalid, "seed", "was not given, and the system has no entropy to draw one",
                    "pass a seed, or set REPRO_SEED");
    std::fprintf(stderr, "repro: no seed was given; drew %s from the system\n", decimal(word).c_str());
    return word;
}

/// Returns REPRO_SEED, else what the code passed, else nothing.
[[nodiscard]] inline std::optional<chosen_seed> given_seed(std::optional<repro::seed> from_code) {
    if (const char* const text = std::getenv("REPRO_SEED"))
        return chosen_seed{repro::seed::parse(text), seed_source::environment};
    if (from_code) return chosen_seed{*from_code, seed_source::code};
    return std::nullopt;
}

[[nodiscard]] inline chosen_seed drawn_seed() { return {draw_seed(), seed_source::drawn}; }

/// Returns the seed that was given, else a drawn one; the same in all processes where an adapter sees to it:
/// by a member `agree`, which takes two functions, one that returns the seed this process was given, if any,
/// and one that draws a seed. Both throw where there can be none.
template <class... Adapters>
[[nodiscard]] chosen_seed choose_seed(std::optional<repro::seed> from_code, Adapters&... adapters) {
    const auto given = [from_code] { return given_seed(from_code); };
    std::optional<chosen_seed> agreed;
    [[maybe_unused]] const auto ask = [&](auto& adapter) {
        if constexpr (requires { adapter.agree(given, drawn_seed); })
            agreed = adapter.agree(given, drawn_seed);
    };
    (ask(adapters), ...);
    if (!agreed) agreed = given();
    return agreed ? *agreed : drawn_seed();
}

inline void warn_of_seed(const chosen_seed& chosen, std::vector<warning>& warnings) {
    if (chosen.source == seed_source::drawn)
        warnings.push_back(
            {warn::seed_drawn, "nobody gave a seed; the drawn one has to be passed to repeat the run"});
    const auto before = streams().seed();
    if (before && *before != chosen.value)
        warnings.push_back({warn::seed_changed, "a second call changes the seed from " +
                                                    decimal(before->value()) + " to " +
                                                    decimal(chosen.value.value()) +
                                                    ": what was drawn before does not belong to it"});
    if (streams().in_forked_child())
        warnings.push_back(
            {warn::forked, "this process is a fork of the seeded one, and now draws the same numbers"});
}

inline void warn_of_process(std::vector<warning>& warnings) {
    const auto threads = running_threads();
    unsigned count = 0;
    std::string names;
    for (const auto& [name, times] : threads) {
        count += times;
        names += (names.empty() ? "" : ", ") + name + (times > 1 ? " x" + decimal(times) : "");
    }
    if (count > 1)
        warnings.push_back({warn::threads_running, decimal(count) + " threads run already (" + names +
                                                       "): what they drew before this call is not seeded"});
    for (const knob& late : knobs_set_late())
        warnings.push_back({warn::environment_late, std::string(late.name) +
                                                        " was set after the process started, and " +
                                                        std::string(late.reader) +
                                                        ", reads it once: set it before the program starts"});
    if (const std::uint64_t count_unseeded = numpy::unseeded_generators())
        warnings.push_back(
            {warn::unseeded_generator, decimal(count_unseeded) +
                                           " default_rng() without a seed: pass one, as seed_everything "
                                           "does not reach generators that a program makes"});
}

/// Returns warnings of second registries in the process.
inline void warn_of_copies(const std::vector<std::string>& objects, std::vector<warning>& warnings) {
    for (const std::string& path : objects_with_own_registry(objects))
        warnings.push_back(
            {warn::registry_duplicate, path + " keeps a registry of its own, which this one does not "
                                              "seed: link the program with -rdynamic, or the object "
                                              "to the program"});
}

[[nodiscard]] inline std::vector<missing_fact> unreached(repro::seed s,
                                                         const std::vector<std::string>& objects) {
    std::vector<missing_fact> gaps = streams().not_seeded();
    const char* const hash_seed = std::getenv("PYTHONHASHSEED");
    const std::string wanted = python_hash_seed(s);
    if (hash_seed == nullptr || hash_seed != wanted)
        gaps.push_back({"PYTHONHASHSEED",
                        "each Python interpreter reads it at its start: export PYTHONHASHSEED=" + wanted +
                            " before this program, or before the interpreter"});
    gaps.push_back({"std::random_device, getrandom", "entropy of the system has no seed"});
    for (const std::string& path : objects) {
        const random_library* const library = find_random_library(path);
        if (library != nullptr && !streams().has_source(library->adapter))
            gaps.push_back(
                {std::string(library->adapter), path + " is loaded, and no adapter of it was handed in"});
    }
    return gaps;
}

template <source Source> void add_once(Source s) {
    if (!streams().has_source(s.name())) streams().add(std::move(s));
}

} // namespace detail

/// Seeds every stream of the process: the twins of CPython, NumPy and PyTorch, the C library's, the adapters
/// handed in, tracked engines, and all named streams.
///
/// Each stream stands afterwards where its original stands after seeding with the same number. Where the
/// original takes fewer bits than the seed has, the report says `derived` and how. REPRO_SEED in the
/// environment replaces the seed; without either, one is drawn from the system, printed and recorded. Errors:
/// errc::seed_invalid for a malformed REPRO_SEED; what an adapter throws when its library refuses. Threads:
/// call it first, before other threads draw. Example:
///     auto report = repro::seed_everything(42);
template <source... Adapters>
seed_report seed_everything(std::optional<seed> from_code, Adapters... adapters) {
    const detail::chosen_seed chosen = detail::choose_seed(from_code, adapters...);
    seed_report report{chosen.value, chosen.source, {}, {}, {}};
    detail::warn_of_seed(chosen, report.warnings);
    detail::warn_of_process(report.warnings);

    detail::add_once(detail::python_source{});
    detail::add_once(detail::numpy_legacy_source{});
    detail::add_once(detail::numpy_generator_source{});
    detail::add_once(detail::pytorch_cpu_source{});
    detail::add_once(detail::c_random{});
    detail::add_once(detail::c_drand48{});
    (streams().add(std::move(adapters)), ...);
    streams().seed(chosen.value);

    const std::vector<std::string> objects = detail::mapped_objects();
    detail::warn_of_copies(objects, report.warnings);
    report.streams = streams().ledger();
    report.not_seeded = detail::unreached(chosen.value, objects);
    return report;
}

} // namespace repro::inline v0
