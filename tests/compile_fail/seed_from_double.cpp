// SPDX-License-Identifier: MIT
// refused: no matching (function|constructor)
#include <repro/core/seed.hpp>

#ifdef REFUSED
const repro::seed from_double{0.5};
#endif
