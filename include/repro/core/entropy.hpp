// SPDX-License-Identifier: MIT
#pragma once
// Random bytes of the operating system, for what nobody seeded, and the mark by which an entropy audit tells
// the library's own draws from others'.

#include <repro/core/error.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <span>
#include <sys/random.h>

namespace repro::inline v0 {
namespace detail {

/// Tells an audit that what follows on this thread is the library's own (+1), or no longer (-1).
using own_draws_hook = void(int) noexcept;

/// The hook of an audit that is compiled in; null without one.
inline constinit std::atomic<own_draws_hook*> compiled_in_own_draws = nullptr;

/// Returns the hook of the audit that watches this process; null where none does.
[[nodiscard]] inline own_draws_hook* find_own_draws_hook() noexcept {
    if (own_draws_hook* const here = compiled_in_own_draws.load(std::memory_order_relaxed)) return here;
    static auto* const preloaded =
        reinterpret_cast<own_draws_hook*>(::dlsym(RTLD_DEFAULT, "repro_audit_own_draws"));
    return preloaded;
}

/// While it lives, what its thread draws is the library's own, and an audit lists it apart.
class own_draws {
public:
    own_draws() noexcept : hook_(find_own_draws_hook()) {
        if (hook_ != nullptr) hook_(1);
    }
    own_draws(const own_draws&) = delete;
    own_draws& operator=(const own_draws&) = delete;
    ~own_draws() {
        if (hook_ != nullptr) hook_(-1);
    }

private:
    own_draws_hook* hook_;
};

/// Fills `size` bytes, 256 at most, from the operating system; false where it gives none.
[[nodiscard]] inline bool try_system_entropy(void* to, std::size_t size) noexcept {
    const own_draws ours;
    return ::getentropy(to, size) == 0;
}

/// Fills `words` from the operating system.
///
/// Errors: errc::unreadable where the system gives none.
inline void system_entropy(std::span<std::uint32_t> words) {
    constexpr std::size_t at_once = 64; // getentropy gives at most 256 bytes a call
    while (!words.empty()) {
        const std::size_t n = words.size() < at_once ? words.size() : at_once;
        if (!try_system_entropy(words.data(), n * sizeof(std::uint32_t)))
            throw error(errc::unreadable, "getentropy", "the operating system gave no random bytes",
                        "pass a seed instead");
        words = words.subspan(n);
    }
}

} // namespace detail
} // namespace repro::inline v0
