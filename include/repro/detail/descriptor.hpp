// SPDX-License-Identifier: MIT
#pragma once
// A file descriptor that closes itself, and reads that take signals and short counts in their stride.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// Owns a file descriptor; -1 owns none.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor() { reset(); }

    void reset() noexcept {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }
    [[nodiscard]] int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Returns what an errno value means, in English whatever the locale.
[[nodiscard]] inline const char* errno_text(int reason) noexcept {
    const char* const text = ::strerrordesc_np(reason);
    return text != nullptr ? text : "unknown error";
}

/// Opens `path` for reading without waiting and without passing the descriptor on to children; empty, with
/// errno set, on failure.
[[nodiscard]] inline descriptor open_to_read(const char* path) noexcept {
    int number = -1;
    do {
        number = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    } while (number < 0 && errno == EINTR);
    return descriptor(number);
}

/// Reads up to `size` bytes, fewer only at the end of the file; -1, with errno set, on failure.
[[nodiscard]] inline ssize_t read_up_to(int file, void* to, std::size_t size) noexcept {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(file, static_cast<char*>(to) + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(done);
}

/// Returns the first `limit` bytes of a small text file, such as one of /proc; nothing, with errno set, when
/// it cannot be read.
[[nodiscard]] inline std::optional<std::string> read_text(const char* path, std::size_t limit) {
    const descriptor file = open_to_read(path);
    if (!file) return std::nullopt;
    // Most of these files are small, and room for the largest takes longer to clear than a small one to read.
    std::string text;
    while (text.size() < limit) {
        const std::size_t done = text.size();
        const std::size_t room = std::min(limit - done, std::max<std::size_t>(done, 4096));
        text.resize(done + room);
        const ssize_t count = read_up_to(file.get(), text.data() + done, room);
        if (count < 0) return std::nullopt;
        text.resize(done + static_cast<std::size_t>(count));
        if (static_cast<std::size_t>(count) < room) break;
    }
    return text;
}

} // namespace detail
} // namespace repro::inline v0
