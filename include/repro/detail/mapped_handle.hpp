// SPDX-License-Identifier: MIT
#pragma once
// Functions of objects that are mapped already, looked up late. Nothing is linked or loaded.

#include <dlfcn.h>
#include <link.h>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// A mapped object, held while it is asked; the program itself where the name is empty.
class mapped_handle {
public:
    explicit mapped_handle(const std::string& name) noexcept
        : handle_(::dlopen(name.empty() ? nullptr : name.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {}
    mapped_handle(const mapped_handle&) = delete;
    mapped_handle& operator=(const mapped_handle&) = delete;
    ~mapped_handle() {
        if (handle_ != nullptr) ::dlclose(handle_);
    }

    /// Returns a function that this object defines itself; null where it does not. (dlsym looks into what the
    /// object depends on, too.)
    template <class Function> [[nodiscard]] Function* find(const std::string& name) const noexcept {
        if (handle_ == nullptr) return nullptr;
        void* const found = ::dlsym(handle_, name.c_str());
        link_map* own = nullptr;
        link_map* holder = nullptr;
        Dl_info where{};
        if (found == nullptr || ::dlinfo(handle_, RTLD_DI_LINKMAP, &own) != 0) return nullptr;
        if (::dladdr1(found, &where, reinterpret_cast<void**>(&holder), RTLD_DL_LINKMAP) == 0) return nullptr;
        return holder == own ? reinterpret_cast<Function*>(found) : nullptr;
    }

private:
    void* handle_;
};

/// How a build of OpenBLAS spells its functions: NumPy's wheels put "scipy_" before and "64_" behind.
struct blas_spelling {
    const char* prefix;
    const char* suffix;
};
inline constexpr blas_spelling blas_spellings[] = {{"", ""}, {"", "64_"}, {"scipy_", ""}, {"scipy_", "64_"}};

} // namespace detail
} // namespace repro::inline v0
