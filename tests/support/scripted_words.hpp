// SPDX-License-Identifier: MIT
#pragma once
// A generator that gives the words it was told to and counts how many were taken.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace support {

class scripted_words {
public:
    using result_type = std::uint64_t;

    scripted_words(std::initializer_list<std::uint64_t> words) : words_(words) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }

    result_type operator()() {
        if (taken_ == words_.size()) throw std::out_of_range("more words taken than the script holds");
        return words_[taken_++];
    }

    [[nodiscard]] std::size_t taken() const { return taken_; }

private:
    std::vector<std::uint64_t> words_;
    std::size_t taken_ = 0;
};

} // namespace support
