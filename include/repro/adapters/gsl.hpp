// SPDX-License-Identifier: MIT
#pragma once
// Generators of the GNU Scientific Library that a program hands in, and the seed that new ones start with.
// Tested with GSL 2.7; no version is refused.

#if !__has_include(<gsl/gsl_rng.h>)
#error "repro/adapters/gsl.hpp needs GSL: find_package(repro COMPONENTS gsl), link repro::gsl"
#else

#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/stream/c_library.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::gsl {

/// A generator of the program, and the name of its stream: letters, digits, '.', '-' and '_'.
struct named_generator {
    std::string name;
    gsl_rng* generator;
};

/// Generators of GSL as a source for seed_everything and run, with `gsl_rng_default_seed`, which those that
/// gsl_rng_alloc makes afterwards start with.
///
/// One generator alone is seeded as by `gsl_rng_set(generator, seed)`. Of several, each has a seed derived
/// from the run's and its name. GSL's generators look at 32 bits of a seed at most, so a wider one is derived
/// too. The generators belong to the program and outlive this object. Does not cover: generators that are not
/// handed in, which all start with the default seed, each with the same numbers as the next; quasi-random
/// sequences; results of parallel sums in the program. Threads: no other thread may draw from these
/// generators meanwhile.
class streams {
public:
    /// The default seed alone.
    streams() = default;
    /// One generator, the stream "gsl/rng".
    explicit streams(gsl_rng* generator) : streams(std::vector<named_generator>{{"rng", generator}}) {}
    /// Generators, the streams "gsl/<name>".
    ///
    /// Errors: errc::argument_invalid for a null pointer, or for one generator or name twice;
    ///         errc::name_invalid for other characters in a name.
    explicit streams(std::vector<named_generator> generators) {
        for (named_generator& each : generators)
            add(std::move(each));
    }

    [[nodiscard]] static constexpr std::string_view name() noexcept { return "gsl"; }

    void seed(repro::seed s) {
        default_ = repro::detail::narrow(s, "gsl/rng");
        gsl_rng_default_seed = default_.value;
        for (stream& each : streams_) {
            each.seed = streams_.size() == 1 ? default_ : derived(s, each.name);
            gsl_rng_set(each.generator, each.seed.value);
        }
    }

    [[nodiscard]] std::string save() const {
        std::string text = "gsl-1 " + repro::detail::decimal(std::uint64_t{gsl_rng_default_seed});
        for (const stream& each : streams_)
            text += " " + each.name + " " + gsl_rng_name(each.generator) + " " +
                    repro::detail::to_hex(state_of(each));
        return text + " " + sha256(text).hex();
    }

    /// Errors: errc::state_invalid for a damaged text and for one of other generators than these; nothing is
    ///         changed.
    void restore(std::string_view text) {
        const std::size_t cut = text.rfind(' ');
        if (cut == std::string_view::npos || text.substr(cut + 1) != sha256(text.substr(0, cut)).hex())
            refuse("the saved state is damaged");
        text = text.substr(0, cut);
        std::uint64_t default_seed = 0;
        if (repro::detail::next_token(text, ' ') != "gsl-1" ||
            !repro::detail::from_decimal(repro::detail::next_token(text, ' '), default_seed))
            refuse("the saved state is not one of GSL");
        std::vector<std::vector<std::uint8_t>> states;
        for (const stream& each : streams_) {
            states.emplace_back(gsl_rng_size(each.generator));
            if (repro::detail::next_token(text, ' ') != each.name ||
                repro::detail::next_token(text, ' ') != gsl_rng_name(each.generator) ||
                !repro::detail::from_hex(repro::detail::next_token(text, ' '), states.back()))
                refuse("the saved state has no stream '" + each.name + "' of the type " +
                       gsl_rng_name(each.generator));
        }
        if (!text.empty()) refuse("the saved state has more generators than these");
        gsl_rng_default_seed = default_seed;
        for (std::size_t i = 0; i < states.size(); ++i)
            std::copy(states[i].begin(), states[i].end(), state_of(streams_[i]).begin());
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        std::vector<stream_facts> all;
        for (const stream& each : streams_)
            all.push_back({"gsl/" + each.name, gsl_rng_name(each.generator),
                           repro::detail::decimal(each.seed.value), each.seed.rule, each.seed.note,
                           std::nullopt, "GSL does not count",
                           sha256(repro::detail::to_hex(state_of(each)))});
        return all;
    }

    [[nodiscard]] std::vector<fact> facts() const {
        return {{"version", gsl_version},
                {"default_type", gsl_rng_default->name},
                {"default_seed", repro::detail::decimal(std::uint64_t{gsl_rng_default_seed})}};
    }

    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

private:
    struct stream {
        std::string name;
        gsl_rng* generator;
        repro::detail::narrow_seed seed{0, seed_rule::exact, "not seeded"};
    };

    void add(named_generator given) {
        constexpr std::string_view allowed =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
        if (given.name.empty() || given.name.find_first_not_of(allowed) != std::string::npos)
            throw error(errc::name_invalid, "gsl/" + given.name, "is no name of a stream",
                        "use letters, digits, '.', '-' and '_'");
        if (given.generator == nullptr)
            throw error(errc::argument_invalid, "gsl/" + given.name, "the generator is null",
                        "pass what gsl_rng_alloc returned");
        for (const stream& each : streams_)
            if (each.name == given.name || each.generator == given.generator)
                throw error(errc::argument_invalid, "gsl/" + given.name,
                            "a generator or its name is there already",
                            "pass each generator once, under a name of its own");
        streams_.push_back({std::move(given.name), given.generator});
    }

    [[nodiscard]] static repro::detail::narrow_seed derived(repro::seed s, const std::string& name) {
        const std::uint64_t wide = derive_seed(root_key(s), "gsl/" + name);
        return {static_cast<std::uint32_t>(wide), seed_rule::derived,
                "the low half of a seed derived from the run's"};
    }

    [[nodiscard]] static std::span<std::uint8_t> state_of(const stream& each) {
        return {static_cast<std::uint8_t*>(gsl_rng_state(each.generator)), gsl_rng_size(each.generator)};
    }

    [[noreturn]] static void refuse(std::string problem) {
        throw error(
            errc::state_invalid, "gsl", std::move(problem),
            "restore a snapshot that was taken with the same generators, handed in under the same names");
    }

    std::vector<stream> streams_;
    repro::detail::narrow_seed default_{0, seed_rule::exact, ""};
};

} // namespace repro::inline v0::gsl
#endif
