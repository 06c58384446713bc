// SPDX-License-Identifier: MIT
#pragma once
// Sources of any type, as the registry holds them.

#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/box.hpp>
#include <repro/hash/xxh64.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A source of whatever type.
struct any_source {
    virtual ~any_source() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    virtual void seed(repro::seed s) = 0;
    [[nodiscard]] virtual std::string save() const = 0;
    virtual void restore(std::string_view text) = 0;
    [[nodiscard]] virtual std::vector<stream_facts> ledger() const = 0;
    [[nodiscard]] virtual std::vector<fact> facts() const = 0;
    [[nodiscard]] virtual std::vector<missing_fact> not_seeded() const = 0;
    /// Returns how far the source has come; nothing where it has no stream, or none whose state can be read.
    [[nodiscard]] virtual std::optional<stream_mark> mark() const = 0;
    /// Returns whether `mark` may be asked for while other threads draw.
    [[nodiscard]] virtual bool marked_beside_threads() const = 0;
};

/// A source that says itself how far it has come.
template <class T>
concept marked_source = requires(const T& c) {
    { c.mark() } -> std::convertible_to<std::optional<stream_mark>>;
};

/// A source whose state is read under a lock that those take who draw, or belongs to the calling thread.
template <class T>
concept guarded_source = requires { requires T::marked_beside_threads; };

/// Returns a digest of what `source` saves, of all its streams at once; unread where that fails.
template <class Source> [[nodiscard]] stream_mark mark_of_saved(const Source& source) {
    try {
        const std::string saved = source.save();
        return {mark_kind::state, xxh64(std::as_bytes(std::span(saved)))};
    } catch (const std::exception&) {
        return {}; // a trace goes on, and says that this was not read
    }
}

template <source Source> struct source_model final : any_source {
    explicit source_model(Source s) : value(std::move(s)) {}
    [[nodiscard]] std::string_view name() const override { return value.name(); }
    void seed(repro::seed s) override { value.seed(s); }
    [[nodiscard]] std::string save() const override { return value.save(); }
    void restore(std::string_view text) override { value.restore(text); }
    [[nodiscard]] std::vector<stream_facts> ledger() const override { return value.ledger(); }
    [[nodiscard]] std::vector<fact> facts() const override { return value.facts(); }
    [[nodiscard]] std::vector<missing_fact> not_seeded() const override { return value.not_seeded(); }
    [[nodiscard]] std::optional<stream_mark> mark() const override {
        if constexpr (marked_source<Source>)
            return value.mark();
        else
            return mark_of_saved(value);
    }
    [[nodiscard]] bool marked_beside_threads() const override { return guarded_source<Source>; }

    Source value;
};

/// A source that joined, and the seed that it was given last.
struct joined_source {
    box<any_source> source;
    std::optional<repro::seed> given;

    void seed(repro::seed s) {
        source->seed(s);
        given = s;
    }

    /// Puts the source where `state` says, as one that was given `seed_then`.
    void put_back(std::optional<repro::seed> seed_then, std::string_view state) {
        source->restore(state);
        if (seed_then == given) return;
        // Seeding tells the source of the seed that it had; the state then overrides what that did.
        if (seed_then) source->seed(*seed_then);
        given = seed_then;
        source->restore(state);
    }
};

} // namespace detail
} // namespace repro::inline v0
