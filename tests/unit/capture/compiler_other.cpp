// SPDX-License-Identifier: MIT
// A second translation unit, compiled otherwise than compiler.test.cpp.
#ifdef NDEBUG
#undef NDEBUG
#else
#define NDEBUG
#endif
#include <repro/capture/compiler.hpp>

repro::compiler_facts facts_seen_by_another_unit();

repro::compiler_facts facts_seen_by_another_unit() { return repro::capture_compiler(); }
