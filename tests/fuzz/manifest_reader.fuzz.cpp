// SPDX-License-Identifier: MIT
// Whatever the bytes are: the reader takes them or throws repro::error, and verification of what it took
// answers.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verify.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace {

/// Libraries and the program are opened where the system keeps such, and nowhere else: whatever they are
/// called, what is named elsewhere is not there or is left alone.
void judge_code(const repro::recorded_manifest& manifest, const repro::verify_options& options) {
    using enum repro::verify_outcome;
    static const repro::detail::folder_list system = [] {
        repro::detail::folder_list folders = repro::detail::loader_folders();
        for (const std::filesystem::path& each : repro::detail::program_folders())
            folders.push_back(each);
        return folders;
    }();
    repro::detail::file_verifier files(manifest, options);
    repro::detail::verified_items items;
    repro::detail::verify_libraries(manifest, repro::level::bit_exact, files, items);
    repro::detail::verify_executable(manifest, files, items);
    for (const repro::verified_item& item : items) {
        const bool opened = item.outcome == match || item.outcome == changed;
        const std::filesystem::path path = std::filesystem::path(item.path).lexically_normal();
        if (item.kind == repro::item_kind::library && opened && !repro::detail::is_below(system, path))
            std::abort();
        if (item.outcome == outside && item.reason.empty()) std::abort();
    }
}

/// Files of a hostile manifest are judged, but not opened here: the fuzzer must not wander about the machine.
void judge(repro::recorded_manifest manifest) {
    manifest.path = "/nowhere/manifest.json";
    for (auto* const files : {&manifest.artifacts, &manifest.inputs, &manifest.lockfiles})
        for (repro::recorded_file& file : *files) {
            file.outside = false;
            file.path = "x/" + file.path;
            file.absolute = "/nowhere/x/" + file.absolute;
        }
    const repro::verify_options options{.folder = "/nowhere"};
    const repro::verification result = repro::verify(manifest, options);
    if (result.verdict() == repro::verify_verdict::holds) std::abort(); // there is nothing that could match
    judge_code(manifest, options);
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
