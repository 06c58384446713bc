// SPDX-License-Identifier: MIT
#pragma once
// From a tensor to its entry: digests of its chunks, and of the whole.

#include <repro/hash/xxh3.hpp>
#include <repro/trace/record.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// What a trace keeps of a tensor.
enum class trace_keep : unsigned char {
    digests, ///< whether it differs, and in which range of elements
    values   ///< also by how much: up to 4096 values, evenly spread. Numbers alone have some.
};

namespace detail {

/// Returns the digests of the chunks of `tensor`; none where it has one chunk.
[[nodiscard]] inline std::vector<std::uint64_t> digests_of_chunks(const trace_view& tensor,
                                                                  std::uint64_t count) {
    std::vector<std::uint64_t> digests(trace_chunk_count(count));
    const std::size_t size = trace_chunk(count) * tensor.element_size;
    std::span<const std::byte> rest = tensor.bytes;
    for (std::uint64_t& each : digests) {
        const std::size_t taken = std::min(size, rest.size());
        each = xxh3(rest.first(taken));
        rest = rest.subspan(taken);
    }
    return digests;
}

/// Returns the bytes of the values that are kept.
[[nodiscard]] inline std::string kept_values(const trace_view& tensor, std::uint64_t count) {
    std::string values;
    if (size_of(tensor.type) != tensor.element_size) return values;
    const std::size_t stride = trace_stride(count) * tensor.element_size;
    for (std::size_t at = 0; at < count * tensor.element_size; at += stride)
        for (std::size_t i = 0; i < tensor.element_size; ++i) {
            const std::size_t byte =
                std::endian::native == std::endian::little ? i : tensor.element_size - 1 - i;
            values += static_cast<char>(tensor.bytes[at + byte]);
        }
    return values;
}

/// Returns the entry of a tensor: one pass over its bytes.
[[nodiscard]] inline trace_entry describe_tensor(std::string_view name, std::int64_t step,
                                                 const trace_view& tensor,
                                                 trace_keep keep = trace_keep::digests) {
    REPRO_EXPECTS(tensor.element_size > 0);
    trace_entry entry{std::string(name),
                      step,
                      tensor.type,
                      tensor.element_size,
                      tensor.bytes.size() / tensor.element_size,
                      0,
                      {},
                      {}};
    entry.chunks = digests_of_chunks(tensor, entry.count);
    if (entry.chunks.empty()) {
        entry.digest = xxh3(tensor.bytes);
    } else {
        std::string text;
        for (const std::uint64_t each : entry.chunks)
            append_little_endian(text, each);
        entry.digest = xxh3(std::as_bytes(std::span(text)));
    }
    if (keep == trace_keep::values) entry.values = kept_values(tensor, entry.count);
    return entry;
}

} // namespace detail
} // namespace repro::inline v0
