// SPDX-License-Identifier: MIT
int looks_like_openmp();
int looks_like_openmp() { return 1; }
