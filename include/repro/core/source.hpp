// SPDX-License-Identifier: MIT
#pragma once
// What a source of streams is: something that can be seeded, saved, restored and described. Adapters and the
// library's own streams look alike to the registry.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/core/seed.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// How the seed that a stream got follows from the seed of the run.
enum class seed_rule : unsigned char {
    exact,  ///< the stream stands where its original stands after seeding with the run's seed
    derived ///< the seed was computed from the run's; the note says how
};

/// Returns the word the manifest uses: "exact" or "derived".
[[nodiscard]] constexpr std::string_view to_string(seed_rule rule) noexcept {
    return rule == seed_rule::exact ? "exact" : "derived";
}

/// One stream as it stands.
struct stream_facts {
    std::string name;   ///< "numpy/legacy"
    std::string engine; ///< "mt19937"
    std::string seed;   ///< what the stream got, as its original spells it
    seed_rule rule = seed_rule::exact;
    std::string note;                   ///< how a derived seed came about
    std::optional<std::uint64_t> draws; ///< words of the engine taken since seeding
    std::string draws_reason;           ///< why `draws` is unknown
    digest256 state;                    ///< SHA-256 of the saved state
};

/// A named value that a library reported, read back after it was set.
struct fact {
    std::string name;
    std::string value;
};

/// A source of streams: `<library>::streams` of an adapter, for instance.
///
/// `seed` puts every stream of the source where the given seed wants it. `save` returns one line of text,
/// complete; `restore` takes it back, or throws `error` and changes nothing. `ledger` describes its streams,
/// `facts` what was switched and read back, `not_seeded` what the source knows it does not cover. None of
/// them may call the registry or fork: the registry is locked meanwhile. Names are those that streams may
/// have.
///
/// Where it can say at next to no cost how far it has come, it has a `mark`, which gives a stream_mark or
/// nothing; without one, traces keep a digest of what it saves. They do so while other threads run, too,
/// where it has `static constexpr bool marked_beside_threads = true`: its state is read under the lock of
/// those who draw, or belongs to the calling thread.
template <class T>
concept source = requires(T& t, const T& c, seed s, std::string_view text) {
    { c.name() } -> std::convertible_to<std::string_view>;
    t.seed(s);
    { c.save() } -> std::same_as<std::string>;
    t.restore(text);
    { c.ledger() } -> std::same_as<std::vector<stream_facts>>;
    { c.facts() } -> std::same_as<std::vector<fact>>;
    { c.not_seeded() } -> std::same_as<std::vector<missing_fact>>;
};

} // namespace repro::inline v0
