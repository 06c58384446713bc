// SPDX-License-Identifier: MIT
#pragma once
// The function that a replaced symbol stood for.

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// A function of the libraries after this object, looked up once.
template <class Function> class next_function {
public:
    constexpr explicit next_function(const char* name) noexcept : name_(name) {}

    /// Returns it; null where no library has it.
    [[nodiscard]] Function* find() noexcept {
        void* found = found_.load(std::memory_order_relaxed);
        if (found == nullptr) {
            found = ::dlsym(RTLD_NEXT, name_);
            found_.store(found, std::memory_order_relaxed);
        }
        return reinterpret_cast<Function*>(found);
    }

    /// Returns it. A program that calls what no library has ends here: a static one, whose libraries are not
    /// asked.
    [[nodiscard]] Function& get() noexcept {
        if (Function* const found = find()) return *found;
        constexpr char problem[] = "repro: an entropy audit needs a program that is linked dynamically\n";
        (void)!::write(STDERR_FILENO, problem, sizeof problem - 1);
        std::abort();
    }

private:
    const char* name_;
    std::atomic<void*> found_{nullptr};
};

} // namespace detail
} // namespace repro::inline v0
