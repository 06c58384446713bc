// SPDX-License-Identifier: MIT
#pragma once
// The switches of LibTorch that change numbers: set, read back, put back.

#if !__has_include(<ATen/Context.h>)
#error                                                                                                       \
    "repro/adapters/libtorch.hpp needs LibTorch: find_package(repro COMPONENTS libtorch), link repro::libtorch"
#else

#include <repro/core/level.hpp>
#include <repro/core/source.hpp>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0::libtorch {

/// What an operation without a deterministic kernel does.
enum class nondeterminism : unsigned char {
    raises, ///< throws c10::Error
    warns   ///< warns and goes on; fused attention keeps its varying kernel then
};

/// What `switches::apply` can set and `switches::now` reads. A switch that this LibTorch lacks, or refuses to
/// tell, is empty and is left alone.
///
/// Does not cover: kernels of other libraries that an extension calls; switches of Python alone.
struct switches {
    bool deterministic_algorithms = false;
    nondeterminism on_nondeterminism = nondeterminism::raises;
    bool cudnn_deterministic = false;
    bool cudnn_benchmark = false;
    std::optional<bool> cudnn_tf32;
    std::optional<bool> cublas_tf32;
    std::optional<bool> cublas_fp16_reduction;
    std::optional<bool> cublas_bf16_reduction;
    int threads = 1;

    friend bool operator==(const switches&, const switches&) = default;

    /// Returns them as they stand.
    [[nodiscard]] static switches now();

    /// Returns them as `which` asks: from `seed_stable` on deterministic kernels, no choice of kernels by
    /// timing, and no shortened formats within float32 arithmetic; `distribution_stable` leaves all as it is.
    [[nodiscard]] switches for_level(level which, nondeterminism otherwise) const;

    /// Sets them in the process.
    void apply() const;

    /// Returns them as text, one fact each.
    [[nodiscard]] std::vector<fact> facts() const;
};

namespace detail {

/// Returns what `read` gives, or nothing where LibTorch refuses: from 2.9 on it throws when its older and
/// newer TF32 switches were mixed.
template <class Read> [[nodiscard]] std::optional<bool> asked(Read read) {
    try {
        return static_cast<bool>(read());
    } catch (const c10::Error&) {
        return std::nullopt;
    }
}

/// Whether cuBLAS may sum in a shorter format. A bool up to 2.8, one of three words since, the first of which
/// allows it.
template <class Answer> [[nodiscard]] bool allows_reduction(Answer answer) {
    if constexpr (std::same_as<Answer, bool>)
        return answer;
    else
        return answer == Answer::AllowReducedPrecisionWithSplitK;
}

// Templates, so that a member which this LibTorch lacks is no error.

template <class Context> [[nodiscard]] std::optional<bool> bf16_reduction(Context& context) {
    if constexpr (requires { context.allowBF16ReductionCuBLAS(); })
        return allows_reduction(context.allowBF16ReductionCuBLAS());
    else
        return std::nullopt;
}

template <class Context> void set_fp16_reduction(Context& context, bool allowed) {
    if constexpr (requires { context.setAllowFP16ReductionCuBLAS(allowed, allowed); })
        context.setAllowFP16ReductionCuBLAS(allowed, allowed);
    else
        context.setAllowFP16ReductionCuBLAS(allowed);
}

template <class Context> void set_bf16_reduction(Context& context, bool allowed) {
    if constexpr (requires { context.setAllowBF16ReductionCuBLAS(allowed, allowed); })
        context.setAllowBF16ReductionCuBLAS(allowed, allowed);
    else if constexpr (requires { context.setAllowBF16ReductionCuBLAS(allowed); })
        context.setAllowBF16ReductionCuBLAS(allowed);
}

} // namespace detail

inline switches switches::now() {
    auto& context = at::globalContext();
    switches s;
    s.deterministic_algorithms = context.deterministicAlgorithms();
    s.on_nondeterminism =
        context.deterministicAlgorithmsWarnOnly() ? nondeterminism::warns : nondeterminism::raises;
    s.cudnn_deterministic = context.deterministicCuDNN();
    s.cudnn_benchmark = context.benchmarkCuDNN();
    s.cudnn_tf32 = detail::asked([&] { return context.allowTF32CuDNN(); });
    s.cublas_tf32 = detail::asked([&] { return context.allowTF32CuBLAS(); });
    s.cublas_fp16_reduction = detail::allows_reduction(context.allowFP16ReductionCuBLAS());
    s.cublas_bf16_reduction = detail::bf16_reduction(context);
    s.threads = at::get_num_threads();
    return s;
}

inline switches switches::for_level(level which, nondeterminism otherwise) const {
    switches s = *this;
    if (which == level::distribution_stable) return s;
    s.deterministic_algorithms = true;
    s.on_nondeterminism = otherwise;
    s.cudnn_deterministic = true;
    s.cudnn_benchmark = false;
    for (std::optional<bool>* const shortened :
         {&s.cudnn_tf32, &s.cublas_tf32, &s.cublas_fp16_reduction, &s.cublas_bf16_reduction})
        if (*shortened) *shortened = false;
    return s;
}

inline void switches::apply() const {
    auto& context = at::globalContext();
    context.setDeterministicAlgorithms(deterministic_algorithms, on_nondeterminism == nondeterminism::warns);
    context.setDeterministicCuDNN(cudnn_deterministic);
    context.setBenchmarkCuDNN(cudnn_benchmark);
    if (cudnn_tf32) context.setAllowTF32CuDNN(*cudnn_tf32);
    if (cublas_tf32) context.setAllowTF32CuBLAS(*cublas_tf32);
    if (cublas_fp16_reduction) detail::set_fp16_reduction(context, *cublas_fp16_reduction);
    if (cublas_bf16_reduction) detail::set_bf16_reduction(context, *cublas_bf16_reduction);
    if (threads != at::get_num_threads()) at::set_num_threads(threads);
}

inline std::vector<fact> switches::facts() const {
    const auto word = [](std::optional<bool> on) -> std::string {
        if (!on) return "unknown";
        return *on ? "on" : "off";
    };
    const char* const otherwise = on_nondeterminism == nondeterminism::warns ? "warns" : "raises";
    return {{"deterministic_algorithms", word(deterministic_algorithms)},
            {"on_nondeterminism", deterministic_algorithms ? otherwise : "passes"},
            {"cudnn_deterministic", word(cudnn_deterministic)},
            {"cudnn_benchmark", word(cudnn_benchmark)},
            {"cudnn_tf32", word(cudnn_tf32)},
            {"cublas_tf32", word(cublas_tf32)},
            {"cublas_fp16_reduction", word(cublas_fp16_reduction)},
            {"cublas_bf16_reduction", word(cublas_bf16_reduction)},
            {"threads", std::to_string(threads)},
            {"interop_threads", std::to_string(at::get_num_interop_threads())}};
}

/// Puts the switches back at the end of a scope to what they were at its start, also when an exception leaves
/// it.
class keep_switches {
public:
    keep_switches() : kept_(switches::now()) {}
    ~keep_switches() { kept_.apply(); }
    keep_switches(const keep_switches&) = delete;
    keep_switches& operator=(const keep_switches&) = delete;

private:
    switches kept_;
};

} // namespace repro::inline v0::libtorch
#endif
