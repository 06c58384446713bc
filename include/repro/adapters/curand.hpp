// SPDX-License-Identifier: MIT
#pragma once
// Host generators of cuRAND, which can say where they stand. Tested with the cuRAND of CUDA 13.0, generators
// of the host and of an H100; no version is refused.

#if !__has_include(<curand.h>)
#error "repro/adapters/curand.hpp needs cuRAND: find_package(repro COMPONENTS curand), link repro::curand"
#else

#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/stream/key.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cuda_runtime_api.h>
#include <curand.h>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace repro::inline v0::curand {

/// Where a generator computes, and so whose memory it fills.
enum class place : unsigned char { host, device };

namespace detail {

/// What a call of a host generator draws.
enum class draw : unsigned char {
    words,
    uniform,
    uniform_double,
    normal,
    normal_double,
    log_normal,
    log_normal_double
};

/// Equal calls, one after the other.
struct calls {
    draw kind;
    std::uint64_t count; ///< numbers a call
    std::uint64_t times;
};

/// Throws where cuRAND did not do what was asked.
inline void expect(curandStatus_t status, const char* call) {
    if (status == CURAND_STATUS_SUCCESS) return;
    throw error(errc::library_failed, std::string("cuRAND, ") + call,
                "failed with status " + repro::detail::decimal(static_cast<unsigned>(status)),
                status == CURAND_STATUS_LENGTH_NOT_MULTIPLE ? "ask for an even number of normals"
                                                            : "look the status up in curand.h");
}

/// Memory that a generator of that place can fill.
class scratch {
public:
    scratch(place where, std::size_t bytes) : where_(where) {
        if (where_ == place::host)
            bytes_ = ::operator new(bytes);
        else if (const cudaError_t status = ::cudaMalloc(&bytes_, bytes); status != cudaSuccess)
            throw error(errc::library_failed, "CUDA, cudaMalloc", ::cudaGetErrorString(status),
                        "free memory of the device");
    }
    ~scratch() {
        if (where_ == place::host)
            ::operator delete(bytes_);
        else
            ::cudaFree(bytes_);
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    template <class T> [[nodiscard]] T* as() const noexcept { return static_cast<T*>(bytes_); }

private:
    place where_;
    void* bytes_ = nullptr;
};

} // namespace detail

/// One pseudorandom host generator, with cuRAND's own functions for what it draws.
///
/// cuRAND does not tell where a generator stands, and how far a call moves it depends on type, count and
/// device. So the calls since the seed are counted, equal ones together, and `restore` makes them again into
/// scratch memory: exact for every type, in the time that the draws took. Seeding anew, by epoch for
/// instance, keeps that short.
///
/// The ordering is the legacy one, which is the same for every release and GPU; a type that has none keeps
/// its own. Does not cover: draws made through `handle()`, Poisson's among them, whose consumption depends on
/// the rate; quasirandom generators, which have no seed. Threads: one object belongs to one thread at a time.
class generator {
public:
    /// Makes a generator called `name`, which stands as cuRAND makes it until it is seeded.
    ///
    /// Errors: errc::library_failed; errc::argument_invalid for a quasirandom type.
    explicit generator(std::string name, curandRngType_t type = CURAND_RNG_PSEUDO_PHILOX4_32_10,
                       place where = place::device)
        : name_(std::move(name)), type_(type), where_(where) {
        if (type >= CURAND_RNG_QUASI_DEFAULT)
            throw error(errc::argument_invalid, "curand/" + name_,
                        "is a quasirandom generator, which has no seed", "choose a pseudorandom type");
        make();
    }

    /// Starts the stream that `s` gives: curandSetPseudoRandomGeneratorSeed. Those of MT19937 and MTGP32
    /// cannot be started anew, so that `handle()` is another one afterwards.
    void seed(std::uint64_t s) {
        if (!has_offset()) make(); // cuRAND goes on where it stood
        detail::expect(::curandSetPseudoRandomGeneratorSeed(handle(), s),
                       "curandSetPseudoRandomGeneratorSeed");
        if (has_offset()) detail::expect(::curandSetGeneratorOffset(handle(), 0), "curandSetGeneratorOffset");
        seed_ = s;
        calls_.clear();
    }

    // The draws, each under cuRAND's name; `out` lies where the generator computes. Errors:
    // errc::library_failed.

