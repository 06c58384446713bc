// SPDX-License-Identifier: MIT
// Whatever the bytes are: the reader takes them or throws repro::error, and verification of what it took
// answers.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verify.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

/// Files of a hostile manifest are judged, but not opened here: the fuzzer must not wander about the machine.
void judge(repro::recorded_manifest manifest) {
    manifest.path = "/nowhere/manifest.json";
    for (auto* const files : {&manifest.artifacts, &manifest.inputs, &manifest.lockfiles})
        for (repro::recorded_file& file : *files) {
            file.outside = false;
            file.path = "x/" + file.path;
            file.absolute = "/nowhere/x/" + file.absolute;
        }
    const repro::verification result = repro::verify(manifest, {.folder = "/nowhere"});
    if (result.verdict() == repro::verify_verdict::holds) std::abort(); // there is nothing that could match
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        judge(repro::parse_manifest(text, "fuzz.json"));
    } catch (const repro::error&) { // refused by name
    }
    return 0;
}
