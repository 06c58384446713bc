// SPDX-License-Identifier: MIT
#pragma once
// Memory of a size that no allocator keeps.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <span>
#include <sys/mman.h>

namespace bench {

/// Touched memory, in huge pages where the system gives them; never given back, unless by munmap.
template <class T> std::span<T> huge_pages(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    void* const p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) std::abort();
    ::madvise(p, bytes, MADV_HUGEPAGE);
    std::memset(p, 1, bytes);
    return {static_cast<T*>(p), n};
}

} // namespace bench
