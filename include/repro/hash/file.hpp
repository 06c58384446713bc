// SPDX-License-Identifier: MIT
#pragma once
// SHA-256 of a file by libcrypto, in constant memory. Opens regular files only and never waits for a writer.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <linux/magic.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <utility>

namespace repro::inline v0 {

/// What a file held while it was hashed.
struct file_digest {
    digest256 sha256;
    std::uintmax_t size = 0;

    friend bool operator==(const file_digest&, const file_digest&) = default;
};

namespace detail {

[[nodiscard]] inline error libcrypto_error() {
    return {errc::internal, "libcrypto", "cannot compute SHA-256",
            "check OpenSSL's configuration: its default provider has to be loaded"};
}

/// SHA-256 of bytes that arrive in pieces.
class evp_sha256_state {
public:
    evp_sha256_state() : context_(EVP_MD_CTX_new()) {
        if (!context_) throw libcrypto_error();
        start();
    }
    /// Forgets what came so far.
    void start() {
        if (EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) != 1) throw libcrypto_error();
    }
    void update(std::span<const std::uint8_t> bytes) {
        if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw libcrypto_error();
    }
    [[nodiscard]] digest256 finish() {
        digest256 digest;
        if (EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), nullptr) != 1) throw libcrypto_error();
        return digest;
    }

private:
    // Looked up once and kept for the life of the process: a look-up costs more than hashing a small file.
    static const EVP_MD* algorithm() {
        static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        return fetched;
    }
    struct release {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, release> context_;
};

/// Returns the SHA-256 of `bytes` at the speed of the processor's own instructions.
///
/// Errors: errc::internal when libcrypto refuses.
[[nodiscard]] inline digest256 evp_sha256(std::span<const std::uint8_t> bytes) {
    evp_sha256_state state;
    state.update(bytes);
    return state.finish();
}

[[nodiscard]] inline digest256 evp_sha256(std::string_view text) {
    return evp_sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

[[nodiscard]] inline error hash_error(errc code, const std::filesystem::path& path, std::string problem) {
    const auto fix = [code] {
        switch (code) {
        case errc::artifact_missing:
            return "check the path; it counts from the working directory";
        case errc::artifact_unreadable:
            return "check the permissions of the file and of its folders";
        case errc::not_regular:
            return "name a regular file";
        case errc::pseudo_fs:
            return "copy its content into a regular file and name that";
        default:
            return "hash it once nobody writes to it";
        }
    };
    return {code, path.native(), std::move(problem), fix()};
}

[[nodiscard]] inline error hash_errno(const std::filesystem::path& path, int reason) {
    const bool missing = reason == ENOENT || reason == ENOTDIR;
    return hash_error(missing ? errc::artifact_missing : errc::artifact_unreadable, path,
                      std::string("cannot be read: ") + errno_text(reason));
}

/// Whether a file system shows the kernel's state as files that only look regular.
[[nodiscard]] inline bool is_pseudo_fs(int file) noexcept {
    struct statfs facts{};
    if (::fstatfs(file, &facts) != 0) return false;
    switch (static_cast<unsigned long>(facts.f_type)) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
        return true;
    default:
        return false;
    }
}

[[nodiscard]] inline bool same_content_stamp(const struct stat& a, const struct stat& b) noexcept {
    const auto same_time = [](const timespec& x, const timespec& y) {
        return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
    };
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           same_time(a.st_mtim, b.st_mtim) && same_time(a.st_ctim, b.st_ctim);
}

/// Throws where the system would read a part of the name for all of it.
inline void expect_whole_name(const std::filesystem::path& path) {
    if (path.native().find('\0') != std::string::npos)
        throw hash_error(errc::artifact_missing, path, "no file's name can hold a zero byte");
}

/// Throws unless an open file, or one that was looked at, is regular.
inline void expect_regular(const std::filesystem::path& path, const struct stat& facts) {
    if (!S_ISREG(facts.st_mode)) throw hash_error(errc::not_regular, path, "is no regular file");
}

/// Returns `file` where it is a regular file of a real file system; it may have been replaced since somebody
/// looked.
[[nodiscard]] inline descriptor expect_content(const std::filesystem::path& path, descriptor file,
                                               struct stat& facts) {
    if (!file || ::fstat(file.get(), &facts) != 0) throw hash_errno(path, errno);
    expect_regular(path, facts);
    if (is_pseudo_fs(file.get())) throw hash_error(errc::pseudo_fs, path, "is a view of the kernel's state");
    return file;
}

