// SPDX-License-Identifier: MIT
#pragma once
// Questions to the runtimes of threads and of CUDA. Each returns nothing where the object is another.

#include <repro/launch/library_answers.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// omp.h of GCC and LLVM. libgomp reads its environment at load; libomp at the first call, so it is asked in
/// the scope `everything` alone. Both define `GOMP_parallel`; `__kmpc_begin` is libomp's own.
[[nodiscard]] inline std::optional<library_answers> ask_openmp(const asked_library& library) {
    auto* const threads = library.find<int()>("omp_get_max_threads");
    if (threads == nullptr || library.find<void()>("GOMP_parallel") == nullptr) return std::nullopt;
    const bool late = library.find<void()>("__kmpc_begin") != nullptr;
    library_answers to{{}, "openmp", {{"runtime", late ? "libomp" : "libgomp"}}};
    if (late && (library.scope == read_back_scope::settled || has_rival_libomp())) return to;
    to.facts.push_back({"max_threads", signed_decimal(threads())});
    if (auto* const dynamic = library.find<int()>("omp_get_dynamic"))
        to.facts.push_back({"dynamic", dynamic() != 0 ? "true" : "false"});
    add_count(library, "omp_get_proc_bind", "proc_bind", to.facts);
    if (auto* const schedule = library.find<void(int*, int*)>("omp_get_schedule")) {
        int kind = 0;
        int chunk = 0;
        schedule(&kind, &chunk);
        to.facts.push_back({"schedule", signed_decimal(kind & 0x7fffffff) + "," +
                                            signed_decimal(chunk)}); // the top bit says monotonic
    }
    return to;
}

/// oneTBB's version.h and global_control.h: `const char* TBB_runtime_version(void)` and, by its mangled name,
/// `std::size_t global_control_active_value(int)`, whose first parameter is the parallelism.
[[nodiscard]] inline std::optional<library_answers> ask_tbb(const asked_library& library) {
    auto* const version = library.find<const char*()>("TBB_runtime_version");
    if (version == nullptr) return std::nullopt;
    library_answers to{{}, "tbb", {{"version", text_or_none(version())}}};
    auto* const limit = library.find<std::size_t(int)>("_ZN3tbb6detail2r127global_control_active_valueEi");
    if (limit != nullptr && library.scope == read_back_scope::everything)
        to.facts.push_back({"max_allowed_parallelism", decimal(limit(0))});
    return to;
}

/// Adds the version that a function puts into an int, where it returns 0 for success.
inline void add_version(const asked_library& library, const char* function, std::vector<fact>& facts) {
    int version = 0;
    if (auto* const ask = library.find<int(int*)>(function); ask != nullptr && ask(&version) == 0)
        facts.push_back({"version", signed_decimal(version)});
}

/// CUDA's runtime, driver, cuBLAS, cuDNN and NCCL by their versions, as numbers of their own fashion. None of
/// these calls makes a context.
[[nodiscard]] inline std::optional<library_answers> ask_cuda(const asked_library& library) {
    library_answers to{{}, "", {}};
    if (library.find<void()>("cudaRuntimeGetVersion") != nullptr) {
        to.kind = "cudart";
        add_version(library, "cudaRuntimeGetVersion", to.facts);
    } else if (library.find<void()>("cuDriverGetVersion") != nullptr) {
        to.kind = "cuda driver";
        add_version(library, "cuDriverGetVersion", to.facts);
    } else if (library.find<void()>("ncclGetVersion") != nullptr) {
        to.kind = "nccl";
        add_version(library, "ncclGetVersion", to.facts);
    } else if (auto* const cudnn = library.find<std::size_t()>("cudnnGetVersion")) {
        to.kind = "cudnn";
        to.facts.push_back({"version", decimal(cudnn())});
    } else if (auto* const cublas = library.find<int(int, int*)>("cublasGetProperty")) {
        to.kind = "cublas";
        int parts[3] = {};
        for (int part = 0; part < 3; ++part) // MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL
            if (cublas(part, &parts[part]) != 0) return to;
        to.facts.push_back({"version", signed_decimal(parts[0]) + "." + signed_decimal(parts[1]) + "." +
                                           signed_decimal(parts[2])});
    }
    return to.kind.empty() ? std::nullopt : std::optional(to);
}

} // namespace detail
} // namespace repro::inline v0
