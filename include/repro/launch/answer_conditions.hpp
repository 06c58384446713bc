// SPDX-License-Identifier: MIT
#pragma once
// Where what a library says of itself is not what a variable asked of it: a variable can be in time and right
// and still have no effect, because a call came after it, the processor lacks what it names, or the library
// takes another spelling.

#include <repro/core/condition.hpp>
#include <repro/core/knobs.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/library_answers.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns the value that a variable asks for; null where it is not set.
[[nodiscard]] inline const std::string* find_asked(const knob_check& check, std::string_view name) noexcept {
    for (const knob_finding& each : check.findings)
        if (each.which.name == name && each.value) return &*each.value;
    return nullptr;
}

[[nodiscard]] inline const std::string* find_answer(const library_answers& from, std::string_view name) {
    for (const fact& each : from.facts)
        if (each.name == name) return &each.value;
    return nullptr;
}

[[nodiscard]] inline std::string name_in_text(const library_answers& from) {
    return from.library.empty() ? "the program" : from.library.substr(from.library.rfind('/') + 1);
}

/// A number of threads that a library answers, and the variables that it takes it from: the first that is
/// set. Sources: OpenMP 5.2, chapter 21; OpenBLAS README; oneMKL developer guide; BLIS, Multithreading.
struct asked_count {
    std::string_view kind;
    std::string_view answer;
    std::string_view variables; ///< '|' between them
};

inline constexpr asked_count asked_counts[] = {
    {"openmp", "max_threads", "OMP_NUM_THREADS"},
    {"openblas", "threads", "OPENBLAS_NUM_THREADS|GOTO_NUM_THREADS|OMP_NUM_THREADS"},
    {"mkl", "threads", "MKL_NUM_THREADS|OMP_NUM_THREADS"},
    {"blis", "threads", "BLIS_NUM_THREADS|OMP_NUM_THREADS"},
};

inline void compare_counts(const knob_check& asked, const library_answers& from,
                           std::vector<unmet_condition>& unmet) {
    const std::string* const parallel = find_answer(from, "parallel");
    if (parallel != nullptr && *parallel == "serial")
        return; // OpenBLAS: it has one thread, whatever is asked
    for (const asked_count& each : asked_counts) {
        const std::string* const answer = each.kind == from.kind ? find_answer(from, each.answer) : nullptr;
        if (answer == nullptr) continue;
        for (std::string_view rest = each.variables; !rest.empty();) {
            const std::string_view name = next_token(rest, '|');
            const std::string* const value = find_asked(asked, name);
            if (value == nullptr) continue;
            std::string_view first = *value; // of a list, what counts outside of parallel regions
            std::uint64_t wanted = 0, used = 0;
            if (from_decimal(trimmed(next_token(first, ',')), wanted) && from_decimal(*answer, used) &&
                wanted != used)
                unmet.push_back({std::string(name),
                                 "is " + *value + ", and " + name_in_text(from) + " uses " + *answer +
                                     (used == 1 ? " thread" : " threads"),
                                 "set it before the program starts, to no more threads than there are "
                                 "processors, and let no call change it"});
            break;
        }
    }
}

inline void compare_core(const knob_check& asked, const library_answers& from,
                         std::vector<unmet_condition>& unmet) {
    const std::string* const core = from.kind == "openblas" ? find_answer(from, "core") : nullptr;
    const std::string* const wanted = find_asked(asked, "OPENBLAS_CORETYPE");
    if (core == nullptr || wanted == nullptr || wanted->empty() || same_but_case(*core, *wanted)) return;
    unmet.push_back(
        {"OPENBLAS_CORETYPE",
         "is " + *wanted + ", and " + name_in_text(from) + " runs its kernels for " + *core,
         "name a core that this build has and this processor can run, before the program starts"});
}

/// MKL's mkl_types.h: the branches of conditional numerical reproducibility, and the bit of its strict mode.
struct cbwr_branch {
    std::string_view name;
    std::uint64_t number;
};

inline constexpr std::uint64_t cbwr_strict = 0x10000;
inline constexpr cbwr_branch cbwr_branches[] = {
    {"AUTO", 2},   {"COMPATIBLE", 3}, {"SSE2", 4},  {"SSSE3", 6},   {"SSE4_1", 7},
    {"SSE4_2", 8}, {"AVX", 9},        {"AVX2", 10}, {"AVX512", 12}, {"AVX512_E1", 14},
};

