// SPDX-License-Identifier: MIT
#pragma once
// Questions to libraries of linear algebra, transforms and networks on the CPU, and to the C library. Each
// returns nothing where the object is another.

#include <repro/launch/library_answers.hpp>

#include <cstdint>
#include <dlfcn.h>
#include <optional>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// OpenBLAS's cblas.h: `char* openblas_get_config(void)`, `char* openblas_get_corename(void)`,
/// `int openblas_get_num_threads(void)`, `int openblas_get_parallel(void)`. It settles all at load.
[[nodiscard]] inline std::optional<library_answers> ask_openblas(const asked_library& library) {
    for (const blas_spelling& each : blas_spellings) {
        const auto name = [&each](const char* stem) { return std::string(each.prefix) + stem + each.suffix; };
        auto* const config = library.find<char*()>(name("openblas_get_config"));
        if (config == nullptr) continue;
        library_answers to{{}, "openblas", {{"config", text_or_none(config())}}};
        if (auto* const core = library.find<char*()>(name("openblas_get_corename")))
            to.facts.push_back({"core", text_or_none(core())});
        add_count(library, name("openblas_get_num_threads"), "threads", to.facts);
        if (auto* const parallel = library.find<int()>(name("openblas_get_parallel"))) {
            constexpr const char* words[] = {"serial", "pthread", "openmp"};
            const int value = parallel();
            to.facts.push_back({"parallel", value >= 0 && value <= 2 ? words[value] : signed_decimal(value)});
        }
        return to;
    }
    return std::nullopt;
}

/// MKL's mkl_service.h, by its C names; those in small letters are Fortran's and take other arguments:
/// `void MKL_Get_Version_String(char*, int)`, `int MKL_CBWR_Get(int)`, `int MKL_Get_Max_Threads(void)`. Any
/// call settles its mode, and makes libmkl_rt load the rest.
[[nodiscard]] inline std::optional<library_answers> ask_mkl(const asked_library& library) {
    auto* const version = library.find<void(char*, int)>("MKL_Get_Version_String");
    auto* const mode = library.find<int(int)>("MKL_CBWR_Get");
    if (version == nullptr || mode == nullptr) return std::nullopt;
    library_answers to{{}, "mkl", {}};
    if (library.scope == read_back_scope::settled) return to;
    if (is_uncalled_mkl(library.path)) {
        to.facts.push_back({"used", "no"});
        return to;
    }
    char text[256] = {};
    version(text, sizeof text - 1);
    to.facts.push_back({"version", std::string(trimmed(text))});
    constexpr int all = -1; // MKL_CBWR_ALL
    to.facts.push_back({"cbwr", signed_decimal(mode(all))});
    add_count(library, "MKL_Get_Max_Threads", "threads", to.facts);
    return to;
}

/// BLIS's bli_info.h, bli_arch.h and bli_thread.h. All but the version settle it.
[[nodiscard]] inline std::optional<library_answers> ask_blis(const asked_library& library) {
    auto* const version = library.find<const char*()>("bli_info_get_version_str");
    if (version == nullptr) return std::nullopt;
    library_answers to{{}, "blis", {{"version", text_or_none(version())}}};
    if (library.scope == read_back_scope::settled || may_blis_abort(library.object)) return to;
    auto* const kernels = library.find<int()>("bli_arch_query_id");
    auto* const spelled = library.find<const char*(int)>("bli_arch_string");
    if (kernels != nullptr && spelled != nullptr)
        to.facts.push_back({"arch", text_or_none(spelled(kernels()))});
    // dim_t has 32 or 64 bits as BLIS was built; a count of threads fits the lower half of either, and -1
    // means that none was set.
    add_count(library, "bli_thread_get_num_threads", "threads", to.facts);
    return to;
}

/// oneDNN's dnnl.h: `const dnnl_version_t* dnnl_version(void)`, which starts with three ints, and
/// `dnnl_cpu_isa_t dnnl_get_effective_cpu_isa(void)`, after which the instruction set cannot be limited.
[[nodiscard]] inline std::optional<library_answers> ask_onednn(const asked_library& library) {
    auto* const version = library.find<const int*()>("dnnl_version");
    if (version == nullptr) return std::nullopt;
    const int* const parts = version();
    library_answers to{{}, "onednn", {}};
    to.facts.push_back({"version", signed_decimal(parts[0]) + "." + signed_decimal(parts[1]) + "." +
                                       signed_decimal(parts[2])});
    if (library.scope == read_back_scope::everything)
        add_count(library, "dnnl_get_effective_cpu_isa", "effective_cpu_isa", to.facts);
    return to;
}

/// fftw3.h: `const char fftw_version[]`, and `int fftw_planner_nthreads(void)` in its threads' libraries.
[[nodiscard]] inline std::optional<library_answers> ask_fftw(const asked_library& library) {
    library_answers to{{}, "fftw", {}};
    for (const std::string precision : {"fftw", "fftwf", "fftwl"}) {
        const auto* const version = library.find<const char>(precision + "_version");
        if (version != nullptr && to.facts.empty()) to.facts.push_back({"version", version});
        add_count(library, precision + "_planner_nthreads", "planner_threads", to.facts);
    }
    return to.facts.empty() ? std::nullopt : std::optional(to);
}

/// glibc's `__x86_get_cpuid_feature_leaf` (2.33 and newer): four registers as the processor gives them, then
/// as the tunable glibc.cpu.hwcaps left them. libm chooses its variant by FMA and AVX2.
inline void add_cpu_features(library_answers& to) {
    struct leaf {
        unsigned present[4], active[4];
    };
    struct feature {
        const char* name;
        unsigned index, register_index, bit;
    };
    constexpr feature features[] = {{"fma", 0, 2, 12}, {"avx2", 1, 1, 5}, {"avx512f", 1, 1, 16}};
    auto* const leaf_of =
        reinterpret_cast<const leaf* (*)(unsigned)>(::dlsym(RTLD_DEFAULT, "__x86_get_cpuid_feature_leaf"));
    if (leaf_of == nullptr) return;
    for (const feature& each : features) {
        const leaf* const found = leaf_of(each.index);
        const bool active = (found->active[each.register_index] >> each.bit & 1) != 0;
        const bool present = (found->present[each.register_index] >> each.bit & 1) != 0;
        to.facts.push_back({each.name, active ? "active" : present ? "hidden" : "absent"});
    }
}

/// glibc's gnu/libc-version.h: `const char* gnu_get_libc_version(void)`.
[[nodiscard]] inline std::optional<library_answers> ask_glibc(const asked_library& library) {
    auto* const version = library.find<const char*()>("gnu_get_libc_version");
    if (version == nullptr) return std::nullopt;
    library_answers to{{}, "glibc", {{"version", text_or_none(version())}}};
#if defined(__x86_64__)
    add_cpu_features(to);
#endif
    return to;
}

} // namespace detail
} // namespace repro::inline v0
