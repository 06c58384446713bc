// SPDX-License-Identifier: MIT
#pragma once
// Numbered checkpoints with one file each, and what can be found of them after a power cut.

#include <repro/run/checkpoint_files.hpp>

#include "support/crash_states.hpp"
#include "support/manifest.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_calls.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace support {

using checkpoint_files = repro::detail::basic_checkpoint_files<test_calls>;

/// Returns what the file of checkpoint `number` holds.
[[nodiscard]] inline std::string checkpoint_content(int number) {
    return std::string(300, static_cast<char>('0' + number));
}

/// Takes checkpoint `number`, with one file; returns whether it is known to be on the disk.
inline bool take_checkpoint(checkpoint_files& at, int number) {
    at.open();
    repro::detail::checkpoint_record record;
    record.id = "x";
    record.step = number;
    record.files.push_back(
        at.write({"w", [number](std::ostream& out) { out << checkpoint_content(number); }}));
    const std::string text = repro::detail::checkpoint_text(record);
    return at.publish(text, std::move(record.files)) == repro::detail::durability::on_disk;
}

/// Returns the number of the checkpoint that stands under `path` with its file; 0 where none does, -1 where
/// something is wrong with it.
[[nodiscard]] inline int standing_checkpoint(const std::filesystem::path& path) {
    try {
        const checkpoint_files at(path);
        const auto text = at.read();
        if (!text) return 0;
        const auto record = repro::detail::read_checkpoint(*text, "x");
        const int number = static_cast<int>(record.step);
        return read_text(at.verified(record.files).at("w")) == checkpoint_content(number) ? number : -1;
    } catch (const repro::error&) {
        return -1;
    }
}

/// Takes two checkpoints in `folder` under the plan as it stands, and returns what a power cut can do to
/// them.
[[nodiscard]] inline std::set<std::string> faults_after_a_cut(const std::filesystem::path& folder) {
    checkpoint_files at(folder / "ck");
    std::set<std::string> faults;
    std::vector<std::size_t> stands_from;
    for (int number = 1; number <= 2; ++number) {
        if (!take_checkpoint(at, number)) faults.insert("never acknowledged");
        stands_from.push_back(plan().log.size());
    }
    crash_states states(plan().log);
    (void)states.visit_all([&](const disk_state& disk, std::size_t made) {
        const auto found = disk.find((folder / "ck").native());
        if (found == disk.end()) {
            if (made >= stands_from[0]) faults.insert("lost");
            return;
        }
        try {
            const auto record = repro::detail::read_checkpoint(found->second, "x");
            const auto file = disk.find((folder / record.files.at(0).name_on_disk("ck")).native());
            if (file == disk.end() || file->second != checkpoint_content(static_cast<int>(record.step)))
                faults.insert("without its file");
            if (made >= stands_from[1] && record.step != 2) faults.insert("old");
        } catch (const repro::error&) {
            faults.insert("torn");
        }
    });
    return faults;
}

} // namespace support
