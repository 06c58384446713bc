// SPDX-License-Identifier: MIT
// A lookalike of MKL: the functions of mkl_service.h that a read-back calls, by their names in C, with
// made-up answers. It counts how often it was asked.

#include <cstring>

extern "C" {

extern int mkl_lookalike_calls;
int mkl_lookalike_calls = 0;

void MKL_Get_Version_String(char* to, int size);
void MKL_Get_Version_String(char* to, int size) {
    ++mkl_lookalike_calls;
    std::memset(to, ' ', static_cast<std::size_t>(size)); // MKL fills it with spaces, too
    constexpr char text[] = "a lookalike of oneMKL";
    std::memcpy(to, text, sizeof text - 1);
}

int MKL_CBWR_Get(int which);
int MKL_CBWR_Get(int which) {
    ++mkl_lookalike_calls;
    return which == -1 ? 0x1000a : -2; // MKL_CBWR_ALL: AVX2, strict
}

int MKL_Get_Max_Threads();
int MKL_Get_Max_Threads() {
    ++mkl_lookalike_calls;
    return 3;
}
}
