// SPDX-License-Identifier: MIT
#pragma once
// Functions of objects that are mapped already, looked up late. Nothing is linked or loaded.

#include <repro/detail/dynamic_section.hpp>
#include <repro/detail/mapped_objects.hpp>

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A mapped object, held while it is asked; the program itself where the name is empty.
class mapped_handle {
public:
    explicit mapped_handle(const std::string& name) noexcept
        : handle_(::dlopen(name.empty() ? nullptr : name.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {
        if (handle_ != nullptr && ::dlinfo(handle_, RTLD_DI_LINKMAP, &own_) != 0) own_ = nullptr;
    }
    mapped_handle(const mapped_handle&) = delete;
    mapped_handle& operator=(const mapped_handle&) = delete;
    ~mapped_handle() {
        if (handle_ != nullptr) ::dlclose(handle_);
    }

    /// Returns a function that this object defines itself; null where it does not.
    template <class Function> [[nodiscard]] Function* find(const std::string& name) const {
        if (own_ == nullptr) return nullptr;
        const dynamic_section section(own_->l_addr, own_->l_ld);
        if (!section.may_define(hashed_name(name))) return nullptr;
        void* const found = ::dlsym(handle_, name.c_str()); // it looks into what the object depends on, too
        if (found == nullptr || (!section.has_table() && !is_own(found))) return nullptr;
        return reinterpret_cast<Function*>(found);
    }

private:
    [[nodiscard]] bool is_own(void* found) const noexcept {
        link_map* holder = nullptr;
        Dl_info where{};
        return ::dladdr1(found, &where, reinterpret_cast<void**>(&holder), RTLD_DL_LINKMAP) != 0 &&
               holder == own_;
    }

    void* handle_;
    link_map* own_ = nullptr;
};

/// How a build of OpenBLAS spells its functions: NumPy's wheels put "scipy_" before and "64_" behind.
struct blas_spelling {
    const char* prefix;
    const char* suffix;
};
inline constexpr blas_spelling blas_spellings[] = {{"", ""}, {"", "64_"}, {"scipy_", ""}, {"scipy_", "64_"}};

/// Returns whether a question to libomp can end the process: of two of its kind, libiomp5 for instance, the
/// second to be called says "Error #15" and aborts.
[[nodiscard]] inline bool has_rival_libomp() {
    const hashed_name name("__kmpc_begin");
    return objects_that_define(std::span(&name, 1)).size() > 1;
}

/// Returns whether a question to BLIS can end the process: it aborts at its first call where BLIS_ARCH_TYPE
/// is none of its numbers.
[[nodiscard]] inline bool may_blis_abort(const mapped_handle& object) {
    return object.find<void()>("bli_info_get_version_str") != nullptr &&
           std::getenv("BLIS_ARCH_TYPE") != nullptr;
}

/// Returns whether `path` is MKL's dispatcher, and nothing called it yet: its first call loads the rest of
/// MKL.
[[nodiscard]] inline bool is_uncalled_mkl(std::string_view path) {
    if (path.find("/libmkl_rt.") == std::string_view::npos) return false;
    const std::vector<std::string> objects = mapped_objects();
    return std::none_of(objects.begin(), objects.end(), [](const std::string& each) {
        return each.find("/libmkl_core.") != std::string::npos;
    });
}

} // namespace detail
} // namespace repro::inline v0
