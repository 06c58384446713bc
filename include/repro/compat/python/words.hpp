// SPDX-License-Identifier: MIT
#pragma once
// The part of CPython's random.Random that is integers alone: seeding, words, bounded integers, order, state.
// Origin: CPython 3.13 (PSF-2.0), Lib/random.py and Modules/_randommodule.c.

#include <repro/compat/argument.hpp>
#include <repro/compat/draw.hpp>
#include <repro/compat/python/seeding.hpp>
#include <repro/core/entropy.hpp>
#include <repro/detail/uint128.hpp>
#include <repro/rng/mt19937.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::python {

/// 128-bit integers, for `randint<python::wide>(...)` and `randrange<python::wide>(...)`.
using wide = repro::detail::int128;

/// What CPython's getstate() returns: (3, the 624 words and the position, the cached gaussian or None).
struct state {
    static constexpr int version = 3;
    std::array<std::uint32_t, 625> internal{};
    std::optional<double> gauss_next;

    friend bool operator==(const state&, const state&) = default;
};

/// The integers of `random.Random`; use it through `python::random`. A template, so that a method costs
/// compile time where it is called alone; the engine is MT19937.
template <class Engine> class random_core {
public:
    using result_type = std::uint32_t;
    static constexpr std::string_view engine_name = Engine::engine_name;

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return 0xffffffff; }

    /// Seeds from the operating system, as the original does without a seed.
    void seed() {
        std::array<std::uint32_t, Engine::state_size> key;
        repro::detail::system_entropy(key);
        restart(key);
    }
    /// Seeds with an integer; its sign does not count, as in the original.
    template <std::integral Integer> void seed(Integer value) noexcept {
        auto magnitude = static_cast<std::uint64_t>(value);
        if constexpr (std::signed_integral<Integer>)
            if (value < 0) magnitude = 0 - magnitude;
        const std::uint32_t key[] = {static_cast<std::uint32_t>(magnitude),
                                     static_cast<std::uint32_t>(magnitude >> 32)};
        restart({key, key[1] == 0 ? std::size_t{1} : std::size_t{2}});
    }
    /// Seeds with the magnitude of an integer of any size, its 32-bit limbs given from low to high.
    void seed(std::span<const std::uint32_t> limbs) {
        std::vector<std::uint32_t> key(limbs.begin(), limbs.end());
        detail::trim_limbs(key);
        restart(key);
    }
    /// Seeds with a float, by its hash.
    ///
    /// Errors: errc::argument_invalid for NaN, whose hash the original takes from an address.
    void seed(double value) {
        repro::detail::require(value == value, "seed()", "NaN gives no reproducible stream", "pass a number");
        seed(detail::float_hash(value));
    }
    /// Seeds with text (UTF-8) or, in the form of a string, with bytes.
    void seed(std::string_view text, seed_version version = seed_version::two) {
        if (version == seed_version::two)
            return seed(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
        detail::version_one_hash hash;
        for (detail::code_points points(text); !points.done();)
            hash.add(points.next());
        seed(hash.value());
    }
    void seed(const char* text, seed_version version = seed_version::two) {
        seed(std::string_view(text), version);
    }
    /// Seeds with bytes.
    void seed(std::span<const std::uint8_t> bytes, seed_version version = seed_version::two) {
        if (version == seed_version::two) return restart(detail::text_key(bytes));
        detail::version_one_hash hash;
        for (const std::uint8_t byte : bytes)
            hash.add(byte);
        seed(hash.value());
    }

    /// Returns the next 32 bits of the engine. Class int.
    result_type operator()() noexcept { return engine_(); }

    /// Returns an integer of k random bits; `Integer` is the type of the result and has to hold k bits. Class
    /// int.
    ///
    /// Errors: errc::argument_invalid where k is negative or too large for the type.
    template <class Integer = std::uint64_t> [[nodiscard]] Integer getrandbits(int k) {
        repro::detail::require(k >= 0, "getrandbits()", "the number of bits is negative", "pass k >= 0");
        repro::detail::require(k <= static_cast<int>(8 * sizeof(Integer)), "getrandbits()",
                               "the result type has fewer than k bits",
                               "name a wider type, or pass a span of 32-bit limbs");
        return static_cast<Integer>(bits<repro::detail::uint128>(k));
    }
    /// Fills the limbs, low ones first, with an integer of k random bits; there are ceil(k / 32) of them.
    /// Class int.
    ///
    /// Errors: errc::argument_invalid where the number of limbs does not fit k.
    void getrandbits(std::size_t k, std::span<std::uint32_t> limbs) {
        repro::detail::require(limbs.size() == (k + 31) / 32, "getrandbits()", "the span does not fit k bits",
                               "pass a span of ceil(k / 32) limbs");
        for (std::uint32_t& limb : limbs)
            limb = engine_();
        if (k % 32 != 0) limbs.back() >>= 32 - k % 32;
    }

    /// Fills `out` with random bytes. Class int.
    void randbytes(std::span<std::uint8_t> out) noexcept {
        std::size_t i = 0;
        while (i < out.size()) {
            std::uint32_t word = engine_();
            const std::size_t left = out.size() - i;
            if (left < 4) word >>= 8 * (4 - left);
            for (std::size_t n = 0; n < 4 && i < out.size(); ++n, word >>= 8)
                out[i++] = static_cast<std::uint8_t>(word);
        }
    }
    /// Returns n random bytes. Class int.
    [[nodiscard]] std::vector<std::uint8_t> randbytes(std::size_t n) {
        std::vector<std::uint8_t> bytes(n);
        randbytes(std::span(bytes));
        return bytes;
    }

    /// Returns an element of range(start, stop, step). `Integer` is the type of the arguments and of the
    /// result; `python::wide` has 128 bits. Class int.
    ///
    /// Errors: errc::argument_invalid for an empty range or a step of zero.
    template <class Integer = std::int64_t>
    [[nodiscard]] Integer randrange(std::type_identity_t<Integer> start, std::type_identity_t<Integer> stop,
                                    std::type_identity_t<Integer> step = 1) {
        repro::detail::require(step != 0, "randrange()", "the step is zero", "pass a step other than zero");
        const bool up = step > 0;
        repro::detail::require(up ? start < stop : stop < start, "randrange()", "the range is empty",
                               "pass start < stop, or start > stop with a negative step");
        // unsigned arithmetic: the width of a signed range may not fit its type
        using repro::detail::uint128;
        const uint128 width = up ? uint128(stop) - uint128(start) : uint128(start) - uint128(stop);
        const uint128 stride = up ? uint128(step) : 0 - uint128(step);
        const uint128 n = stride == 1 ? width : (width - 1) / stride + 1;
        return static_cast<Integer>(uint128(start) + uint128(step) * below(n));
    }
    /// Returns an element of range(stop). Class int.
    ///
    /// Errors: errc::argument_invalid unless stop > 0.
    template <class Integer = std::int64_t>
    [[nodiscard]] Integer randrange(std::type_identity_t<Integer> stop) {
        return randrange<Integer>(0, stop);
    }
    /// Returns an integer from a to b, both included. Class int.
    ///
    /// Errors: errc::argument_invalid where b < a.
    template <class Integer = std::int64_t>
    [[nodiscard]] Integer randint(std::type_identity_t<Integer> a, std::type_identity_t<Integer> b) {
        using repro::detail::uint128;
        repro::detail::require(a <= b, "randint()", "the range is empty", "pass a <= b");
        return static_cast<Integer>(uint128(a) + below(uint128(b) - uint128(a) + 1));
    }
    /// Returns `count` integers from a to b. Class int.
    template <class Integer = std::int64_t>
    [[nodiscard]] std::vector<Integer> randint(std::type_identity_t<Integer> a,
                                               std::type_identity_t<Integer> b, std::size_t count) {
        return repro::detail::draw_many<Integer>(count, [&] { return randint<Integer>(a, b); });
    }
    /// Fills `out` with integers from a to b. Class int.
    template <class Integer>
    void randint(std::type_identity_t<Integer> a, std::type_identity_t<Integer> b, std::span<Integer> out) {
        repro::detail::draw_into(out, [&] { return randint<Integer>(a, b); });
    }

    /// Returns a random element of a sequence. Class int.
    ///
    /// Errors: errc::argument_invalid for an empty sequence.
    template <class Sequence> [[nodiscard]] decltype(auto) choice(Sequence&& sequence) {
        repro::detail::require(sequence.size() != 0, "choice()", "the sequence is empty",
                               "pass at least one element");
        return sequence[static_cast<std::size_t>(below(sequence.size()))];
    }
    /// Returns the index that choice() would take from a sequence of n elements. Class int.
    ///
    /// Errors: errc::argument_invalid for n = 0.
    [[nodiscard]] std::size_t choice_index(std::size_t n) {
        repro::detail::require(n != 0, "choice()", "the sequence is empty", "pass at least one element");
        return static_cast<std::size_t>(below(n));
    }

    /// Shuffles a sequence in place. Class int.
    template <class Sequence> void shuffle(Sequence&& x) noexcept {
        for (std::size_t i = x.size(); i-- > 1;)
            repro::detail::exchange(x, i, static_cast<std::size_t>(below(i + 1)));
    }

    /// Returns sample(range(n), k): k different indices below n, in order of selection. Class int.
    ///
    /// Errors: errc::argument_invalid where k > n.
    [[nodiscard]] std::vector<std::size_t> sample_indices(std::size_t n, std::size_t k) {
        repro::detail::require(k <= n, "sample()", "the sample is larger than the population", "pass k <= n");
        std::size_t set_size = 21; // the original's guess of when a set is smaller than a list
        if (k > 5) {
            std::size_t table = 1;
            while (table < 3 * k)
                table *= 4;
            set_size += table;
        }
        return n <= set_size ? sample_from_pool(n, k) : sample_by_set(n, k);
    }
    /// Returns sample(range(len(counts)), k, counts=counts): indices of a population that has each element as
    /// often as its count says. Class int.
    ///
    /// Errors: errc::argument_invalid for a negative count, a total of zero, or k above the total.
    [[nodiscard]] std::vector<std::size_t> sample_indices(std::span<const std::int64_t> counts,
                                                          std::size_t k) {
        std::vector<std::size_t> cumulative;
        std::size_t total = 0;
        for (const std::int64_t count : counts) {
            repro::detail::require(count >= 0, "sample()", "a count is negative", "pass counts >= 0");
            cumulative.push_back(total += static_cast<std::size_t>(count));
        }
        repro::detail::require(total > 0, "sample()", "the total of counts is zero", "pass a positive count");
        std::vector<std::size_t> chosen = sample_indices(total, k);
        for (std::size_t& position : chosen) {
            std::size_t i = 0;
            while (cumulative[i] <= position)
                ++i;
            position = i;
        }
        return chosen;
    }
    /// Returns k elements of `population`, in order of selection. Class int.
    ///
    /// Errors: errc::argument_invalid where k is larger than the population.
    template <class Sequence> [[nodiscard]] auto sample(const Sequence& population, std::size_t k) {
        std::vector<std::remove_cvref_t<decltype(population[0])>> chosen;
        chosen.reserve(k <= population.size() ? k : 0);
        for (const std::size_t i : sample_indices(population.size(), k))
            chosen.push_back(population[i]);
        return chosen;
    }

    /// Returns how many 32-bit words were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return engine_.draws(); }

protected:
    friend struct repro::detail::fill_access;

    random_core() = default;

    void restart(std::span<const std::uint32_t> key) noexcept {
        engine_.seed(key);
        gauss_next_ = {};
    }

    /// k random bits, least significant limb first; the last limb gives its high bits.
    template <class Word> Word bits(int k) noexcept {
        Word value = 0;
        for (int shift = 0; shift < k; shift += 32) {
            std::uint32_t limb = engine_();
            if (k - shift < 32) limb >>= 32 - (k - shift);
            value |= static_cast<Word>(limb) << shift;
        }
        return value;
    }

    /// A number below n > 0: as many bits as n has, again while not below n.
    [[nodiscard]] std::uint64_t below(std::uint64_t n) noexcept {
        const int k = static_cast<int>(std::bit_width(n));
        if (k <= 32) {
            std::uint32_t value = engine_() >> (32 - k);
            while (value >= n)
                value = engine_() >> (32 - k);
            return value;
        }
        auto value = bits<std::uint64_t>(k);
        while (value >= n)
            value = bits<std::uint64_t>(k);
        return value;
    }
    [[nodiscard]] repro::detail::uint128 below(repro::detail::uint128 n) noexcept {
        const std::uint64_t high = repro::detail::high_half(n);
        if (high == 0) return below(repro::detail::low_half(n));
        const int k = 64 + static_cast<int>(std::bit_width(high));
        auto value = bits<repro::detail::uint128>(k);
        while (value >= n)
            value = bits<repro::detail::uint128>(k);
        return value;
    }

    Engine engine_{typename Engine::unseeded{}};
    repro::detail::kept_normal gauss_next_;

private:
    std::vector<std::size_t> sample_from_pool(std::size_t n, std::size_t k) {
        std::vector<std::size_t> pool(n), chosen(k);
        for (std::size_t i = 0; i < n; ++i)
            pool[i] = i;
        for (std::size_t i = 0; i < k; ++i) {
            const auto j = static_cast<std::size_t>(below(n - i));
            chosen[i] = pool[j];
            pool[j] = pool[n - i - 1];
        }
        return chosen;
    }

    std::vector<std::size_t> sample_by_set(std::size_t n, std::size_t k) {
        repro::detail::index_set seen(k);
        std::vector<std::size_t> chosen(k);
        for (std::size_t& index : chosen) {
            do
                index = static_cast<std::size_t>(below(n));
            while (!seen.insert(index));
        }
        return chosen;
    }
};

} // namespace repro::inline v0::python
