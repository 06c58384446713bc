// SPDX-License-Identifier: MIT
// Whatever the config: its text is JSON that the strict reader of manifests takes, and holds the same values
// but for what was hidden, replaced, or is null.

#include <repro/judge/strict_json.hpp>
#include <repro/run/config.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// Returns how many containers stand within one another, up to one more than a config may have.
int depth_of(const nlohmann::ordered_json& value, int limit) {
    if (!value.is_structured() || limit == 0) return 0;
    int deepest = 0;
    for (const auto& child : value)
        deepest = std::max(deepest, depth_of(child, limit - 1));
    return deepest + 1;
}

/// Returns whether both are of one type. The whole number -0 is recorded as 0, which has no sign.
bool same_kind(const nlohmann::json& read, const nlohmann::json& given) {
    return read.type() == given.type() || (read.is_number_integer() && given.is_number_integer());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = nlohmann::ordered_json::parse(text, nullptr, false);
    if (value.is_discarded()) return 0;
    const repro::run_config config(value);
    require(config.representable() == (depth_of(value, 49) <= 48));
    const nlohmann::json read = repro::detail::parse_strict_json(config.text(), "config");
    require(!config.representable() || same_kind(read, value) || !config.redactions().all().empty());
    // What is recorded once is recorded again as it stands: nothing is left that would be hidden.
    const repro::run_config again(read);
    require(again.representable());
    require(repro::detail::parse_strict_json(again.text(), "config") == read);
    return 0;
}
