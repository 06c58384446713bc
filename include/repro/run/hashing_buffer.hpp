// SPDX-License-Identifier: MIT
#pragma once
// A stream into a file that hashes what passes, and keeps the reason when a write fails.

#include <repro/hash/file.hpp>
#include <repro/run/publish.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <streambuf>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// The buffer of a stream that writes to an open file from its start to its end.
template <class Calls> class hashing_buffer final : public std::streambuf {
public:
    explicit hashing_buffer(int file) noexcept : file_(file) { rewind(); }

    /// Writes what is left; false when that or an earlier write failed.
    [[nodiscard]] bool flush() {
        const std::string_view waiting(pbase(), static_cast<std::size_t>(pptr() - pbase()));
        rewind();
        return pass_on(waiting);
    }

    /// Returns errno of the write that failed; 0 when none did.
    [[nodiscard]] int reason() const noexcept { return reason_; }

    /// Returns the digest and the size of what was written. Ends the stream.
    [[nodiscard]] file_digest finish() { return {hash_.finish(), size_}; }

protected:
    int_type overflow(int_type c) override {
        if (!flush()) return traits_type::eof();
        if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
        return traits_type::not_eof(c);
    }

    std::streamsize xsputn(const char* from, std::streamsize count) override {
        if (count < epptr() - pptr()) return std::streambuf::xsputn(from, count);
        return flush() && pass_on({from, static_cast<std::size_t>(count)}) ? count : 0;
    }

    int sync() override { return flush() ? 0 : -1; }

private:
    void rewind() noexcept { setp(room_.data(), room_.data() + room_.size()); }

    bool pass_on(std::string_view bytes) {
        if (reason_ != 0) return false;
        const held_back_signal guard(SIGXFSZ);
        if (!write_all<Calls>(file_, bytes)) {
            reason_ = errno;
            return false;
        }
        hash_.update({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        size_ += bytes.size();
        return true;
    }

    int file_;
    int reason_ = 0;
    std::uintmax_t size_ = 0;
    evp_sha256_state hash_;
    std::array<char, 1 << 16> room_;
};

} // namespace detail
} // namespace repro::inline v0
