// SPDX-License-Identifier: MIT
#pragma once
// Whether a question to a library may settle what it reads once.

namespace repro::inline v0 {

/// Which questions are put. Some libraries settle their switches at the first call, also at a question.
enum class read_back_scope : unsigned char {
    settled,   ///< only what settles nothing: for the start of a run
    everything ///< also what makes a library read its environment, libomp, oneDNN or MKL: for its end
};

} // namespace repro::inline v0
