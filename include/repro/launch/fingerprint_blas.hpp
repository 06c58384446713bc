// SPDX-License-Identifier: MIT
#pragma once
// Small products of matrices through a BLAS that is mapped. Small, because a BLAS gives such products to one
// thread: nothing is started that a later fork would lose.

#include <repro/detail/dynamic_section.hpp>
#include <repro/detail/mapped_handle.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Fortran's `xGEMM`: its integers have 32 or 64 bits, and small ones read alike as both; the last two are
/// the lengths of the texts, which gfortran passes and others ignore.
template <class Real>
using gemm_function = void(const char*, const char*, const std::int64_t*, const std::int64_t*,
                           const std::int64_t*, const Real*, const Real*, const std::int64_t*, const Real*,
                           const std::int64_t*, const Real*, Real*, const std::int64_t*, std::size_t,
                           std::size_t);

/// Returns a number in [0.5, 1) made of the bits of the counter, without arithmetic that could round.
template <class Real> [[nodiscard]] constexpr Real element(std::uint64_t counter) noexcept {
    const std::uint64_t bits = (counter + 1) * 0x9e3779b97f4a7c15; // the golden ratio's: neighbours differ
    if constexpr (sizeof(Real) == 8)
        return std::bit_cast<double>(std::uint64_t{1022} << 52 | (bits ^ bits >> 29) >> 12);
    else
        return std::bit_cast<float>(std::uint32_t{126} << 23 | static_cast<std::uint32_t>(bits >> 41));
}

/// Multiplies a matrix of `edge` rows and 300 columns by its like, and appends the bytes of the product.
/// OpenBLAS's five families of kernels on x86 differ in the sums of 300 terms; those of 48 do not tell.
template <class Real>
void append_product(gemm_function<Real>* multiply, std::int64_t edge, std::vector<std::byte>& bytes) {
    constexpr std::int64_t terms = 300;
    const auto size = static_cast<std::size_t>(edge * terms);
    std::vector<Real> left(size);
    std::vector<Real> right(size);
    std::vector<Real> product(static_cast<std::size_t>(edge * edge));
    for (std::size_t i = 0; i < size; ++i) {
        left[i] = element<Real>(i);
        right[i] = element<Real>(size + i);
    }
    const Real one = 1;
    const Real zero = 0;
    multiply("N", "N", &edge, &edge, &terms, &one, left.data(), &edge, right.data(), &terms, &zero,
             product.data(), &edge, 1, 1);
    const auto made = std::as_bytes(std::span<const Real>(product));
    bytes.insert(bytes.end(), made.begin(), made.end());
}

/// Returns the spellings of the function by which a BLAS is found.
[[nodiscard]] inline std::vector<hashed_name> blas_names() {
    std::vector<hashed_name> names;
    for (const blas_spelling& each : blas_spellings)
        names.emplace_back(std::string(each.prefix) + "dgemm_" + each.suffix);
    return names;
}

/// Both functions of one BLAS; null where it lacks either.
struct blas_functions {
    gemm_function<double>* in_double = nullptr;
    gemm_function<float>* in_float = nullptr;
    explicit operator bool() const noexcept { return in_double != nullptr && in_float != nullptr; }
};

/// Finds what `object` defines itself.
[[nodiscard]] inline blas_functions find_blas(const mapped_handle& object) {
    for (const blas_spelling& each : blas_spellings) {
        const auto name = [&each](const char* stem) { return std::string(each.prefix) + stem + each.suffix; };
        const blas_functions found{object.find<gemm_function<double>>(name("dgemm_")),
                                   object.find<gemm_function<float>>(name("sgemm_"))};
        if (found) return found;
    }
    return {};
}

/// Returns whether a BLAS read its environment when it was loaded, or reads none: OpenBLAS and the reference.
/// MKL and BLIS do it at their first call, and MKL refuses to be told its mode afterwards.
[[nodiscard]] inline bool is_settled_at_load(std::string_view path, const mapped_handle& object) {
    for (const blas_spelling& each : blas_spellings)
        if (object.find<char*()>(std::string(each.prefix) + "openblas_get_config" + each.suffix) != nullptr)
            return true;
    return path.find("/libblas.so") != std::string_view::npos && object.find<void()>("bli_init") == nullptr;
}

/// For its lifetime, MKL gives this thread's calls to one thread, if `object` is a part of it. Source:
/// mkl_service.h.
class one_mkl_thread {
public:
    one_mkl_thread(std::string_view path, const mapped_handle& object) {
        constexpr const char* name = "MKL_Set_Num_Threads_Local";
        set_ = object.find<int(int)>(name);
        if (set_ == nullptr && path.find("/libmkl_") != std::string_view::npos)
            set_ = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_DEFAULT, name));
        if (set_ != nullptr) before_ = set_(1);
    }
    ~one_mkl_thread() {
        if (set_ != nullptr) set_(before_);
    }
    one_mkl_thread(const one_mkl_thread&) = delete;
    one_mkl_thread& operator=(const one_mkl_thread&) = delete;

private:
    int (*set_)(int) = nullptr;
    int before_ = 0;
};

/// Returns the products of one BLAS as bytes.
[[nodiscard]] inline std::vector<std::byte> blas_products(const blas_functions& functions) {
    std::vector<std::byte> bytes;
    append_product(functions.in_double, 24, bytes);
    append_product(functions.in_float, 24, bytes);
    return bytes;
}

} // namespace detail
} // namespace repro::inline v0
