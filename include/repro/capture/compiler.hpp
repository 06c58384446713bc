// SPDX-License-Identifier: MIT
#pragma once
// How the program and its shared libraries were compiled: compiler, standard library, and flags that change
// numbers, translation unit by translation unit, and where they disagree.

#include <repro/capture/build_note.hpp>
#include <repro/capture/elf_notes.hpp>
#include <repro/capture/embedded_build.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gnu/libc-version.h>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// One way of compiling, and which translation units of one object were compiled so.
struct build_facts {
    std::string compiler;           ///< "gcc 12.2.0", "clang 19.1.7"
    std::string standard_library;   ///< "libstdc++ 12 (20220819)"
    std::uint64_t standard = 0;     ///< the value of __cplusplus
    std::uint64_t openmp = 0;       ///< the value of _OPENMP; 0 without
    int evaluation_method = 0;      ///< FLT_EVAL_METHOD: 0 where float and double are computed as such
    std::vector<std::string> flags; ///< words such as "optimize", "ndebug", "avx2", "fma", "contracts"
    std::string object;             ///< the shared library's file name; empty for the program
    unsigned units = 0;             ///< translation units that include this header
    std::vector<std::string> files; ///< their source files without folders, in link order; at most 32
    bool late = false;              ///< whether the object was loaded after the run's start

    friend bool operator==(const build_facts&, const build_facts&) = default;
};

/// What is known of the compilation, and of the C library that runs.
struct compiler_facts {
    std::vector<build_facts> builds;      ///< the distinct ones, in link order; more than one is worth a look
    std::vector<embedded_build> embedded; ///< of objects built with repro_embed_build_info
    std::string libc;                     ///< at run time: "glibc 2.36"
    std::vector<missing_fact> missing;
};

namespace detail {

/// How many source files of one build are named; a manifest is no file list.
inline constexpr std::size_t named_units = 32;

/// Flags that change the numbers a unit computes. "contracts" is seen in what the unit computes and stands
/// for fma, which alone changes nothing.
inline constexpr std::string_view numeric_flags[] = {
    "associative-math", "contracts",    "drops-zero-signs", "fast-math",    "finite-math-only",
    "no-signed-zeros",  "reassociates", "reciprocal-math",  "reciprocates", "rounding-math"};

/// Returns whether this processor has the instructions that a unit's four expressions can consist of: code
/// for others may be there for another machine, and calling it would end the program.
[[nodiscard]] inline bool can_run(const std::vector<std::string>& flags) {
#if defined(__x86_64__)
    const auto lacks = [&flags](std::string_view flag, bool supported) {
        return !supported && std::find(flags.begin(), flags.end(), flag) != flags.end();
    };
    return !lacks("sse4.2", __builtin_cpu_supports("sse4.2") != 0) &&
           !lacks("avx", __builtin_cpu_supports("avx") != 0) &&
           !lacks("avx2", __builtin_cpu_supports("avx2") != 0) &&
           !lacks("fma", __builtin_cpu_supports("fma") != 0) &&
           !lacks("fma4", __builtin_cpu_supports("fma4") != 0) &&
           !lacks("avx512f", __builtin_cpu_supports("avx512f") != 0) &&
           !lacks("avx512dq", __builtin_cpu_supports("avx512dq") != 0) &&
           !lacks("avx512vl", __builtin_cpu_supports("avx512vl") != 0);
#else
    (void)flags;
    return true;
#endif
}

/// Adds what a unit's four expressions show.
inline void add_habits(std::vector<std::string>& flags, const fp_probes& probes) {
    if (!can_run(flags)) {
        flags.emplace_back("unprobed");
        return;
    }
    const fp_habits habits = observe(probes);
    if (habits.contracts) flags.emplace_back("contracts");
    if (habits.reassociates) flags.emplace_back("reassociates");
    if (habits.reciprocates) flags.emplace_back("reciprocates");
    if (habits.drops_zero_signs) flags.emplace_back("drops-zero-signs");
}

[[nodiscard]] inline build_facts describe_build(const build_note& note, std::string_view object = {}) {
    build_facts facts;
    facts.compiler = note.compiler;
    char separator = ' ';
    for (const unsigned part : note.version) {
        facts.compiler.append(1, separator).append(decimal(part));
        separator = '.';
    }
    facts.standard_library = std::string(note.standard_library) + " " + decimal(note.library_version);
    if (note.library_date != 0) facts.standard_library += " (" + decimal(note.library_date) + ")";
    facts.standard = note.standard;
    facts.openmp = note.openmp;
    facts.evaluation_method = note.evaluation_method;
    for (std::string_view rest = note.flags; !rest.empty();)
        facts.flags.emplace_back(next_token(rest, ' '));
    add_habits(facts.flags, note.probes);
    facts.object = object.substr(object.rfind('/') + 1);
    facts.units = 1;
    facts.files.emplace_back(note.unit);
    return facts;
}

/// Counts a unit with those compiled like it.
inline void add_build(std::vector<build_facts>& builds, build_facts facts) {
    const auto same = std::find_if(builds.begin(), builds.end(), [&facts](build_facts known) {
        known.units = facts.units;
        known.files = facts.files;
        return known == facts;
    });
    if (same == builds.end()) return builds.push_back(std::move(facts));
    ++same->units;
    if (same->files.size() < named_units) same->files.push_back(std::move(facts.files.front()));
}

[[nodiscard]] inline std::vector<build_facts> distinct_builds(std::span<const build_note* const> notes,
                                                              std::string_view object = {}) {
    std::vector<build_facts> builds;
    for (const build_note* note : notes)
        add_build(builds, describe_build(*note, object));
    return builds;
}

/// Adds what one mapped object says of its units.
inline void add_builds(compiler_facts& facts, const dl_phdr_info& object) {
    const build_note* const* first = nullptr;
    visit_notes(object, [&](const elf_note& note) {
        if (note.name != note_owner || note.content.size() != 2 * sizeof(std::int32_t)) return;
        if (note.type != build_note_layout) {
            facts.missing.push_back({"build.builds", std::string(object.dlpi_name) +
                                                         " was compiled with another version of repro, whose "
                                                         "notes have layout " +
                                                         decimal(note.type)});
            return;
        }
        const auto notes = build_notes(note.content);
        if (notes.empty() || notes.data() == first) return; // every unit leaves the same note
        first = notes.data();
        for (build_facts& each : distinct_builds(notes, object.dlpi_name))
            facts.builds.push_back(std::move(each));
    });
}

/// Returns the words of a build that change numbers, in order.
[[nodiscard]] inline std::string numeric_words(const build_facts& build) {
    std::string words;
    for (const std::string_view flag : numeric_flags)
        if (std::find(build.flags.begin(), build.flags.end(), flag) != build.flags.end())
            words.append(words.empty() ? "" : " ").append(flag);
    if (build.evaluation_method != 0)
        words += (words.empty() ? "" : " ") + std::string("evaluation-method ") +
                 (build.evaluation_method < 0 ? "unknown"
                                              : decimal(static_cast<unsigned>(build.evaluation_method)));
    return words.empty() ? "none" : words;
}

/// Returns the names of a build's units, a few of them: "a.cpp, b.cpp and 7 more (libx.so)".
[[nodiscard]] inline std::string unit_names(const build_facts& build) {
    constexpr std::size_t few = 4;
    std::string names;
    const std::size_t shown = std::min(few, build.files.size());
    for (std::size_t i = 0; i < shown; ++i)
        names.append(names.empty() ? "" : ", ").append(build.files[i]);
    if (build.units > shown) names += " and " + decimal(build.units - shown) + " more";
    return build.object.empty() ? names : names + " (" + build.object + ")";
}

} // namespace detail

