// SPDX-License-Identifier: MIT
#pragma once
// The words by which the ranks of a seed's program are started.

#include <repro/launch/settings.hpp>

#include <string>
#include <vector>

namespace tool {

/// Returns the words that stand before a program to start `ranks` of it: those of mpirun, srun and torchrun
/// are known, anything else is taken word by word, with quotes as a shell has them. None for no launcher.
///
/// Errors: errc::argument_invalid for ranks that are no number, that are missing for a known launcher or
/// given
///         beside words, and for a quote that does not end.
[[nodiscard]] std::vector<std::string> launcher_words(const std::string& launcher, const std::string& ranks);

/// Returns the command that starts `program` by those words, with the variables handed to every rank,
/// wherever it runs: by env, since launchers of other hosts take a few variables along, or none.
[[nodiscard]] std::vector<std::string> launched(const std::vector<std::string>& launcher,
                                                const std::vector<repro::setting>& environment,
                                                const std::vector<std::string>& program);

} // namespace tool
