// SPDX-License-Identifier: MIT
#pragma once
// What a trace holds of a tensor, and how it is laid out in the file.
//
// trace.bin, version 2, little-endian throughout:
//   head    16 bytes: "REPROTRC", version (4), check (4)
//   records, one after another, each of one of three kinds:
//     name  8 bytes and the name: check (4), kind 1 (1), 0 (1), length of the name (2), its bytes
//     entry 40 bytes and what follows: check (4), kind 2 (1), element type (1), element size (2), number of
//     the
//           name in the order of the name records (4), whether values are kept (1), 0 (3), step (8), count of
//           elements (8), digest (8); then the digest of each chunk (8), where there are several; then the
//           values kept
//     mark  24 bytes: check (4), kind 3 (1), kind of the mark (1), 0 (2), number of the stream's name (4), 0
//     (4),
//           value (8): how far a stream had come when the next entry was made, where that has changed
// A check is the low half of the XXH64 of all other bytes of the head or record. A record that is cut short
// or does not match its check ends the trace: it is where the program or the machine stopped.
//
// A chunk has 1024 elements, or twice as many, and so on, so that a tensor has at most 256; the last may have
// fewer. The digest of a tensor with one chunk is the XXH3 of its bytes, of one with several the XXH3 of
// their digests. Values are kept of every element, or of every second, third, ..., so that there are at most
// 4096.

#include <repro/detail/config.hpp>
#include <repro/hash/xxh64.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace repro::inline v0 {

/// The type of a tensor's elements, as the file spells it.
enum class element_type : std::uint8_t {
    other = 0,
    boolean = 1,
    int8 = 2,
    int16 = 3,
    int32 = 4,
    int64 = 5,
    uint8 = 6,
    uint16 = 7,
    uint32 = 8,
    uint64 = 9,
    float16 = 10,
    bfloat16 = 11,
    float32 = 12,
    float64 = 13,
};

/// Returns "float32", "boolean", ..., "other".
[[nodiscard]] constexpr std::string_view to_string(element_type type) noexcept {
    constexpr std::string_view words[] = {"other",   "boolean",  "int8",    "int16",  "int32",
                                          "int64",   "uint8",    "uint16",  "uint32", "uint64",
                                          "float16", "bfloat16", "float32", "float64"};
    const auto index = static_cast<std::size_t>(type);
    return index < std::size(words) ? words[index] : words[0];
}

/// The elements of a tensor as a trace takes them: bytes in order, and what they mean.
///
/// A library's tensor joins by a function `trace_bytes(const T&)` in the namespace of T. It returns a
/// trace_view, or something that keeps a copy alive and converts to one.
struct trace_view {
    std::span<const std::byte> bytes;
    element_type type = element_type::other;
    std::uint16_t element_size = 1;
};

namespace detail {

/// Returns the element type that stands for T.
template <class T> [[nodiscard]] constexpr element_type element_type_of() noexcept {
    if constexpr (std::same_as<T, bool>)
        return element_type::boolean;
    else if constexpr (std::same_as<T, float>)
        return element_type::float32;
    else if constexpr (std::same_as<T, double>)
        return element_type::float64;
    else if constexpr (std::integral<T> && sizeof(T) <= 8) {
        constexpr int width = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
        constexpr int first = std::signed_integral<T> ? 2 : 6;
        return static_cast<element_type>(first + width);
    } else
        return element_type::other;
}

/// Elements whose bytes are their value. The padding of a long double is not.
template <class T>
concept traceable_element =
    std::is_trivially_copyable_v<T> && !std::same_as<T, long double> && sizeof(T) <= UINT16_MAX;

template <class T>
concept traceable_range = requires(const T& t) {
    std::span(t);
    requires traceable_element<typename decltype(std::span(t))::value_type>;
};

template <class T>
concept has_trace_bytes = requires(const T& t) {
    { trace_bytes(t) } -> std::convertible_to<trace_view>;
};

} // namespace detail

