// SPDX-License-Identifier: MIT
#pragma once
// What each translation unit that includes this leaves in its program or shared library: how it was compiled,
// as its preprocessor saw it, and four expressions that show what the preprocessor is not told.
//
// A unit leaves a pointer in the section repro_units_1, which the linker joins, and an ELF note that says
// where the joined section lies. Notes are found in every mapped object, so shared libraries speak for
// themselves. Nothing is registered and nothing runs before main. The 1 is the layout of build_note: a
// library built with another layout is seen, and said to be unread.

#include <repro/detail/fp_probes.hpp>

#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// The layout of build_note, which is the type of the ELF note, too.
inline constexpr std::uint32_t build_note_layout = 1;
/// The owner's name in our ELF notes.
inline constexpr std::string_view note_owner = "repro";

/// What a translation unit says of itself; a constant without constructors.
struct build_note {
    const char* compiler;
    unsigned version[3];
    const char* standard_library;
    std::uint64_t library_version, library_date, standard, openmp;
    int evaluation_method;
    const char* flags; ///< words, each with a space behind it
    bool has_pcg;      ///< whether pcg-cpp, which states no version, is on the include path
    const char* unit;  ///< the source file without its folders
    fp_probes probes;
};

/// Text of a fixed size as a constant.
template <std::size_t Size> struct fixed_text {
    char characters[Size];
};

/// Returns where the last part of a path starts.
[[nodiscard]] constexpr std::size_t base_name_start(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? 0 : slash + 1;
}

/// Returns the last part of a path, and NULs. A copy: a pointer into the literal would keep the folders'
/// names, which are nobody's business and differ between machines, in the program.
template <std::size_t Size> [[nodiscard]] consteval fixed_text<Size> base_name(std::string_view path) {
    fixed_text<Size> text{};
    const std::string_view name = path.substr(base_name_start(path));
    for (std::size_t i = 0; i < name.size(); ++i)
        text.characters[i] = name[i];
    return text;
}

// Flags belong to a translation unit, so these constants have internal linkage: each unit has its own, and
// the one-definition rule knows no conflict. No inline function may name them, or its body would depend on
// flags.
constexpr auto this_unit_name =
    base_name<sizeof(__BASE_FILE__) - base_name_start(__BASE_FILE__)>(__BASE_FILE__);

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
#ifdef __FMA4__
    "fma4 "
#endif
#ifdef __FP_FAST_FMA
    "fast-fma "
#endif
#ifdef __SSE4_2__
    "sse4.2 "
#endif
#ifdef __AVX__
    "avx "
#endif
#ifdef __AVX2__
    "avx2 "
#endif
#ifdef __AVX512F__
    "avx512f "
#endif
#ifdef __AVX512DQ__
    "avx512dq "
#endif
#ifdef __AVX512VL__
    "avx512vl "
#endif
#ifdef __AVX512FP16__
    "avx512fp16 "
#endif
#ifdef __AVX512BF16__
    "avx512bf16 "
#endif
#ifdef __ARM_NEON
    "neon "
#endif
#ifdef __ARM_FEATURE_SVE
    "sve "
#endif
#ifdef _GLIBCXX_ASSERTIONS
    "library-assertions "
#endif
#ifdef _GLIBCXX_DEBUG
    "library-debug "
#endif
#if defined(_GLIBCXX_USE_CXX11_ABI) && !_GLIBCXX_USE_CXX11_ABI
    "old-string-abi "
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
#if __has_feature(dataflow_sanitizer)
    "dataflow-sanitizer "
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
#ifdef _OPENMP
    _OPENMP,
#else
    0,
#endif
    FLT_EVAL_METHOD,
    this_build_flags,
#if __has_include(<pcg_random.hpp>)
    true,
#else
    false,
#endif
    this_unit_name.characters,
    this_unit_probes,
};

[[gnu::section("repro_units_1"), gnu::used, gnu::retain]] constexpr const build_note* this_build_entry =
    &this_build;

// The linker's own names for the two ends of that section.
[[gnu::weak,
  gnu::visibility("hidden")]] extern const build_note* const builds_begin[] __asm__("__start_repro_units_1");
[[gnu::weak,
  gnu::visibility("hidden")]] extern const build_note* const builds_end[] __asm__("__stop_repro_units_1");

// Distances, not addresses, so that the note needs no relocation and stays read-only. It names no symbol of
// the compiler's, so link-time optimisation has nothing to rename. Equal notes of several units are read
// once.
#if !defined(__CUDA_ARCH__)
__asm__(".pushsection .note.repro,\"a\",%note\n"
        ".balign 4\n"
        ".long 6, 8, 1\n" // length of the owner's name with its NUL, length of the content, layout
        ".asciz \"repro\"\n"
        ".balign 4\n"
        ".hidden __start_repro_units_1\n"
        ".hidden __stop_repro_units_1\n"
        ".long __start_repro_units_1 - .\n"
        ".long __stop_repro_units_1 - .\n"
        ".popsection\n");
#endif

/// Returns the notes between two addresses.
[[nodiscard]] inline std::span<const build_note* const> build_notes(std::uintptr_t begin,
                                                                    std::uintptr_t end) noexcept {
    return {reinterpret_cast<const build_note* const*>(begin), (end - begin) / sizeof(const build_note*)};
}

/// Returns the notes of all translation units of the calling program or shared library.
[[nodiscard]] inline std::span<const build_note* const> build_notes() noexcept {
    return build_notes(reinterpret_cast<std::uintptr_t>(builds_begin),
                       reinterpret_cast<std::uintptr_t>(builds_end));
}

/// Returns the notes that the content of an ELF note of our layout leads to; it lies where it was loaded.
[[nodiscard]] inline std::span<const build_note* const>
build_notes(std::span<const std::uint8_t> content) noexcept {
    if (content.size() != 2 * sizeof(std::int32_t)) return {};
    const auto target = [content](std::size_t at) {
        std::int32_t distance = 0;
        std::memcpy(&distance, content.data() + at, sizeof distance);
        return reinterpret_cast<std::uintptr_t>(content.data() + at) + static_cast<std::uintptr_t>(distance);
    };
    return build_notes(target(0), target(sizeof(std::int32_t)));
}

} // namespace detail
} // namespace repro::inline v0
