// SPDX-License-Identifier: MIT
// refused: no matching (function|constructor)
#include <repro/core/seed.hpp>

#ifdef REFUSED
const repro::seed from_bool{true};
#endif