/// Returns the disagreements between translation units about flags that change numbers, each group of units
/// with its flags; none where all agree. The same source then gives other numbers in one unit than in
/// another, and an inline function has the flags of whichever unit the linker takes it from.
[[nodiscard]] inline std::vector<warning> build_disagreements(const compiler_facts& facts) {
    std::vector<std::pair<std::string, std::string>> groups; // words, names
    for (const build_facts& build : facts.builds) {
        const std::string words = detail::numeric_words(build);
        const auto known = std::find_if(groups.begin(), groups.end(),
                                        [&](const auto& group) { return group.first == words; });
        if (known == groups.end())
            groups.emplace_back(words, detail::unit_names(build));
        else
            known->second += ", " + detail::unit_names(build);
    }
    if (groups.size() < 2) return {};
    std::string text = "translation units were compiled with different flags that change numbers:";
    for (const auto& [words, names] : groups)
        text.append(&groups.front().first == &words ? " " : "; ").append(words).append(" in ").append(names);
    return {{warn::builds_differ, text}};
}

/// Returns how this program and every mapped shared library that includes this header were compiled: each
/// translation unit speaks for itself.
///
/// Not seen: units that include no header of this library, and objects loaded later (see add_late_builds). A
/// unit whose header came from a precompiled header or a module bears that one's name.
[[nodiscard]] inline compiler_facts capture_compiler() {
    compiler_facts facts;
    detail::visit_objects([&facts](const dl_phdr_info& object) { detail::add_builds(facts, object); });
    facts.embedded = capture_embedded_builds();
    facts.libc = std::string("glibc ") + ::gnu_get_libc_version();
    if (facts.builds.empty()) facts.builds = detail::distinct_builds(detail::build_notes());
    if (facts.builds.empty())
        facts.missing.push_back({"build", "the linker dropped the section repro_units_1"});
    return facts;
}

/// Adds what objects say of themselves that are mapped now and were not when `facts` were taken.
inline void add_late_builds(compiler_facts& facts) {
    compiler_facts now = capture_compiler();
    const auto lacks = [](const auto& known, const auto& each) {
        return std::find(known.begin(), known.end(), each) == known.end();
    };
    for (build_facts& each : now.builds) {
        if (!lacks(facts.builds, each)) continue;
        each.late = true;
        facts.builds.push_back(std::move(each));
    }
    for (embedded_build& each : now.embedded)
        if (lacks(facts.embedded, each)) facts.embedded.push_back(std::move(each));
    for (missing_fact& each : now.missing)
        if (lacks(facts.missing, each)) facts.missing.push_back(std::move(each));
}

} // namespace repro::inline v0
