// SPDX-License-Identifier: MIT
#pragma once
// The engine behind named streams: Philox4x64-10 under a 128-bit key, with a position that can be read, set
// and jumped. Random access is the point: the n-th number costs the same for every n.

#include <repro/detail/text.hpp>
#include <repro/rng/philox.hpp>
#include <repro/stream/key.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Returns a key as ledgers and manifests name it.
[[nodiscard]] inline std::string key_text(const stream_key& key) {
    return "key " + decimal(key[0]) + " " + decimal(key[1]);
}

} // namespace detail

/// A uniform random bit generator of 64-bit words, keyed by 128 bits.
///
/// The words of one substream are those of the blocks 0, 1, 2, ... in order; there are 2^64 words in each of
/// 2^64 substreams.
/// Stability: contract 1.
/// Threads:   one object belongs to one thread at a time.
class stream_engine {
public:
    using result_type = std::uint64_t;
    static constexpr std::string_view engine_name = "philox4x64-10";

    constexpr explicit stream_engine(const stream_key& key) noexcept : key_(key) {}

    [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
    [[nodiscard]] static constexpr result_type max() noexcept { return UINT64_MAX; }

    /// Returns the next word.
    constexpr result_type operator()() noexcept {
        const std::uint64_t lane = position_ % 4;
        if (lane == 0) fill();
        ++position_;
        return block_[lane];
    }

    /// Skips `count` words. They count as drawn.
    constexpr void discard(std::uint64_t count) noexcept {
        position_ += count;
        if (position_ % 4 != 0) fill();
    }

    /// Moves to the start of the next substream, 2^64 words on.
    constexpr void jump() noexcept {
        ++substream_;
        position_ = 0;
    }

    /// Returns an engine of its own, keyed by this engine's key and `index`. It depends on neither position
    /// nor substream, and this engine is left as it is.
    [[nodiscard]] constexpr stream_engine split(std::uint64_t index) const noexcept {
        return stream_engine(key_hash("split").add(key_).add(index).key());
    }

    [[nodiscard]] constexpr const stream_key& key() const noexcept { return key_; }

    /// Returns how many words of the current substream were taken or skipped.
    [[nodiscard]] constexpr std::uint64_t draws() const noexcept { return position_; }

    /// Returns the whole state as one line: engine, key, substream, position.
    [[nodiscard]] std::string save() const {
        std::string text(engine_name);
        for (const std::uint64_t word : {key_[0], key_[1], substream_, position_})
            text.append(" ").append(detail::decimal(word));
        return text;
    }

    /// Takes back what `save` returned.
    ///
    /// Errors: errc::state_invalid; nothing is changed.
    void restore(std::string_view text) {
        std::string_view rest = text;
        std::uint64_t words[4] = {};
        bool good = detail::next_token(rest, ' ') == engine_name;
        for (std::uint64_t& word : words)
            good = detail::from_decimal(detail::next_token(rest, ' '), word) && good;
        stream_engine restored({words[0], words[1]});
        restored.substream_ = words[2];
        restored.discard(words[3]);
        if (!good || restored.save() != text)
            throw error(errc::state_invalid, "state of a philox4x64-10 stream", "is damaged",
                        "give a text that save() returned");
        *this = restored;
    }

    friend constexpr bool operator==(const stream_engine& a, const stream_engine& b) noexcept {
        return a.key_ == b.key_ && a.substream_ == b.substream_ && a.position_ == b.position_;
    }

private:
    constexpr void fill() noexcept {
        block_ = philox4x64<10>::apply({position_ / 4, 0, substream_, 0}, key_);
    }

    stream_key key_;
    std::uint64_t substream_ = 0;
    std::uint64_t position_ = 0;
    philox4x64<10>::block block_{};
};

} // namespace repro::inline v0
