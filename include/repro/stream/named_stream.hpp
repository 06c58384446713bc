// SPDX-License-Identifier: MIT
#pragma once
// A named stream as the registry holds it, and which names there are.

#include <repro/core/error.hpp>
#include <repro/core/source.hpp>
#include <repro/stream/engine.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0 {
namespace detail {

/// A named stream: its engine, and the depth of forks for which the engine is keyed.
struct named_stream {
    std::string_view name;
    stream_engine engine;
    unsigned depth;
    std::uint64_t drawn = 0; ///< the engine's draws, for other threads to read

    void publish_draws() noexcept { __atomic_store_n(&drawn, engine.draws(), __ATOMIC_RELAXED); }
    [[nodiscard]] std::uint64_t published_draws() const noexcept {
        return __atomic_load_n(&drawn, __ATOMIC_RELAXED);
    }

    /// Returns the stream's line of the ledger; `note` says what it is keyed by.
    [[nodiscard]] stream_facts facts(std::string note) const {
        return {std::string(name),
                std::string(stream_engine::engine_name),
                key_text(engine.key()),
                seed_rule::derived,
                std::move(note),
                engine.draws(),
                {},
                sha256(engine.save())};
    }
};

/// Throws unless `name` is 1 to 128 characters of A-Z a-z 0-9 . _ - and /.
inline void expect_stream_name(std::string_view name) {
    bool good = !name.empty() && name.size() <= 128;
    for (const char c : name)
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '.' || c == '_' || c == '-' || c == '/');
    if (!good)
        throw error(errc::name_invalid, "stream '" + std::string(name.substr(0, 128)) + "'",
                    "is no name of a stream", "use 1 to 128 of the characters A-Z a-z 0-9 . _ - /");
}

/// Returns "/noise" of "rank-3/noise", the name of a rank's own stream; nothing of the name of a common one.
[[nodiscard]] constexpr std::string_view name_within_rank(std::string_view name) noexcept {
    constexpr std::string_view prefix = "rank-";
    const std::size_t slash = name.find('/');
    std::uint64_t rank = 0;
    if (!name.starts_with(prefix) || slash == std::string_view::npos ||
        !from_decimal(name.substr(prefix.size(), slash - prefix.size()), rank))
        return {};
    return name.substr(slash);
}

[[nodiscard]] constexpr bool belongs_to_rank(std::string_view name) noexcept {
    return !name_within_rank(name).empty();
}

} // namespace detail
} // namespace repro::inline v0