    void generate(std::uint32_t* out, std::size_t n) {
        made(detail::draw::words, n, ::curandGenerate(handle(), out, n));
    }
    void generate_uniform(float* out, std::size_t n) {
        made(detail::draw::uniform, n, ::curandGenerateUniform(handle(), out, n));
    }
    void generate_uniform(double* out, std::size_t n) {
        made(detail::draw::uniform_double, n, ::curandGenerateUniformDouble(handle(), out, n));
    }
    void generate_normal(float* out, std::size_t n, float mean = 0, float stddev = 1) {
        made(detail::draw::normal, n, ::curandGenerateNormal(handle(), out, n, mean, stddev));
    }
    void generate_normal(double* out, std::size_t n, double mean = 0, double stddev = 1) {
        made(detail::draw::normal_double, n, ::curandGenerateNormalDouble(handle(), out, n, mean, stddev));
    }
    void generate_log_normal(float* out, std::size_t n, float mean, float stddev) {
        made(detail::draw::log_normal, n, ::curandGenerateLogNormal(handle(), out, n, mean, stddev));
    }
    void generate_log_normal(double* out, std::size_t n, double mean, double stddev) {
        made(detail::draw::log_normal_double, n,
             ::curandGenerateLogNormalDouble(handle(), out, n, mean, stddev));
    }
    /// Returns type, ordering, seed and calls since the seed as one line.
    [[nodiscard]] std::string save() const;

    /// Puts the generator where `save` saw it.
    ///
    /// Errors: errc::state_invalid for a damaged text and for another type, place or ordering, and nothing is
    ///         changed; errc::library_failed.
    void restore(std::string_view text);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::string_view engine() const noexcept;
    [[nodiscard]] bool legacy_ordering() const noexcept { return legacy_; }
    [[nodiscard]] curandGenerator_t handle() const noexcept { return handle_.get(); }

private:
    struct destroy {
        void operator()(curandGenerator_t g) const noexcept { ::curandDestroyGenerator(g); }
    };

    [[nodiscard]] bool has_offset() const noexcept {
        return type_ != CURAND_RNG_PSEUDO_MT19937 && type_ != CURAND_RNG_PSEUDO_MTGP32;
    }

    void make() {
        curandGenerator_t made = nullptr;
        detail::expect(where_ == place::device ? ::curandCreateGenerator(&made, type_)
                                               : ::curandCreateGeneratorHost(&made, type_),
                       "curandCreateGenerator");
        handle_.reset(made);
        legacy_ = ::curandSetGeneratorOrdering(made, CURAND_ORDERING_PSEUDO_LEGACY) == CURAND_STATUS_SUCCESS;
    }

    void made(detail::draw kind, std::uint64_t count, curandStatus_t status) {
        detail::expect(status, "a draw");
        if (!calls_.empty() && calls_.back().kind == kind && calls_.back().count == count)
            ++calls_.back().times;
        else
            calls_.push_back({kind, count, 1});
    }

    void make_again(const detail::calls& each, const detail::scratch& memory);
    [[nodiscard]] std::string head() const;
    [[nodiscard]] std::vector<detail::calls> parse_calls(std::string_view text) const;

