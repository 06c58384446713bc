// SPDX-License-Identifier: MIT
int passes_by();
int passes_by() { return 1; }
