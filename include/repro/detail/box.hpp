// SPDX-License-Identifier: MIT
#pragma once
// Sole ownership of an object on the heap, without the 0.1 s that <memory> takes to compile.

#include <utility>

namespace repro::inline v0 {
namespace detail {

/// Owns a `T`, or something derived from it through a virtual destructor. Never empty but when moved from.
template <class T> class box {
public:
    explicit box(T* owned) noexcept : owned_(owned) {}
    box(box&& other) noexcept : owned_(std::exchange(other.owned_, nullptr)) {}
    box& operator=(box&& other) noexcept {
        delete std::exchange(owned_, std::exchange(other.owned_, nullptr));
        return *this;
    }
    ~box() { delete owned_; }

    T& operator*() const noexcept { return *owned_; }
    T* operator->() const noexcept { return owned_; }

private:
    T* owned_;
};

} // namespace detail
} // namespace repro::inline v0
