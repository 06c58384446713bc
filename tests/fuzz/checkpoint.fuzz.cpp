// SPDX-License-Identifier: MIT
// Bytes that claim to be a checkpoint: read whole, or refused with a named error. The digest would stop all
// of it at the door, so it is put right after the bytes as they are were tried.
#include <repro/run/checkpoint_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void expect(bool condition) {
    if (!condition) std::abort();
}

/// Reads `text`; what is taken is written again, and that is read as the same.
void try_checkpoint(const std::string& text) {
    try {
        const auto record = repro::detail::read_checkpoint(text, "input");
        expect(record.rank.rank() < record.rank.world());
        const std::string written = repro::detail::checkpoint_text(record);
        expect(repro::detail::checkpoint_text(repro::detail::read_checkpoint(written, "again")) == written);
    } catch (const repro::error& problem) {
        expect(problem.code() == repro::errc::snapshot_damaged ||
               problem.code() == repro::errc::snapshot_contract);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try_checkpoint(text);
    try_checkpoint(text + "digest " + repro::detail::evp_sha256(text).hex() + "\n");
    return 0;
}
