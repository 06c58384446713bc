// SPDX-License-Identifier: MIT
#pragma once
// How a fill writes: through the cache, or past it once the output is larger than the cache.

#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// Through the cache, or straight to memory; the latter needs an address that is a multiple of 64.
enum class store_kind : unsigned char { cached, streaming };

/// Outputs from this many bytes on leave even the largest cache before anybody reads them. Below, stores past
/// the cache lose: they wait for memory, others only for the cache.
inline constexpr std::size_t streaming_bytes = std::size_t{32} << 20;

/// Returns how many elements lie before the first one whose address is a multiple of 64; SIZE_MAX for never.
template <class T> [[nodiscard]] std::size_t elements_to_alignment(const T* p) noexcept {
    const std::size_t bytes = -reinterpret_cast<std::uintptr_t>(p) % 64;
    return bytes % sizeof(T) == 0 ? bytes / sizeof(T) : SIZE_MAX;
}

/// Puts streaming stores before whatever this thread writes next, as other stores are.
inline void finish_streaming() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}

} // namespace detail
} // namespace repro::inline v0
