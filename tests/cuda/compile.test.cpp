// SPDX-License-Identifier: MIT
// CUDA code compiles wherever nvcc stands. Tests run in the root of the repository.

#include "../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <string>

namespace {

bool holds(const std::string& command) { return std::system(command.c_str()) == 0; } // NOLINT(cert-env33-c)

bool compiles(const std::string& source) {
    const support::temporary_folder folder;
    return holds("nvcc -std=c++20 -arch=sm_80 --Werror all-warnings -Iinclude -c -o " +
                 (folder / "object").string() + " " + source);
}

} // namespace

TEST_CASE("kernels that call the engines and the keyed numbers compile with nvcc, without a warning") {
    if (!holds("command -v nvcc >/dev/null")) SKIP("no-nvcc: no CUDA compiler on the path");
    CHECK(compiles("tests/cuda/kernels.cu"));
    CHECK(compiles("bench/gpu_fills.cu"));
    CHECK(compiles("bench/gpu_sums.cu"));
}