/// Opens a regular file of a real file system, or throws. Looks before it opens: opening a device can act on
/// it, and opening a FIFO lets its writer go.
[[nodiscard]] inline descriptor open_regular(const std::filesystem::path& path, struct stat& facts) {
    expect_whole_name(path);
    if (::stat(path.c_str(), &facts) != 0) throw hash_errno(path, errno);
    expect_regular(path, facts);
    return expect_content(path, open_to_read(path.c_str()), facts);
}

/// Hashes one file after the other: state and buffer are made once.
class file_hasher {
public:
    /// Returns the digest of a regular file. Calls seen(bytes) with what was read since the last call; a file
    /// that has to be read again is counted once.
    ///
    /// Errors: those of hash_file.
    template <class Seen> [[nodiscard]] file_digest hash(const std::filesystem::path& path, Seen seen) {
        return hash(path, seen, [&](struct stat& facts) { return open_regular(path, facts); });
    }

    /// Likewise of the file that open(facts) gives; `path` is what errors call it.
    template <class Seen, class Open>
    [[nodiscard]] file_digest hash(const std::filesystem::path& path, Seen seen, Open open) {
        const auto read_here = [this](int file, std::uintmax_t size, const auto& take) {
            return this->read(file, size, take);
        };
        return hash(path, seen, open, read_here);
    }

    /// Likewise with read(file, size, take) for read.
    template <class Seen, class Open, class Read>
    [[nodiscard]] file_digest hash(const std::filesystem::path& path, Seen seen, Open open, Read read) {
        std::uintmax_t counted = 0;
        for (int attempt = 0; attempt < 2; ++attempt) {
            const auto digest = hash_once(path, open, read, [&](std::uintmax_t done) {
                if (done > counted) seen(done - std::exchange(counted, done));
            });
            if (digest) return *digest;
        }
        throw hash_error(errc::changed_during_hash, path, "changed while it was hashed, twice");
    }

    /// Hands what `file` holds to take(bytes), up to the first bytes beyond `size`; returns errno where it
    /// cannot be read.
    template <class Take> [[nodiscard]] int read(int file, std::uintmax_t size, const Take& take) {
        // One byte more than the file has: a file that grows faster than it is read must not hold us.
        const std::size_t room = make_room(size + 1);
        for (std::uintmax_t done = 0; done <= size;) {
            const ssize_t count = read_up_to(file, buffer_.get(), room);
            if (count < 0) return errno;
            if (count == 0) break;
            done += static_cast<std::uintmax_t>(count);
            take(std::span<const std::uint8_t>(buffer_.get(), static_cast<std::size_t>(count)));
        }
        return 0;
    }

private:
    static constexpr std::size_t most = std::size_t{1} << 18;

    /// Hashes `path` once; nothing when it changed meanwhile.
    template <class Open, class Read, class Reached>
    [[nodiscard]] std::optional<file_digest> hash_once(const std::filesystem::path& path, Open& open,
                                                       Read& read, Reached reached) {
        struct stat before{};
        const descriptor file = open(before);
        const auto size = static_cast<std::uintmax_t>(before.st_size);
        state_.start();
        std::uintmax_t done = 0;
        const auto take = [&](std::span<const std::uint8_t> bytes) {
            state_.update(bytes);
            done += bytes.size();
            reached(done);
        };
        if (const int reason = read(file.get(), size, take); reason != 0) throw hash_errno(path, reason);
        struct stat after{};
        if (::fstat(file.get(), &after) != 0) throw hash_errno(path, errno);
        if (done != size || !same_content_stamp(before, after)) return std::nullopt;
        return file_digest{state_.finish(), size};
    }

    /// Returns how many bytes to read at once, after making room for them.
    std::size_t make_room(std::uintmax_t wanted) {
        if (room_ < most && room_ < wanted) {
            room_ = static_cast<std::size_t>(std::min<std::uintmax_t>(wanted, most));
            buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(room_);
        }
        return room_;
    }

    evp_sha256_state state_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t room_ = 0;
};

} // namespace detail

/// Returns the SHA-256 and the size of a regular file; symbolic links are followed.
///
/// A file that changes while it is read is read a second time. A change that leaves size and times alone, as
/// within one tick of a coarse clock, is not seen. Memory: 256 KiB, whatever the file.
/// Errors:  errc::artifact_missing, artifact_unreadable, not_regular, pseudo_fs, changed_during_hash.
/// Threads: safe to call from many threads.
[[nodiscard]] inline file_digest hash_file(const std::filesystem::path& path) {
    return detail::file_hasher().hash(path, [](std::uintmax_t) {});
}

} // namespace repro::inline v0
