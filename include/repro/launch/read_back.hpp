// SPDX-License-Identifier: MIT
#pragma once
// What numerical libraries that are mapped say of themselves: their version, kernels and threads as they are,
// not as some variable asked for. Nothing is linked or loaded; functions are looked up in the object itself.

#include <repro/capture/libraries.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/mapped_handle.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/read_back_scope.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What one mapped library answered.
struct library_answers {
    std::string library;     ///< its path as loaded
    std::string kind;        ///< "openblas", "openmp" or "onednn"
    std::vector<fact> facts; ///< in the order of the questions
};

/// What all of them answered.
struct read_back_facts {
    std::vector<library_answers> answers;
    bool several_openmp_runtimes = false; ///< their thread pools know nothing of each other
};

namespace detail {

[[nodiscard]] inline std::string signed_decimal(int value) {
    const auto wide = static_cast<std::int64_t>(value);
    return wide < 0 ? "-" + decimal(static_cast<std::uint64_t>(-wide))
                    : decimal(static_cast<std::uint64_t>(wide));
}

/// OpenBLAS's cblas.h: `char* openblas_get_config(void)`, `char* openblas_get_corename(void)`,
/// `int openblas_get_num_threads(void)`, `int openblas_get_parallel(void)`. It settles all at load.
[[nodiscard]] inline std::optional<library_answers> ask_openblas(const mapped_handle& object) {
    for (const blas_spelling& each : blas_spellings) {
        const auto name = [&each](const char* stem) { return std::string(each.prefix) + stem + each.suffix; };
        auto* const config = object.find<char*()>(name("openblas_get_config"));
        if (config == nullptr) continue;
        library_answers to{{}, "openblas", {{"config", config()}}};
        if (auto* const core = object.find<char*()>(name("openblas_get_corename")))
            to.facts.push_back({"core", core()});
        if (auto* const threads = object.find<int()>(name("openblas_get_num_threads")))
            to.facts.push_back({"threads", signed_decimal(threads())});
        if (auto* const parallel = object.find<int()>(name("openblas_get_parallel"))) {
            constexpr const char* words[] = {"serial", "pthread", "openmp"};
            const int value = parallel();
            to.facts.push_back({"parallel", value >= 0 && value <= 2 ? words[value] : signed_decimal(value)});
        }
        return to;
    }
    return std::nullopt;
}

/// omp.h of GCC and LLVM. libgomp reads its environment at load; libomp at the first call, so it is asked in
/// the scope `everything` alone. Both define `GOMP_parallel`; `__kmpc_begin` is libomp's own.
[[nodiscard]] inline std::optional<library_answers> ask_openmp(const mapped_handle& object,
                                                               read_back_scope scope) {
    auto* const threads = object.find<int()>("omp_get_max_threads");
    if (threads == nullptr || object.find<void()>("GOMP_parallel") == nullptr) return std::nullopt;
    const bool late = object.find<void()>("__kmpc_begin") != nullptr;
    library_answers to{{}, "openmp", {{"runtime", late ? "libomp" : "libgomp"}}};
    if (late && scope == read_back_scope::settled) return to;
    to.facts.push_back({"max_threads", signed_decimal(threads())});
    if (auto* const dynamic = object.find<int()>("omp_get_dynamic"))
        to.facts.push_back({"dynamic", dynamic() != 0 ? "true" : "false"});
    if (auto* const bind = object.find<int()>("omp_get_proc_bind"))
        to.facts.push_back({"proc_bind", signed_decimal(bind())});
    if (auto* const schedule = object.find<void(int*, int*)>("omp_get_schedule")) {
        int kind = 0;
        int chunk = 0;
        schedule(&kind, &chunk);
        to.facts.push_back({"schedule", decimal(static_cast<std::uint64_t>(kind & 0x7fffffff)) + "," +
                                            signed_decimal(chunk)}); // the top bit says monotonic
    }
    return to;
}

/// oneDNN's dnnl.h: `const dnnl_version_t* dnnl_version(void)`, which starts with three ints, and
/// `dnnl_cpu_isa_t dnnl_get_effective_cpu_isa(void)`, after which the instruction set cannot be limited.
[[nodiscard]] inline std::optional<library_answers> ask_onednn(const mapped_handle& object,
                                                               read_back_scope scope) {
    auto* const version = object.find<const int*()>("dnnl_version");
    if (version == nullptr) return std::nullopt;
    const int* const parts = version();
    library_answers to{{}, "onednn", {}};
    to.facts.push_back({"version", signed_decimal(parts[0]) + "." + signed_decimal(parts[1]) + "." +
                                       signed_decimal(parts[2])});
    if (scope == read_back_scope::settled) return to;
    if (auto* const isa = object.find<int()>("dnnl_get_effective_cpu_isa"))
        to.facts.push_back({"effective_cpu_isa", signed_decimal(isa())});
    return to;
}

} // namespace detail

/// Asks every library among `libraries` that is known here; what is not mapped has no entry.
///
/// Threads: one at a time with whoever changes those libraries' switches.
[[nodiscard]] inline read_back_facts read_back(const std::vector<mapped_library>& libraries,
                                               read_back_scope scope) {
    read_back_facts found;
    std::size_t runtimes = 0;
    for (const mapped_library& library : libraries) {
        const detail::mapped_handle object(library.name);
        std::optional<library_answers> answers = detail::ask_openblas(object);
        if (!answers) answers = detail::ask_openmp(object, scope);
        if (!answers) answers = detail::ask_onednn(object, scope);
        if (!answers) continue;
        answers->library = library.name;
        if (answers->kind == "openmp") ++runtimes;
        found.answers.push_back(std::move(*answers));
    }
    found.several_openmp_runtimes = runtimes > 1;
    return found;
}

} // namespace repro::inline v0
