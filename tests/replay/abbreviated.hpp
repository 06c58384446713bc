// SPDX-License-Identifier: MIT
#pragma once
// Lists of arguments that a file abbreviates: {n, pack, first, last, sha256}. What is missing between the
// ends can be found where it is one number of few digits, because the digest confirms it.

#include "arguments.hpp"

#include <optional>

namespace replay {

/// The numbers of a list, all of them; whole numbers and others never stand in one.
struct numbers {
    bool whole = false;
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
};

/// Finds the one number between the ends.
template <class T> class missing_number {
public:
    missing_number(std::vector<T> first, std::vector<T> last, std::string sha256)
        : first_(std::move(first)), last_(std::move(last)), sha256_(std::move(sha256)) {
        for (const T each : first_)
            head_.update(std::span<const std::uint8_t>(bytes_of(each)));
        for (const T each : last_)
            append_little_endian(tail_, each);
    }

    /// The list with the first of the candidates that the digest confirms.
    template <class Candidate>
    std::optional<std::vector<T>> among(int candidates, Candidate candidate) const {
        for (int i = 0; i < candidates; ++i) {
            const T each = candidate(i);
            repro::sha256_hash hash = head_;
            hash.update(std::span<const std::uint8_t>(bytes_of(each)));
            hash.update(std::span<const std::uint8_t>(tail_));
            if (repro::digest256{hash.finish()}.hex() != sha256_) continue;
            std::vector<T> whole = first_;
            whole.push_back(each);
            whole.insert(whole.end(), last_.begin(), last_.end());
            return whole;
        }
        return std::nullopt;
    }

private:
    static bytes bytes_of(T each) {
        bytes result;
        append_little_endian(result, each);
        return result;
    }

    std::vector<T> first_, last_;
    std::string sha256_;
    repro::sha256_hash head_;
    bytes tail_;
};

/// The numbers of a list that may be abbreviated; nothing where they cannot be known.
inline std::optional<numbers> numbers_of(const json& given) {
    numbers result;
    if (given.is_array()) {
        for (const json& each : given)
            result.reals.push_back(real(each));
        result.whole = !given.empty() && std::all_of(given.begin(), given.end(), [](const json& each) {
            return each.is_number_integer();
        });
        if (result.whole) result.integers = integers_as<std::int64_t>(given);
        return result;
    }
    const json &first = array_of(need(given, "first")), &last = array_of(need(given, "last"));
    if (count(need(given, "n")) != first.size() + last.size() + 1) return std::nullopt;
    const std::string sha256 = text(need(given, "sha256"));
    result.whole = text(need(given, "pack")) != "f64le";
    if (result.whole) {
        const missing_number search(integers_as<std::int64_t>(first), integers_as<std::int64_t>(last),
                                    sha256);
        const auto found = search.among(10000, [](int i) { return std::int64_t{i}; });
        if (!found) return std::nullopt;
        result.integers = *found;
        return result;
    }
    const missing_number search(reals(first), reals(last), sha256);
    const auto found = search.among(20000, [](int i) { return i / 1000.0; });
    if (!found) return std::nullopt;
    result.reals = *found;
    return result;
}

} // namespace replay
