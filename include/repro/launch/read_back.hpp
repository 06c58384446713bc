// SPDX-License-Identifier: MIT
#pragma once
// What numerical libraries that are mapped say of themselves: their version, kernels and threads as they are,
// not as some variable asked for. Nothing is linked or loaded; functions are looked up in the object itself.

#include <repro/capture/libraries.hpp>
#include <repro/detail/dynamic_section.hpp>
#include <repro/launch/library_answers.hpp>
#include <repro/launch/read_back_maths.hpp>
#include <repro/launch/read_back_runtimes.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What all of them answered.
struct read_back_facts {
    std::vector<library_answers> answers;
    bool several_openmp_runtimes = false; ///< their thread pools know nothing of each other
};

namespace detail {

/// Returns the names by which libraries that are known here are recognised. None is of a kind that another
/// library would define.
[[nodiscard]] inline std::vector<hashed_name> read_back_names() {
    std::vector<hashed_name> names;
    for (const blas_spelling& each : blas_spellings)
        names.emplace_back(std::string(each.prefix) + "openblas_get_config" + each.suffix);
    for (const char* const name :
         {"MKL_Get_Version_String", "bli_info_get_version_str", "dnnl_version", "fftw_version",
          "fftwf_version", "fftwl_version", "fftw_planner_nthreads", "fftwf_planner_nthreads",
          "fftwl_planner_nthreads", "gnu_get_libc_version", "omp_get_max_threads", "TBB_runtime_version",
          "cudaRuntimeGetVersion", "cuDriverGetVersion", "cublasGetProperty", "cudnnGetVersion",
          "ncclGetVersion"})
        names.emplace_back(name);
    return names;
}

using library_question = std::optional<library_answers>(const asked_library&);
inline constexpr library_question* library_questions[] = {
    &ask_openblas, &ask_mkl, &ask_blis, &ask_onednn, &ask_fftw, &ask_glibc, &ask_openmp, &ask_tbb, &ask_cuda};

} // namespace detail

/// Asks every library among `libraries` that is known here; what is not mapped has no entry. An object that
/// holds several has an entry for each.
///
/// Threads: one at a time with whoever changes those libraries' switches.
[[nodiscard]] inline read_back_facts read_back(const std::vector<mapped_library>& libraries,
                                               read_back_scope scope) {
    read_back_facts found;
    std::ptrdiff_t runtimes = 0;
    const std::vector<std::string> known = detail::objects_that_define(detail::read_back_names());
    for (const mapped_library& library : libraries) {
        if (std::find(known.begin(), known.end(), library.name) == known.end()) continue;
        const detail::mapped_handle object(library.name);
        for (detail::library_question* const ask : detail::library_questions) {
            std::optional<library_answers> answers = ask({object, library.name, scope});
            if (!answers) continue;
            answers->library = library.name;
            if (answers->kind == "openmp") ++runtimes;
            found.answers.push_back(std::move(*answers));
        }
    }
    found.several_openmp_runtimes = runtimes > 1;
    return found;
}

} // namespace repro::inline v0
