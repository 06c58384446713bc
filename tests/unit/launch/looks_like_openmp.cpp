// SPDX-License-Identifier: MIT
// A library whose name is that of an OpenMP runtime, and which answers for a PMIx client.
#include <cstdlib>

int looks_like_openmp();
int looks_like_openmp() { return 1; }

extern "C" int PMIx_Initialized();
extern "C" int PMIx_Initialized() { return std::getenv("TEST_PMIX_STARTED") != nullptr ? 1 : 0; }
