// SPDX-License-Identifier: MIT
#pragma once
// A user's own engine as a source of the registry: anything that models the standard's random number engine.

#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/xxh64.hpp>
#include <repro/rng/philox.hpp>
#include <repro/stream/key.hpp>

#include <concepts>
#include <cstdint>
#include <locale>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// Feeds an engine's seed(sequence) with 32-bit words of a keyed Philox: as many as the engine asks for.
///
/// Stability: contract 1.
class key_sequence {
public:
    using result_type = std::uint32_t;

    constexpr explicit key_sequence(const stream_key& key) noexcept : key_(key) {}

    template <class Iterator> constexpr void generate(Iterator begin, Iterator end) const noexcept {
        philox4x64<10>::block block{};
        std::uint64_t count = 0;
        for (; begin != end; ++begin, ++count) {
            if (count % 8 == 0) block = philox4x64<10>::apply({count / 8, 0, 0, 0}, key_);
            *begin = static_cast<result_type>(block[count % 8 / 2] >> (32 * (count % 2)));
        }
    }

private:
    stream_key key_;
};

/// An engine that can be seeded, copied, compared and written as text: every engine of <random>, of pcg-cpp
/// and of Boost.Random. std::random_device is none.
template <class E>
concept standard_engine =
    std::copyable<E> && std::equality_comparable<E> &&
    requires(E& e, const E& c, key_sequence& words, std::ostream& out, std::istream& in) {
        typename E::result_type;
        { e() } -> std::same_as<typename E::result_type>;
        e.seed(words);
        out << c;
        in >> e;
    };

namespace detail {

/// An engine whose state is wider than what streams write. Those of pcg-cpp with 128 bits are: their own
/// operators do not compile. They are saved as the bytes of the object.
template <class E>
concept wide_engine = std::is_trivially_copyable_v<E> &&
                      requires { requires sizeof(typename E::state_type) > sizeof(std::uint64_t); };

/// Returns the state of `engine` as text.
template <standard_engine Engine> [[nodiscard]] std::string engine_text(const Engine& engine) {
    if constexpr (wide_engine<Engine>) {
        return "bytes " + to_hex({reinterpret_cast<const std::uint8_t*>(&engine), sizeof engine});
    } else {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        out << engine;
        return out.str();
    }
}

/// Puts `engine` where `text` says; false, and `engine` unspecified, if `text` is not of its kind.
template <standard_engine Engine> [[nodiscard]] bool read_engine(std::string_view text, Engine& engine) {
    if constexpr (wide_engine<Engine>) {
        if (next_token(text, ' ') != "bytes") return false;
        return from_hex(text, {reinterpret_cast<std::uint8_t*>(&engine), sizeof engine});
    } else {
        std::istringstream in{std::string(text)};
        in.imbue(std::locale::classic());
        in >> engine;
        return !in.fail() && engine_text(engine) == text; // an engine reads the start of another's state
    }
}

/// The source that stands for one engine of the user. It refers to the engine, which the user owns.
template <standard_engine Engine> class tracked_source {
public:
    tracked_source(std::string name, Engine& engine) : name_(std::move(name)), engine_(&engine) {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }

    void seed(repro::seed s) {
        key_sequence words(derive_key(root_key(s), name_));
        engine_->seed(words);
        seed_ = detail::decimal(s.value());
    }

    [[nodiscard]] std::string save() const { return engine_text(*engine_); }

    void restore(std::string_view text) {
        Engine restored = *engine_;
        if (!read_engine(text, restored))
            throw error(errc::state_invalid, "stream '" + name_ + "'",
                        "the engine does not read the saved state",
                        "restore a snapshot that was taken with the same type of engine");
        *engine_ = restored;
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        return {{name_, "user's engine", seed_, seed_rule::derived, "a seed sequence keyed by seed and name",
                 std::nullopt, "the engine keeps no count", sha256(save())}};
    }

    /// By the bytes of the object, where all of them are its state.
    [[nodiscard]] std::optional<stream_mark> mark() const noexcept {
        if constexpr (std::has_unique_object_representations_v<Engine>)
            return stream_mark{mark_kind::state, xxh64(std::as_bytes(std::span(engine_, 1)))};
        else
            return std::nullopt;
    }

    [[nodiscard]] std::vector<fact> facts() const { return {}; }
    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

private:
    std::string name_;
    Engine* engine_;
    std::string seed_;
};

} // namespace detail
} // namespace repro::inline v0
