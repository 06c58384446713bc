// SPDX-License-Identifier: MIT
#pragma once
// The name that git gives to content: the SHA-1 of a header and the bytes. By libcrypto, which is several
// times faster than the collision-detecting code of git and libgit2; nothing here is trusted because of it.

#include <repro/detail/descriptor.hpp>
#include <repro/hash/file.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace repro::inline v0 {
namespace detail {

using git_id = std::array<std::uint8_t, 20>;

/// SHA-1 of bytes that arrive in pieces.
class evp_sha1_state {
public:
    evp_sha1_state() : context_(EVP_MD_CTX_new()) {
        static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA1", nullptr);
        if (!context_ || EVP_DigestInit_ex2(context_.get(), fetched, nullptr) != 1) throw libcrypto_error();
    }
    void update(std::string_view bytes) {
        if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw libcrypto_error();
    }
    [[nodiscard]] git_id finish() {
        git_id id{};
        if (EVP_DigestFinal_ex(context_.get(), id.data(), nullptr) != 1) throw libcrypto_error();
        return id;
    }

private:
    struct release {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, release> context_;
};

[[nodiscard]] inline std::string git_blob_header(std::size_t size) {
    std::string header = "blob " + std::to_string(size);
    header += '\0';
    return header;
}

/// Returns the name of a blob that holds `content`.
[[nodiscard]] inline git_id git_blob_id(std::string_view content) {
    evp_sha1_state state;
    state.update(git_blob_header(content.size()));
    state.update(content);
    return state.finish();
}

/// Returns the name of a blob that holds what the open file holds, if that has `size` bytes; nothing where it
/// has not, cannot be read, or where `goes_on()`, asked between pieces, says no.
template <class GoesOn>
[[nodiscard]] std::optional<git_id> git_blob_id(int file, std::size_t size, GoesOn goes_on) {
    constexpr std::size_t piece = std::size_t{1} << 17;
    const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
    evp_sha1_state state;
    state.update(git_blob_header(size));
    for (std::size_t done = 0;;) {
        const ssize_t count = read_up_to(file, buffer.get(), piece);
        if (count < 0) return std::nullopt;
        state.update({buffer.get(), static_cast<std::size_t>(count)});
        done += static_cast<std::size_t>(count);
        if (static_cast<std::size_t>(count) < piece)
            return done == size ? std::optional(state.finish()) : std::nullopt;
        if (!goes_on()) return std::nullopt;
    }
}

} // namespace detail
} // namespace repro::inline v0
