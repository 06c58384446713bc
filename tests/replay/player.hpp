// SPDX-License-Identifier: MIT
#pragma once
// Plays the calls of known answers with a twin.

#include "value.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace replay {

using json = nlohmann::json;

/// A call, an argument, a seed, a version or a stream that no player knows.
class unsupported : public std::runtime_error {
    using runtime_error::runtime_error;
};

/// A call that left the stream where it should be, but whose result cannot be known from what the file tells.
class unknown_result : public unsupported {
    using unsupported::unsupported;
};

/// A call that no twin models: not promised, where its answer is of the class `device` or `layout`.
class not_modelled : public unsupported {
public:
    explicit not_modelled(const std::string& what) : unsupported(what + " is not modelled") {}
};

/// One seeded generator. It sees calls and arguments, never what they are expected to give.
class player {
public:
    player() = default;
    player(const player&) = delete;
    player& operator=(const player&) = delete;
    virtual ~player() = default;

    /// Makes one call with the arguments of the file; throws `unsupported` for what it does not know.
    virtual value call(const std::string& name, const json& args) = 0;

    /// The position in the stream, the next raw word included: every field that a file may show.
    virtual object position() = 0;
};

// One for each stream; `c` is the case, of which they read stream, version, device, path and seed.
std::unique_ptr<player> make_python_player(const json& c);          // python.cpp: "cpython"
std::unique_ptr<player> make_numpy_legacy_player(const json& c);    // numpy_legacy.cpp
std::unique_ptr<player> make_numpy_generator_player(const json& c); // numpy_generator.cpp: and SeedSequence
std::unique_ptr<player> make_torch_cpu_player(const json& c);       // torch_cpu.cpp
std::unique_ptr<player> make_torch_cuda_player(const json& c);      // torch_cuda.cpp
std::unique_ptr<player> make_curand_player(const json& c);          // curand.cpp
std::unique_ptr<player> make_jax_player(const json& c);             // jax.cpp

} // namespace replay