/// Returns the number that MKL answers where it heeds `value` of MKL_CBWR; nothing for a value that is none.
[[nodiscard]] inline std::optional<std::uint64_t> cbwr_number(std::string_view value) noexcept {
    constexpr std::string_view prefix = "BRANCH=";
    if (value.starts_with(prefix)) value.remove_prefix(prefix.size());
    const std::string_view name = next_token(value, ',');
    if (!value.empty() && value != "STRICT") return std::nullopt;
    for (const cbwr_branch& each : cbwr_branches)
        if (each.name == name) return each.number | (value.empty() ? 0 : cbwr_strict);
    return std::nullopt;
}

/// Returns a number that MKL answered, in the words of the variable.
[[nodiscard]] inline std::string cbwr_text(std::uint64_t number) {
    for (const cbwr_branch& each : cbwr_branches)
        if (each.number == (number & ~cbwr_strict))
            return std::string(each.name) + ((number & cbwr_strict) != 0 ? ",STRICT" : "");
    return number <= 1 ? "OFF" : "mode " + decimal(number); // 1 is a branch that nobody chose
}

inline void compare_cbwr(const knob_check& asked, const library_answers& from,
                         std::vector<unmet_condition>& unmet) {
    const std::string* const answer = from.kind == "mkl" ? find_answer(from, "cbwr") : nullptr;
    const std::string* const value = find_asked(asked, "MKL_CBWR");
    if (answer == nullptr || value == nullptr) return;
    const std::optional<std::uint64_t> wanted = cbwr_number(*value);
    std::uint64_t used = 0;
    if (!wanted || !from_decimal(*answer, used) || used == *wanted) return;
    unmet.push_back({"MKL_CBWR",
                     "is " + *value + ", and " + name_in_text(from) + " runs in " + cbwr_text(used),
                     "choose a branch that this processor has, or call mkl_cbwr_set, which tells"});
}

/// Whether glibc.cpu.hwcaps takes `feature` away in the value of GLIBC_TUNABLES, in the spelling of any
/// version: glibc since 2.33 ignores "-AVX2_Usable" in silence.
[[nodiscard]] constexpr bool hides_feature(std::string_view tunables, std::string_view feature) noexcept {
    constexpr std::string_view key = "glibc.cpu.hwcaps=";
    while (!tunables.empty()) {
        std::string_view one = next_token(tunables, ':');
        if (!one.starts_with(key)) continue;
        one.remove_prefix(key.size());
        while (!one.empty()) {
            std::string_view word = next_token(one, ',');
            if (!word.starts_with('-')) continue;
            word.remove_prefix(1);
            if (word.ends_with("_Usable")) word.remove_suffix(std::string_view("_Usable").size());
            if (word == feature) return true;
        }
    }
    return false;
}

inline void compare_features(const knob_check& asked, const library_answers& from,
                             std::vector<unmet_condition>& unmet) {
    const std::string* const tunables = from.kind == "glibc" ? find_asked(asked, "GLIBC_TUNABLES") : nullptr;
    if (tunables == nullptr) return;
    constexpr std::pair<std::string_view, std::string_view> features[] = {
        {"fma", "FMA"}, {"avx2", "AVX2"}, {"avx512f", "AVX512F"}};
    for (const auto& [name, spelling] : features) {
        const std::string* const answer = find_answer(from, name);
        if (answer != nullptr && *answer == "active" && hides_feature(*tunables, spelling))
            unmet.push_back(
                {"GLIBC_TUNABLES", "hides " + std::string(spelling) + ", and the C library uses it",
                 "spell it -" + std::string(spelling) + ", and set it before the program starts"});
    }
}

} // namespace detail

/// Returns where the answers of libraries differ from what the variables ask of them.
[[nodiscard]] inline std::vector<unmet_condition>
answers_unlike_asked(const knob_check& variables, const std::vector<library_answers>& answers) {
    std::vector<unmet_condition> unmet;
    bool mkl_heard = false; // its dispatcher and what that loads answer alike
    for (const library_answers& each : answers) {
        if (each.kind == "mkl" && mkl_heard) continue;
        mkl_heard = mkl_heard || (each.kind == "mkl" && each.facts.size() > 1);
        detail::compare_counts(variables, each, unmet);
        detail::compare_core(variables, each, unmet);
        detail::compare_cbwr(variables, each, unmet);
        detail::compare_features(variables, each, unmet);
    }
    return unmet;
}

} // namespace repro::inline v0
