// SPDX-License-Identifier: MIT
#pragma once
// The part of PyTorch's CPU generator below its distributions: seeding, words, state in and out.
// Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/CPUGeneratorImpl.cpp and
// core/MT19937RNGEngine.h.

#include <repro/compat/argument.hpp>
#include <repro/compat/draw.hpp>
#include <repro/compat/pytorch/state.hpp>
#include <repro/core/entropy.hpp>
#include <repro/rng/mt19937.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::pytorch {

/// The PyTorch whose rules apply, where releases differ; the newest is the default.
enum class rules : unsigned char {
    torch_1_8,  ///< 1.8 and before, for worker_seeds alone: workers leave NumPy unseeded
    torch_2_6,  ///< before 2.7: integers take two words from a range of 2^32 on, and some dtypes never
    torch_2_7,  ///< 2.7 to 2.11: two words from a range of 2^28 on
    torch_2_12, ///< half types are computed in float, and uniform_ never returns `to`
    torch_2_13  ///< 2.13 to 2.15: from sixteen on, normals of half types are those of float, and on every
                ///< processor the last step of a normal is fused
};

/// The kernels that PyTorch chooses by the processor (ATEN_CPU_CAPABILITY).
enum class path : unsigned char {
    vector,  ///< AVX2 and AVX-512, compiled with FMA: every x86-64 since 2013
    baseline ///< neither: products and sums rounded one by one, normals through the C library
};

/// Whether a sample may take the same element twice.
enum class replacement : unsigned char { no, yes };

namespace detail {

using repro::detail::require;

/// The words and the state of the CPU generator; use it through `pytorch::cpu_generator`.
class cpu_words {
public:
    using result_type = std::uint32_t;
    static constexpr std::string_view engine_name = mt19937::engine_name;

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return 0xffffffff; }
    /// Returns the next raw word. Class int.
    result_type operator()() noexcept { return engine_(); }

    /// Seeds as `manual_seed(seed)`: a negative seed counts as its 64 bits, and the low 32 bits decide.
    template <std::integral Integer> void manual_seed(Integer seed) noexcept {
        seed_ = static_cast<std::uint64_t>(seed);
        engine_.seed(static_cast<std::uint32_t>(seed_));
        kept_ = {};
        unborn_ = true;
    }
    /// Seeds from the operating system and returns the seed, as `seed()` does.
    std::uint64_t seed() {
        std::array<std::uint32_t, 2> words{};
        repro::detail::system_entropy(words);
        manual_seed(std::uint64_t{words[1]} << 32 | words[0]);
        return seed_;
    }
    /// Returns the seed as it was given, all 64 bits of it.
    [[nodiscard]] std::uint64_t initial_seed() const noexcept { return seed_; }

    /// Chooses the rules of another PyTorch; the state stays.
    void follow(rules which) noexcept { rules_ = which; }
    /// Chooses the kernels of another processor; the state stays.
    void follow(path which) noexcept { path_ = which; }
    /// Returns the rules that are followed.
    [[nodiscard]] rules follows() const noexcept { return rules_; }
    /// Returns the kernels that are followed.
    [[nodiscard]] path kernels() const noexcept { return path_; }

    /// Returns the state in the 5,056 bytes of `torch.get_rng_state()`.
    [[nodiscard]] std::vector<std::uint8_t> get_state() const {
        const bool at_birth = unborn_ && engine_.draws() == 0;
        return encode_state({seed_, engine_.words(), at_birth ? 0 : engine_.position(), kept_});
    }
    /// Takes over a state of `torch.get_rng_state()`, or of a PyTorch before 1.6, 8 bytes shorter.
    ///
    /// Errors: errc::state_invalid for a wrong size, an unseeded or a damaged state; nothing has changed
    /// then.
    void set_state(std::span<const std::uint8_t> bytes) {
        const cpu_state state = decode_state(bytes);
        seed_ = state.seed;
        kept_ = state.kept;
        unborn_ = state.next == 0;
        engine_.set_state(state.words, unborn_ ? mt19937::state_size : state.next);
    }

    /// Returns the complete state as one line of text.
    [[nodiscard]] std::string save() const {
        std::string line(format);
        line.reserve(9 * (mt19937::state_size + 8));
        repro::detail::append_state(line, seed_);
        repro::detail::append_state(line, unborn_ && engine_.draws() == 0);
        repro::detail::append_state(line, kept_.present);
        repro::detail::append_state(line, std::bit_cast<std::uint64_t>(kept_.value));
        engine_.append_to(line);
        return line;
    }
    /// Puts back a state that save() returned.
    ///
    /// Errors: errc::state_invalid; nothing has changed then.
    void restore(std::string_view line) {
        repro::detail::state_reader reader(line, format);
        const std::uint64_t seed = reader.number();
        const bool unborn = reader.number(1) != 0;
        const bool present = reader.number(1) != 0;
        const auto value = std::bit_cast<double>(reader.number());
        const mt19937 engine = mt19937::read_from(reader);
        reader.finish();
        seed_ = seed;
        unborn_ = unborn;
        kept_ = {present, value};
        engine_ = engine;
    }

    /// Returns how many 32-bit words were taken since the last seeding.
    [[nodiscard]] std::uint64_t draws() const noexcept { return engine_.draws(); }

    /// Whether both give the same values from here on.
    friend bool operator==(const cpu_words& a, const cpu_words& b) noexcept {
        return a.engine_ == b.engine_ && a.kept_ == b.kept_ && a.rules_ == b.rules_ && a.path_ == b.path_;
    }

protected:
    friend struct repro::detail::fill_access;

    /// Returns 64 bits of two words, the high half first.
    std::uint64_t word64() noexcept {
        const std::uint64_t high = engine_();
        return high << 32 | engine_();
    }
    /// Returns a double in [0, 1): the low 53 bits of two words.
    double uniform53() noexcept {
        return static_cast<double>(word64() & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
    }

    mt19937 engine_{mt19937::unseeded{}};
    repro::detail::kept_normal kept_;
    std::uint64_t seed_ = 0;
    rules rules_ = rules::torch_2_13;
    path path_ = path::vector;

private:
    static constexpr std::string_view format = "pytorch.cpu_generator-1";

    bool unborn_ = true; ///< PyTorch writes 0 as position before the first draw, and 624 after a block
};

} // namespace detail
} // namespace repro::inline v0::pytorch
