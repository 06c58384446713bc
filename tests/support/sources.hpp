// SPDX-License-Identifier: MIT
#pragma once
// Sources of streams that a test makes, and the guard that takes them out of the registry again.

#include <repro/stream/registry.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// A source of one number, which the test can see and make refuse.
struct number_source {
    std::string own_name;
    std::uint64_t* number;
    bool refuses = false;

    [[nodiscard]] std::string_view name() const { return own_name; }
    void seed(repro::seed s) { *number = s.value(); }
    [[nodiscard]] std::string save() const { return "number " + std::to_string(*number); }
    void restore(std::string_view text) {
        if (refuses || !text.starts_with("number "))
            throw repro::error(repro::errc::state_invalid, own_name, "does not take the state",
                               "give another");
        *number = std::stoull(std::string(text.substr(7)));
    }
    [[nodiscard]] std::vector<repro::stream_facts> ledger() const {
        return {{own_name, "number", std::to_string(*number), repro::seed_rule::exact, {}, 0, {}, {}}};
    }
    [[nodiscard]] std::vector<repro::fact> facts() const { return {{"number", std::to_string(*number)}}; }
    [[nodiscard]] std::vector<repro::missing_fact> not_seeded() const {
        return {{own_name + "/other", "untouched"}};
    }
};

/// Leaves the registry without sources at its end. There is one registry a process, and tests share it.
struct no_sources_left {
    no_sources_left() = default;
    no_sources_left(const no_sources_left&) = delete;
    no_sources_left& operator=(const no_sources_left&) = delete;
    ~no_sources_left() {
        for (const std::string& name : repro::streams().source_names())
            repro::streams().untrack(name);
    }
};

} // namespace support
