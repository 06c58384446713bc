// SPDX-License-Identifier: MIT
#pragma once
// The part of numpy.random.Generator below its distributions: seeding, words, bounded integers, uniforms and
// ziggurats, order, state.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/_generator.pyx.

#include <repro/compat/draw.hpp>
#include <repro/compat/numpy/bounded.hpp>
#include <repro/compat/numpy/choice.hpp>
#include <repro/compat/numpy/ziggurat.hpp>
#include <repro/core/state_text.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::numpy {

/// Whether `high` itself can come out of integers(low, high).
enum class endpoint : unsigned char { excluded, included };

/// Whether a choice without replacement comes in random order, or in one that is cheaper to make.
enum class choice_order : unsigned char { unspecified, shuffled };

/// How standard_exponential makes its numbers.
enum class exponential_method : unsigned char {
    zig, ///< by a ziggurat, the default
    inv  ///< -log1p(-u), one uniform a number
};

namespace detail {

/// The integers, uniforms and ziggurats of Generator over a bit generator; use it through `numpy::generator`.
template <class Bits> class generator_core {
public:
    using bit_generator_type = Bits;
    using result_type = typename Bits::result_type;
    static constexpr std::string_view engine_name = Bits::engine_name;

    static constexpr result_type min() noexcept { return Bits::min(); }
    static constexpr result_type max() noexcept { return Bits::max(); }
    /// Returns the next raw output of the bit generator: random_raw(). Class int.
    result_type operator()() noexcept { return source_.bits(); }

    /// Seeds as `default_rng(seed)`.
    void seed(std::uint64_t value) { seed(seed_sequence(value)); }
    /// Seeds as `default_rng(SeedSequence(...))`.
    void seed(const seed_sequence& sequence) {
        source_.bits.seed(sequence);
        sequence_ = sequence;
    }

    [[nodiscard]] Bits& bit_generator() noexcept { return source_.bits; }
    [[nodiscard]] const Bits& bit_generator() const noexcept { return source_.bits; }

    /// Returns a number from low to high - 1, or to high; `T` is the dtype, bool or 8 to 64 bits. Class int.
    ///
    /// Errors: errc::argument_invalid where nothing lies between the bounds, or a bound does not fit the
    /// dtype.
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] T integers(wide low, wide high, endpoint end = endpoint::excluded) {
        const auto bounds = between<T>(low, high, end);
        bounded_draw<T, bounding::lemire> draw;
        return bounds.at(draw(source_.bits, bounds.range));
    }
    /// Returns a number from 0 to high - 1. Class int.
    template <integer_dtype T = std::int64_t> [[nodiscard]] T integers(wide high) {
        return integers<T>(0, high);
    }
    /// Returns `size` numbers from low to high - 1. Class int.
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> integers(wide low, wide high, std::size_t size) {
        return integers<T>(low, high, endpoint::excluded, size);
    }
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> integers(wide low, wide high, endpoint end, std::size_t size) {
        std::vector<T> values(size);
        draw_integers(values, between<T>(low, high, end));
        return values;
    }
    /// Fills `out` with numbers from low to high - 1. Class int.
    template <integer_dtype T> void integers(wide low, wide high, std::span<T> out) {
        integers(low, high, endpoint::excluded, out);
    }
    template <integer_dtype T> void integers(wide low, wide high, endpoint end, std::span<T> out) {
        draw_integers(out, between<T>(low, high, end));
    }
    /// Returns a number for each pair of bounds, as arrays of bounds give them. Class int.
    ///
    /// Errors: errc::argument_invalid as above, and where the arrays differ in length.
    template <integer_dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> integers(std::span<const wide> low, std::span<const wide> high,
                                          endpoint end = endpoint::excluded) {
        return draw_between<T, bounding::lemire>(source_.bits, low, high, end == endpoint::excluded ? 1 : 0,
                                                 "integers()");
    }

    /// Returns a number in [0, 1): a double with 53 random bits or a float with 24. Class ieee.
    template <std::floating_point T = double> T random() noexcept {
        if constexpr (std::same_as<T, float>)
            return source_.uniform_f();
        else
            return source_.uniform();
    }
    template <std::floating_point T = double> [[nodiscard]] std::vector<T> random(std::size_t size) {
        return repro::detail::draw_many<T>(size, [this] { return random<T>(); });
    }
    void random(std::span<double> out) noexcept {
        fill(out, [](auto& source) { return source.uniform(); });
    }
    void random(std::span<float> out) noexcept {
        fill(out, [](auto& source) { return source.uniform_f(); });
    }

