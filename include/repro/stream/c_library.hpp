// SPDX-License-Identifier: MIT
#pragma once
// The C library's two generators as sources: random() with rand(), which share one state in glibc, and
// drand48() with its family. Their state is read and put back through the C library's own calls.

#include <repro/core/entropy.hpp>
#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/hash/xxh64.hpp>
#include <repro/stream/key.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A seed cut down to 32 bits by the one rule that the library has for it.
struct narrow_seed {
    std::uint32_t value;
    seed_rule rule;
    std::string note;
};

/// Returns `s` itself below 2^32, else the low half of a seed derived for `name`.
[[nodiscard]] inline narrow_seed narrow(seed s, std::string_view name) {
    if (s.value() <= UINT32_MAX) return {static_cast<std::uint32_t>(s.value()), seed_rule::exact, {}};
    return {static_cast<std::uint32_t>(derive_seed(root_key(s), name)), seed_rule::derived,
            "the original takes 32 bits: the low half of a seed derived from the run's"};
}

/// Returns the value PYTHONHASHSEED needs for Python interpreters that this process starts.
[[nodiscard]] inline std::string python_hash_seed(repro::seed s) {
    return decimal(narrow(s, "PYTHONHASHSEED").value);
}

[[nodiscard]] inline error c_state_error(std::string_view name) {
    return {errc::state_invalid, "stream '" + std::string(name) + "'",
            "the saved state is not one of this generator",
            "restore a snapshot that was taken in a program with the same C library"};
}

/// What both sources of the C library share: the seed that they got, and that nobody counts their draws.
class c_source {
public:
    explicit c_source(std::string_view name) : name_(name) {}
    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] std::vector<fact> facts() const { return {}; }
    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

protected:
    [[nodiscard]] std::uint32_t take(repro::seed s) {
        seed_ = narrow(s, name_);
        return seed_.value;
    }

    [[nodiscard]] std::vector<stream_facts> describe(std::string_view engine,
                                                     const std::string& state) const {
        return {{std::string(name_), std::string(engine), decimal(seed_.value), seed_.rule, seed_.note,
                 std::nullopt, "the C library does not count", sha256(state)}};
    }

    [[nodiscard]] static stream_mark mark_of(std::string_view state) noexcept {
        return {mark_kind::state, xxh64(std::as_bytes(std::span(state)))};
    }

private:
    std::string_view name_;
    narrow_seed seed_{1, seed_rule::exact, "not seeded: as the process started"};
};

/// random(), rand(). Not safe while another thread calls them.
class c_random : public c_source {
public:
    c_random() : c_source("c/random") {}

    void seed(repro::seed s) {
        const own_draws ours;
        ::srandom(take(s));
    }

    [[nodiscard]] std::string save() const {
        borrowed state;
        return "random " + to_hex({state.bytes, state.size()});
    }

    void restore(std::string_view text) {
        if (next_token(text, ' ') != "random") throw c_state_error(name());
        borrowed state;
        std::array<std::uint8_t, max_size> bytes{};
        if (!from_hex(text, std::span(bytes).first(state.size())) || !fits(bytes.data(), state.size()))
            throw c_state_error(name());
        std::memcpy(state.bytes, bytes.data(), state.size());
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const { return describe("additive feedback", save()); }
    [[nodiscard]] stream_mark mark() const { return mark_of(save()); }

private:
    static constexpr std::size_t max_size = 256;

    /// A state begins with a word that holds its type, 0 to 4, and the position; the type gives the length
    /// (glibc, random_r.c).
    static std::size_t size_of(const std::uint8_t* bytes) noexcept {
        constexpr std::size_t sizes[] = {8, 32, 64, 128, 256};
        std::int32_t head = 0;
        std::memcpy(&head, bytes, sizeof head);
        return sizes[static_cast<std::uint32_t>(head) % 5];
    }

    /// Returns whether `bytes` are a state of `size` bytes whose position lies inside it: the C library would
    /// follow any other out of its bounds.
    static bool fits(const std::uint8_t* bytes, std::size_t size) noexcept {
        std::int32_t head = 0;
        std::memcpy(&head, bytes, sizeof head);
        return head >= 0 && size_of(bytes) == size &&
               static_cast<std::size_t>(head) / 5 < size / sizeof head - 1;
    }

    /// Takes the live state out of the C library, which writes it out whole for that, and puts it back at the
    /// end of the scope.
    struct borrowed {
        borrowed() noexcept : bytes(reinterpret_cast<std::uint8_t*>(::initstate(1, spare, sizeof spare))) {}
        ~borrowed() { ::setstate(reinterpret_cast<char*>(bytes)); }
        borrowed(const borrowed&) = delete;
        borrowed& operator=(const borrowed&) = delete;
        [[nodiscard]] std::size_t size() const noexcept { return size_of(bytes); }

        own_draws ours; // first: an audit lists the calls of initstate apart
        alignas(std::int32_t) char spare[32];
        std::uint8_t* bytes;
    };
};

/// drand48(), lrand48(), mrand48(). Not safe while another thread calls them.
class c_drand48 : public c_source {
public:
    c_drand48() : c_source("c/drand48") {}

    void seed(repro::seed s) {
        const own_draws ours;
        ::srand48(static_cast<long>(take(s)));
    }

    [[nodiscard]] std::string save() const {
        unsigned short other[3] = {};
        unsigned short state[3];
        std::memcpy(state, ::seed48(other), sizeof state);
        std::uint64_t value = 0;
        for (int i = 2; i >= 0; --i)
            value = value << 16 | state[i];
        ::seed48(state);
        return "drand48 " + decimal(value);
    }

    void restore(std::string_view text) {
        std::uint64_t value = 0;
        if (next_token(text, ' ') != "drand48" || !from_decimal(text, value) || value >> 48 != 0)
            throw c_state_error(name());
        unsigned short state[3];
        for (unsigned short& part : state) {
            part = static_cast<unsigned short>(value);
            value >>= 16;
        }
        ::seed48(state);
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const { return describe("lcg48", save()); }
    [[nodiscard]] stream_mark mark() const { return mark_of(save()); }
};

} // namespace detail
} // namespace repro::inline v0
