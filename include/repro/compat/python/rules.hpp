// SPDX-License-Identifier: MIT
#pragma once
// The releases of CPython whose results differ, for the twins to follow.

namespace repro::inline v0::python {

/// The newest Python whose rules a twin follows; the default is the newest there is.
enum class rules : unsigned char {
    python_3_13, ///< 3.12 and 3.13
    python_3_11, ///< the hash of None is an address
    python_3_10, ///< and text is hashed by SipHash-2-4
    python_3_9,  ///< and NaN has the hash 0, paretovariate is 1.0 / u ** (1.0 / alpha), and choices takes an
                 ///< infinite total of weights
    python_3_8   ///< and any other total
};

} // namespace repro::inline v0::python