    /// Returns a standard normal by a ziggurat, in double or float. Class zig.
    template <std::floating_point T = double> T standard_normal() noexcept {
        if constexpr (std::same_as<T, float>)
            return source_.normal_f();
        else
            return source_.normal();
    }
    template <std::floating_point T = double> [[nodiscard]] std::vector<T> standard_normal(std::size_t size) {
        return repro::detail::draw_many<T>(size, [this] { return standard_normal<T>(); });
    }
    void standard_normal(std::span<double> out) noexcept {
        fill(out, [](auto& source) { return source.normal(); });
    }
    void standard_normal(std::span<float> out) noexcept {
        fill(out, [](auto& source) { return source.normal_f(); });
    }

    /// Returns a standard exponential, in double or float. Class zig; libm (log1p) by inversion.
    template <std::floating_point T = double>
    T standard_exponential(exponential_method method = exponential_method::zig) noexcept {
        if constexpr (std::same_as<T, float>)
            return method == exponential_method::zig ? source_.exponential_f()
                                                     : -libm::log1pf(-source_.uniform_f());
        else
            return method == exponential_method::zig ? source_.exponential()
                                                     : -libm::log1p(-source_.uniform());
    }
    template <std::floating_point T = double>
    [[nodiscard]] std::vector<T> standard_exponential(exponential_method method, std::size_t size) {
        return repro::detail::draw_many<T>(size, [=, this] { return standard_exponential<T>(method); });
    }
    template <std::floating_point T = double>
    [[nodiscard]] std::vector<T> standard_exponential(std::size_t size) {
        return standard_exponential<T>(exponential_method::zig, size);
    }
    template <std::floating_point T>
    void standard_exponential(exponential_method method, std::span<T> out) noexcept {
        if (method == exponential_method::zig) return standard_exponential(out);
        repro::detail::draw_into(out, [=, this] { return standard_exponential<T>(method); });
    }
    void standard_exponential(std::span<double> out) noexcept {
        fill(out, [](auto& source) { return source.exponential(); });
    }
    void standard_exponential(std::span<float> out) noexcept {
        fill(out, [](auto& source) { return source.exponential_f(); });
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
    /// Shuffles n things, rows or columns of a matrix for instance, which `exchange(i, j)` exchanges. Class
    /// int.
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
    /// Shuffles every lane of a C-ordered array of `outer` x `length` x `inner` elements on its own, along
    /// its middle axis, one lane after the other: permuted(x, axis). Class int.
    ///
    /// Errors: errc::argument_invalid where the extents do not give the size of x.
    template <class T>
    void permuted(std::span<T> x, std::size_t outer, std::size_t length, std::size_t inner) {
        require(outer * length * inner == x.size(), "permuted()",
                "the extents do not give the size of the array",
                "pass the product of the axes before, of, and after the axis");
        for (std::size_t lane = 0; lane < outer * inner; ++lane) {
            T* const first = x.data() + (lane / inner) * length * inner + lane % inner;
            shuffle(length, [&](std::size_t i, std::size_t j) {
                T held = std::move(first[i * inner]);
                first[i * inner] = std::move(first[j * inner]);
                first[j * inner] = std::move(held);
            });
        }
    }

    /// Returns one of 0 ... a - 1. Class int.
    ///
    /// Errors: errc::argument_invalid unless a > 0.
    [[nodiscard]] std::int64_t choice(std::int64_t a) { return choice(a, 1).front(); }
    /// Returns `size` of 0 ... a - 1, each with equal chance. Class int.
    ///
    /// Errors: errc::argument_invalid for a < 1, or without replacement for a size above a.
    [[nodiscard]] std::vector<std::int64_t> choice(std::int64_t a, std::size_t size,
                                                   replacement replace = replacement::yes,
                                                   choice_order order = choice_order::shuffled) {
        choice_arguments(a, size, replace, "choice()");
        if (size == 0) return {};
        if (replace == replacement::yes) return integers(0, a, size);
        const std::int64_t cutoff = order == choice_order::shuffled ? 50 : 20;
        if (a > 10000 && static_cast<std::int64_t>(size) > a / cutoff) return choose_by_tail(a, size);
        return choose_by_floyd(a, size, order);
    }
    /// Returns `size` of 0 ... len(p) - 1 with chances p. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless p are probabilities that sum to one.
    [[nodiscard]] std::vector<std::int64_t> choice(std::size_t size, replacement replace,
                                                   std::span<const double> p) {
        return choose_weighted(source_, size, replace, p, "choice()");
    }

    /// Returns the complete state as one line of text, the seed sequence included, from which spawn() draws.
    [[nodiscard]] std::string save() const {
        std::string line(Bits::format);
        source_.bits.append_to(line);
        for (const auto* words : {&sequence_.entropy(), &sequence_.spawn_key()}) {
            repro::detail::append_state(line, words->size());
            for (const std::uint32_t word : *words)
                repro::detail::append_state(line, word);
        }
        repro::detail::append_state(line, sequence_.pool().size());
        repro::detail::append_state(line, sequence_.n_children_spawned());
        return line;
    }
    /// Puts back a state that save() returned.
    ///
    /// Errors: errc::state_invalid; nothing has changed then.
    void restore(std::string_view line) {
        repro::detail::state_reader reader(line, Bits::format);
        const Bits bits = Bits::read_from(reader);
        const auto read_words = [&] {
            std::vector<std::uint32_t> words(static_cast<std::size_t>(reader.number(line.size())));
            for (std::uint32_t& word : words)
                word = static_cast<std::uint32_t>(reader.number(UINT32_MAX));
            return words;
        };
        const std::vector<std::uint32_t> entropy = read_words(), key = read_words();
        const auto pool =
            static_cast<std::size_t>(reader.number(line.size() + seed_sequence::default_pool_size));
        if (pool < seed_sequence::default_pool_size) reader.fail("has too small a pool");
        seed_sequence sequence(entropy, key, pool);
        sequence.set_children_spawned(reader.number());
        reader.finish();
        source_.bits = bits;
        sequence_ = sequence;
    }

    /// Returns how many raw outputs were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return source_.bits.draws(); }

protected:
    explicit generator_core(const seed_sequence& sequence) : sequence_(sequence), source_(Bits(sequence)) {}
    generator_core(const Bits& bits, const seed_sequence& sequence) : sequence_(sequence), source_(bits) {}

    /// Fills from a copy of the source that stays in registers, and puts it back.
    template <class Out, class Draw> void fill(Out& out, Draw draw) noexcept {
        ziggurat_source<Bits> source = source_;
        for (auto&& value : out)
            value = draw(source);
        source_ = source;
    }

    seed_sequence sequence_;
    ziggurat_source<Bits> source_;

private:
    template <integer_dtype T> static interval<T> between(wide low, wide high, endpoint end) {
        return interval<T>::checked(low, end == endpoint::excluded ? high - 1 : high, "integers()");
    }

    template <class Out, class T> void draw_integers(Out& out, interval<T> bounds) noexcept {
        if constexpr (width_of<T> == 8)
            if (bounds.range == UINT8_MAX && !out.empty()) { // nothing to reject: the bytes of words in order
                bytes(std::span(reinterpret_cast<std::uint8_t*>(out.data()), out.size()));
                const auto low = static_cast<std::uint8_t>(bounds.low);
                for (std::size_t i = 0; low != 0 && i < out.size(); ++i)
                    out[i] = static_cast<T>(static_cast<std::uint8_t>(out[i]) + low);
                return;
            }
        fill(out, [bounds, draw = bounded_draw<T, bounding::lemire>()](auto& source) mutable {
            return bounds.at(draw(source.bits, bounds.range));
        });
    }

    /// Fisher and Yates by Lemire's method, from the end down to `first`.
    void shuffle_tail(std::vector<std::int64_t>& data, std::size_t first) {
        bounded_draw<std::uint64_t, bounding::lemire> draw;
        for (std::size_t i = data.size(); i-- > first;)
            repro::detail::exchange(data, static_cast<std::size_t>(draw(source_.bits, i)), i);
    }

    std::vector<std::int64_t> choose_by_tail(std::int64_t a, std::size_t size) {
        std::vector<std::int64_t> all(static_cast<std::size_t>(a));
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<std::int64_t>(i);
        const std::size_t rest = all.size() - size;
        shuffle_tail(all, rest > 1 ? rest : 1);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rest));
        return all;
    }

    /// R. W. Floyd's sampling: one draw an element, whatever came before.
    std::vector<std::int64_t> choose_by_floyd(std::int64_t a, std::size_t size, choice_order order) {
        bounded_draw<std::uint64_t, bounding::lemire> draw;
        repro::detail::index_set seen(size);
        std::vector<std::int64_t> chosen(size);
        std::uint64_t j = static_cast<std::uint64_t>(a) - size;
        for (std::int64_t& each : chosen) {
            std::uint64_t value = draw(source_.bits, j);
            if (!seen.insert(value)) {
                value = j;
                seen.insert(value);
            }
            each = static_cast<std::int64_t>(value);
            ++j;
        }
        if (order == choice_order::shuffled) shuffle_tail(chosen, 1);
        return chosen;
    }
};

} // namespace detail
} // namespace repro::inline v0::numpy
