// SPDX-License-Identifier: MIT
#pragma once
// What a program left behind, and in what two such results differ.

#include <repro/trace/reader.hpp>

#include "shake/child.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tool {

/// One run of the library, as its manifest and trace tell it.
struct observed_run {
    std::string folder; ///< its name: "run", or "run-2" of a program with several
    nlohmann::json document;
    std::optional<repro::trace_contents> trace;
};

/// A file that the user named: its digest, or why there is none.
struct observed_file {
    std::string path;
    std::string content;
};

/// What one start of the program left behind.
struct observation {
    child_end end;
    std::string printed; ///< digest of standard output
    std::vector<observed_run> runs;
    std::vector<observed_file> files;
};

/// One result that is not the same, what it was and what it is.
struct change {
    std::string kind; ///< "tensor", "metric", "artifact", "file", "output", "runs" or "ending"
    std::string name; ///< empty for what there is one of
    std::optional<std::int64_t> step;
    std::string before;
    std::string after;

    [[nodiscard]] bool same_result(const change& other) const noexcept {
        return kind == other.kind && name == other.name;
    }
};

/// Returns "tensor 'weights' at step 3", "artifact 'loss.npy'", "output".
[[nodiscard]] std::string to_string(const change& change);

/// Returns the time of the last change of each file, to tell later whether a program wrote it.
[[nodiscard]] std::vector<std::string> stamps(const std::vector<std::string>& files);

/// Looks at what a program left in `folder` and in the named files, whose `stamps` were taken before it.
///
/// Errors: those of reading its manifests.
[[nodiscard]] observation observe(child_end end, const std::filesystem::path& folder,
                                  const std::vector<std::string>& files,
                                  const std::vector<std::string>& stamps);

/// Returns what is not the same, what a program computes first in front: tensors, metrics, artifacts, files,
/// standard output, ending.
[[nodiscard]] std::vector<change> compare(const observation& before, const observation& after);

/// Returns whether a metric of `after` takes at its `step` a value beyond those of all `controls`.
[[nodiscard]] bool leaves_the_spread(const change& metric, std::span<const observation> controls,
                                     const observation& after);

} // namespace tool
