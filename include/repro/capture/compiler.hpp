// SPDX-License-Identifier: MIT
#pragma once
// How the program was compiled: compiler, standard library, and flags that change numbers, as the
// preprocessor of each including translation unit saw them.

#include <repro/core/error.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <gnu/libc-version.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// One way of compiling, and how many translation units of this program were compiled so.
struct build_facts {
    std::string compiler;           ///< "gcc 12.2.0", "clang 19.1.7"
    std::string standard_library;   ///< "libstdc++ 12 (20220819)"
    std::uint64_t standard = 0;     ///< the value of __cplusplus
    int evaluation_method = 0;      ///< FLT_EVAL_METHOD: 0 where float and double are computed as such
    std::vector<std::string> flags; ///< words such as "optimize", "ndebug", "avx2", "fma"
    unsigned units = 0;             ///< translation units that include this header

    friend bool operator==(const build_facts&, const build_facts&) = default;
};

/// What is known of the compilation, and of the C library that runs.
struct compiler_facts {
    std::vector<build_facts> builds; ///< the distinct ones, in link order; more than one is worth a look
    std::string libc;                ///< at run time: "glibc 2.36"
    std::vector<missing_fact> missing;
};

namespace detail {

/// What a translation unit says of itself; a constant without constructors.
struct build_note {
    const char* compiler;
    unsigned version[3];
    const char* standard_library;
    std::uint64_t library_version, library_date, standard;
    int evaluation_method;
    const char* flags; ///< words, each with a space behind it
    bool has_pcg;      ///< whether pcg-cpp, which states no version, is on the include path
};

// Flags belong to a translation unit, so these constants have internal linkage: each unit has its own, and
// the one-definition rule knows no conflict. No inline function may name them, or its body would depend on
// flags. Each unit leaves a pointer to its own in a section, and the functions below walk the section
// instead.
constexpr char this_build_flags[] =
#ifdef __OPTIMIZE__
    "optimize "
#endif
#ifdef __OPTIMIZE_SIZE__
    "optimize-size "
#endif
#ifdef NDEBUG
    "ndebug "
#endif
#ifdef __FAST_MATH__
    "fast-math "
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
    "finite-math-only "
#endif
#ifdef __NO_SIGNED_ZEROS__
    "no-signed-zeros "
#endif
#ifdef __ASSOCIATIVE_MATH__
    "associative-math "
#endif
#ifdef __RECIPROCAL_MATH__
    "reciprocal-math "
#endif
#ifdef __ROUNDING_MATH__
    "rounding-math "
#endif
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    "fma "
#endif
#ifdef __FP_FAST_FMA
    "fast-fma "
#endif
#ifdef __AVX2__
    "avx2 "
#endif
#ifdef __AVX512F__
    "avx512f "
#endif
#ifdef _OPENMP
    "openmp "
#endif
#ifdef _GLIBCXX_ASSERTIONS
    "library-assertions "
#endif
#ifdef _GLIBCXX_DEBUG
    "library-debug "
#endif
#ifdef __SANITIZE_ADDRESS__
    "address-sanitizer "
#endif
#ifdef __SANITIZE_THREAD__
    "thread-sanitizer "
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer)
    "address-sanitizer "
#endif
#if __has_feature(thread_sanitizer)
    "thread-sanitizer "
#endif
#if __has_feature(memory_sanitizer)
    "memory-sanitizer "
#endif
#if __has_feature(undefined_behavior_sanitizer)
    "undefined-sanitizer "
#endif
#endif
    "";

constexpr build_note this_build = {
#if defined(__clang__)
    "clang",
    {__clang_major__, __clang_minor__, __clang_patchlevel__},
#else
    "gcc",
    {__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__},
#endif
#if defined(_LIBCPP_VERSION)
    "libc++",
    _LIBCPP_VERSION,
    0,
#else
    "libstdc++",
    _GLIBCXX_RELEASE,
    __GLIBCXX__,
#endif
    __cplusplus,
    FLT_EVAL_METHOD,
    this_build_flags,
#if __has_include(<pcg_random.hpp>)
    true,
#else
    false,
#endif
};

[[gnu::section("repro_builds"), gnu::used, gnu::retain]] constexpr const build_note* this_build_entry =
    &this_build;

// The linker's own names for the two ends of that section.
[[gnu::weak,
  gnu::visibility("hidden")]] extern const build_note* const builds_begin[] __asm__("__start_repro_builds");
[[gnu::weak,
  gnu::visibility("hidden")]] extern const build_note* const builds_end[] __asm__("__stop_repro_builds");

/// Returns the notes of all translation units of this program or shared library.
[[nodiscard]] inline std::span<const build_note* const> build_notes() noexcept {
    // As integers: the two ends are different objects to the compiler.
    const auto bytes =
        reinterpret_cast<std::uintptr_t>(builds_end) - reinterpret_cast<std::uintptr_t>(builds_begin);
    return {builds_begin, bytes / sizeof(const build_note*)};
}

[[nodiscard]] inline build_facts describe_build(const build_note& note) {
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
    facts.evaluation_method = note.evaluation_method;
    for (std::string_view rest = note.flags; !rest.empty();)
        facts.flags.emplace_back(next_token(rest, ' '));
    facts.units = 1;
    return facts;
}

[[nodiscard]] inline std::vector<build_facts> distinct_builds(std::span<const build_note* const> notes) {
    std::vector<build_facts> builds;
    for (const build_note* note : notes) {
        build_facts facts = describe_build(*note);
        const auto same = std::find_if(builds.begin(), builds.end(), [&facts](build_facts known) {
            known.units = facts.units;
            return known == facts;
        });
        if (same == builds.end())
            builds.push_back(std::move(facts));
        else
            ++same->units;
    }
    return builds;
}

} // namespace detail

/// Returns how this program, or the shared library that calls, was compiled: every translation unit that
/// includes this header speaks for itself.
[[nodiscard]] inline compiler_facts capture_compiler() {
    compiler_facts facts{detail::distinct_builds(detail::build_notes()), {}, {}};
    facts.libc = std::string("glibc ") + ::gnu_get_libc_version();
    facts.missing.push_back(
        {"build.fp_contract", "no compiler tells its preprocessor whether it fuses a*b+c"});
    if (facts.builds.empty())
        facts.missing.push_back({"build", "the linker dropped the section repro_builds"});
    return facts;
}

} // namespace repro::inline v0
