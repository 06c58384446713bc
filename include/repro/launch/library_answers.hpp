// SPDX-License-Identifier: MIT
#pragma once
// What a mapped library says of itself, and what every question to one has at hand.

#include <repro/core/source.hpp>
#include <repro/detail/mapped_handle.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/read_back_scope.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What one mapped library answered.
struct library_answers {
    std::string library;     ///< its path as loaded; empty for the program itself
    std::string kind;        ///< "openblas", "openmp", "onednn", "mkl", "glibc", ...
    std::vector<fact> facts; ///< in the order of the questions
};

namespace detail {

/// Returns a text that a library handed out; empty where it handed out none.
[[nodiscard]] inline std::string text_or_none(const char* text) { return text != nullptr ? text : ""; }

/// A library that is asked.
struct asked_library {
    const mapped_handle& object;
    const std::string& path;
    read_back_scope scope;

    template <class Function> [[nodiscard]] Function* find(const std::string& name) const {
        return object.find<Function>(name);
    }
};

/// Adds the number that a function without arguments returns, where there is that function.
inline void add_count(const asked_library& library, const std::string& function, const char* name,
                      std::vector<fact>& facts) {
    if (auto* const count = library.find<int()>(function)) facts.push_back({name, signed_decimal(count())});
}

} // namespace detail
} // namespace repro::inline v0
