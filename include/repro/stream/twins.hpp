// SPDX-License-Identifier: MIT
#pragma once
// The process-wide twins as sources: CPython's random, NumPy's legacy global, NumPy's Generator, PyTorch's
// CPU generator.

#include <repro/compat/numpy.hpp>
#include <repro/compat/python.hpp>
#include <repro/compat/pytorch/generator.hpp>
#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/hash/sha2.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// The seed that a twin got, as its original spells it.
struct twin_seed {
    std::string text = "none";
    seed_rule rule = seed_rule::exact;
    std::string note = "not seeded";
};

/// A twin as a source. `Twin` names it, gives the object, and seeds it by its original's rule.
template <class Twin> class twin_source {
public:
    [[nodiscard]] static constexpr std::string_view name() noexcept { return Twin::name; }
    void seed(repro::seed s) { seed_ = Twin::seed(s); }
    [[nodiscard]] std::string save() const { return Twin::object().save(); }
    void restore(std::string_view text) { Twin::object().restore(text); }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        const auto& twin = Twin::object();
        return {{std::string(name()),
                 std::string(twin.engine_name),
                 seed_.text,
                 seed_.rule,
                 seed_.note,
                 twin.draws(),
                 {},
                 sha256(twin.save())}};
    }

    [[nodiscard]] stream_mark mark() const { return {mark_kind::draws, Twin::object().draws()}; }
    [[nodiscard]] std::vector<fact> facts() const { return {}; }
    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

private:
    twin_seed seed_;
};

struct python_twin {
    static constexpr std::string_view name = "python/random";
    static python::random& object() { return python::global(); }
    static twin_seed seed(repro::seed s) {
        object().seed(s.value());
        return {decimal(s.value()), seed_rule::exact, {}};
    }
};

struct numpy_legacy_twin {
    static constexpr std::string_view name = "numpy/legacy";
    static numpy::random_state& object() { return numpy::legacy(); }
    static twin_seed seed(repro::seed s) {
        const auto low = static_cast<std::uint32_t>(s.value());
        if (s.value() <= UINT32_MAX) {
            object().seed(low);
            return {decimal(low), seed_rule::exact, {}};
        }
        const auto high = static_cast<std::uint32_t>(s.value() >> 32);
        object().seed(std::array{low, high});
        return {"[" + decimal(low) + ", " + decimal(high) + "]", seed_rule::derived,
                "the original refuses seeds from 2^32 on: seeded as RandomState([low, high])"};
    }
};

struct numpy_generator_twin {
    static constexpr std::string_view name = "numpy/generator";
    static numpy::generator& object() { return numpy::default_generator(); }
    static twin_seed seed(repro::seed s) {
        object() = numpy::default_rng(s.value());
        return {decimal(s.value()), seed_rule::exact, {}};
    }
};

struct pytorch_cpu_twin {
    static constexpr std::string_view name = "pytorch/cpu";
    static pytorch::cpu_generator& object() { return pytorch::default_generator(); }
    static twin_seed seed(repro::seed s) {
        object().manual_seed(s.value());
        return {decimal(s.value()), seed_rule::exact, {}};
    }
};

using python_source = twin_source<python_twin>;
using numpy_legacy_source = twin_source<numpy_legacy_twin>;
using numpy_generator_source = twin_source<numpy_generator_twin>;
using pytorch_cpu_source = twin_source<pytorch_cpu_twin>;

} // namespace detail
} // namespace repro::inline v0
