// SPDX-License-Identifier: MIT
#pragma once
// Where the golden files of a test stand, for the macros of testing/catch2.hpp and testing/gtest.hpp.

#include <filesystem>

#ifdef REPRO_GOLDEN_FOLDER
#define REPRO_GOLDEN_PLACE ::std::filesystem::path(REPRO_GOLDEN_FOLDER)
#else
#define REPRO_GOLDEN_PLACE ::std::filesystem::path(__FILE__).parent_path()
#endif