/// What run.trace takes: a type with a `trace_bytes` of its own, or contiguous elements that are trivially
/// copyable. Of structures, padding is traced too: fill it, or give them a `trace_bytes`.
template <class T>
concept traceable = detail::has_trace_bytes<T> || detail::traceable_range<T>;

/// One tensor at one step, as the trace records it.
struct trace_entry {
    std::string name;
    std::int64_t step = 0;
    element_type type = element_type::other;
    std::uint16_t element_size = 1;
    std::uint64_t count = 0;                ///< elements
    std::uint64_t digest = 0;               ///< of all of them, in order
    std::vector<std::uint64_t> chunks = {}; ///< digests of the chunks, where there are several
    std::string values = {};                ///< bytes of the values kept, if any

    /// Returns whether both describe the same bytes as the same tensor; values that only one of them kept do
    /// not matter.
    [[nodiscard]] bool same_tensor(const trace_entry& other) const noexcept {
        return name == other.name && step == other.step && type == other.type &&
               element_size == other.element_size && count == other.count && digest == other.digest;
    }

    friend bool operator==(const trace_entry&, const trace_entry&) = default;
};

namespace detail {

/// What converts to a view of `tensor`: hand it on within the full expression.
template <traceable T> [[nodiscard]] auto view_for_trace(const T& tensor) {
    if constexpr (has_trace_bytes<T>) {
        return trace_bytes(tensor);
    } else {
        const auto elements = std::span(tensor);
        using element = typename decltype(elements)::value_type;
        return trace_view{std::as_bytes(elements), element_type_of<element>(), sizeof(element)};
    }
}

inline constexpr std::string_view trace_magic = "REPROTRC";
inline constexpr std::uint32_t trace_version = 2;
inline constexpr std::size_t trace_head_size = 16, trace_name_size = 8, trace_entry_size = 40,
                             trace_mark_size = 24;
inline constexpr unsigned char trace_name_kind = 1, trace_entry_kind = 2, trace_mark_kind = 3;
inline constexpr std::uint64_t trace_smallest_chunk = 1024, trace_most_chunks = 256, trace_most_values = 4096;

/// Returns `count / size`, rounded up. There is no overflow.
[[nodiscard]] constexpr std::uint64_t parts_of(std::uint64_t count, std::uint64_t size) noexcept {
    return count / size + (count % size != 0 ? 1 : 0);
}

/// Returns how many elements a chunk of a tensor with `count` elements has.
[[nodiscard]] constexpr std::uint64_t trace_chunk(std::uint64_t count) noexcept {
    std::uint64_t size = trace_smallest_chunk;
    while (parts_of(count, size) > trace_most_chunks)
        size *= 2;
    return size;
}

/// Returns how many digests of chunks follow the entry of a tensor with `count` elements.
[[nodiscard]] constexpr std::uint64_t trace_chunk_count(std::uint64_t count) noexcept {
    return count <= trace_smallest_chunk ? 0 : parts_of(count, trace_chunk(count));
}

/// Returns the distance of the elements whose values are kept.
[[nodiscard]] constexpr std::uint64_t trace_stride(std::uint64_t count) noexcept {
    return count == 0 ? 1 : parts_of(count, trace_most_values);
}

/// Returns the size of an element of that type; 0 for what has no values to compare.
[[nodiscard]] constexpr std::size_t size_of(element_type type) noexcept {
    constexpr unsigned char sizes[] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8};
    const auto index = static_cast<std::size_t>(type);
    return index < std::size(sizes) ? sizes[index] : 0;
}

template <std::unsigned_integral Word> void append_little_endian(std::string& to, Word value) {
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
}

[[nodiscard]] inline std::uint32_t trace_check(std::string_view text) noexcept {
    return static_cast<std::uint32_t>(xxh64(std::as_bytes(std::span(text))));
}

/// Returns a record: `content` behind its check.
[[nodiscard]] inline std::string checked_record(const std::string& content) {
    std::string record;
    append_little_endian(record, trace_check(content));
    return record + content;
}

} // namespace detail
} // namespace repro::inline v0
