// SPDX-License-Identifier: MIT
// Bytes that claim to be a snapshot: taken whole, or refused with a named error and nothing changed. The
// digest would stop all of it at the door, so it is put right after the bytes as they are were tried.
#include <repro/stream/c_library.hpp>
#include <repro/stream/registry.hpp>
#include <repro/stream/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace {

void expect(bool condition) {
    if (!condition) std::abort();
}

/// Tries `text`; what is refused changes nothing, what is taken can be taken again from its own snapshot.
void try_snapshot(std::string_view text) {
    const std::string before = repro::snapshot();
    try {
        repro::restore(text);
    } catch (const repro::error&) {
        expect(repro::snapshot() == before);
        return;
    }
    const std::string after = repro::snapshot();
    repro::restore(after);
    expect(repro::snapshot() == after);
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    static std::minstd_rand small;
    static std::ranlux24_base carrying;
    repro::streams().seed(42);
    repro::streams().track("engine/small", small);
    repro::streams().track("engine/carrying", carrying);
    repro::streams().add(repro::detail::c_drand48());
    repro::streams().add(repro::detail::c_random());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try_snapshot(text);
    try_snapshot(text + "digest " + repro::sha256(text).hex() + "\n");
    return 0;
}
