// SPDX-License-Identifier: MIT
#pragma once
// The states of all ranks' streams held against each other, over the network.

#include <repro/adapters/mpi/call.hpp>
#include <repro/stream/rank_check.hpp>
#include <repro/stream/registry.hpp>

#include <cstddef>
#include <limits>
#include <mpi.h>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::mpi {
namespace detail {

/// Returns the streams of this rank as text: a name and a digest a line. Names hold no space.
[[nodiscard]] inline std::string own_states() {
    std::string text;
    for (const stream_facts& each : repro::streams().ledger())
        text += each.name + " " + each.state.hex() + "\n";
    return text;
}

[[nodiscard]] inline rank_states parse_states(std::uint64_t rank, std::string_view text) {
    rank_states states{rank, {}};
    while (!text.empty()) {
        std::string_view line = repro::detail::next_token(text, '\n');
        const std::string_view name = repro::detail::next_token(line, ' ');
        states.streams.emplace_back(name, line);
    }
    return states;
}

/// Returns the texts of all ranks on rank 0, nothing elsewhere.
[[nodiscard]] inline std::vector<rank_states> gather_states(MPI_Comm comm, const std::string& own) {
    const bool root = rank_in(comm) == 0;
    const int length = static_cast<int>(own.size());
    std::vector<int> lengths(root ? static_cast<std::size_t>(size_of(comm)) : 0), places(lengths.size());
    expect(MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, comm), "MPI_Gather");
    int total = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        places[i] = total;
        total += lengths[i];
    }
    std::string all(static_cast<std::size_t>(total), '\0');
    expect(MPI_Gatherv(own.data(), length, MPI_CHAR, all.data(), lengths.data(), places.data(), MPI_CHAR, 0,
                       comm),
           "MPI_Gatherv");
    std::vector<rank_states> states;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        states.push_back(parse_states(i, std::string_view(all).substr(static_cast<std::size_t>(places[i]),
                                                                      static_cast<std::size_t>(lengths[i]))));
    return states;
}

/// Returns rank 0's text on all ranks.
[[nodiscard]] inline std::string broadcast(MPI_Comm comm, std::string text) {
    int length = static_cast<int>(text.size());
    expect(MPI_Bcast(&length, 1, MPI_INT, 0, comm), "MPI_Bcast");
    text.resize(static_cast<std::size_t>(length));
    expect(MPI_Bcast(text.data(), length, MPI_CHAR, 0, comm), "MPI_Bcast");
    return text;
}

} // namespace detail

/// Returns the streams that do not stand as they have to at this moment, on all ranks the same: a rank's own
/// (rank_stream) that two ranks share, any other, the twins' and libraries' among them, that is not the same
/// on all ranks. Worth its time after a restore, and once an epoch; about 90 bytes for each stream of each
/// rank go to rank 0.
///
/// Errors:  errc::library_failed.
/// Threads: all ranks of `comm` call it, one thread of each, while no other thread draws.
/// Example:
///     for (const auto& each : repro::mpi::check_streams(MPI_COMM_WORLD))
///         std::fprintf(stderr, "stream %s %s\n", each.stream.c_str(), each.text.c_str());
[[nodiscard]] inline std::vector<rank_finding> check_streams(MPI_Comm comm) {
    detail::expect_running();
    std::string text;
    for (const rank_finding& each : check_ranks(detail::gather_states(comm, detail::own_states())))
        text += each.stream + " " + each.text + "\n";
    const std::string shared = detail::broadcast(comm, std::move(text));
    std::vector<rank_finding> findings;
    for (std::string_view rest = shared; !rest.empty();) {
        std::string_view line = repro::detail::next_token(rest, '\n');
        const std::string_view stream = repro::detail::next_token(line, ' ');
        findings.push_back({std::string(stream), std::string(line)});
    }
    return findings;
}

} // namespace repro::inline v0::mpi
