// SPDX-License-Identifier: MIT
#include "shake/variations.hpp"

#include <repro/core/knobs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <langinfo.h>
#include <locale.h>
#include <utility>

namespace tool {
namespace {

using changes = std::vector<variable_change>;

/// Adds a setting that changes variables alone.
void vary(variation& to, const conditions& control, std::string text, const changes& more) {
    variation_setting setting{std::move(text), control};
    setting.under.variables.insert(setting.under.variables.end(), more.begin(), more.end());
    to.settings.push_back(std::move(setting));
}

changes thread_count(const std::string& count) {
    return {{"OMP_NUM_THREADS", count},  {"OPENBLAS_NUM_THREADS", count}, {"MKL_NUM_THREADS", count},
            {"BLIS_NUM_THREADS", count}, {"OMP_DYNAMIC", "false"},        {"MKL_DYNAMIC", "FALSE"}};
}

/// Returns GLIBC_TUNABLES as it is, with one more in it.
changes tunable(const std::string& text) {
    const std::string now = repro::detail::variable("GLIBC_TUNABLES").value_or("");
    return {{"GLIBC_TUNABLES", now.empty() ? text : now + ":" + text}};
}

std::string processors() { return fmt::format("{}", std::max<std::size_t>(1, allowed_processors().size())); }

void vary_threads(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "set the number of threads (repro run does), or sum in an order that does not depend on it";
    std::vector<std::string> counts = {"1", "2", "4"};
    if (std::ranges::find(counts, processors()) == counts.end()) counts.push_back(processors());
    for (const std::string& count : counts)
        vary(to, control, count + (count == "1" ? " thread" : " threads"), thread_count(count));
}

void vary_affinity(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "take the number of threads from the configuration, not from the machine";
    const std::vector<int> allowed = allowed_processors();
    if (allowed.size() < 2) {
        to.not_applicable = "this process may run on one processor alone";
        return;
    }
    // OpenMP would start fewer threads, which is another variation.
    const bool counted = repro::detail::variable("OMP_NUM_THREADS").has_value();
    vary(to, control, fmt::format("processor {} alone", allowed.front()),
         counted ? changes{} : thread_count(processors()));
    to.settings.back().under.only_processor = allowed.front();
}

void vary_addresses(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "order by value, never by pointer; repro run --fixed-addresses hides it";
    if (control.addresses != addresses::fixed) {
        to.not_applicable = "the address layout cannot be fixed here, so the control varies it already";
        return;
    }
    for (const char* const text : {"randomised", "randomised again"}) {
        vary(to, control, text, {});
        to.settings.back().under.addresses = addresses::randomised;
    }
}

void vary_malloc(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "find the memory that is read before it is written: valgrind, or -fsanitize=memory";
    vary(to, control, "MALLOC_PERTURB_=85", {{"MALLOC_PERTURB_", "85"}});
    vary(to, control, "MALLOC_PERTURB_=170", {{"MALLOC_PERTURB_", "170"}});
    vary(to, control, "MALLOC_ARENA_MAX=1", {{"MALLOC_ARENA_MAX", "1"}});
    vary(to, control, "glibc.malloc.tcache_count=0", tunable("glibc.malloc.tcache_count=0"));
}

bool has_fma() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

void vary_blas(variation& to, const conditions& control, const variation_facts& facts) {
    to.remedy = "set OPENBLAS_CORETYPE to the type of the slowest machine";
    if (!facts.openblas_mapped) {
        to.not_applicable = facts.libraries_known ? "the program maps no OpenBLAS"
                                                  : "no manifest tells whether the program maps OpenBLAS";
        return;
    }
    vary(to, control, "OPENBLAS_CORETYPE=Prescott", {{"OPENBLAS_CORETYPE", "Prescott"}});
    if (has_fma()) vary(to, control, "OPENBLAS_CORETYPE=Haswell", {{"OPENBLAS_CORETYPE", "Haswell"}});
}

void vary_libm(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA pins one variant; repro's own functions have one";
    if (!has_fma()) {
        to.not_applicable = "this processor has no FMA, and libm one variant";
        return;
    }
    vary(to, control, "glibc.cpu.hwcaps=-AVX2,-FMA", tunable("glibc.cpu.hwcaps=-AVX2,-FMA"));
}

void vary_locale(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "print and read numbers with std::to_chars and std::from_chars, which have no locale";
    vary(to, control, "LC_ALL=C", {{"LC_ALL", "C"}});
    const std::string comma = comma_locale();
    if (comma.empty())
        to.settings.back().text += ", the only one: no locale with a decimal comma is installed";
    else
        vary(to, control, "LC_ALL=" + comma, {{"LC_ALL", comma}});
}

void vary_time_zone(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "use UTC: gmtime, or std::chrono without a zone";
    vary(to, control, "TZ=UTC0", {{"TZ", "UTC0"}});
    vary(to, control, "TZ=<+1345>-13:45", {{"TZ", "<+1345>-13:45"}});
}

void vary_hash_seed(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "sort sets and keys before they are used in embedded or started Python";
    for (const char* const seed : {"1", "2"})
        vary(to, control, std::string("PYTHONHASHSEED=") + seed, {{"PYTHONHASHSEED", seed}});
}

void vary_environment(variation& to, const conditions& control, const variation_facts&) {
    to.remedy = "find what depends on the address of a local variable, or on its alignment";
    vary(to, control, "4112 bytes more", {});
    to.settings.back().under.environment_bytes += 4112; // a page, and 16 bytes against its alignment
}

struct known_variation {
    std::string_view name;
    void (*fill)(variation&, const conditions&, const variation_facts&);
};

constexpr known_variation known[] = {
    {"threads", vary_threads},         {"affinity", vary_affinity},   {"addresses", vary_addresses},
    {"malloc", vary_malloc},           {"blas", vary_blas},           {"libm", vary_libm},
    {"locale", vary_locale},           {"time-zone", vary_time_zone}, {"hash-seed", vary_hash_seed},
    {"environment", vary_environment},
};

} // namespace

std::vector<std::string_view> variation_names() {
    std::vector<std::string_view> names;
    for (const known_variation& each : known)
        names.push_back(each.name);
    return names;
}

conditions control_conditions() {
    conditions control;
    control.addresses = addresses_can_be_fixed() ? addresses::fixed : addresses::randomised;
    control.environment_bytes = environment_size({}) + 4096;
    return control;
}

variation make_variation(std::string_view name, const conditions& control, const variation_facts& facts) {
    variation made;
    made.name = name;
    std::ranges::find(known, name, &known_variation::name)->fill(made, control, facts);
    return made;
}

std::string comma_locale() {
    for (const char* const name : {"de_DE.UTF-8", "fr_FR.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8", "nl_NL.UTF-8",
                                   "pt_BR.UTF-8", "pl_PL.UTF-8", "ru_RU.UTF-8", "sv_SE.UTF-8", "da_DK.UTF-8",
                                   "de_AT.UTF-8", "tr_TR.UTF-8", "de_DE", "fr_FR", "es_ES", "it_IT"}) {
        const locale_t opened = ::newlocale(LC_NUMERIC_MASK, name, static_cast<locale_t>(nullptr));
        if (opened == static_cast<locale_t>(nullptr)) continue;
        const bool comma = std::string_view(::nl_langinfo_l(RADIXCHAR, opened)) == ",";
        ::freelocale(opened);
        if (comma) return name;
    }
    return {};
}

} // namespace tool
