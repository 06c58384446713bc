// SPDX-License-Identifier: MIT
// The twin behind C names, for torch_cuda_compare.py.

#include <repro/compat/pytorch/cuda_generator.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace {

using repro::pytorch::cuda_generator;

struct arguments {
    double a, b;
    std::int64_t low, high;
};

template <class T>
int draw_real(cuda_generator& g, std::string_view call, std::span<T> out, const arguments& x) {
    if (call == "uniform_") return g.uniform_(out, x.a, x.b), 0;
    if (call == "normal_") return g.normal_(out, x.a, x.b), 0;
    if (call == "log_normal_") return g.log_normal_(out, x.a, x.b), 0;
    if (call == "exponential_") return g.exponential_(out, x.a), 0;
    if (call == "cauchy_") return g.cauchy_(out, x.a, x.b), 0;
    return 1;
}

template <class T>
int draw(cuda_generator& g, std::string_view call, T* at, std::size_t n, const arguments& x) {
    const std::span<T> out(at, n);
    if (call == "random_range") return g.random_(out, x.low, std::optional(x.high)), 0;
    if (call == "bernoulli_") return g.bernoulli_(out, x.a), 0;
    if (call == "geometric_") return g.geometric_(out, x.a), 0;
    if (call == "random_") return g.random_(out), 0;
    if constexpr (repro::pytorch::real_dtype<T>)
        if (draw_real(g, call, out, x) == 0) return 0;
    if constexpr (std::floating_point<T>) {
        if (call == "dropout" || call == "bernoulli") { // in place: the input, or the probabilities
            const std::vector<T> given(at, at + n);
            const auto made = call == "dropout" ? g.dropout(std::span<const T>(given), x.a)
                                                : g.bernoulli(std::span<const T>(given));
            std::ranges::copy(made, at);
            return 0;
        }
    }
    if constexpr (std::same_as<T, std::int64_t> || std::same_as<T, std::int32_t>) {
        if (call == "randperm") {
            std::ranges::copy(g.randperm<T>(n), at);
            return 0;
        }
    }
    return 1;
}

} // namespace

extern "C" {

void* twin_new(std::uint64_t seed, int processors, int threads, int major, int minor) {
    return new cuda_generator(seed, {"the GPU compared", processors, threads, major, minor});
}
void twin_delete(void* g) { delete static_cast<cuda_generator*>(g); }
std::uint64_t twin_offset(void* g) { return static_cast<cuda_generator*>(g)->get_offset(); }
void twin_set_offset(void* g, std::uint64_t offset) { static_cast<cuda_generator*>(g)->set_offset(offset); }

int twin_draw(void* of, const char* call, const char* dtype, void* out, std::size_t n, double a, double b,
              std::int64_t low, std::int64_t high) {
    cuda_generator& g = *static_cast<cuda_generator*>(of);
    const std::string_view type = dtype;
    const arguments x{a, b, low, high};
    const auto as = [&]<class T>(T* at) { return draw(g, call, at, n, x); };
    try {
        if (type == "float32") return as(static_cast<float*>(out));
        if (type == "float64") return as(static_cast<double*>(out));
        if (type == "float16") return as(static_cast<repro::pytorch::half*>(out));
        if (type == "bfloat16") return as(static_cast<repro::pytorch::bfloat16*>(out));
        if (type == "int64") return as(static_cast<std::int64_t*>(out));
        if (type == "int32") return as(static_cast<std::int32_t*>(out));
        if (type == "int16") return as(static_cast<std::int16_t*>(out));
        if (type == "int8") return as(static_cast<std::int8_t*>(out));
        if (type == "uint8") return as(static_cast<std::uint8_t*>(out));
        if (type == "bool") return as(static_cast<bool*>(out));
    } catch (const repro::error&) {
        return 2;
    }
    return 1;
}

} // extern "C"
