// SPDX-License-Identifier: MIT
#pragma once
// How far a run has come in its data, as one line of text: what a checkpoint keeps.

#include <repro/core/error.hpp>
#include <repro/core/state_text.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// An epoch, and how many of its samples all ranks together have used.
struct data_position {
    std::uint64_t epoch = 0;
    std::uint64_t sample = 0;

    friend constexpr bool operator==(const data_position&, const data_position&) = default;

    /// Returns the position in a data set of `size` samples as text. It names neither ranks nor workers: any
    /// number of them goes on from it.
    [[nodiscard]] std::string save(std::uint64_t size) const {
        std::string line = "data-1";
        for (const std::uint64_t number : {epoch, sample, size})
            detail::append_state(line, number);
        return line;
    }

    /// Returns the position that `save` wrote.
    ///
    /// Errors: errc::state_invalid for a damaged text, for a position behind the end, and for one in a data
    ///         set of another size, whose order is another.
    [[nodiscard]] static data_position restore(std::string_view text, std::uint64_t size) {
        detail::state_reader reader(text, "data-1");
        const data_position position{reader.number(), reader.number()};
        const std::uint64_t saved_size = reader.number();
        reader.finish();
        if (saved_size != size)
            throw error(errc::state_invalid, "position in the data",
                        "was saved with " + detail::decimal(saved_size) + " samples and is read with " +
                            detail::decimal(size),
                        "go on with the data set that the run began with");
        if (position.sample > size) reader.fail("has a position behind the end");
        return position;
    }
};

} // namespace repro::inline v0
