// SPDX-License-Identifier: MIT
// What a checkpoint holds.

#include "checkpoint.hpp"

#include <repro/run/checkpoint_files.hpp>
#include <repro/stream/snapshot.hpp>

#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace tool {
namespace {

using json = nlohmann::ordered_json;
using repro::detail::checkpoint_record;

json link_json(const repro::detail::checkpoint_link& link) {
    return {{"run_id", link.run_id}, {"step", link.step}, {"checkpoint_sha256", link.sha256.hex()}};
}

json checkpoint_json(const checkpoint_record& record) {
    json files = json::array(), earlier = json::array(), metrics = json::object();
    for (const auto& each : record.files)
        files.push_back(
            {{"name", each.name}, {"size", each.content.size}, {"sha256", each.content.sha256.hex()}});
    for (const auto& each : record.chain)
        earlier.push_back(link_json(each));
    for (const auto& each : record.metrics)
        metrics[printable(each.name)] = each.steps.size();
    return {{"id", record.id},
            {"step", record.step},
            {"run_id", record.run_id},
            {"folder", record.folder},
            {"taken_at", record.taken_at},
            {"library", record.library},
            {"seed", record.seed},
            {"rank", record.rank.rank()},
            {"world", record.rank.world()},
            {"values", record.values},
            {"files", files},
            {"metrics", metrics},
            {"earlier", earlier}};
}

void print_checkpoint(const checkpoint_record& record, console& out) {
    table facts;
    const auto fact = [&facts](std::string_view name, const std::string& value) {
        facts.row({{name, tone::faint}, value});
    };
    fact("step", std::to_string(record.step));
    fact("taken", record.taken_at + " by " + record.folder + ", library " + record.library);
    fact("run id", record.run_id);
    for (auto each = record.chain.rbegin(); each != record.chain.rend(); ++each)
        fact("before it", fmt::format("{} up to step {}", each->run_id, each->step));
    fact("seed", std::to_string(record.seed));
    fact("rank", fmt::format("{} of {}", record.rank.rank(), record.rank.world()));
    for (const auto& [name, value] : record.values)
        fact("value", name + " " + value);
    for (const auto& each : record.files)
        fact("file", fmt::format("{}, {} bytes, sha256 {}", each.name, each.content.size,
                                 each.content.sha256.hex().substr(0, 12)));
    for (const auto& each : record.metrics)
        fact("metric", fmt::format("{}, {} values", each.name, each.steps.size()));
    const auto streams = repro::detail::parse_snapshot(record.streams);
    fact("streams", std::to_string(streams.sources.size() + streams.streams.size()));
    out.print(fmt::format("{}  checkpoint\n", out.paint(tone::heading, clipped(record.id))));
    facts.print(out, 2);
}

} // namespace

bool looks_like_checkpoint(const std::string& path) {
    constexpr std::string_view begin = "repro-checkpoint ";
    const auto text = repro::detail::read_text(path.c_str(), begin.size());
    return text == begin;
}

exit_code explain_checkpoint(const std::string& path, console& out) {
    const auto text = repro::detail::checkpoint_files(path).read();
    const checkpoint_record record = repro::detail::read_checkpoint(text.value_or(std::string()), path);
    if (out.json())
        out.answer(checkpoint_json(record));
    else
        print_checkpoint(record, out);
    return exit_code::holds;
}

} // namespace tool