    std::string name_;
    curandRngType_t type_;
    place where_;
    std::unique_ptr<std::remove_pointer_t<curandGenerator_t>, destroy> handle_;
    bool legacy_ = false;
    std::uint64_t seed_ = 0;
    std::vector<detail::calls> calls_;
};

inline std::string_view generator::engine() const noexcept {
    switch (type_) {
    case CURAND_RNG_PSEUDO_MRG32K3A:
        return "mrg32k3a";
    case CURAND_RNG_PSEUDO_MTGP32:
        return "mtgp32";
    case CURAND_RNG_PSEUDO_MT19937:
        return "mt19937";
    case CURAND_RNG_PSEUDO_PHILOX4_32_10:
        return "philox4x32-10";
    default:
        return "xorwow";
    }
}

/// What has to be the same where a saved state is taken back.
inline std::string generator::head() const {
    return std::string("curand-1 ") + std::string(engine()) + (where_ == place::host ? " host" : " device") +
           (legacy_ ? " legacy" : " default");
}

inline std::string generator::save() const {
    std::string text = head() + " " + repro::detail::decimal(seed_);
    for (const detail::calls& each : calls_)
        for (const std::uint64_t part : {static_cast<std::uint64_t>(each.kind), each.count, each.times})
            text.append(" ").append(repro::detail::decimal(part));
    return text;
}

/// Returns the calls that `text` lists; the numbers come in threes.
inline std::vector<detail::calls> generator::parse_calls(std::string_view text) const {
    std::vector<detail::calls> all;
    while (!text.empty()) {
        std::uint64_t parts[3] = {};
        bool good = true;
        for (std::uint64_t& part : parts)
            good = repro::detail::from_decimal(repro::detail::next_token(text, ' '), part) && good;
        if (!good || parts[0] > static_cast<std::uint64_t>(detail::draw::log_normal_double) || parts[2] == 0)
            throw error(errc::state_invalid, "curand/" + name_, "has a damaged state",
                        "give a text that save() returned");
        all.push_back({static_cast<detail::draw>(parts[0]), parts[1], parts[2]});
    }
    return all;
}

inline void generator::restore(std::string_view text) {
    const std::string mine = head() + " ";
    std::uint64_t saved_seed = 0;
    std::string_view rest = text.starts_with(mine) ? text.substr(mine.size()) : std::string_view();
    if (!repro::detail::from_decimal(repro::detail::next_token(rest, ' '), saved_seed))
        throw error(errc::state_invalid, "curand/" + name_,
                    "is a generator '" + mine + "...', and the state is of another",
                    "restore a snapshot of the same types, places and orderings");
    const std::vector<detail::calls> saved = parse_calls(rest);
    std::uint64_t most = 0;
    for (const detail::calls& each : saved)
        most = each.count > most ? each.count : most;
    const detail::scratch memory(where_, most * sizeof(double) + 1);
    seed(saved_seed);
    for (const detail::calls& each : saved)
        make_again(each, memory);
}

inline void generator::make_again(const detail::calls& each, const detail::scratch& memory) {
    auto* const words = memory.as<std::uint32_t>();
    auto* const floats = memory.as<float>();
    auto* const doubles = memory.as<double>();
    for (std::uint64_t i = 0; i < each.times; ++i) {
        switch (each.kind) {
        case detail::draw::words:
            generate(words, each.count);
            break;
        case detail::draw::uniform:
            generate_uniform(floats, each.count);
            break;
        case detail::draw::uniform_double:
            generate_uniform(doubles, each.count);
            break;
        case detail::draw::normal:
            generate_normal(floats, each.count);
            break;
        case detail::draw::normal_double:
            generate_normal(doubles, each.count);
            break;
        case detail::draw::log_normal:
            generate_log_normal(floats, each.count, 0, 1);
            break;
        case detail::draw::log_normal_double:
            generate_log_normal(doubles, each.count, 0, 1);
            break;
        }
    }
}

/// Generators as a source for seed_everything and run. They outlive it, as a tracked engine does. Each gets a
/// seed of its own, derived from the run's and from its name.
///
/// Does not cover: generators that were not handed in; the device interface, whose states live in kernels.
/// Threads: no other thread may draw meanwhile.
class streams {
public:
    template <std::same_as<generator>... Generators>
    explicit streams(Generators&... generators) : all_{&generators...} {}

    [[nodiscard]] static constexpr std::string_view name() noexcept { return "curand"; }

    void seed(repro::seed s) {
        for (generator* const each : all_)
            each->seed(derive_seed(root_key(s), "curand/" + each->name()));
        seeded_ = true;
    }

    [[nodiscard]] std::string save() const {
        std::string text;
        for (const generator* const each : all_)
            text += (text.empty() ? "" : "|") + each->save();
        return text;
    }

    /// Errors: errc::state_invalid, and nothing is changed; errc::library_failed.
    void restore(std::string_view text) {
        const std::string before = save();
        try {
            take(text);
        } catch (...) {
            take(before);
            throw;
        }
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        std::vector<stream_facts> facts;
        for (const generator* const each : all_)
            facts.push_back(
                {"curand/" + each->name(), std::string(each->engine()), repro::detail::decimal(each->seed()),
                 seed_rule::derived,
                 seeded_ ? "a seed derived from the run's and the generator's name" : "not seeded",
                 std::nullopt, "cuRAND does not count", sha256(each->save())});
        return facts;
    }

    [[nodiscard]] std::vector<fact> facts() const {
        int version = 0;
        detail::expect(::curandGetVersion(&version), "curandGetVersion");
        std::vector<fact> all{{"version", repro::detail::decimal(static_cast<unsigned>(version))}};
        for (const generator* const each : all_)
            all.push_back({each->name() + ".ordering", each->legacy_ordering() ? "legacy" : "default"});
        return all;
    }

    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

private:
    void take(std::string_view text) {
        for (generator* const each : all_)
            each->restore(repro::detail::next_token(text, '|'));
        if (!text.empty())
            throw error(errc::state_invalid, "curand", "has the states of more generators than are here",
                        "hand in the generators of the saved run, in its order");
    }

    std::vector<generator*> all_;
    bool seeded_ = false;
};

} // namespace repro::inline v0::curand
#endif
