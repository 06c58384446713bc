// SPDX-License-Identifier: MIT
#pragma once
// How bulk fills reach the state of a generator: it names this one struct as a friend.

namespace repro::inline v0 {
namespace detail {

/// The members that bulk fills read and write, and nobody else from outside.
struct fill_access {
    template <class Bits> static auto& engine(Bits& bits) noexcept { return bits.engine_; }
    template <class Twin> static auto& source(Twin& twin) noexcept { return twin.source_; }
    template <class Engine> static auto& words(Engine& engine) noexcept { return engine.words_; }
    template <class Engine> static auto& position(Engine& engine) noexcept { return engine.position_; }
    template <class Engine> static auto& taken_before(Engine& engine) noexcept {
        return engine.taken_before_;
    }
    template <class Pcg> static auto& state(Pcg& pcg) noexcept { return pcg.state_; }
    template <class Pcg> static auto& increment(Pcg& pcg) noexcept { return pcg.increment_; }
    template <class Bits> static auto& half(Bits& bits) noexcept { return bits.half_; }
    template <class Philox> static auto& block(Philox& philox) noexcept { return philox.s_; }
    template <class Philox> static auto& taken(Philox& philox) noexcept { return philox.taken_; }
};

} // namespace detail
} // namespace repro::inline v0
