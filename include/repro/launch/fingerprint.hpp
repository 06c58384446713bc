// SPDX-License-Identifier: MIT
#pragma once
// Digests of what the mathematics libraries of this process compute from fixed inputs: libm and OpenBLAS
// choose their kernels by processor and environment, and two runs whose kernels differ say so here.

#include <repro/hash/xxh64.hpp>
#include <repro/launch/read_back.hpp>

#include <algorithm>
#include <array>
#include <cfenv>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// The contract of the inputs and of the digest: another number, other values.
inline constexpr int fingerprint_contract = 1;

/// One digest per part, hexadecimal: 16 digits for libm, 32 for BLAS (double, then float). A part that cannot
/// be computed is absent.
struct fingerprint {
    std::optional<std::string> libm;       ///< functions of double
    std::optional<std::string> libm_float; ///< functions of float
    std::vector<fact> blas;                ///< by the path of each OpenBLAS that is mapped

    friend bool operator==(const fingerprint& a, const fingerprint& b) {
        const auto same = [](const fact& x, const fact& y) { return x.name == y.name && x.value == y.value; };
        return a.libm == b.libm && a.libm_float == b.libm_float &&
               std::equal(a.blas.begin(), a.blas.end(), b.blas.begin(), b.blas.end(), same);
    }
};

namespace detail {

/// Floating point as a program starts with (on x86-64 without flushing to zero, too), until the end of a
/// block.
class default_floating_point {
public:
    default_floating_point() noexcept {
        std::fegetenv(&before_);
        std::fesetenv(FE_DFL_ENV);
    }
    default_floating_point(const default_floating_point&) = delete;
    default_floating_point& operator=(const default_floating_point&) = delete;
    ~default_floating_point() { std::fesetenv(&before_); }

private:
    std::fenv_t before_{};
};

inline constexpr std::size_t fingerprint_inputs = 64; // a function and variant

/// The i-th input, in (0, 4]: a quotient that is exact whatever the flags of this unit.
template <class Real> [[nodiscard]] Real fingerprint_input(std::size_t i) noexcept {
    return static_cast<Real>(i * 2731 % 4096 + 1) / static_cast<Real>(1024);
}

template <class Real> [[nodiscard]] std::string fingerprint_of(std::span<const Real> values) {
    const std::uint64_t hash = xxh64(std::as_bytes(values));
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<std::uint8_t>(hash >> (56 - 8 * i));
    return to_hex(bytes);
}

/// Looked up by name, so that neither the flags of this unit nor its headers choose another function.
template <class Real>
[[nodiscard]] std::optional<std::string> fingerprint_libm(std::span<const char* const> unary,
                                                          const char* power) {
    std::vector<Real> results;
    for (const char* const name : unary) {
        auto* const function = reinterpret_cast<Real (*)(Real)>(::dlsym(RTLD_DEFAULT, name));
        if (function == nullptr) return std::nullopt;
        for (std::size_t i = 0; i < fingerprint_inputs; ++i)
            results.push_back(function(fingerprint_input<Real>(i)));
    }
    auto* const function = reinterpret_cast<Real (*)(Real, Real)>(::dlsym(RTLD_DEFAULT, power));
    if (function == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < fingerprint_inputs; ++i)
        results.push_back(function(fingerprint_input<Real>(i), fingerprint_input<Real>(i + 29)));
    return fingerprint_of<Real>(results);
}

inline constexpr std::array libm_doubles = {"exp",  "log", "log1p",  "sin",  "cos",  "tan", "atan",
                                            "tanh", "erf", "tgamma", "sqrt", "cbrt", "exp2"};
inline constexpr std::array libm_floats = {"expf",  "logf",  "log1pf", "sinf",  "cosf", "tanf",
                                           "atanf", "tanhf", "erff",   "sqrtf", "cbrtf"};

inline constexpr std::size_t fingerprint_order = 24; // of the products, below what OpenBLAS gives to threads
inline constexpr std::size_t fingerprint_depth = 48;

/// cblas.h: `void cblas_?gemm(order, trans, trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)`.
template <class Real, class Index> [[nodiscard]] std::vector<Real> product_by(void* function) {
    using gemm = void(int, int, int, Index, Index, Index, Real, const Real*, Index, const Real*, Index, Real,
                      Real*, Index);
    std::vector<Real> a(fingerprint_order * fingerprint_depth);
    std::vector<Real> b(fingerprint_order * fingerprint_depth);
    std::vector<Real> c(fingerprint_order * fingerprint_order);
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = static_cast<Real>(i * 2731 % 4093) / static_cast<Real>(1U << (i % 13));
        b[i] = static_cast<Real>(i * 1553 % 4091) / static_cast<Real>(1U << (i % 11)) - 1;
    }
    constexpr auto n = static_cast<Index>(fingerprint_order);
    constexpr auto k = static_cast<Index>(fingerprint_depth);
    const Real third = static_cast<Real>(0x1.5555p-2);
    reinterpret_cast<gemm*>(function)(102, 111, 111, n, n, k, third, a.data(), n, b.data(), k, 0, c.data(),
                                      n);
    return c;
}

template <class Index>
[[nodiscard]] std::optional<std::string> products(const mapped_handle& object, const blas_spelling& way) {
    const auto find = [&](const char* stem) {
        return reinterpret_cast<void*>(object.find<void()>(std::string(way.prefix) + stem + way.suffix));
    };
    void* const doubles = find("cblas_dgemm");
    void* const floats = find("cblas_sgemm");
    if (doubles == nullptr || floats == nullptr) return std::nullopt;
    const std::vector<double> in_double = product_by<double, Index>(doubles);
    const std::vector<float> in_float = product_by<float, Index>(floats);
    return fingerprint_of<double>(in_double) + fingerprint_of<float>(in_float);
}

/// `int` or 64 bits for sizes: openblas_get_config tells.
[[nodiscard]] inline std::optional<std::string> fingerprint_openblas(const mapped_handle& object) {
    for (const blas_spelling& way : blas_spellings) {
        const std::string name = std::string(way.prefix) + "openblas_get_config" + way.suffix;
        auto* const config = object.find<char*()>(name);
        if (config == nullptr) continue;
        const bool wide = std::string_view(config()).find("USE64BITINT") != std::string_view::npos;
        return wide ? products<std::int64_t>(object, way) : products<int>(object, way);
    }
    return std::nullopt;
}

} // namespace detail

/// Computes the fingerprint with libm and every OpenBLAS among `libraries`. The thread's rounding mode and
/// flags play no part and are as before afterwards.
[[nodiscard]] inline fingerprint take_fingerprint(const std::vector<mapped_library>& libraries) {
    const detail::default_floating_point guard;
    fingerprint to;
    to.libm = detail::fingerprint_libm<double>(detail::libm_doubles, "pow");
    to.libm_float = detail::fingerprint_libm<float>(detail::libm_floats, "powf");
    for (const mapped_library& library : libraries)
        if (auto digest = detail::fingerprint_openblas(detail::mapped_handle(library.name)))
            to.blas.push_back({library.name, std::move(*digest)});
    return to;
}

} // namespace repro::inline v0
