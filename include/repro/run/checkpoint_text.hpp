// SPDX-License-Identifier: MIT
#pragma once
// A checkpoint as text: lines in a fixed order, the snapshot of all streams, and the digest of all before it.
// No code is in it. It is read whole and checked before anything is changed.

#include <repro/core/digest.hpp>
#include <repro/core/seed.hpp>
#include <repro/data/shard.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/file.hpp>
#include <repro/version.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::string_view checkpoint_head = "repro-checkpoint 1";

/// A checkpoint that a run went on from, before this one.
struct checkpoint_link {
    std::string run_id; ///< of the run that took it; "-" where the system gave none
    std::int64_t step = 0;
    digest256 sha256;

    friend bool operator==(const checkpoint_link&, const checkpoint_link&) = default;
};

/// A file of a checkpoint. On the disk it is `<checkpoint>.<16 digits of its digest>.<name>`.
struct tied_file {
    std::string name;
    file_digest content;

    [[nodiscard]] std::string name_on_disk(const std::string& checkpoint) const {
        return checkpoint + "." + content.sha256.hex().substr(0, 16) + "." + name;
    }
    friend bool operator==(const tied_file&, const tied_file&) = default;
};

/// A metric as far as it was recorded.
struct metric_series {
    std::string name;
    std::vector<std::int64_t> steps;
    std::vector<double> values;
};

/// Everything that a checkpoint holds.
struct checkpoint_record {
    std::string library = std::string(version);
    std::string id;       ///< that the code gave
    std::string run_id;   ///< of the run that took it; "-" where the system gave none
    std::string folder;   ///< name of that run's folder
    std::string taken_at; ///< RFC 3339
    std::uint64_t seed = 0;
    digest256 config;
    std::int64_t step = 0;
    shard rank;
    std::uint64_t trace_entries = 0;    ///< in trace.bin of that run
    std::vector<checkpoint_link> chain; ///< the oldest first
    std::map<std::string, std::string> values;
    std::vector<tied_file> files;
    std::vector<metric_series> metrics;
    std::string streams; ///< a snapshot
};

inline void append_line(std::string& to, std::string_view key, std::string_view value) {
    to.append(key).append(" ").append(value).append("\n");
}

inline void append_metric(std::string& to, const metric_series& series) {
    const auto bytes =
        std::span(reinterpret_cast<const std::uint8_t*>(series.name.data()), series.name.size());
    to.append("metric ").append(to_hex(bytes)).append(" ").append(decimal(series.steps.size()));
    for (std::size_t i = 0; i < series.steps.size(); ++i)
        to.append(" ")
            .append(signed_decimal(series.steps[i]))
            .append(" ")
            .append(decimal(std::bit_cast<std::uint64_t>(series.values[i])));
    to.append("\n");
}

/// Returns a checkpoint as text.
[[nodiscard]] inline std::string checkpoint_text(const checkpoint_record& record) {
    std::string to(checkpoint_head);
    append_line(to += '\n', "contract", decimal(stream_contract));
    append_line(to, "library", record.library);
    append_line(to, "id", record.id);
    append_line(to, "run", record.run_id);
    append_line(to, "folder", record.folder);
    append_line(to, "taken", record.taken_at);
    append_line(to, "seed", decimal(record.seed));
    append_line(to, "config", record.config.hex());
    append_line(to, "step", signed_decimal(record.step));
    append_line(to, "rank", decimal(record.rank.rank()) + " " + decimal(record.rank.world()));
    append_line(to, "trace", decimal(record.trace_entries));
    for (const checkpoint_link& each : record.chain)
        append_line(to, "parent", each.run_id + " " + signed_decimal(each.step) + " " + each.sha256.hex());
    for (const auto& [name, value] : record.values)
        append_line(to, "value", name + " " + value);
    for (const tied_file& each : record.files)
        append_line(to, "file",
                    each.content.sha256.hex() + " " + decimal(each.content.size) + " " + each.name);
    for (const metric_series& each : record.metrics)
        append_metric(to, each);
    to.append("streams\n").append(record.streams);
    const std::string digest = evp_sha256(to).hex();
    append_line(to, "digest", digest);
    return to;
}

} // namespace detail
} // namespace repro::inline v0
