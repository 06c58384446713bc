// SPDX-License-Identifier: MIT
// A module compiled with fused multiply-add and without assertions: what its note says is its own.
#include <repro/capture/build_note.hpp>
