// SPDX-License-Identifier: MIT
#pragma once
// Reads a file on a thread of its own, some pieces ahead of who hashes it: copying from the page cache takes
// a quarter of the time that SHA-256 takes by the processor's own instructions.

#include <repro/hash/file.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <semaphore>
#include <span>
#include <stop_token>
#include <sys/types.h>
#include <system_error>
#include <thread>

namespace repro::inline v0::detail {

class ahead_reader {
public:
    /// Starts to read `file`, up to the first piece that goes beyond `size` bytes: a file that grows faster
    /// than it is read must not hold anybody.
    ///
    /// Errors: std::system_error where no thread is to be had.
    ahead_reader(int file, std::uintmax_t size)
        : size_(size), thread_([this, file](const std::stop_token& stop) { read(file, stop); }) {}
    ahead_reader(const ahead_reader&) = delete;
    ahead_reader& operator=(const ahead_reader&) = delete;
    ~ahead_reader() {
        thread_.request_stop();
        for (piece& each : pieces_)
            each.free.release();
    }

    /// Returns the next piece, which stands until the next call; nothing at the end, or where reading failed.
    [[nodiscard]] std::span<const std::uint8_t> next() {
        if (taken_ > 0) pieces_[(taken_ - 1) % pieces_.size()].free.release();
        if (over_) return {};
        piece& here = pieces_[taken_++ % pieces_.size()];
        here.full.acquire();
        over_ = here.last;
        reason_ = here.reason;
        return {here.bytes.get(), here.count};
    }

    /// Returns errno of the read that failed; 0 where none did.
    [[nodiscard]] int reason() const noexcept { return reason_; }

private:
    static constexpr std::size_t room = std::size_t{1} << 18;

    struct piece {
        std::unique_ptr<std::uint8_t[]> bytes = std::make_unique_for_overwrite<std::uint8_t[]>(room);
        std::size_t count = 0;
        int reason = 0;
        bool last = false;
        std::counting_semaphore<2> full{0}, free{1}; // free once more when the reading is given up
    };

    void read(int file, const std::stop_token& stop) noexcept {
        std::uintmax_t done = 0;
        for (std::size_t i = 0;; ++i) {
            piece& here = pieces_[i % pieces_.size()];
            here.free.acquire();
            if (stop.stop_requested()) return;
            const ssize_t count = read_up_to(file, here.bytes.get(), room);
            here.reason = count < 0 ? errno : 0;
            here.count = count < 0 ? 0 : static_cast<std::size_t>(count);
            done += here.count;
            here.last = here.count == 0 || done > size_;
            const bool last = here.last;
            here.full.release();
            if (last) return;
        }
    }

    std::uintmax_t size_;
    std::array<piece, 8> pieces_; // with two, a busy machine lets each thread wait for the other's turn
    std::size_t taken_ = 0;
    bool over_ = false;
    int reason_ = 0;
    std::jthread thread_; // last: it ends before what it writes to
};

/// Reads for a file_hasher: a large file on a thread of its own, where one is to be had.
struct ahead_reading {
    file_hasher& hasher;

    template <class Take>
    [[nodiscard]] int operator()(int file, std::uintmax_t size, const Take& take) const {
        constexpr std::uintmax_t large = std::uintmax_t{4} << 20; // a thread is worth its start
        std::optional<ahead_reader> reader;
        try {
            if (size >= large) reader.emplace(file, size);
        } catch (const std::system_error&) { // no thread to be had
        }
        if (!reader) return hasher.read(file, size, take);
        for (auto piece = reader->next(); !piece.empty(); piece = reader->next())
            take(piece);
        return reader->reason();
    }
};

} // namespace repro::inline v0::detail
