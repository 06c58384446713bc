// SPDX-License-Identifier: MIT
#pragma once
// The generator of Armadillo. Tested with Armadillo 11.4, with and without its wrapper library; no version is
// refused.

#if !__has_include(<armadillo>)
#error                                                                                                       \
    "repro/adapters/armadillo.hpp needs Armadillo: find_package(repro COMPONENTS armadillo), link repro::armadillo"
#else

#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/stream/c_library.hpp>
#include <repro/stream/tracked.hpp>

#include <armadillo>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::armadillo {
namespace detail {

/// Where Armadillo keeps its generator, by `arma::arma_rng::rng_method`.
enum class generator : unsigned char {
    c_library = 0, ///< std::rand(), which seeds an engine for each fill
    wrapper = 1,   ///< a std::mt19937_64 of the thread, in the wrapper library
    program = 2    ///< the program's own: ARMA_RNG_ALT
};
inline constexpr auto in_use = static_cast<generator>(arma::arma_rng::rng_method);

} // namespace detail

/// The generator of Armadillo in the calling thread, as a source for seed_everything and run. Seeding does
/// what `arma::arma_rng::set_seed(seed)` does; where that takes 32 bits (without the wrapper library it seeds
/// std::rand), a wider seed is derived.
///
/// Does not cover: the generators of other threads, which Armadillo starts alike in each; randg() with OpenMP
/// from 512 numbers on, whose numbers depend on the number of threads; the distributions, which are those of
/// the C++ standard library and differ between such libraries; BLAS and LAPACK. Without the wrapper library
/// the state is that of std::rand, which the registry saves as `c/random`; one of the program's own
/// (ARMA_RNG_ALT) is seeded and not saved. Threads: save, restore and ledger mean the calling thread's
/// generator.
class streams {
public:
    static constexpr bool marked_beside_threads = true; ///< see repro::source
    [[nodiscard]] static constexpr std::string_view name() noexcept { return "armadillo"; }

    void seed(repro::seed s) {
        using seed_type = arma::arma_rng::seed_type;
        if constexpr (std::numeric_limits<seed_type>::digits >= 64)
            seed_ = {repro::detail::decimal(s.value()), seed_rule::exact, ""};
        else {
            const repro::detail::narrow_seed narrow = repro::detail::narrow(s, "armadillo/rng");
            seed_ = {repro::detail::decimal(narrow.value), narrow.rule, narrow.note};
            s = narrow.value;
        }
        arma::arma_rng::set_seed(static_cast<seed_type>(s.value()));
    }

    [[nodiscard]] std::string save() const {
#if defined(ARMA_USE_EXTERN_RNG)
        return "armadillo-1 " + repro::detail::engine_text(arma::mt19937_64_instance);
#else
        return "armadillo-1 elsewhere";
#endif
    }

    /// Errors: errc::state_invalid for a text that save() did not return in a program that has its generator
    ///         in the same place; nothing is changed.
    void restore(std::string_view text) {
        bool read = repro::detail::next_token(text, ' ') == "armadillo-1";
#if defined(ARMA_USE_EXTERN_RNG)
        std::mt19937_64 restored;
        read = read && repro::detail::read_engine(text, restored);
        if (read) arma::mt19937_64_instance = restored;
#else
        read = read && text == "elsewhere";
#endif
        if (!read)
            throw error(errc::state_invalid, "armadillo/rng", "the saved state is not one of this generator",
                        "restore a snapshot that was taken in a program with the same Armadillo");
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        const bool kept = detail::in_use == detail::generator::wrapper;
        return {{"armadillo/rng",
                 kept                                           ? "mt19937-64"
                 : detail::in_use == detail::generator::program ? "the program's own"
                                                                : "rand",
                 seed_.text, seed_.rule, seed_.note, std::nullopt, "Armadillo does not count",
                 sha256(save())}};
    }

    [[nodiscard]] std::vector<fact> facts() const {
        return {{"version", arma::arma_version::as_string()},
#if defined(ARMA_USE_WRAPPER)
                {"wrapper", "on"},
#else
                {"wrapper", "off"},
#endif
#if defined(ARMA_USE_OPENMP)
                {"openmp_threads", std::to_string(arma::mp_thread_limit::get())},
#else
                {"openmp_threads", "off"},
#endif
                {"word_bits", std::to_string(std::numeric_limits<arma::uword>::digits)}};
    }

    [[nodiscard]] std::vector<missing_fact> not_seeded() const {
        if constexpr (detail::in_use == detail::generator::wrapper)
            return {{"armadillo/other threads",
                     "each thread has a generator of its own, which starts alike in all: seed it there"}};
        else if constexpr (detail::in_use == detail::generator::program)
            return {{"armadillo/rng",
                     "the program has put a generator of its own in place (ARMA_RNG_ALT), which "
                     "is seeded and not saved"}};
        else
            return {};
    }

private:
    struct taken_seed {
        std::string text;
        seed_rule rule = seed_rule::exact;
        std::string note = "not seeded";
    };
    taken_seed seed_;
};

} // namespace repro::inline v0::armadillo
#endif
