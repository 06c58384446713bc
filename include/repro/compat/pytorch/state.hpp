// SPDX-License-Identifier: MIT
#pragma once
// The state of PyTorch's CPU generator as the bytes of torch.get_rng_state(): a C structure in little-endian
// order. Origin: PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/CPUGeneratorImpl.cpp.

#include <repro/compat/draw.hpp>
#include <repro/core/error.hpp>
#include <repro/rng/mt19937.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// What the bytes hold.
struct cpu_state {
    std::uint64_t seed = 0;
    std::array<std::uint32_t, mt19937::state_size> words{};
    std::size_t next = 0; ///< words taken of the block; 0 before the first draw
    repro::detail::kept_normal kept;
};

/// Where the fields of the structure stand.
struct state_layout {
    static constexpr std::size_t seed = 0, left = 8, seeded = 12, next = 16, words = 24,
                                 normal_y = words + 8 * mt19937::state_size + 8,
                                 normal_is_valid = normal_y + 16, legacy_size = normal_is_valid + 8,
                                 size = legacy_size + 8;
};
static_assert(state_layout::size == 5056);

inline void store_little_endian(std::uint8_t* out, std::uint64_t value, std::size_t n_bytes) noexcept {
    for (std::size_t i = 0; i < n_bytes; ++i)
        out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

[[nodiscard]] inline std::uint64_t load_little_endian(const std::uint8_t* in, std::size_t n_bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = n_bytes; i-- > 0;)
        value = value << 8 | in[i];
    return value;
}

/// Returns the 5,056 bytes. `left` is what PyTorch counts down to the next block.
[[nodiscard]] inline std::vector<std::uint8_t> encode_state(const cpu_state& s) {
    using at = state_layout;
    std::vector<std::uint8_t> bytes(at::size);
    store_little_endian(&bytes[at::seed], s.seed, 8);
    store_little_endian(&bytes[at::left], s.next == 0 ? 1 : 1 + mt19937::state_size - s.next, 4);
    store_little_endian(&bytes[at::seeded], 1, 4);
    store_little_endian(&bytes[at::next], s.next, 8);
    for (std::size_t i = 0; i < s.words.size(); ++i)
        store_little_endian(&bytes[at::words + 8 * i], s.words[i], 8);
    if (s.kept.present) {
        store_little_endian(&bytes[at::normal_y], std::bit_cast<std::uint64_t>(s.kept.value), 8);
        bytes[at::normal_is_valid] = 1;
    }
    return bytes;
}

[[noreturn, gnu::cold, gnu::noinline]] inline void refuse_state(const char* problem) {
    throw error(errc::state_invalid, "set_state()", problem,
                "pass the bytes that torch.get_rng_state() or get_state() returned");
}

/// Reads such bytes, or the 5,048 of releases before the last field came.
///
/// Errors: errc::state_invalid.
[[nodiscard]] inline cpu_state decode_state(std::span<const std::uint8_t> bytes) {
    using at = state_layout;
    if (bytes.size() != at::size && bytes.size() != at::legacy_size)
        refuse_state("the state has neither 5056 nor 5048 bytes");
    const auto field = [&](std::size_t offset, std::size_t n) {
        return load_little_endian(bytes.data() + offset, n);
    };
    if (field(at::seeded, 4) != 1) refuse_state("the state was never seeded");
    cpu_state s;
    s.seed = field(at::seed, 8);
    const std::uint64_t left = field(at::left, 4), next = field(at::next, 8);
    const bool at_birth = left == 1 && next == 0;
    if (!at_birth && (next == 0 || next > mt19937::state_size || left + next != 1 + mt19937::state_size))
        refuse_state("the state is damaged: its position contradicts itself");
    s.next = static_cast<std::size_t>(next);
    for (std::size_t i = 0; i < s.words.size(); ++i) {
        const std::uint64_t word = field(at::words + 8 * i, 8);
        if (word > UINT32_MAX) refuse_state("the state is damaged: a word has more than 32 bits");
        s.words[i] = static_cast<std::uint32_t>(word);
    }
    const std::uint64_t valid = field(at::normal_is_valid, 4);
    if (valid > 1) refuse_state("the state is damaged: its flag of a kept normal is neither 0 nor 1");
    if (valid == 1) s.kept = {true, std::bit_cast<double>(field(at::normal_y, 8))};
    return s;
}

} // namespace detail
} // namespace repro::inline v0::pytorch
