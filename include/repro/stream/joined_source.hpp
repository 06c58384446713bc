// SPDX-License-Identifier: MIT
#pragma once
// Sources of any type, as the registry holds them.

#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/box.hpp>

#include <concepts>
#include <optional>
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
    /// Returns how far the source has come; nothing where that cannot be told at next to no cost.
    [[nodiscard]] virtual std::optional<stream_mark> mark() const = 0;
};

/// A source of one stream that can say at next to no cost how far it has come.
template <class T>
concept marked_source = requires(const T& c) {
    { c.mark() } -> std::convertible_to<std::optional<stream_mark>>;
};

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
            return std::nullopt;
    }

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
