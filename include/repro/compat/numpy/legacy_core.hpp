// SPDX-License-Identifier: MIT
#pragma once
// The part of numpy.random.RandomState below its distributions: seeding, words, bounded integers, order,
// state. Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/mtrand.pyx and src/legacy.

#include <repro/compat/draw.hpp>
#include <repro/compat/numpy/bounded.hpp>
#include <repro/compat/numpy/choice.hpp>
#include <repro/compat/numpy/legacy_distributions.hpp>
#include <repro/compat/numpy/mt19937.hpp>
#include <repro/compat/numpy/unseeded.hpp>
#include <repro/core/entropy.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::numpy {

/// What RandomState.get_state() returns: ('MT19937', key, pos, has_gauss, cached_gaussian).
struct legacy_state {
    static constexpr std::string_view name = "MT19937";
    std::array<std::uint32_t, 624> key{};
    std::uint32_t pos = 0;
    bool has_gauss = false;
    double cached_gaussian = 0.0;

    friend bool operator==(const legacy_state&, const legacy_state&) = default;
};

namespace detail {

/// What the distributions of RandomState draw from: words, and the polar method with its cached second value.
template <class Bits> class legacy_source {
public:
    explicit legacy_source(const Bits& from) : bits(from) {}

    double uniform() noexcept { return bits.next_double(); }
    double exponential() noexcept { return -libm::log(1.0 - bits.next_double()); }
    double normal() noexcept {
        if (!kept.present) return fresh_normal();
        kept.present = false;
        return kept.value;
    }

    Bits bits;
    repro::detail::kept_normal kept;

private:
    double fresh_normal() noexcept {
        for (;;) {
            const double x1 = 2.0 * bits.next_double() - 1.0; // exact, fused or not
            const double x2 = 2.0 * bits.next_double() - 1.0;
            const double r2 = repro::detail::mul(x1, x1) + repro::detail::mul(x2, x2);
            if (r2 >= 1.0 || r2 == 0.0) continue;
            const double f = libm::sqrt(-2.0 * libm::log(r2) / r2);
            kept = {true, repro::detail::mul(f, x1)};
            return repro::detail::mul(f, x2);
        }
    }
};

/// The integers of RandomState; use it through `numpy::random_state`. A template over the bit generator, as
/// RandomState takes any; and so a method costs compile time where it is called alone.
template <class Bits> class legacy_core {
    static constexpr bool on_mt19937 = std::same_as<Bits, mt19937>;

public:
    using result_type = typename Bits::result_type;
    static constexpr std::string_view engine_name = Bits::engine_name;

    static constexpr result_type min() noexcept { return Bits::min(); }
    static constexpr result_type max() noexcept { return Bits::max(); }
    /// Returns the next raw word. Class int.
    result_type operator()() noexcept { return source_.bits(); }

    /// Seeds from the operating system, which unseeded_generators() counts.
    void seed()
        requires on_mt19937
    {
        seed_from_system();
        count_unseeded();
    }
    /// Seeds with an integer from 0 to 2^32 - 1.
    ///
    /// Errors: errc::argument_invalid for any other.
    template <std::integral Integer>
        requires on_mt19937
    void seed(Integer value) {
        require(value >= 0 && static_cast<std::uint64_t>(value) <= 0xffffffff, "seed()",
                "the seed is not between 0 and 2**32 - 1",
                "pass the 32-bit words of a wider seed as an array");
        restart(repro::mt19937(static_cast<std::uint32_t>(value)));
    }
    /// Seeds with an array of 32-bit words.
    ///
    /// Errors: errc::argument_invalid for an empty array.
    void seed(std::span<const std::uint32_t> words)
        requires on_mt19937
    {
        require(!words.empty(), "seed()", "the seed is empty", "pass at least one word");
        restart(repro::mt19937(words));
    }

    /// Returns a number from low to high - 1; `T` is the dtype, bool or 8 to 64 bits. Class int.
    ///
    /// Errors: errc::argument_invalid where low >= high, or a bound does not fit the dtype.
    template <integer_dtype T = std::int64_t> [[nodiscard]] T randint(wide low, wide high) {
        const auto bounds = interval<T>::checked(low, high - 1, "randint()");
        bounded_draw<T, bounding::masked> draw;
        return bounds.at(draw(source_.bits, bounds.range));
    }
    /// Returns a number from 0 to high - 1. Class int.
    template <integer_dtype T = std::int64_t> [[nodiscard]] T randint(wide high) {
        return randint<T>(0, high);
    }
    /// Returns `size` numbers from low to high - 1. Class int.
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> randint(wide low, wide high, std::size_t size) {
        const auto bounds = interval<T>::checked(low, high - 1, "randint()");
        bounded_draw<T, bounding::masked> draw;
        if constexpr (std::same_as<T, bool>) { // a vector of bool has no span
            return repro::detail::draw_many<T>(size,
                                               [&] { return bounds.at(draw(source_.bits, bounds.range)); });
        } else {
            std::vector<T> values(size);
            draw.into(source_.bits, bounds, std::span<T>(values));
            return values;
        }
    }
    /// Fills `out` with numbers from low to high - 1. Class int.
    template <integer_dtype T> void randint(wide low, wide high, std::span<T> out) {
        const auto bounds = interval<T>::checked(low, high - 1, "randint()");
        bounded_draw<T, bounding::masked>().into(source_.bits, bounds, out);
    }
    /// Returns a number for each pair of bounds, as arrays of bounds give them. Class int.
    ///
    /// Errors: errc::argument_invalid as above, and where the arrays differ in length.
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> randint(std::span<const wide> low, std::span<const wide> high) {
        return draw_between<T, bounding::masked>(source_.bits, low, high, 1, "randint()");
    }
    /// Returns a number from low to high, both included. Class int.
    [[nodiscard]] std::int64_t random_integers(wide low, wide high) { return randint(low, high + 1); }
    [[nodiscard]] std::vector<std::int64_t> random_integers(wide low, wide high, std::size_t size) {
        return randint(low, high + 1, size);
    }
    void random_integers(wide low, wide high, std::span<std::int64_t> out) { randint(low, high + 1, out); }
    /// Returns a number from 0 to 2^63 - 1. Class int.
    [[nodiscard]] std::int64_t tomaxint() noexcept {
        return static_cast<std::int64_t>(source_.bits.next_uint64() >> 1);
    }
    [[nodiscard]] std::vector<std::int64_t> tomaxint(std::size_t size) {
        return repro::detail::draw_many<std::int64_t>(size, [this] { return tomaxint(); });
    }
    void tomaxint(std::span<std::int64_t> out) noexcept {
        repro::detail::draw_into(out, [this] { return tomaxint(); });
    }

    /// Fills `out` with random bytes. Class int.
    void bytes(std::span<std::uint8_t> out) noexcept { fill_bytes(source_.bits, out.data(), out.size()); }
    /// Returns `length` random bytes. Class int.
    [[nodiscard]] std::vector<std::uint8_t> bytes(std::size_t length) {
        std::vector<std::uint8_t> out(length);
        bytes(std::span<std::uint8_t>(out));
        return out;
    }

    /// Shuffles a sequence in place, along its first axis. Class int.
    template <class Sequence> void shuffle(Sequence&& x) {
        shuffle(x.size(), [&](std::size_t i, std::size_t j) { repro::detail::exchange(x, i, j); });
    }
    /// Shuffles n things, rows of a matrix for instance, which `exchange(i, j)` exchanges. Class int.
    template <class Exchange> void shuffle(std::size_t n, Exchange exchange) {
        detail::shuffle(source_.bits, n, exchange);
    }
    /// Fills `out` with 0 ... n - 1 in random order. Class int.
    template <integer_dtype T> void permutation(std::span<T> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<T>(i);
        shuffle(out);
    }
    /// Returns 0 ... n - 1 in random order. Class int.
    ///
    /// Errors: errc::argument_invalid for a negative n.
    [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t n) {
        no_negative_count(n, "permutation()");
        std::vector<std::int64_t> order(static_cast<std::size_t>(n));
        permutation(std::span<std::int64_t>(order));
        return order;
    }
    /// Returns the elements of x in random order. Class int.
    template <class T> [[nodiscard]] std::vector<T> permutation(std::span<const T> x) {
        std::vector<T> order(x.begin(), x.end());
        shuffle(order);
        return order;
    }

    /// Returns one of 0 ... a - 1. Class int.
    ///
    /// Errors: errc::argument_invalid unless a > 0.
    [[nodiscard]] std::int64_t choice(std::int64_t a) { return choice(a, 1).front(); }
    /// Returns `size` of 0 ... a - 1, each with equal chance. Class int.
    ///
    /// Errors: errc::argument_invalid for a < 1, or without replacement for a size above a.
    [[nodiscard]] std::vector<std::int64_t> choice(std::int64_t a, std::size_t size,
                                                   replacement replace = replacement::yes) {
        choice_arguments(a, size, replace, "choice()");
        if (size == 0 && a == 0) return {};
        if (replace == replacement::yes) return randint(0, a, size);
        std::vector<std::int64_t> order = permutation(a);
        order.resize(size);
        return order;
    }
    /// Returns `size` of 0 ... len(p) - 1 with chances p. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless p are probabilities that sum to one.
    [[nodiscard]] std::vector<std::int64_t> choice(std::size_t size, replacement replace,
                                                   std::span<const double> p) {
        return choose_weighted(source_, size, replace, p, "choice()");
    }

    /// Returns the state in NumPy's form.
    [[nodiscard]] legacy_state get_state() const noexcept
        requires on_mt19937
    {
        const mt19937_state words = source_.bits.state();
        return {words.key, words.pos, source_.kept.present, source_.kept.present ? source_.kept.value : 0.0};
    }
    /// Takes over a state of NumPy's get_state().
    ///
    /// Errors: errc::argument_invalid for a position beyond 624; nothing has changed then.
    void set_state(const legacy_state& s)
        requires on_mt19937
    {
        require(s.pos <= s.key.size(), "set_state()", "the position is beyond 624",
                "pass what get_state() returned");
        source_.bits.set_state({s.key, s.pos});
        source_.kept = {s.has_gauss, s.cached_gaussian};
    }

    /// Returns the complete state as one line of text.
    [[nodiscard]] std::string save() const {
        std::string line = format();
        line.reserve(9 * (repro::mt19937::state_size + 5));
        repro::detail::append_state(line, source_.kept.present);
        repro::detail::append_state(line, std::bit_cast<std::uint64_t>(source_.kept.value));
        source_.bits.append_to(line);
        return line;
    }
    /// Puts back a state that save() returned.
    ///
    /// Errors: errc::state_invalid; nothing has changed then.
    void restore(std::string_view line) {
        const std::string expected = format();
        repro::detail::state_reader reader(line, expected);
        const bool has_gauss = reader.number(1) != 0;
        const auto gauss = std::bit_cast<double>(reader.number());
        const Bits bits = Bits::read_from(reader);
        reader.finish();
        source_.bits = bits;
        source_.kept = {has_gauss, gauss};
    }

    /// Returns how many 32-bit words were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return source_.bits.draws(); }

    /// Whether both give the same values from here on.
    friend bool operator==(const legacy_core& a, const legacy_core& b) noexcept {
        return a.source_.bits == b.source_.bits && a.source_.kept == b.source_.kept;
    }

protected:
    friend struct repro::detail::fill_access;

    explicit legacy_core(const Bits& bits) : source_(bits) {}

    void seed_from_system()
        requires on_mt19937
    {
        std::array<std::uint32_t, repro::mt19937::state_size> key;
        repro::detail::system_entropy(key);
        restart(repro::mt19937(std::span<const std::uint32_t>(key)));
    }
    legacy_source<Bits> source_;

private:
    void restart(const repro::mt19937& engine) noexcept {
        source_.bits = Bits(engine);
        source_.kept = {};
    }

    static std::string format() {
        std::string word = "numpy.random_state.";
        return word.append(engine_name).append("-1");
    }
};

} // namespace detail
} // namespace repro::inline v0::numpy
