// SPDX-License-Identifier: MIT
#pragma once
// Sends a run to an MLflow server.

#include "formats.hpp"

#include <string>
#include <vector>

namespace tool {

/// Sends the requests to the server at `url` ("http://127.0.0.1:5000"), puts what it answers in the place of
/// their variables, and returns the server's id of the run. An experiment of that name is used where there is
/// one.
///
/// Errors: errc::argument_invalid for a URL that is none; errc::unwritable where the server cannot be reached
///         or refuses.
[[nodiscard]] std::string send_to_mlflow(const std::string& url, const std::vector<mlflow_request>& requests);

} // namespace tool
