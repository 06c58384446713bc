// SPDX-License-Identifier: MIT
// Whatever the bytes are, as a file and as what checks seal: records are taken or end the trace, nothing is
// thrown behind the head, and what is compared stays within its bounds.

#include <repro/judge/trace_diff.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string sealed_head() {
    std::string head(repro::detail::trace_magic);
    repro::detail::append_little_endian(head, repro::detail::trace_version);
    repro::detail::append_little_endian(head, repro::detail::trace_check(head));
    return head;
}

/// Makes records of the bytes: one that says how long the next is, then so many, behind a check that holds.
std::string sealed_records(std::string_view bytes) {
    std::string records = sealed_head();
    while (!bytes.empty()) {
        const std::size_t size =
            std::min<std::size_t>(static_cast<unsigned char>(bytes[0]) + std::size_t{4}, bytes.size());
        records += repro::detail::checked_record(std::string(bytes.substr(1, size - 1)));
        bytes.remove_prefix(size);
    }
    return records;
}

void read(const std::string& bytes) {
    const repro::trace_contents trace = repro::parse_trace(bytes, "fuzz");
    for (const repro::trace_entry& each : trace.entries)
        if (each.element_size == 0 || each.chunks.size() > 256 || each.values.size() > std::size_t{4096} * 8)
            std::abort();
    repro::trace_contents other = trace;
    if (repro::first_divergence(trace, other)) std::abort();
    if (other.entries.empty()) return;
    repro::trace_entry& last = other.entries.back();
    ++last.digest;
    if (!last.chunks.empty()) ++last.chunks.front();
    std::reverse(last.values.begin(), last.values.end());
    const auto parted = repro::first_divergence(trace, other);
    if (!parted || parted->index + 1 != trace.entries.size()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        (void)repro::parse_trace(bytes, "fuzz");
    } catch (const repro::error&) { // of the head
    }
    read(sealed_head() + std::string(bytes));
    read(sealed_records(bytes));
    return 0;
}
